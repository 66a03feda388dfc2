"""A comparison in words: for a terminal, in Markdown and for notebooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarise import wording
from summarise.compare.model import VERDICTS, FigureVerdict
from summarise.render.html import sections_html
from summarise.render.markdown import Section, document, escaped, section, table
from summarise.text.sanitise import cut, one_line, wrapped
from summarise.wording import amount

if TYPE_CHECKING:
    from summarise.compare.comparison import Comparison
    from summarise.compare.model import ClaimGroup, FigureGroup, SourceArticle, StanceCell
    from summarise.schema import CitedFigure


@dataclass(frozen=True, slots=True)
class VerdictLabel:
    """`one` is said of a single group, `counted` after a number of groups."""

    sign: str
    one: str
    counted: str = ""


VERDICT: Mapping[FigureVerdict, VerdictLabel] = {
    "disagree": VerdictLabel("⚠", "disagree", "disagreement"),
    "agree": VerdictLabel("✓", "agree", "agreement"),
    "rounding": VerdictLabel("≈", "within rounding", "within rounding"),
    "other_time": VerdictLabel("◷", "different dates, not compared", "about different dates"),
    "other_scope": VerdictLabel("◫", "different things, not compared", "about different things"),
    "unsure": VerdictLabel("?", "unsure, not compared", "unsure"),
    "one_source": VerdictLabel("○", "one source", "in one article only"),
}
STANCE: Mapping[str, str] = {"favour": "for", "against": "against", "neutral": "neutral", "mixed": "divided"}
CHANGE: Mapping[str, VerdictLabel] = {
    "up": VerdictLabel("↗", "moved towards favour"),
    "down": VerdictLabel("↘", "moved away from favour"),
}
_NAMED_IN_THE_AMOUNT = {"percent", "percentage point"}


def counted(number: int, noun: str) -> str:
    """ "1 article", "1,200 articles"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def clipped(text: str, room: int = 160) -> str:
    """`text` on one line, "…" at the end if it was cut."""
    shown = one_line(text)
    return shown if len(shown) <= room else f"{shown[: room - 1].rstrip()}…"


def title(comparison: Comparison) -> str:
    return f"{counted(len(comparison.sources), 'article')}, side by side"


def verdicts(figures: Sequence[FigureGroup]) -> list[tuple[FigureVerdict, int]]:
    """How many groups there are of each verdict: agreement and disagreement always, the others if there are any."""
    found = Counter(group.verdict for group in figures)
    return [(verdict, found[verdict]) for verdict in VERDICTS if found[verdict] or verdict in ("agree", "disagree")]


def tally(verdict: FigureVerdict, number: int) -> str:
    """ "⚠ 2 disagreements", "◷ 1 about different dates"."""
    label = VERDICT[verdict]
    said = counted(number, label.counted) if verdict in ("agree", "disagree") else f"{number:,} {label.counted}"
    return f"{label.sign} {said}"


def contradicted(claims: Iterable[ClaimGroup]) -> int:
    return sum(group.contradicted > 0 for group in claims)


def verdict_line(comparison: Comparison) -> str:
    """The results of the comparison in one line."""
    said = [tally(verdict, number) for verdict, number in verdicts(comparison.figures)]
    against, failed = contradicted(comparison.claims), len(comparison.failures)
    if against:
        said.append(f"✗ {counted(against, 'claim')} contradicted")
    if failed:
        said.append(f"✗ {counted(failed, 'article')} failed")
    return " · ".join(said)


def is_side_by_side(group: FigureGroup) -> bool:
    """Whether there is anything to compare: two numbers, or two articles."""
    return len(group.readings) > 1 or len(group.sources) > 1


def relation(group: FigureGroup, at: int) -> VerdictLabel | None:
    """The verdict on a value group and the first one, if it is not that of the whole figure group; None if nothing is known."""
    said = next((one.verdict for one in group.relations if (one.first, one.second) == (0, at)), group.verdict)
    return None if said == group.verdict else VERDICT[said]


