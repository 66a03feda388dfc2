"""Figures of several articles: which of them measure one thing, and what their numbers say of each other."""

from summarise.compare.figures.grouping import figure_groups

__all__ = ["figure_groups"]
