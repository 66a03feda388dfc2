"""What holds for whatever text `find_figures` is given."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.figures import find_figures, find_numerals

SHARED = Path(__file__).resolve().parents[2] / "shared" / "articles"

UNITS = {
    "%": "percent",
    " percent": "percent",
    " tonnes": "tonne",
    " km": "kilometre",
    "kg": "kilogram",
    " ships": "ship",
    " barrels a day": "barrel",
}
MONEY = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "RM": "MYR", "CHF ": "CHF", "A$": "AUD"}
SCALES = {"": 1, " million": 10**6, " billion": 10**9}
DIGITS = st.integers(min_value=3, max_value=999_999)
FRACTION = st.sampled_from(["", ".5", ".25", ".75"])
PIECES = st.sampled_from(
    [
        *"7 12 1,234 5.5 ½ $ US$ € % percent million bn k m kg km/h a per year and to - – . , : / ( ) [ ] \" ' two half".split(),
        *"third dozens hundred of the".split(),
        *"more than about rose fell from between 2018 May June at pm Boeing No. page one in five said According Acme".split(),
        *"people ± x10 ^ ⁻³ 亿 元".split(),
        " ",
        "\n",
        "\u00a0",
    ]
)


@given(DIGITS, FRACTION, st.sampled_from(sorted(SCALES)), st.sampled_from(sorted(UNITS)))
def test_a_measured_quantity_is_found_with_place_value_and_unit(whole: int, part: str, scale: str, unit: str) -> None:
    written = f"{whole:,}{part}{scale}{' ' if scale and unit == 'kg' else ''}{unit}"
    text = f"It carried {written}, we hear."
    (figure,) = find_figures(text)
    assert (figure.start, figure.quote) == (11, written)
    assert (figure.value, figure.unit) == (Decimal(f"{whole}{part}") * SCALES[scale], UNITS[unit])


@given(DIGITS, FRACTION, st.sampled_from(sorted(SCALES)), st.sampled_from(sorted(MONEY)))
def test_money_is_found_with_place_value_and_code(whole: int, part: str, scale: str, sign: str) -> None:
    written = f"{sign}{whole:,}{part}{scale}"
    text = f"It cost {written}, we hear."
    (figure,) = find_figures(text)
    assert (figure.start, figure.quote) == (8, written)
    assert (figure.value, figure.currency) == (Decimal(f"{whole}{part}") * SCALES[scale], MONEY[sign])


@given(st.lists(PIECES, max_size=30).map("".join) | st.lists(PIECES, max_size=30).map(" ".join) | st.text(max_size=200))
def test_figures_are_verbatim_sorted_apart_and_exact(text: str) -> None:
    end = 0
    for figure in find_figures(text, published="2019-06-10"):
        assert end <= figure.start < figure.end
        assert text[figure.start : figure.end] == figure.quote
        end = figure.end
        ends = [figure.low, figure.high] if figure.bound == "range" else [figure.value]
        for value in ends:
            assert value is not None
            assert value.is_finite()
            assert value == int(value) or len(value.normalize().as_tuple().digits) <= 15
        assert (figure.value is None) == (figure.bound == "range")
        assert figure.low is None or (figure.high is not None and figure.low <= figure.high)


@pytest.mark.parametrize(
    "piece",
    [
        *"7 ( $ a - ½ ٣ 3. 5' 1,111 two- ab1".split(),
        " ",
        "\n",
        "and ",
        "million ",
        "5\n",
        "1 ",
        "$5 ",
        "5 a-b-c-",
        "of the 5 ",
        "5 he said ",
    ],
)
def test_a_long_run_of_anything_ends(piece: str) -> None:
    text = piece * (8_000 // len(piece))
    assert all(text[figure.start : figure.end] == figure.quote for figure in find_figures(text))
    assert find_numerals(text) == find_numerals(text)


@pytest.mark.parametrize("text", ["7" * 2_000_000, "(" * 2_000_000, "and " * 500_000, "$" * 2_000_000, " " * 2_000_000])
def test_two_megabytes_of_one_thing_hold_no_figure(text: str) -> None:
    assert find_figures(text) == []


def test_importing_the_rules_loads_nothing_from_elsewhere() -> None:
    code = "import sys, summarise.figures; print(sorted(set(sys.modules) & {'babel', 'pint', 'numpy', 'pydantic', 'regex'}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the example articles are not beside the repository")
def test_the_figures_of_the_example_articles() -> None:
    found = {
        (figure.currency or figure.unit, figure.value, figure.bound, figure.per)
        for path in sorted(SHARED.glob("*.txt"))
        for figure in find_figures(path.read_text(encoding="utf-8"))
    }
    wanted = {
        ("USD", Decimal(966_430_000), "exact", None),
        ("world leader", Decimal(30), "about", None),
        ("agreement", Decimal(32), "exact", None),
        ("USD", Decimal(400_000_000_000), "exact", None),
        ("cubic metre", Decimal(38_000_000_000), "exact", "year"),
        ("USD", Decimal(2_000_000_000), "exact", None),
        ("USD", Decimal(1_000_000_000), "about", None),
        ("agreement", Decimal(38), "exact", None),
        ("CNY", Decimal(150_000_000_000), "exact", None),
        ("CNY", Decimal(3_000_000_000), "exact", None),
        ("USD", Decimal(200_000_000), "exact", None),
        ("USD", Decimal(400_000_000_000), "about", None),
        ("year", Decimal(30), "exact", None),
        ("USD", Decimal(244_000_000_000), "exact", None),
        ("percent", Decimal(63), "exact", None),
        ("USD", Decimal(129_300_000_000), "exact", None),
        ("cubic metre", Decimal(50_000_000_000), "exact", "year"),
        ("USD", Decimal(20_000_000_000), "more_than", None),
        ("USD", Decimal(200_000_000_000), "exact", "year"),
        ("percent", Decimal("24.5"), "exact", None),
        ("USD", Decimal(108_000_000_000), "exact", None),
    }
    assert wanted <= found
