"""Tables, as they stand in a terminal and in Markdown."""

from __future__ import annotations

from summarise.render.table import Table, lines, markdown

TABLE = Table("Scores | all", ("metric", "value"), [("claims",), ("F1", "1.000"), ("recall", "—")], ["a note", "", "another"])


def test_columns_with_digits_are_set_to_the_right_and_headings_stand_alone() -> None:
    assert list(lines(TABLE)) == [
        "Scores | all",
        "  metric  value",
        "claims",
        "  F1      1.000",
        "  recall      —",
        "",
        "a note",
        "",
        "another",
    ]


def test_the_widest_columns_are_cut_to_fit_a_narrow_terminal() -> None:
    table = Table("", ("name", "n"), [("a long name of something", "12")])
    assert list(lines(table, 16)) == ["  name         n", "  a long na…  12"]


def test_colours_are_used_only_when_they_are_asked_for() -> None:
    coloured = list(lines(TABLE, colour=True))
    assert (coloured[0], coloured[3]) == ("\x1b[1mScores | all\x1b[0m", "  F1      1.000")
    assert not any("\x1b" in line for line in lines(TABLE))


def test_markdown_has_the_rows_without_headings_and_escapes_every_cell() -> None:
    assert markdown(TABLE) == (
        "**Scores &#124; all**\n\n| metric | value |\n| --- | ---: |\n| F1 | 1.000 |\n| recall | — |\n\na note  \n\nanother  \n"
    )


def test_a_table_without_rows_is_its_columns() -> None:
    assert list(lines(Table("", ("a", "b"), []))) == ["  a  b"]
