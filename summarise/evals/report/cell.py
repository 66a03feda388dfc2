"""A cell: what one side made of a label, or an item of a side that no label was given to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from summarise.evals.report.wording import Part, clipped, field_value, wording
from summarise.evals.result import ArticleResult, Run
from summarise.evals.scorer import Decision

Group = Literal["missed", "spurious", "wrong", "right", "uncounted"]
"""What a reader looks for, the worst first. "wrong" is found, but with a wrong field; "uncounted" is optional or not judged."""

GROUPS: tuple[Group, ...] = ("missed", "spurious", "wrong", "right", "uncounted")

FAR = 0.3
"""A nearest item without common evidence and with less likeness of wording than this is not worth naming."""

_GROUP_OF: Mapping[str, Group] = {"missed": "missed", "spurious": "spurious"}
_NEAREST = re.compile(
    r"nearest (?:is|label is) (\S{1,80}) \(evidence (\d\.\d\d), wording (\d\.\d\d)\)(?:, not near enough)?(.*)", re.DOTALL
)
_NO_REASON = {"nothing in the output is like it", "no label is like it", "its evidence is not in the text"}
_TOLD_ELSEWHERE = re.compile(r"a copy of |.{1,2000} stands nowhere in the article$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cell:
    """`parts` are the item's wording where it says more than the label. `wrong` are fields with what the output has there, `lacking`
    those that it has nothing in.

    `alarms` say that the item does not stand on the text: evidence that is not there, numbers that are nowhere, copies.
    """

    group: Group
    parts: tuple[Part, ...] = ()
    wrong: tuple[tuple[str, str], ...] = ()
    lacking: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    reason: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    is_verbatim: bool = False


def cell(article: ArticleResult, run: Run, decision: Decision) -> Cell:
    """Raises KeyError or IndexError for a decision about an item that the run has not."""
    group = group_of(decision)
    if decision.output is None:
        return Cell(group, reason=short(decision.reason))
    item = run.items[decision.layer][decision.output]
    faulty = [field for field in decision.fields if field.verdict != "correct"]
    wrong = tuple((field.name, field_value(field.name, field.output)) for field in faulty if field.output is not None)
    lacking = tuple(field.name for field in faulty if field.output is None)
    verbatim = decision.layer == "claims" and _is_verbatim(article.text, item)
    spans = tuple((start, end) for place in item["spans"] for start, end in place)
    reason = "" if decision.gold is not None else short(decision.reason)
    parts = wording(decision.layer, item) if _needs_wording(decision) and not (verbatim and decision.gold) else ()
    return Cell(group, parts, wrong, lacking, tuple(_alarms(item)), reason, spans, verbatim)


def group_of(decision: Decision) -> Group:
    if decision.verdict == "matched":
        return "right" if all(field.verdict == "correct" for field in decision.fields) else "wrong"
    return _GROUP_OF.get(decision.verdict, "uncounted")


def short(reason: str) -> str:
    """A reason without what its heading and its alarms say already."""
    return clipped("; ".join(part for part in map(_near, reason.split("; ")) if part))


def _needs_wording(decision: Decision) -> bool:
    """A figure that was matched says what its label says but for the fields that are wrong."""
    return decision.gold is None or decision.layer != "figures"


def _is_verbatim(text: str, item: Mapping[str, Any]) -> bool:
    spans = [span for place in item["spans"] for span in place]
    return len(spans) == 1 and text[spans[0][0] : spans[0][1]] == item["text"]


def _alarms(item: Mapping[str, Any]) -> Iterator[str]:
    if item["grounding"] != "exact":
        yield "evidence not in the text" if item["grounding"] == "none" else "evidence only partly in the text"
    if item["invented"]:
        yield f"not in the article: {clipped(', '.join(item['invented'][:5]))}"
    if item["copy_of"] is not None:
        yield f"copy of {clipped(item['copy_of'])}"


def _near(reason: str) -> str:
    if reason in _NO_REASON or _TOLD_ELSEWHERE.match(reason):
        return ""
    found = _NEAREST.fullmatch(reason)
    if not found:
        return reason
    id, evidence, text, rest = found.groups()
    far = float(evidence) == 0 and float(text) < FAR
    return "" if far and not rest else f"nearest {id}: evidence {evidence.removeprefix('0')}, wording {text.removeprefix('0')}{rest}"
