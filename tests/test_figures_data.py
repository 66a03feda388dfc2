"""The data files of the rules for figures: every row is sound, and a text can be written that it is read from."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

import summarise.figures
from summarise.figures import Figure, find_figures, find_numerals
from summarise.figures.lexicon import is_plural, singular
from summarise.text.data_files import entries, sections, table

PACKAGE = "summarise.figures"
FOLDER = Path(summarise.figures.__file__).parent
TABLES = ("currencies", "currency_marks", "number_words", "rates", "units")
WORDS = sections(PACKAGE, "data/words.txt")


def rows(name: str) -> list[list[str]]:
    return table(PACKAGE, f"data/{name}.tsv")


def first(*texts: str) -> list[Figure]:
    """The first figure of each text that has any."""
    return [found[0] for text in texts if (found := find_figures(text))]


def repeated(values: list[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_a_cell_for_each_column_and_no_row_twice(name: str) -> None:
    head = (FOLDER / "data" / f"{name}.tsv").read_text(encoding="utf-8").split("\n")
    columns = [line for line in head if line.startswith("# ")][-1].split("\t")
    assert {len(row) for row in rows(name)} == {len(columns)}
    assert not repeated(["\t".join(row) for row in rows(name)])
    assert all(cell == " ".join(cell.split()) for row in rows(name) for cell in row)


def test_the_rows_of_currencies_and_units_are_in_order() -> None:
    for name in ("currencies", "units"):
        names = [row[0].lower() for row in rows(name)]
        assert names == sorted(names)


def test_a_name_that_stands_alone_is_that_of_one_currency() -> None:
    assert not repeated([name for _, _, own, _ in rows("currencies") for name in entries(own)])


@pytest.mark.parametrize("row", rows("currencies"), ids=lambda row: row[0])
def test_a_currency_is_read_by_its_code_and_by_all_its_names(row: list[str]) -> None:
    code, adjectives, own, shared = row
    assert re.fullmatch("[A-Z]{3}", code)
    assert own or adjectives
    names = [*entries(own), *(f"{adjective} {noun}" for adjective in entries(adjectives) for noun in entries(own) + entries(shared))]
    texts = [f"It took {code} 7,300.5 then.", *(f"They paid 7300 {name} then." for name in names)]
    assert [figure.currency for figure in first(*texts)] == [code] * len(texts)


@pytest.mark.parametrize("row", rows("currency_marks"), ids=lambda row: row[1])
def test_a_mark_of_a_currency_is_read_beside_digits(row: list[str]) -> None:
    kind, written, code, minor = row
    shapes = {
        written,
        written.upper(),
        written.capitalize(),
        written[:2].capitalize() + written[2:],
        written[0].upper() + written[1:].upper(),
    }
    texts = {
        "sign": [f"It took {written}7300 then.", f"It took 7300{written} then."],
        "dollar": [f"It took {shape}$7300 then." for shape in shapes],
        "letters": [f"It took {shape}7300.5 then." for shape in shapes],
        "minor": [f"It took 73 {written} then."],
    }[kind]
    assert (code or None, minor or None) in {(figure.currency, figure.unit) for figure in first(*texts)}


def test_no_name_or_symbol_is_that_of_two_units() -> None:
    assert not repeated([name for unit, others, _, _ in rows("units") for name in (unit.lower(), *entries(others))])
    assert not repeated([symbol for _, _, symbols, _ in rows("units") for symbol in symbols.split()])


@pytest.mark.parametrize("row", rows("units"), ids=lambda row: row[0])
def test_a_unit_is_read_by_all_its_names_and_symbols(row: list[str]) -> None:
    unit, others, symbols, _ = row
    for name in [unit.lower(), *entries(others)]:
        if not name.startswith(("million ", "dozen", "twenty-")):  # which are numbers, too
            assert _named(first(f"It took 7300 {name} then.")) == {unit}
    for symbol in symbols.split():
        assert unit in _named(first(f"It took 73.5{symbol}.", f"It took 73.5 {symbol}, then."))


def _named(figures: list[Figure]) -> set[str | None]:
    return {f"{figure.unit} per {figure.per}" if figure.per else figure.unit for figure in figures}


def test_a_unit_may_begin_with_a_number_word() -> None:
    assert [(figure.quote, figure.unit) for figure in find_figures("Half a dozen of 40 TEU came.")] == [
        ("Half a dozen", "dozen"),
        ("40 TEU", "twenty-foot equivalent unit"),
    ]


@pytest.mark.parametrize("row", rows("rates"), ids=lambda row: row[0])
def test_a_rate_or_a_denominator_is_read(row: list[str]) -> None:
    written, unit, per = row
    texts = [f"It took 7300 {written}, then."] if unit else [f"It took 7300 km {joint}{written} then." for joint in ("/", "per ", "")]
    assert (unit or "kilometre", per) in [(figure.unit, figure.per) for figure in first(*texts)]


@pytest.mark.parametrize("row", [row for row in rows("number_words") if row[0] not in ("month", "vague")], ids=lambda row: row[1])
def test_a_number_word_has_its_value(row: list[str]) -> None:
    kind, written, value = row
    above, _, below = value.partition("/")
    number = Decimal(above) / Decimal(below or 1)
    if kind in ("part", "parts"):
        number = 1 / number
    text, wanted = {
        "one": (f"{written} litres", number),
        "scale": (f"3 {written} litres", 3 * number),
        "dozen": (f"3 {written} litres", 3 * number),
        "short scale": (f"3 {written} litres", 3 * number),
        "letter": (f"$3{written}", 3 * number),
        "han": (f"3{written}", 3 * number),
        "part": (f"a {written} of it", number),
        "parts": (f"three-{written} of it", 3 * number),
    }.get(kind, (f"the {written} litre", number))
    if written not in ("first", "second"):  # which are no numerals
        (numeral,) = find_numerals(text)
        assert abs(numeral.value - wanted) < Decimal("1e-12")


def test_a_vague_plural_is_from_one_to_ten_of_them() -> None:
    alone = {word: int(value) for kind, word, value in rows("number_words") if kind == "vague"}
    for word, value in alone.items():
        of, times = ("", 1) if word in ("dozens", "hundreds", "thousands") else (" of hundreds", 100)
        assert [(figure.low, figure.high) for figure in find_figures(f"{word}{of} of homes")] == [(value * times, value * times * 10)]


def test_a_bound_stands_before_its_number() -> None:
    for bound, lines in sections(PACKAGE, "data/bounds.txt").items():
        phrases = [phrase for line in lines for phrase in entries(line)]
        assert phrases == sorted(phrases)
        for phrase in phrases:
            joint = " " if phrase[-1].isalpha() else ""
            assert (phrase, find_figures(f"It has {phrase}{joint}40 people.")[0].bound) == (phrase, bound)


def test_the_words_of_a_class_are_in_lower_case_in_order_and_once() -> None:
    for section, lines in WORDS.items():
        words = " ".join(lines).split()
        assert words == sorted({word.lower() for word in words}), section


def test_every_class_of_words_is_asked_for() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    assert set(re.findall(r"word_class\([\"']([\w ]+)[\"']\)", source)) == WORDS.keys()


def test_a_plural_that_the_rules_of_spelling_know_is_not_listed() -> None:
    irregular = dict(pair.split(":") for pair in " ".join(WORDS["irregular plurals"]).split())
    # No list holds a word that begins like this, so that the rules decide.
    assert [plural for plural, noun in irregular.items() if is_plural(f"qu{plural}") and singular(f"qu{plural}") == f"qu{noun}"] == []
    assert [word for word in " ".join(WORDS["no plurals"]).split() if not is_plural(f"qu{word}")] == []


def test_the_data_files_are_not_read_before_a_command_needs_them() -> None:
    code = "import sys, summarise.cli; assert summarise.cli.main(['--help']) == 0; print('summarise.text.data_files' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == "False"
