"""The version of the package, and the name under which results say what made them."""

__version__ = "0.1.0"
PACKAGE = f"summarise-articles {__version__}"
