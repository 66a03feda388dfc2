"""Flips: labels that one result got right and the other did not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from summarise.evals.gold.labels import LAYERS, Layer
from summarise.evals.result import ArticleResult, Result

Change = Literal["gained", "lost"]


@dataclass(frozen=True, slots=True)
class Flip:
    """`what` is "found" for the label itself, else the name of a field that was right. `reason` is that of the result that lacks it."""

    article: str
    layer: Layer
    label: str
    what: str
    change: Change
    text: str
    reason: str


def flips(a: Result, b: Result) -> list[Flip]:
    """What `b` gained and lost against `a`, in the order of the articles. With repeats, what most of them got right is right."""
    others = {article.id: article for article in b.articles}
    return [flip for article in a.articles for flip in _of_article(article, others[article.id])]


def _of_article(a: ArticleResult, b: ArticleResult) -> Iterator[Flip]:
    before, after = _rights(a), _rights(b)
    for layer in LAYERS:
        for label in a.labels[layer]:
            id = str(label["id"])
            for what in _whats(layer, id, before, after):
                key = (layer, id, what)
                if (key in before) != (key in after):
                    lacking = a if key in after else b
                    change: Change = "gained" if lacking is a else "lost"
                    yield Flip(a.id, layer, id, what, change, wording(label), _reason(lacking, layer, id))


_Key = tuple[Layer, str, str]


def _whats(layer: Layer, id: str, before: set[_Key], after: set[_Key]) -> list[str]:
    """The label itself; its fields only where both have found it."""
    found = (layer, id, "found")
    if not (found in before and found in after):
        return ["found"]
    return sorted({what for one in (before, after) for other, label, what in one if (other, label) == (layer, id)})


def _rights(article: ArticleResult) -> set[_Key]:
    """What at least half of the runs got right."""
    counted: Counter[_Key] = Counter()
    for run in article.runs:
        for one in run.decisions:
            if one.verdict == "matched" and one.gold is not None:
                counted[one.layer, one.gold, "found"] += 1
                counted.update((one.layer, one.gold, field.name) for field in one.fields if field.verdict == "correct")
    return {key for key, times in counted.items() if 2 * times >= len(article.runs)}


def _reason(article: ArticleResult, layer: Layer, id: str) -> str:
    for run in article.runs:
        if run.failed is not None:
            return f"the article failed: {run.failed}"
        for one in run.decisions:
            if (one.layer, one.gold) == (layer, id):
                return one.reason
    return ""


def wording(label: Mapping[str, Any]) -> str:
    """A label in one line."""
    if "text" in label:
        return str(label["text"])
    if "polarity" in label:
        return f"{label['holder']['label']} · {label['target']['label']} · {label['polarity']}"
    parts = (*label["amounts"][:1], label["unit"], label["currency"], label["measure"])
    return " · ".join(str(part) for part in parts if part)
