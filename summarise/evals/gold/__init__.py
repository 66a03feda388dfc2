"""Gold labels: YAML files, one an article, read with every fault told by file, line and field."""
