"""Gold labels: YAML files, one an article, read with every fault told by file, line and field."""

from summarise.evals.gold.faults import Fault, Faults
from summarise.evals.gold.file import ReadArticle, parsed, plain_article
from summarise.evals.gold.files import Check, check, digest, read_gold
from summarise.evals.gold.labels import (
    AUTHOR,
    LAYERS,
    Amount,
    Evidence,
    Gold,
    GoldClaim,
    GoldFigure,
    GoldStance,
    Label,
    Layer,
    Names,
)

__all__ = [
    "AUTHOR",
    "LAYERS",
    "Amount",
    "Check",
    "Evidence",
    "Fault",
    "Faults",
    "Gold",
    "GoldClaim",
    "GoldFigure",
    "GoldStance",
    "Label",
    "Layer",
    "Names",
    "ReadArticle",
    "check",
    "digest",
    "parsed",
    "plain_article",
    "read_gold",
]
