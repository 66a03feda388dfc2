"""Grounding: the Draft of a model checked against the article; what the article does not support is dropped and counted."""

from summarise.ground.citations import GroundedFigure
from summarise.ground.ground import Grounded, GroundedClaim, GroundedStance, Grounder, check, merge, settle

__all__ = ["Grounded", "GroundedClaim", "GroundedFigure", "GroundedStance", "Grounder", "check", "merge", "settle"]
