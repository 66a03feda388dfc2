"""Text as every other part needs it: tokens, sentences, safe output, and files that people write in YAML and TOML."""
