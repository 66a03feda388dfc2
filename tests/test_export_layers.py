"""Layers: tidy rows, and the same rows as data frames."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_summaries import failure, items, summary

from summarise.errors import UsageError
from summarise.export import LAYERS, records, to_arrow, to_pandas, to_polars
from summarise.render.terminal import overview_html
from summarise.schema import Failure, Summary

ITEMS = [summary("a"), failure("b")]
ABOUT = {"article_id": "a", "title": "Exports rise", "source": None, "published": "2024-05-01", "url": None}
SENTENCE = {
    "evidence_quote": 'She said exports rose 4.5 percent to $1.25 billion, "a record".',
    "evidence_start": 16,
    "evidence_end": 79,
    "evidence_count": 1,
}


def test_a_figure_is_a_row_with_its_article_and_its_first_evidence() -> None:
    assert list(records(ITEMS))[1] == ABOUT | SENTENCE | {
        "figure_id": "f2",
        "quote": "$1.25 billion",
        "value": Decimal(1_250_000_000),
        "low": None,
        "high": None,
        "bound": "exact",
        "unit": None,
        "currency": "USD",
        "per": None,
        "change": None,
        "measure": "exports",
        "as_of": "2024",
        "speaker": None,
        "start": 53,
        "end": 66,
    }


def test_a_claim_is_a_row_that_names_its_figures() -> None:
    own = {"claim_id": "c1", "text": "Exports rose 4.5 percent.", "speaker": "Ana Ruiz", "mode": "asserts", "figures": "f1"}
    assert list(records(ITEMS, "claims")) == [ABOUT | own | SENTENCE]


def test_a_stance_without_evidence_has_none_in_its_row() -> None:
    bare = summary("a", stances=[summary().stances[0].model_copy(update={"evidence": []})])
    own = {"stance_id": "s1", "holder": "Ana Ruiz", "target": "the tariff", "polarity": "against"}
    none = {"evidence_quote": None, "evidence_start": None, "evidence_end": None, "evidence_count": 0}
    assert list(records([bare], "stances")) == [ABOUT | own | none]


def test_every_span_of_evidence_is_a_row_that_names_what_it_proves() -> None:
    rows = list(records(ITEMS, "evidence"))
    assert [(row["claim_id"], row["stance_id"], row["figure_id"], row["position"]) for row in rows] == [
        ("c1", None, None, 1),
        (None, "s1", None, 1),
        (None, None, "f1", 1),
        (None, None, "f2", 1),
    ]


def test_what_was_dropped_is_a_row_with_the_item_as_json() -> None:
    own = {"position": 1, "kind": "claim", "why": "its number is not in the article", "item": '{"text": "9 %"}'}
    assert list(records(ITEMS, "dropped")) == [ABOUT | own]


def test_a_failure_is_a_row_of_articles_and_of_nothing_else() -> None:
    assert {layer: len(list(records([failure()], layer))) for layer in LAYERS} == {layer: int(layer == "articles") for layer in LAYERS}
    row = next(records([failure(hint="look")], "articles"))
    assert (row["article_id"], row["error_kind"], row["error_message"], row["error_hint"], row["gist"]) == (
        "bad",
        "empty",
        "bad.txt: no text",
        "look",
        None,
    )


def test_a_layer_that_does_not_exist_is_told_at_once() -> None:
    with pytest.raises(UsageError, match="there is no layer 'words'"):
        records([], "words")


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(st.lists(items, max_size=3))
def test_every_row_of_a_layer_has_the_same_columns(found: list[Summary | Failure]) -> None:
    for name, layer in LAYERS.items():
        for row in records(found, name):
            assert list(row) == [column.name for column in layer.columns]


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=25)
@given(st.lists(items, max_size=3), st.sampled_from(list(LAYERS)))
def test_the_three_frames_hold_the_same_rows(found: list[Summary | Failure], layer: str) -> None:
    arrow = to_arrow(found, layer).to_pylist()
    assert to_polars(found, layer).to_dicts() == arrow
    pandas = to_pandas(found, layer)
    assert {name: [_none_for_nan(cell) for cell in pandas[name]] for name in pandas} == to_arrow(found, layer).to_pydict()


def _none_for_nan(cell: Any) -> Any:
    return None if type(cell).__name__ == "NAType" or cell != cell else cell


_DTYPES = {"title": "string", "value": "Float64", "value_text": "string", "start": "Int64"}


@pytest.mark.parametrize("found", [[], ITEMS])
def test_columns_have_their_types_also_without_rows(found: list[Summary | Failure]) -> None:
    pandas, polars, arrow = to_pandas(found), to_polars(found), to_arrow(found)
    assert [str(pandas.dtypes[name]) for name in _DTYPES] == ["string", "float64", "string", "Int64"]
    assert [str(polars.schema[name]) for name in _DTYPES] == ["String", "Float64", "String", "Int64"]
    assert [str(arrow.schema.field(name).type) for name in _DTYPES] == ["string", "double", "string", "int64"]
    assert len(pandas) == len(polars) == len(arrow) == 2 * bool(found)


def test_booleans_are_nullable_in_every_frame() -> None:
    assert str(to_pandas(ITEMS, "articles").dtypes["cached"]) == "boolean"
    assert to_polars(ITEMS, "articles")["cached"].to_list() == to_arrow(ITEMS, "articles")["cached"].to_pylist() == [False, None]


_WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None
import summarise.export as export
from summarise.errors import MissingExtra
for call in (lambda: getattr(export, sys.argv[2])([]), lambda: export.open_writer(sys.argv[3])):
    try:
        call()
    except MissingExtra as error:
        print(error)
"""


@pytest.mark.parametrize(
    ("package", "function", "file", "said"),
    [
        ("pandas", "to_pandas", "/dev/null", ["a pandas frame needs an optional package (pip install 'summarise-articles[pandas]')"]),
        ("polars", "to_polars", "/dev/null", ["a polars frame needs an optional package (pip install 'summarise-articles[polars]')"]),
        (
            "pyarrow",
            "to_arrow",
            "x.parquet",
            ["Parquet or Arrow needs an optional package (pip install 'summarise-articles[parquet]')"] * 2,
        ),
    ],
)
def test_a_package_that_is_not_installed_is_named(package: str, function: str, file: str, said: list[str]) -> None:
    script = _WITHOUT if file != "/dev/null" else _WITHOUT.replace(", lambda: export.open_writer(sys.argv[3])", ",")
    done = subprocess.run([sys.executable, "-c", script, package, function, file], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == said


def test_importing_the_exports_loads_no_heavy_package() -> None:
    heavy = {"pyarrow", "pandas", "polars", "sqlite3", "rich", "openai", "numpy"}
    script = f"import sys, summarise.export, summarise.render.terminal; print({heavy} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_the_overview_counts_what_it_leaves_out() -> None:
    page = overview_html([summary("<b>", article=summary("<b>").article.model_copy(update={"title": None}))] * 3, limit=2)
    assert page.count("&lt;b&gt;") == 2
    assert "and 1 more" in page
    assert "<b>" not in page
