"""How often the thresholds of evals are right about pairs that were judged by hand, and which would be right more often.

    python benchmarks/calibrate.py [--pairs evals/pairs.yaml] [--conveys evals/conveys.yaml]

A pair counts as right when it may match (its evidence or its wording is alike enough) and was judged to say the same, or neither. The
best thresholds are also chosen on nine tenths of the articles and measured on the tenth, in turn: that figure is not flattered.

The rule for "conveys" was set on the pairs of every second article; its agreement with the judge is told for the others too, with 95 %
percentile bootstrap intervals over articles.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from summarise.evals.alignment import best_likeness, likeness, locate, overlap, same_name, touched
from summarise.evals.gold.model import Entity, GoldClaim
from summarise.evals.matching import DEFAULT, AlignedItem
from summarise.evals.nuggets import conveyed, in_gist
from summarise.evals.outputs import OutputClaim
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
    parser.add_argument("--conveys", type=Path, default=ROOT / "evals/conveys.yaml")
    options = parser.parse_args()
    assert DEFAULT.name == DEFAULT.holder
    texts = {article.id: Tokenised(article.text) for article in read([str(ROOT / "corpus")]) if not isinstance(article, Unread)}
    for kind, pairs in load(options.pairs, texts).items():
        names, first, now = KINDS[kind]
        print(f"{kind}: {len(pairs)} pairs, {sum(pair.same for pair in pairs)} of them the same")
        for what, limits in (("first guesses", first), ("in use", now), ("best on all", best(pairs, first))):
            told(what, names, limits, pairs)
        held_out = [right(pair, chosen) for fold, chosen in folds(pairs, first) for pair in fold]
        print(f"  {'chosen without the pair':<24} {'':<28} {sum(held_out) / len(held_out):.3f}")
    judged = yaml.safe_load(options.conveys.read_text(encoding="utf-8"))
    print(f"conveys: {len(judged)} judged, {sum(row['conveys'] for row in judged)} of them yes")
    for what, is_gist in (("claims", False), ("gists", True)):
        for which, tuning in (("used to set the rule", True), ("not used", False)):
            chosen = [row for row in judged if ("evidence" not in row["item"]) == is_gist and row["tuning"] == tuning]
            agreement(f"{what} {which}", chosen, texts)


def agreement(what: str, rows: Sequence[Mapping[str, Any]], texts: Mapping[str, Tokenised]) -> None:
    """How often the rule says what the judge said, with its interval."""
    by_article: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for row in rows:
        by_article[row["article"]].append((_conveys(row, texts[row["article"]]), row["conveys"]))
    chance, clusters = random.Random(1), list(by_article.values())
    drawn = sorted(_agreed(chance.choices(clusters, k=len(clusters))) for _ in range(2_000))
    pairs = [pair for cluster in clusters for pair in cluster]
    falsely, missed = (sum(pair == wrong for pair in pairs) for wrong in ((True, False), (False, True)))
    interval = f"[{drawn[49]:.3f}, {drawn[1949]:.3f}]"
    print(f"  {what:<28} {len(rows):>3}  {_agreed(clusters):.3f} {interval}   {falsely} wrongly conveyed, {missed} wrongly not")


def _agreed(clusters: Sequence[Sequence[tuple[bool, bool]]]) -> float:
    pairs = [one == other for cluster in clusters for one, other in cluster]
    return sum(pairs) / len(pairs)


def _conveys(row: Mapping[str, Any], text: Tokenised) -> bool:
    places = tuple(_positions(quotes, text) for quotes in row["label"]["evidence"])
    label = GoldClaim(id="", text=row["label"]["text"], speaker=Entity("", ()), spans=(), positions=places)
    item = row["item"]
    if "evidence" not in item:
        return in_gist(label, item["text"], DEFAULT)
    claim = OutputClaim(id="", place=0, text=item["text"])
    return conveyed(label, AlignedItem(claim, _positions(item["evidence"], text), (), "exact"), DEFAULT) > 0


def _positions(quotes: Sequence[str], text: Tokenised) -> TokenSet:
    return touched(locate(text, quote, share=DEFAULT.partial) for quote in quotes)


def load(path: Path, texts: Mapping[str, Tokenised]) -> dict[str, list[Pair]]:
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {kind: [Pair(row["article"], _alike(kind, row, texts[row["article"]]), row["same"]) for row in rows[kind]] for kind in KINDS}


def _alike(kind: str, row: Mapping[str, Any], text: Tokenised) -> Limits:
    if kind == "claims":
        return _claims(row["label"], row["item"], text)
    return ((best_likeness if kind == "measures" else _same_name)(row["label"], row["item"]),)


def _claims(label: Mapping[str, Any], item: Mapping[str, Any], text: Tokenised) -> Limits:
    evidence = overlap([_positions(quotes, text) for quotes in label["evidence"]], _positions(item["evidence"], text))
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
