"""One summary as people read it. These modules know a Summary by its fields only, so `schema` can call them."""
