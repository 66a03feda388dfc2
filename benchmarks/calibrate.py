"""How often the matching thresholds of evals are right about pairs of claims that were judged by hand, and which would be right more often.

    python benchmarks/calibrate.py [--pairs evals/pairs.yaml]

A pair counts as right when it may match (its evidence or its wording is alike enough) and was judged to say the same, or neither. The
best thresholds are also chosen on nine tenths of the articles and measured on the tenth, in turn: that figure is not flattered.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from summarise.evals.location import locate
from summarise.evals.similarity import likeness, overlap
from summarise.evals.thresholds import DEFAULT
from summarise.evals.tokenised import Tokenised
from summarise.reading import Unread, read

ROOT = Path(__file__).resolve().parent.parent
FIRST = (0.5, 0.6)
GRID = [n / 20 for n in range(3, 20)]


@dataclass(frozen=True)
class Pair:
    article: str
    evidence: float
    wording: float
    same: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, default=ROOT / "evals/pairs.yaml")
    pairs = load(parser.parse_args().pairs)
    now = (DEFAULT.claim_evidence, DEFAULT.claim_text)
    print(f"{len(pairs)} pairs, {sum(pair.same for pair in pairs)} of them the same")
    for what, thresholds in (("first guesses", FIRST), ("in use", now), ("best on all", best(pairs))):
        told(what, thresholds, pairs)
    held_out = [right(pair, chosen) for fold, chosen in folds(pairs) for pair in fold]
    print(f"{'chosen without the pair':<24} {'':<28} {sum(held_out) / len(held_out):.3f}")


def load(path: Path) -> list[Pair]:
    texts = {article.id: Tokenised(article.text) for article in read([str(ROOT / "corpus")]) if not isinstance(article, Unread)}
    return [_pair(row, texts[row["article"]]) for row in yaml.safe_load(path.read_text(encoding="utf-8"))]


def _pair(row: dict[str, Any], text: Tokenised) -> Pair:
    def positions(quotes: Sequence[str]) -> frozenset[int]:
        return frozenset[int]().union(*(locate(text, quote, share=DEFAULT.partial).positions for quote in quotes))

    evidence = overlap([positions(quotes) for quotes in row["label"]["evidence"]], positions(row["item"]["evidence"]))
    return Pair(row["article"], evidence, likeness(row["label"]["text"], row["item"]["text"], DEFAULT.contradiction), row["same"])


def right(pair: Pair, thresholds: tuple[float, float]) -> bool:
    return (pair.evidence >= thresholds[0] or pair.wording >= thresholds[1]) == pair.same


def accuracy(pairs: Sequence[Pair], thresholds: tuple[float, float]) -> float:
    return sum(right(pair, thresholds) for pair in pairs) / len(pairs)


def best(pairs: Sequence[Pair]) -> tuple[float, float]:
    """The most accurate; of equals the one nearest to the first guesses."""
    return max(product(GRID, GRID), key=lambda t: (accuracy(pairs, t), -abs(t[0] - FIRST[0]) - abs(t[1] - FIRST[1])))


def folds(pairs: Sequence[Pair]) -> list[tuple[list[Pair], tuple[float, float]]]:
    articles = sorted({pair.article for pair in pairs})
    found = []
    for n in range(10):
        out = set(articles[n::10])
        found.append(([pair for pair in pairs if pair.article in out], best([pair for pair in pairs if pair.article not in out])))
    return found


def told(what: str, thresholds: tuple[float, float], pairs: Sequence[Pair]) -> None:
    wrong = [pair for pair in pairs if not right(pair, thresholds)]
    falsely = sum(not pair.same for pair in wrong)
    limits = f"evidence {thresholds[0]:.2f}, wording {thresholds[1]:.2f}"
    print(
        f"{what:<24} {limits:<28} {accuracy(pairs, thresholds):.3f}   {falsely} wrongly may match, {len(wrong) - falsely} wrongly may not"
    )


if __name__ == "__main__":
    main()