def unit_of(figure: CitedFigure, said: str = "") -> str:
    """The unit, if neither the amount nor `said` names it."""
    named = one_line(figure.unit or "")
    return "" if named in _NAMED_IN_THE_AMOUNT or named.casefold() in said.casefold() else named


def _keys(sources: Iterable[SourceArticle], joint: str = ", ") -> str:
    """Letters of articles: "A, C"."""
    return joint.join(source.key for source in sources)


def _about(source: SourceArticle) -> list[str]:
    """Title, source, date, and whose copy the article is, as far as they are known."""
    article = source.summary.article
    copied = [f"copy of {source.origin}"] if source.origin != source.key else []
    return [wording.heading(article), *wording.byline(article), *copied]


def _change(cell: StanceCell) -> str:
    return f" {CHANGE[cell.change].sign} {CHANGE[cell.change].one}" if cell.change else ""


# --- tables, for Markdown and notebooks -------------------------------------------------------------------------------

# Rows of a table, and characters of a cell, that a notebook shows.
_MOST_ROWS = 20
_LONGEST_CELL = 300


def comparison_markdown(comparison: Comparison) -> str:
    """All that is side by side. Sections without items are left out, and figures of one article are only counted."""
    failures = (f"- {escaped(f'{wording.heading(failure.article)}: {failure.error.message}')}" for failure in comparison.failures)
    return document(
        [
            f"# {title(comparison)[0].upper()}{title(comparison)[1:]}",
            verdict_line(comparison),
            *section("Articles", map(_article_item, comparison.sources)),
            *section("Failed", failures),
            *table(_figures(comparison)),
            *table(_stances(comparison)),
            *table(_timeline(comparison)),
            *table(_claims("Claims", comparison.claims)),
        ]
    )


def comparison_html(comparison: Comparison) -> str:
    """Verdicts, articles, and the first rows of figures, stances and claims, in one `div`. Every text is escaped; there are no links."""
    shared = [group for group in comparison.claims if len(group.claims) > 1]
    sections = [_articles(comparison), _figures(comparison), _stances(comparison), _claims("Claims in several articles", shared)]
    shown = [Section(one.title, one.columns, [[clipped(cell, _LONGEST_CELL) for cell in row] for row in one.rows]) for one in sections]
    return sections_html([one for one in shown if one.rows], title=title(comparison), lead=verdict_line(comparison), most=_MOST_ROWS)


def _article_item(source: SourceArticle) -> str:
    heading, *known = _about(source)
    return f"- **{escaped(source.key)}** {' · '.join(map(escaped, [heading or 'Untitled', *known]))}"


def _articles(comparison: Comparison) -> Section:
    rows = [
        (
            source.key,
            wording.heading(source.summary.article),
            source.summary.article.published or wording.UNKNOWN,
            f"copy of {source.origin}" if source.origin != source.key else "",
        )
        for source in comparison.sources
    ]
    return Section("Articles", ("", "title", "published", ""), rows)


def _figures(comparison: Comparison) -> Section:
    columns = ("what is measured", "do they agree?", "what the articles say")
    return Section("The same figure, side by side", columns, [_figure(group) for group in comparison.figures if is_side_by_side(group)])


def _figure(group: FigureGroup) -> tuple[str, ...]:
    verdict = VERDICT[group.verdict]
    values = "; ".join(_value(group, at) for at in range(len(group.readings)))
    return group.label, f"{verdict.sign} {verdict.one}: {group.reason}", values


def _value(group: FigureGroup, at: int) -> str:
    reading, said = group.readings[at], relation(group, at)
    figure = reading.figures[0].figure
    known = ", ".join(part for part in (reading.time, reading.scope) if part)
    parts = (
        amount(figure),
        unit_of(figure),
        f"({known})" if known else "",
        f"in {_keys(reading.sources)}",
        f"({said.sign} {said.one})" if said else "",
    )
    return " ".join(part for part in parts if part)


