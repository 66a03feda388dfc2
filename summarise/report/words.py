"""The words and signs of a comparison: what verdicts and stances are called wherever one is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarise.compare.groups import VERDICTS, Verdict
from summarise.views import wording
from summarise.views.amount import amount, measured
from summarise.views.visible import one_line

if TYPE_CHECKING:
    from summarise.compare.groups import ClaimGroup, Event, FigureGroup, StanceCell
    from summarise.compare.source import Source
    from summarise.comparison import Comparison
    from summarise.schema import CitedFigure
    from summarise.views.places import Kind


@dataclass(frozen=True, slots=True)
class Word:
    """`one` is said of a single group, `many` after a number of them."""

    sign: str
    one: str
    many: str


VERDICT: Mapping[Verdict, Word] = {
    "disagree": Word("⚠", "disagree", "disagree"),
    "agree": Word("✓", "agree", "agree"),
    "rounding": Word("≈", "within rounding", "within rounding"),
    "other_time": Word("◷", "other time, not compared", "of other times, not compared"),
    "other_scope": Word("◫", "other scope, not compared", "of other scope, not compared"),
    "unsure": Word("?", "unsure, not compared", "unsure, not compared"),
    "one_source": Word("○", "one source", "in one article only"),
}
STANCE: Mapping[str, str] = {"favour": "for", "against": "against", "neutral": "neutral", "mixed": "divided"}
CHANGE: Mapping[str, Word] = {
    "up": Word("↗", "moved towards favour", ""),
    "down": Word("↘", "moved away from favour", ""),
}
_NAMED_IN_THE_AMOUNT = {"percent", "percentage point"}
_ROOM = 70


def counted(number: int, noun: str) -> str:
    """ "1 article", "1,200 articles"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def clipped(text: str, room: int = 160) -> str:
    """`text` on one line, "…" at the end where it was cut."""
    shown = one_line(text)
    return shown if len(shown) <= room else f"{shown[: room - 1].rstrip()}…"


def verdicts(figures: Sequence[FigureGroup]) -> list[tuple[Verdict, int]]:
    """How many groups there are of each verdict: agreement and disagreement always, the others where there are any."""
    found = Counter(group.verdict for group in figures)
    return [(verdict, found[verdict]) for verdict in VERDICTS if found[verdict] or verdict in ("agree", "disagree")]


def contradicted(claims: Iterable[ClaimGroup]) -> int:
    return sum(group.contradicted > 0 for group in claims)


def verdict_line(comparison: Comparison) -> str:
    """What came of the comparison, in one line."""
    said = [f"{VERDICT[verdict].sign} {number} {VERDICT[verdict].many}" for verdict, number in verdicts(comparison.figures)]
    against, failed = contradicted(comparison.claims), len(comparison.failures)
    if against:
        said.append(f"✗ {counted(against, 'claim')} contradicted")
    if failed:
        said.append(f"✗ {counted(failed, 'article')} failed")
    return " · ".join(said)


def keys(sources: Iterable[Source]) -> str:
    """Letters of articles: "A, C"."""
    return ", ".join(source.key for source in sources)


def sides(group: ClaimGroup) -> tuple[str, str]:
    """Letters of the articles that say the same as the claim, and of those that contradict it."""
    same = dict.fromkeys(stated.source for stated in group.claims if stated.contradicts is None)
    other = dict.fromkeys(stated.source for stated in group.claims if stated.contradicts is not None)
    return keys(same), keys(other)


def stance(cell: StanceCell) -> str:
    """ "▲ for ↗ moved towards favour"."""
    change = f" {CHANGE[cell.change].sign} {CHANGE[cell.change].one}" if cell.change else ""
    return f"{wording.ARROWS[cell.polarity]} {STANCE[cell.polarity]}{change}"


def cited(event: Event) -> list[tuple[Source, Kind, str]]:
    """For each of its articles the first item that it has of the event: source, kind and id."""
    items: list[tuple[Source, Kind, str]] = [
        *((cited.source, "figure", cited.figure.id) for cited in event.figures),
        *((stated.source, "claim", stated.claim.id) for stated in event.claims),
    ]
    return list({source.key: (source, kind, id) for source, kind, id in reversed(items)}.values())[::-1]


def is_side_by_side(group: FigureGroup) -> bool:
    """Whether there is anything to compare: two numbers, or two articles."""
    return len(group.readings) > 1 or len(group.sources) > 1


def relation(group: FigureGroup, at: int) -> Word | None:
    """What a reading says of the first one, where that is not the verdict of the whole group; None where nothing is known."""
    said = next((one.verdict for one in group.relations if (one.first, one.second) == (0, at)), group.verdict)
    return None if said == group.verdict else VERDICT[said]


def unit_of(figure: CitedFigure, said: str = "") -> str:
    """The unit, where neither the amount nor `said` names it."""
    named = one_line(figure.unit or "")
    return "" if named in _NAMED_IN_THE_AMOUNT or named.casefold() in said.casefold() else named


def context(figure: CitedFigure) -> tuple[str, str, str]:
    """What stands before the figure in its sentence, the figure, and what stands after it; far ends are cut."""
    for span in figure.evidence:
        at = figure.start - span.start
        if at >= 0 and span.quote.startswith(figure.quote, at):
            end = at + len(figure.quote)
            return _end_of(span.quote[max(0, at - _ROOM - 1) : at]), figure.quote, _start_of(span.quote[end : end + _ROOM + 1])
    return "", figure.quote, ""


def title(comparison: Comparison) -> str:
    return f"{counted(len(comparison.sources), 'article')}, side by side"


def summary_of(source: Source) -> str:
    """The start of its gist, to know an article without a title by."""
    return clipped(source.summary.gist, 110)


def models(comparison: Comparison) -> list[str]:
    """What answered, each with its prompt, the most frequent first."""
    found = Counter(
        f"{source.summary.run.model or source.summary.run.client} · {source.summary.run.prompt}" for source in comparison.sources
    )
    return [clipped(name, 80) for name, _ in found.most_common(3)]


def _end_of(text: str) -> str:
    return text if len(text) <= _ROOM else f"… {text[-_ROOM:].partition(' ')[2]}"


def _start_of(text: str) -> str:
    return text if len(text) <= _ROOM else f"{text[:_ROOM].rpartition(' ')[0]} …"


KNOWN = {
    "VERDICT": VERDICT,
    "STANCE": STANCE,
    "CHANGE": CHANGE,
    "ARROWS": wording.ARROWS,
    "amount": amount,
    "cited": cited,
    "clipped": clipped,
    "contradicted": contradicted,
    "context": context,
    "counted": counted,
    "heading": wording.heading,
    "holder": wording.holder,
    "measured": measured,
    "models": models,
    "relation": relation,
    "remarks": wording.remarks,
    "speaker": wording.speaker,
    "summary_of": summary_of,
    "unit_of": unit_of,
    "verdicts": verdicts,
}
"""What the templates call."""
