"""Flips: labels that one result got right and the other did not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
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
    reasons = [_reasons(one) for one in (a, b)]
    for layer in LAYERS:
        for label in a.labels[layer]:
            id = str(label["id"])
            was, now = before[layer, id], after[layer, id]
            for what in _whats(was, now):
                if (what in was) != (what in now):
                    change: Change = "gained" if what in now else "lost"
                    reason = reasons[change == "lost"][layer, id]
                    yield Flip(a.id, layer, id, what, change, wording(label), reason)


_Key = tuple[Layer, str]


def _whats(was: set[str], now: set[str]) -> list[str]:
    """The label itself; its fields only where both have found it."""
    return sorted(was | now) if "found" in was and "found" in now else ["found"]


def _rights(article: ArticleResult) -> Mapping[_Key, set[str]]:
    """What at least half of the runs got right, by label."""
    counted: Counter[tuple[Layer, str, str]] = Counter()
    for run in article.runs:
        for one in run.decisions:
            if one.verdict == "matched" and one.gold is not None:
                counted[one.layer, one.gold, "found"] += 1
                counted.update((one.layer, one.gold, field.name) for field in one.fields if field.verdict == "correct")
    rights: dict[_Key, set[str]] = defaultdict(set)
    for (layer, label, what), times in counted.items():
        if 2 * times >= len(article.runs):
            rights[layer, label].add(what)
    return rights


def _reasons(article: ArticleResult) -> Mapping[_Key, str]:
    """What was decided of each label, in the first run that says anything of it."""
    reasons: dict[_Key, str] = defaultdict(str)
    for run in article.runs:
        if run.failed is not None:
            return defaultdict(partial(str, f"the article failed: {run.failed}"), reasons)
        for one in run.decisions:
            if one.gold is not None:
                reasons.setdefault((one.layer, one.gold), one.reason)
    return reasons


def wording(label: Mapping[str, Any]) -> str:
    """A label in one line."""
    if "text" in label:
        return str(label["text"])
    if "polarity" in label:
        return f"{label['holder']['label']} · {label['target']['label']} · {label['polarity']}"
    parts = (*label["amounts"][:1], label["unit"], label["currency"], label["measure"])
    return " · ".join(str(part) for part in parts if part)
