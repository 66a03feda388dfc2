"""Numbers in text: quantity extraction (`find_figures`) and every number as a value (`find_numerals`)."""

from __future__ import annotations

from summarise.figures.find import Numeral, find_figures, find_numerals
from summarise.figures.model import Bound, Change, Figure

__all__ = ["Bound", "Change", "Figure", "Numeral", "find_figures", "find_numerals"]
