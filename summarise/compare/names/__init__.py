"""Names: which ways of naming somebody are one, by rules and by the user's own file."""

from summarise.compare.names.joining import Names, names_in

__all__ = ["Names", "names_in"]
