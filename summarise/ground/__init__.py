"""Grounding: what a model drafted, held against the article; what the article does not bear out is dropped and counted."""

from summarise.ground.ground import Grounded, GroundedClaim, GroundedFigure, GroundedStance, check, merge, settle

__all__ = ["Grounded", "GroundedClaim", "GroundedFigure", "GroundedStance", "check", "merge", "settle"]
