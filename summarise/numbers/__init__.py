"""Numbers in text: the figures that measure something, and every numeral there is."""

from summarise.numbers.figure import Bound, Change, Figure
from summarise.numbers.find import find_figures
from summarise.numbers.numerals import Numeral, find_numerals

__all__ = ["Bound", "Change", "Figure", "Numeral", "find_figures", "find_numerals"]
