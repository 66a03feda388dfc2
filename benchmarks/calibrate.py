"""How often the thresholds of evals are right about pairs that were judged by hand, and which would be right more often.

    python benchmarks/calibrate.py [--pairs evals/pairs.yaml]

A pair counts as right when it may match (its evidence or its wording is alike enough) and was judged to say the same, or neither. The
best thresholds are also chosen on nine tenths of the articles and measured on the tenth, in turn: that figure is not flattered.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from summarise.evals.alignment import best_likeness, likeness, locate, overlap, same_name, touched
from summarise.evals.matching import DEFAULT
from summarise.reading import Unread, read
from summarise.text.tokens import Tokenised, TokenSet

ROOT = Path(__file__).resolve().parent.parent
GRID = [n / 20 for n in range(3, 20)]
# For each kind of pair: what is compared, the first guesses, and what is in use.
KINDS = {
    "claims": (("evidence", "wording"), (0.5, 0.6), (DEFAULT.claim_evidence, DEFAULT.claim_text)),
    "measures": (("wording",), (0.6,), (DEFAULT.measure,)),
    "targets": (("name",), (0.6,), (DEFAULT.target,)),
    "names": (("name",), (0.6,), (DEFAULT.name,)),
}
Limits = tuple[float, ...]


@dataclass(frozen=True)
class Pair:
    """`alike` is compared with as many thresholds, of which one is enough."""

    article: str
    alike: Limits
    same: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, default=ROOT / "evals/pairs.yaml")
    assert DEFAULT.name == DEFAULT.holder
    for kind, pairs in load(parser.parse_args().pairs).items():
        names, first, now = KINDS[kind]
        print(f"{kind}: {len(pairs)} pairs, {sum(pair.same for pair in pairs)} of them the same")
        for what, limits in (("first guesses", first), ("in use", now), ("best on all", best(pairs, first))):
            told(what, names, limits, pairs)
        held_out = [right(pair, chosen) for fold, chosen in folds(pairs, first) for pair in fold]
        print(f"  {'chosen without the pair':<24} {'':<28} {sum(held_out) / len(held_out):.3f}")


def load(path: Path) -> dict[str, list[Pair]]:
    texts = {article.id: Tokenised(article.text) for article in read([str(ROOT / "corpus")]) if not isinstance(article, Unread)}
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {kind: [Pair(row["article"], _alike(kind, row, texts[row["article"]]), row["same"]) for row in rows[kind]] for kind in KINDS}


def _alike(kind: str, row: Mapping[str, Any], text: Tokenised) -> Limits:
    if kind == "claims":
        return _claims(row["label"], row["item"], text)
    return ((best_likeness if kind == "measures" else _same_name)(row["label"], row["item"]),)


def _claims(label: Mapping[str, Any], item: Mapping[str, Any], text: Tokenised) -> Limits:
    def positions(quotes: Sequence[str]) -> TokenSet:
        return touched(locate(text, quote, share=DEFAULT.partial) for quote in quotes)

    evidence = overlap([positions(quotes) for quotes in label["evidence"]], positions(item["evidence"]))
    return evidence, likeness(label["text"], item["text"], DEFAULT.contradiction)


def _same_name(aliases: Sequence[str], name: str) -> float:
    return same_name(aliases, [name])


def right(pair: Pair, limits: Limits) -> bool:
    return any(alike >= limit for alike, limit in zip(pair.alike, limits, strict=True)) == pair.same


def accuracy(pairs: Sequence[Pair], limits: Limits) -> float:
    return sum(right(pair, limits) for pair in pairs) / len(pairs)


def best(pairs: Sequence[Pair], first: Limits) -> Limits:
    """The most accurate; of equals the one nearest to the first guesses."""
    return max(
        product(GRID, repeat=len(first)),
        key=lambda limits: (accuracy(pairs, limits), -sum(abs(limit - guess) for limit, guess in zip(limits, first, strict=True))),
    )


def folds(pairs: Sequence[Pair], first: Limits) -> list[tuple[list[Pair], Limits]]:
    articles = sorted({pair.article for pair in pairs})
    found = []
    for n in range(10):
        out = set(articles[n::10])
        found.append(([pair for pair in pairs if pair.article in out], best([pair for pair in pairs if pair.article not in out], first)))
    return found


def told(what: str, names: Sequence[str], limits: Limits, pairs: Sequence[Pair]) -> None:
    wrong = [pair for pair in pairs if not right(pair, limits)]
    falsely = sum(not pair.same for pair in wrong)
    said = ", ".join(f"{name} {limit:.2f}" for name, limit in zip(names, limits, strict=True))
    share = accuracy(pairs, limits)
    print(f"  {what:<24} {said:<28} {share:.3f}   {falsely} wrongly may match, {len(wrong) - falsely} wrongly may not")


if __name__ == "__main__":
    main()
