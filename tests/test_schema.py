"""The JSON that other programs read."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_summaries import failure, items, summary
from pydantic import ValidationError

from summarise.schema import Draft, Dropped, Failure, Summary, parse_line

_LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


def _with_value(value: Decimal) -> Summary:
    first, second = summary().figures
    return summary(figures=[first.model_copy(update={"value": value}), second])


def _line(**changes: Any) -> str:
    return json.dumps(json.loads(summary().to_json()) | changes)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("4.5", "4.5"),
        ("0.1", "0.1"),
        ("4.50", "4.5"),
        ("1400000000", "1400000000"),
        ("1.4E+9", "1400000000"),
        ("-3", "-3"),
        ("1234567890123456.789", "1234567890123456.789"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("0.1234567890123456789012345", "0.1234567890123456789012345"),
    ],
)
def test_a_value_is_a_json_number_with_all_its_digits(value: str, written: str) -> None:
    assert f'"value":{written},' in _with_value(Decimal(value)).to_json()


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_no_digit_of_a_value_is_lost_on_the_way_through_json(value: Decimal) -> None:
    read = parse_line(_with_value(value).to_json())
    assert isinstance(read, Summary)
    assert read.figures[0].value == value


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E+300", "1E-301", "1E+999999999", "-1E+999999999"])
def test_a_value_that_json_readers_cannot_hold_is_refused(value: str) -> None:
    data = summary().figures[0].model_dump() | {"value": Decimal(value)}
    with pytest.raises(ValidationError):
        type(summary().figures[0]).model_validate(data)


def test_zero_is_zero_whatever_its_sign_and_exponent() -> None:
    data = summary().figures[0].model_dump() | {"value": Decimal("-0E+999999")}
    assert str(type(summary().figures[0]).model_validate(data).value) == "0"


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(items)
def test_every_item_is_one_line_of_utf8_that_reads_back_the_same(item: Summary | Failure) -> None:
    line = item.to_json()
    assert not set(line) & set(_LINE_ENDS)
    assert parse_line(line.encode()) == item


def test_text_is_left_out_where_it_was_not_asked_for() -> None:
    assert "text" not in json.loads(summary().to_json())["article"]


def test_text_that_was_asked_for_is_in_the_article() -> None:
    asked = summary(article=summary().article.model_copy(update={"text": "All."}))
    assert json.loads(asked.to_json())["article"]["text"] == "All."


def test_fields_of_a_later_version_are_passed_over() -> None:
    article = json.loads(summary().to_json())["article"] | {"byline": "x"}
    assert parse_line(_line(schema_version=2, mood="calm", article=article)) == summary(schema_version=2)


def test_a_line_with_an_error_is_a_failure() -> None:
    assert parse_line(failure().to_json()) == failure()


def test_an_error_that_is_null_makes_no_failure() -> None:
    assert parse_line(_line(error=None)) == summary()


@pytest.mark.parametrize("line", ["", "[]", "7", "{", "null", "[" * 100_000, b"\xff\xfe\x00", '{"error": 1}', "NaN", "9" * 5000])
def test_what_is_no_summary_is_a_value_error(line: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_line(line)


def test_a_number_that_json_does_not_know_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="Infinity is not a number in JSON"):
        parse_line(summary().to_json().replace("0.25", "Infinity"))


def test_offsets_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        parse_line(summary().to_json().replace('"start":0', '"start":-1').replace('"start":16', '"start":-1'))


def test_a_dropped_item_is_kept_as_json_can_hold_it() -> None:
    sent = {"a": [1, 2.5, Decimal("0.5"), float("nan"), 10**5000], 7: "\ud800", "who": {1}}
    assert Dropped(kind="draft", why="x", item=sent).item == {"a": [1, 2.5, 0.5, None, None], "7": "?", "who": "{1}"}


def test_a_dropped_item_is_cut_where_it_is_nested_too_deep() -> None:
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    kept = Dropped(kind="draft", why="x", item=deep).item
    assert json.dumps(kept) == "[" * 20 + '"\\u2026"' + "]" * 20


def test_a_draft_takes_no_field_that_was_not_asked_for() -> None:
    draft = {"gist": "g", "claims": [], "stances": [], "figures": [], "missed_figures": []}
    assert Draft.model_validate(draft).gist == "g"
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Draft.model_validate(draft | {"mood": "calm"})
