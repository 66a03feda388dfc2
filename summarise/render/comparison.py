"""A comparison in words: for a terminal, in Markdown and for notebooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarise import wording
from summarise.compare.model import VERDICTS, Verdict
from summarise.render.html import box, section, table, text
from summarise.render.markdown import escaped
from summarise.text.sanitise import cut, one_line, wrapped
from summarise.wording import amount, measured

if TYPE_CHECKING:
    from summarise.compare.comparison import Comparison
    from summarise.compare.model import ClaimGroup, Event, FigureGroup, Source, StanceCell
    from summarise.render.spans import Kind
    from summarise.schema import CitedFigure, Failure


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


_INDENT = "  "
_HANGING = "      "
_MOST = 40


def comparison_lines(comparison: Comparison, width: int = 100) -> Iterator[str]:
    """The verdicts, the articles by key, then what stands in several of them: figures, claims, stances. The rest is counted."""
    together = [group for group in comparison.figures if is_side_by_side(group)]
    claims = [group for group in comparison.claims if len(group.sources) > 1 or group.contradicted]
    alone = len(comparison.claims) - len(claims)
    yield cut(verdict_line(comparison), width)
    yield from _section("articles", map(_source, comparison.sources), width)
    yield from _section("figures side by side", map(_figure, together), width)
    yield from _section("claims of several articles", map(_claim, claims), width)
    if alone:
        yield f"{_INDENT}and {counted(alone, 'claim')} of one article"
    yield from _section("who stands where", map(_stance, comparison.stances.cells), width)


def _section(title: str, items: Iterable[Sequence[str]], width: int) -> Iterator[str]:
    """Each item is a line, and lines that stand under it."""
    listed = list(items)
    if listed:
        yield from ("", title)
    for item in listed[:_MOST]:
        yield from _shown(item, width)
    if len(listed) > _MOST:
        yield f"{_INDENT}and {len(listed) - _MOST:,} more: -f json has them all, summarise report shows them"


def _shown(item: Sequence[str], width: int) -> Iterator[str]:
    first, *under = item
    yield from wrapped(one_line(first), width, _INDENT)
    for line in under:
        yield from wrapped(one_line(line), width, _HANGING)


def _source(source: Source) -> list[str]:
    article = source.summary.article
    copied = [f"copy of {source.origin}"] if source.origin != source.key else []
    return [f"{source.key}  {' · '.join([wording.heading(article), *wording.byline(article), *copied])}"]


def _figure(group: FigureGroup) -> list[str]:
    verdict = VERDICT[group.verdict]
    values = "   ".join(_reading(group, at) for at in range(len(group.readings)))
    return [f"{verdict.sign} {group.label}   {values}", f"{verdict.one}: {group.reason}"]


def _reading(group: FigureGroup, at: int) -> str:
    reading = group.readings[at]
    known = ", ".join(part for part in (reading.time, reading.scope) if part)
    keys = " ".join(source.key for source in reading.sources)
    return f"{amount(reading.figures[0].figure)} ({keys}{': ' + known if known else ''})"


def _claim(group: ClaimGroup) -> list[str]:
    said = " ".join(source.key for source in group.sources)
    under = [f"{said} · corroborated by {counted(group.corroborated, 'source')}"]
    against = [f"✗ {stated.source.key}: {stated.contradicts}" for stated in group.claims if stated.contradicts]
    return [f"“{group.text}”", *under, *against]


def _stance(cell: StanceCell) -> list[str]:
    keys = " ".join(source.key for source in cell.sources)
    change = f" {CHANGE[cell.change].sign} {CHANGE[cell.change].one}" if cell.change else ""
    return [f"{wording.ARROWS[cell.polarity]} {cell.holder} {wording.STANCE[cell.polarity]} {cell.target}{change} ({keys})"]


def comparison_markdown(comparison: Comparison) -> str:
    """All that stands side by side. Sections without items are left out, and figures of one article are only counted."""
    together = [group for group in comparison.figures if is_side_by_side(group)]
    parts = [
        f"# {title(comparison)[0].upper()}{title(comparison)[1:]}",
        verdict_line(comparison),
        *_list("Articles", map(_markdown_source, comparison.sources)),
        *_list("Failed", map(_failure, comparison.failures)),
        *_table(
            "The same figure, side by side",
            ("what is measured", "do they agree?", "what the articles say"),
            map(_markdown_figure, together),
        ),
        *_table("Who stands where", ("holder", "stance", "target", "articles"), map(_markdown_stance, comparison.stances.cells)),
        *_table("Timeline", ("when", "what", "articles"), map(_event, comparison.timeline)),
        *_table("Claims", ("claim", "corroborated by", "contradicted by", "first said by"), map(_markdown_claim, comparison.claims)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _markdown_source(source: Source) -> str:
    article = source.summary.article
    known = [*wording.byline(article), *([f"copy of {source.origin}"] if source.origin != source.key else [])]
    return f"**{escaped(source.key)}** {' · '.join(map(escaped, [wording.heading(article) or 'Untitled', *known]))}"


def _failure(failure: Failure) -> str:
    return escaped(f"{wording.heading(failure.article)}: {failure.error.message}")


def _markdown_figure(group: FigureGroup) -> list[str]:
    verdict = VERDICT[group.verdict]
    return [
        group.label,
        f"{verdict.sign} {verdict.one}: {group.reason}",
        "; ".join(_markdown_reading(group, at) for at in range(len(group.readings))),
    ]


def _markdown_reading(group: FigureGroup, at: int) -> str:
    reading, said = group.readings[at], relation(group, at)
    figure = reading.figures[0].figure
    known = ", ".join(part for part in (reading.time, reading.scope) if part)
    parts = (
        amount(figure),
        unit_of(figure),
        f"({known})" if known else "",
        f"in {keys(reading.sources)}",
        f"({said.sign} {said.one})" if said else "",
    )
    return " ".join(part for part in parts if part)


def _markdown_stance(cell: StanceCell) -> list[str]:
    return [cell.holder, stance(cell), cell.target, keys(cell.sources)]


def _event(event: Event) -> list[str]:
    return [event.when, event.text, keys(event.sources)]


def _markdown_claim(group: ClaimGroup) -> list[str]:
    first = f"{group.first.source.key} ({group.first.source.published or wording.UNKNOWN})" if group.first else ""
    return [group.text, *sides(group), first]


def _list(name: str, items: Iterable[str]) -> list[str]:
    lines = [f"- {item}" for item in items]
    return [f"## {name}", "\n".join(lines)] if lines else []


def _table(name: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    lines = list(map(_row, rows))
    heads = list(columns)
    return [f"## {name}", "\n".join([f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *lines])] if lines else []


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_filled(cells))} |"


def _filled(cells: Iterable[str]) -> Iterator[str]:
    return (escaped(cell) or wording.UNKNOWN for cell in cells)


_FRAGMENT_MOST = 20


def comparison_html(comparison: Comparison) -> str:
    """Verdicts, articles, and the first rows of figures, stances and claims, in one `div`. Every text is escaped; there are no links."""
    together = [group for group in comparison.figures if is_side_by_side(group)]
    shared = [group for group in comparison.claims if len(group.claims) > 1]
    parts = [
        f'<div style="font-weight:600">{text(title(comparison))}</div>',
        f'<p style="margin:.4em 0">{text(verdict_line(comparison))}</p>',
        _rows("Articles", ("", "title", "published", ""), [_fragment_source(source) for source in comparison.sources]),
        _rows(
            "The same figure, side by side",
            ("what is measured", "do they agree?", "what the articles say"),
            map(_fragment_figure, together),
        ),
        _rows("Who stands where", ("holder", "stance", "target", "articles"), map(_fragment_stance, comparison.stances.cells)),
        _rows("Claims in several articles", ("claim", "corroborated by", "contradicted by"), map(_fragment_claim, shared)),
    ]
    return box("".join(parts))


def _fragment_source(source: Source) -> tuple[str, ...]:
    article = source.summary.article
    copied = f"copy of {source.origin}" if source.origin != source.key else ""
    return source.key, clipped(wording.heading(article)), article.published or wording.UNKNOWN, copied


def _fragment_figure(group: FigureGroup) -> tuple[str, ...]:
    verdict = VERDICT[group.verdict]
    said = "; ".join(f"{amount(reading.figures[0].figure)} in {keys(reading.sources)}" for reading in group.readings)
    return clipped(group.label), f"{verdict.sign} {verdict.one}: {clipped(group.reason)}", said


def _fragment_stance(cell: StanceCell) -> tuple[str, ...]:
    return clipped(cell.holder), stance(cell), clipped(cell.target), keys(cell.sources)


def _fragment_claim(group: ClaimGroup) -> tuple[str, ...]:
    same, other = sides(group)
    return clipped(group.text), same, other or wording.UNKNOWN


def _rows(name: str, columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> str:
    listed = list(rows)
    if not listed:
        return ""
    more = f'<div style="opacity:.75">and {len(listed) - _FRAGMENT_MOST:,} more</div>' if len(listed) > _FRAGMENT_MOST else ""
    return section(name, table(columns, listed[:_FRAGMENT_MOST]) + more)
