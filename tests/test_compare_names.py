"""Names: what is joined by rule, what is not, and what the user's file says."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_sources import claim, made, sources, stance
from made_summaries import HOSTILE, texts

from summarise.compare.aliases import AliasTable, names_in, stated_in
from summarise.errors import UsageError

XI = ["Xi Jinping", "President Xi Jinping", "Chinese President Xi Jinping"]


def canonical(*mentioned: str, file: Path | None = None) -> list[str]:
    names = AliasTable(mentioned, file)
    return [names.canonical(name) for name in mentioned]


def are_one(*mentioned: str) -> bool:
    """Whether the first two are joined, the others being mentioned too."""
    first, second = canonical(*mentioned)[:2]
    return first == second


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "names.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_person_goes_by_the_full_name_without_titles() -> None:
    ways = [*XI, "Xi", "President Xi", "Chinese leader Xi Jinping", "President Xi Jinping of China", "Xi Jinping, the Chinese president"]
    assert set(canonical(*ways)) == {"Xi Jinping"}


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("China's president", "Chinese President Xi Jinping"),
        ("the Chinese president", "President Xi Jinping of China"),
        ("Putin", "Russian President Vladimir Putin"),
        ("Mr Hallaran", "Piers Hallaran"),
        ("Hallaran", "Piers Hallaran, the chief executive of Trewarne"),
        ("Dr Forsyth", "Dr Mei-Lin Forsyth"),
        ("Donald Trump", "Donald J. Trump"),
        ("President Lincoln", "Abraham Lincoln"),
        ("the U.S.", "United States"),
        ("Britain", "UK"),
        ("the European Union", "EU"),
        ("EEU", "Eurasian Economic Union (EEU)"),
        ("the Commission", "the European Commission"),
        ("Trewarne", "Trewarne Metals"),
        ("Trewarne Metals plc", "Trewarne Metals"),
        ("the Kremlin", "Kremlin"),
    ],
)
def test_two_ways_of_naming_one_are_joined(name: str, same: str) -> None:
    assert are_one(name, same)
    assert are_one(same, name)


@pytest.mark.parametrize(
    "mentioned",
    [
        ("Beijing", "China"),
        ("the Kremlin", "Russia"),
        ("China's president", "Xi Jinping"),
        ("China's president", "Chinese President Xi Jinping", "Chinese President Hu Jintao"),
        ("the US president", "former US President Barack Obama"),
        ("China's premier", "Chinese President Xi Jinping"),
        ("Li", "Li Keqiang", "Li Qiang"),
        ("Smith", "John Smith", "Ana Smith"),
        ("Mr Smith", "John Smith", "Mrs Smith"),
        ("Russian President Lee", "South Korean President Jae Lee"),
        ("Ana", "Ana Ruiz"),
        ("Lincoln", "Abraham Lincoln"),
        ("Motors", "General Motors"),
        ("General Motors", "Tata Motors"),
        ("the Commission", "European Commission", "Trade Commission"),
        ("the commission", "European Commission"),
        ("China", "China Development Bank"),
        ("Harland", "Harland Sugar", "Harland Council"),
        ("EEU", "Eastern Energy Union (EEU)", "Eurasian Economic Union (EEU)"),
        ("EEU", "European Central Bank (EEU)"),
        ("us", "US"),
        ("Putin and Xi", "Vladimir Putin"),
        ("Vladimir Putin", "Vladimir Putin's spokesman"),
    ],
)
def test_what_may_be_two_is_not_joined(mentioned: tuple[str, ...]) -> None:
    assert not are_one(*mentioned)


def test_a_name_that_is_not_mentioned_is_itself() -> None:
    assert AliasTable([]).canonical("  Ana   Ruiz ") == "Ana Ruiz"
    assert AliasTable(XI).canonical("the Xi Jinping") == "Xi Jinping"


def test_aliases_are_the_ways_in_which_a_name_is_mentioned() -> None:
    assert AliasTable([*XI, "Ana Ruiz"]).aliases == {"Xi Jinping": ("Chinese President Xi Jinping", "President Xi Jinping", "Xi Jinping")}


def test_evidence_that_states_a_full_title_lets_the_office_be_joined() -> None:
    found = sources(
        made("a", claim("x", evidence=["In Moscow Chinese President Xi Jinping met Mr Putin."])),
        made("b", stances=[stance("China's president", "favour", "the deal")]),
    )
    names = AliasTable(names_in(found))
    assert names.canonical("China's president") == "Xi Jinping"


def test_a_text_states_titles_with_full_names_and_acronyms() -> None:
    text = "Russian Foreign Minister Sergei Lavrov spoke of the Eurasian Economic Union (EEU)."
    assert list(stated_in(text)) == ["Russian Foreign Minister Sergei Lavrov", "Eurasian Economic Union (EEU)"]


def test_the_file_of_the_user_joins_what_no_rule_does(tmp_path: Path) -> None:
    file = written(tmp_path, "China: [Beijing, 'the Middle Kingdom']\nXi: Xi Jinping\n")
    assert canonical("Beijing", "China", "Xi Jinping", "Chinese President Xi Jinping", file=file) == ["China", "China", "Xi", "Xi"]


def test_the_file_of_the_user_keeps_apart_what_a_rule_joins(tmp_path: Path) -> None:
    file = written(tmp_path, "apart: [[Xi, Xi Jinping]]\n")
    assert canonical("Xi", "President Xi", "Xi Jinping", file=file)[0] == "Xi"
    assert AliasTable([], file).are_apart("Xi Jinping", "Xi")
    assert not AliasTable([]).are_apart("Xi Jinping", "Xi")


def test_names_that_the_user_gives_two_owners_are_never_joined(tmp_path: Path) -> None:
    file = written(tmp_path, "Xi Jinping: [Xi]\nChairman: [President Xi Jinping]\n")
    assert canonical("Xi", "President Xi Jinping", file=file) == ["Xi Jinping", "Chairman"]


def test_yaml_that_looks_like_other_things_is_text(tmp_path: Path) -> None:
    assert canonical("no", "1", file=written(tmp_path, "Norway: [no, 1]\n")) == ["Norway", "Norway"]


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert canonical("Xi", file=written(tmp_path, "# nothing yet\n")) == ["Xi"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Xi: [Jinping]\nXi: [He]\n", "2: the key 'Xi' stands twice (first on line 1)"),
        ("Xi J: [Jinping]\n'Xi  J': [He]\n", "2: 'Xi J' stands twice (first on line 1) (put all its names in one entry)"),
        ("A: [Xi]\nB:\n- He\n- xi\n", "4: 'xi' stands under 'B' and under 'A' (line 1) (take it out of one of the two)"),
        ("A: [Xi]\napart: [[A, xi]]\n", "1: 'A' and 'xi' are one name here, but are kept apart too (take out one of the two)"),
        ("apart: Xi\n", "1: 'apart' needs lists of names (write  apart: [[Li Keqiang, Li Qiang]])"),
        ("apart: [[Xi]]\n", "1: 'apart' needs two names or more (write  apart: [[Li Keqiang, Li Qiang]])"),
        ("A: []\n", '1: no names (write lines such as  Xi Jinping: [Xi, "China\'s president"])'),
        ("A:\n", "1: '' is not a name (write lines such as  Xi Jinping: [Xi, \"China's president\"])"),
        ("A: ['--']\n", "1: '--' is not a name (write lines such as  Xi Jinping: [Xi, \"China's president\"])"),
        ("A: {b: c}\n", '1: a mapping within an entry (write lines such as  Xi Jinping: [Xi, "China\'s president"])'),
        ("A: [[B]]\n", '1: a list within a list (write lines such as  Xi Jinping: [Xi, "China\'s president"])'),
        ("- A\n", '1: a list where a name is expected (write lines such as  Xi Jinping: [Xi, "China\'s president"])'),
        ("just words\n", "1: 'just words' is not an entry (write lines such as  Xi Jinping: [Xi, \"China's president\"])"),
        ("A: [B]\n---\nC: [D]\n", "2: a second document: a file holds one; take out the line of dashes"),
        ("A: &x [B]\n", "1: YAML anchors and aliases (&name, *name) are refused: write the text out, or put it in quotes"),
        (
            "A: !!python/object:os.system [B]\n",
            "1: YAML tags are refused (tag:yaml.org,2002:python/object:os.system): everything is read as text",
        ),
    ],
)
def test_a_fault_of_the_file_is_told_with_its_line_and_what_to_do(tmp_path: Path, text: str, fault: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as error:
        AliasTable([], path)
    assert str(error.value) == f"{path}:{fault}"


def test_bad_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"names\.yaml:2: bad YAML: .*needs quotes around it"):
        AliasTable([], written(tmp_path, "A: [B]\nC: [D\n"))


def test_a_file_that_is_missing_a_folder_huge_or_not_utf_8_is_told(tmp_path: Path) -> None:
    huge, latin = tmp_path / "huge.yaml", tmp_path / "latin.yaml"
    huge.write_bytes(b"#" * 1_000_001)
    latin.write_bytes(b"A: [B]\nC: [\xe9]\n")
    for path, words in [(tmp_path / "none.yaml", "cannot be read"), (tmp_path, "cannot be read"), (huge, "over"), (latin, ":2: not UTF-8")]:
        with pytest.raises(UsageError, match=words):
            AliasTable([], path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.binary(max_size=60)
    | st.sampled_from([*HOSTILE, "[" * 5000, "- " * 3000, "a: " * 500, "{" * 3000, "a: |\n" * 50]).map(
        lambda s: s.encode("utf-8", "replace")
    )
    | st.text(alphabet="ab:[]{}-&*!'\"\n ,#|>%@`?", max_size=40).map(str.encode)
)
def test_a_hostile_file_is_a_usage_error_or_names(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "names.yaml"
    path.write_bytes(data)
    try:
        names = AliasTable(["Xi"], path)
    except UsageError as error:
        assert str(error).startswith(str(path))
    else:
        assert names.canonical("Xi")


_names = (
    st.sampled_from(
        [*XI, "Xi", "China's president", "Mr Smith", "John Smith", "the Commission", "EU", "US", "us", "", "the", "Harland Sugar Ltd"]
    )
    | texts
)


@settings(max_examples=200)
@given(st.lists(_names, max_size=9), st.integers())
def test_names_do_not_depend_on_the_order_in_which_they_are_mentioned(mentioned: list[str], seed: int) -> None:
    turned = list(mentioned)
    random.Random(seed).shuffle(turned)
    one, other = AliasTable(mentioned), AliasTable(turned)
    assert [one.canonical(name) for name in mentioned] == [other.canonical(name) for name in mentioned]
    assert one.aliases == other.aliases


@settings(max_examples=200)
@given(st.lists(_names, max_size=9))
def test_the_canonical_name_stands_for_itself(mentioned: list[str]) -> None:
    names = AliasTable(mentioned)
    assert all(names.canonical(names.canonical(name)) == names.canonical(name) for name in mentioned)