def _stances(comparison: Comparison) -> Section:
    rows = [
        (cell.holder, f"{wording.ARROWS[cell.polarity]} {STANCE[cell.polarity]}{_change(cell)}", cell.target, _keys(cell.sources))
        for cell in comparison.stances.cells
    ]
    return Section("Who stands where", ("holder", "stance", "target", "articles"), rows)


def _timeline(comparison: Comparison) -> Section:
    rows = [(event.when, event.text, _keys(event.sources)) for event in comparison.timeline]
    return Section("Timeline", ("when", "what", "articles"), rows)


def _claims(title: str, groups: Iterable[ClaimGroup]) -> Section:
    return Section(title, ("claim", "corroborated by", "contradicted by", "first said by"), [_claim(group) for group in groups])


def _claim(group: ClaimGroup) -> tuple[str, ...]:
    same = dict.fromkeys(stated.source for stated in group.claims if stated.contradicts is None)
    other = dict.fromkeys(stated.source for stated in group.claims if stated.contradicts is not None)
    first = f"{group.first.source.key} ({group.first.source.published or wording.UNKNOWN})" if group.first else ""
    return group.text, _keys(same), _keys(other) or wording.UNKNOWN, first or wording.UNKNOWN


# --- lists, for the terminal ------------------------------------------------------------------------------------------

_INDENT = "  "
_HANGING = "      "
_MOST_ITEMS = 40


def comparison_lines(comparison: Comparison, width: int = 100) -> Iterator[str]:
    """The verdicts, the articles by key, then what is in several of them: figures, claims, stances. The rest is counted."""
    together = [group for group in comparison.figures if is_side_by_side(group)]
    claims = [group for group in comparison.claims if len(group.sources) > 1 or group.contradicted]
    alone = len(comparison.claims) - len(claims)
    yield cut(verdict_line(comparison), width)
    articles = ([f"{source.key}  {' · '.join(_about(source))}"] for source in comparison.sources)
    yield from _lines("articles", articles, width)
    yield from _lines("figures side by side", map(_figure_lines, together), width)
    yield from _lines("claims of several articles", map(_claim_lines, claims), width)
    if alone:
        yield f"{_INDENT}and {counted(alone, 'claim')} of one article"
    yield from _lines("who stands where", map(_stance_lines, comparison.stances.cells), width)


def _lines(title: str, items: Iterable[Sequence[str]], width: int) -> Iterator[str]:
    """Each item is a line, and lines that are indented under it."""
    listed = list(items)
    if listed:
        yield from ("", title)
    for first, *under in listed[:_MOST_ITEMS]:
        yield from wrapped(one_line(first), width, _INDENT)
        for line in under:
            yield from wrapped(one_line(line), width, _HANGING)
    if len(listed) > _MOST_ITEMS:
        yield f"{_INDENT}and {len(listed) - _MOST_ITEMS:,} more: -f json has them all, summarise report shows them"


def _figure_lines(group: FigureGroup) -> list[str]:
    verdict = VERDICT[group.verdict]
    values = []
    for reading in group.readings:
        known = ", ".join(part for part in (reading.time, reading.scope) if part)
        values.append(f"{amount(reading.figures[0].figure)} ({_keys(reading.sources, ' ')}{': ' + known if known else ''})")
    return [f"{verdict.sign} {group.label}   {'   '.join(values)}", f"{verdict.one}: {group.reason}"]


def _claim_lines(group: ClaimGroup) -> list[str]:
    against = [f"✗ {stated.source.key}: {stated.contradicts}" for stated in group.claims if stated.contradicts]
    said = f"{_keys(group.sources, ' ')} · corroborated by {counted(group.corroborated, 'source')}"
    return [f"“{group.text}”", said, *against]


def _stance_lines(cell: StanceCell) -> list[str]:
    stance = f"{wording.ARROWS[cell.polarity]} {cell.holder} {wording.STANCE[cell.polarity]} {cell.target}"
    return [f"{stance}{_change(cell)} ({_keys(cell.sources, ' ')})"]
