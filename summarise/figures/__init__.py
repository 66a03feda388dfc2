"""Numbers in text: the figures that measure something, and every numeral there is."""

from __future__ import annotations

from summarise.figures.find import Numeral, find_figures, find_numerals
from summarise.figures.model import Bound, Change, Figure

__all__ = ["Bound", "Change", "Figure", "Numeral", "find_figures", "find_numerals"]
