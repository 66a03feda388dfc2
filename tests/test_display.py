"""What a terminal shows."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_summaries import TEXT, failure, items, summary
from rich.cells import cell_len

from summarise.render.terminal import SummaryTable, highlights, show, wants_colour
from summarise.schema import Checks, Failure, Span, Summary
from summarise.text.sanitise import safe

hostile = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def table(found: Iterable[Summary | Failure], width: int, colour: bool = False) -> Iterator[str]:
    layout = SummaryTable(width, colour)
    yield layout.head
    yield from map(layout.line, found)


def _titled(title: str) -> Summary:
    return summary(article=summary().article.model_copy(update={"title": title}))


def test_the_table_has_a_row_for_each_article() -> None:
    assert list(table([summary(), failure()], 90)) == [
        "  article                        claims  figures  stance                          grounded",
        "  Exports rise                        1        2  Ana Ruiz → the tariff ▼              4/5",
        "  bad                                 —        —  ✗ empty: bad.txt: no text              —",
    ]


def test_the_table_comes_line_by_line() -> None:
    layout = SummaryTable(90)
    assert [line.split()[0] for line in (layout.head, layout.line(summary()), layout.line(summary()))] == ["article", "Exports", "Exports"]


def test_a_title_that_is_too_long_is_cut_with_a_mark() -> None:
    assert list(table([_titled("漢字" * 40)], 60))[1].startswith("  漢字漢字漢字…        1")


def test_columns_stand_below_each_other_whatever_the_title_is_written_in() -> None:
    titles = ["plain", "漢字の見出し", "e\u0301te\u0301", "👩\u200d👩\u200d👧 family", "❤️ love"]
    rows = [line for title in titles for line in list(table([_titled(title)], 90))[1:]]
    assert {cell_len(row[: row.index("Ana Ruiz")]) for row in rows} == {50}


@hostile
@given(st.lists(items, max_size=2), st.integers(1, 140))
def test_no_line_of_the_table_is_wider_than_the_terminal(found: list[Summary | Failure], width: int) -> None:
    assert all(cell_len(line) <= max(width, 40) for line in table(found, width))


@hostile
@given(items, st.integers(40, 140))
def test_no_line_of_an_article_is_wider_than_the_terminal(item: Summary | Failure, width: int) -> None:
    assert all(cell_len(line) <= width for line in show(item, width, text=TEXT, with_text=True))


@hostile
@given(items, st.booleans())
def test_nothing_that_a_terminal_obeys_is_ever_shown(item: Summary | Failure, with_text: bool) -> None:
    shown = "\n".join([*table([item], 100), *show(item, 100, text=TEXT if with_text else None, with_text=with_text)])
    assert not {char for char in shown if unicodedata.category(char) in {"Cc", "Cs"} and char != "\n"} | (_BIDI & set(shown))


@hostile
@given(items)
def test_colour_adds_its_own_codes_and_no_others(item: Summary | Failure) -> None:
    coloured = "\n".join([*table([item], 100, colour=True), *show(item, 100, colour=True)])
    plain = "\n".join([*table([item], 100), *show(item, 100)])
    for code in ("0", "1", "2", "31", "32"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


def test_an_article_is_shown_with_claims_stances_and_figures() -> None:
    assert list(show(summary(), 90, text=TEXT)) == [
        "Exports rise",
        "2024-05-01",
        "Exports rose, says Ana Ruiz.",
        "",
        "claims",
        "  c1  Exports rose 4.5 percent.",
        "      Ana Ruiz asserts · line 2",
        '      "She said exports rose 4.5 percent to $1.25 billion, "a record"."',
        "",
        "stances",
        "  s1  ▼ Ana Ruiz is against the tariff",
        "      line 3",
        '      "She opposes the tariff."',
        "",
        "  value     what is measured  as of  cited     line",
        '  ↑ 4.5 %   exports           —      Ana Ruiz     2  "4.5 percent"',
        '  $1.25 bn  exports           2024   —            2  "$1.25 billion"',
        "",
        "dropped or remarked",
        "  claim: its number is not in the article",
        "  a guess",
    ]


def test_without_the_text_no_line_is_named() -> None:
    assert "line" not in "\n".join(show(summary(), 90))


def test_the_text_that_the_item_holds_gives_the_lines() -> None:
    held = summary(article=summary().article.model_copy(update={"text": TEXT}))
    assert list(show(held, 90)) == list(show(summary(), 90, text=TEXT))


def test_only_the_layers_that_were_asked_for_are_shown() -> None:
    shown = list(show(summary(checks=Checks()), 90, layers=["figures"]))
    assert shown[3:] == [
        "",
        "  value     what is measured  as of  cited",
        '  ↑ 4.5 %   exports           —      Ana Ruiz  "4.5 percent"',
        '  $1.25 bn  exports           2024   —         "$1.25 billion"',
    ]


def test_the_text_is_shown_with_its_evidence_in_brackets() -> None:
    shown = list(show(summary(checks=Checks()), 60, text=TEXT, with_text=True))
    assert shown[3:9] == [
        "",
        "text",
        "  Ana Ruiz spoke.",
        "  [c1 She said exports rose [f1 4.5 percent] to [f2 $1.25",
        '  billion], "a record".]',
        "  [s1 She opposes the tariff.]",
    ]


def test_the_text_is_shown_with_its_evidence_in_colours() -> None:
    shown = list(show(summary(checks=Checks()), 90, colour=True, text=TEXT, with_text=True))
    assert shown[4:6] == [
        "\x1b[1mtext: \x1b[33mclaims\x1b[0m, \x1b[4;35mstances\x1b[0m, \x1b[1;36mfigures\x1b[0m\x1b[0m",
        "  Ana Ruiz spoke.",
    ]
    assert shown[6].startswith("  \x1b[33mShe\x1b[0m \x1b[33msaid\x1b[0m \x1b[33mexports\x1b[0m \x1b[33mrose\x1b[0m \x1b[1;36m4.5\x1b[0m")


def test_only_the_evidence_of_the_layers_that_were_asked_for_is_highlighted() -> None:
    shown = list(show(summary(checks=Checks()), 90, text=TEXT, with_text=True, layers=["figures"]))
    assert shown[6:8] == ['  She said exports rose [f1 4.5 percent] to [f2 $1.25 billion], "a record".', "  She opposes the tariff."]


def test_without_the_text_none_is_shown() -> None:
    assert list(show(summary(), 90, with_text=True)) == list(show(summary(), 90))


def test_evidence_that_stands_elsewhere_is_not_highlighted() -> None:
    moved = summary(figures=[one.model_copy(update={"start": one.start + 1}) for one in summary().figures], claims=[], stances=[])
    assert "\n".join(highlights(TEXT, moved, 90)) == TEXT


def test_evidence_that_crosses_other_evidence_ends_and_goes_on() -> None:
    (claim,) = summary().claims
    start = TEXT.index("to $1")
    crossing = Span(start=start, end=start + 22, quote=TEXT[start : start + 22])
    (stance,) = summary().stances
    both = summary(claims=[claim.model_copy(update={"evidence": [_at("rose 4.5 percent to")]})], stances=[stance], figures=[])
    both = both.model_copy(update={"stances": [stance.model_copy(update={"evidence": [crossing]})]})
    assert list(highlights(TEXT, both, 90))[1] == 'She said exports [c1 rose 4.5 percent ][s1 [c1 to] $1.25 billion, "a r]ecord".'


def _at(quote: str) -> Span:
    return Span(start=TEXT.index(quote), end=TEXT.index(quote) + len(quote), quote=quote)


def test_a_failure_is_shown_with_its_reason_and_hint() -> None:
    assert list(show(failure(hint="add text"), 90)) == ["bad", "✗ empty: bad.txt: no text add text"]


def test_a_word_that_is_wider_than_the_terminal_is_broken_and_kept() -> None:
    lines = list(show(summary(gist="x" * 100, claims=[], stances=[], figures=[], checks=Checks()), 40))
    assert lines[2:] == ["x" * 40, "x" * 40, "x" * 20]


@pytest.mark.parametrize(
    ("stream", "environment", "wanted"),
    [
        (_Terminal(), {}, True),
        (_Terminal(), {"NO_COLOR": ""}, True),
        (_Terminal(), {"NO_COLOR": "1"}, False),
        (_Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
)
def test_colour_is_for_terminals_that_did_not_refuse_it(stream: io.StringIO, environment: dict[str, str], wanted: bool) -> None:
    assert wants_colour(stream, environment) is wanted


def test_the_sign_of_a_control_is_what_is_shown() -> None:
    assert safe("\x1b]0;x\x07") == "␛]0;x␇"
