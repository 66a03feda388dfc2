"""Gold files: what is read, and what is told of those that are broken."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from evals_made import GOLD, faults_of, gold
from hypothesis import given
from hypothesis import strategies as st

from summarise.article import Article
from summarise.errors import GoldError, UsageError
from summarise.evals.gold.model import Amount
from summarise.evals.gold.read import check, digest, parsed, read_gold
from summarise.text.yaml_nodes import MOST_CHARACTERS, MappingNode, Problems, ScalarNode, Unreadable, parse

TEXT = gold().text
SHARED = Path(__file__).parents[2] / "shared" / "evals" / "example-gold.yaml"


def edited(old: str, new: str, yaml: str = GOLD) -> str:
    assert old in yaml
    return yaml.replace(old, new, 1)


# --- what is read -----------------------------------------------------------------------------------------------------


def test_every_scalar_is_text() -> None:
    node = parse("a: no\nb: 0010\nc: 2025-03-14\nd: 1.50\ne: 0x1F\n")
    assert isinstance(node, MappingNode)
    assert [item.text for item in node.items.values() if isinstance(item, ScalarNode)] == ["no", "0010", "2025-03-14", "1.50", "0x1F"]


def test_a_sound_file_is_read_whole() -> None:
    found = gold()
    claim, stance, figure = found.labels.claims[0], found.labels.stances[0], found.labels.figures[0]
    assert (claim.id, claim.key, claim.mode, claim.speaker.names) == ("c1", True, "predicts", ("Ines Moro", "Moro"))
    assert (stance.id, stance.holder.label, stance.target.label, stance.polarity) == ("s1", "board", "reservoir", "favour")
    assert (figure.amounts, figure.unit, figure.per, figure.bound, figure.as_of) == (
        (Amount(Decimal(90000)),),
        "home",
        "day",
        "at_least",
        "2036",
    )
    assert found.labels.figures[3].amounts == (Amount(None, Decimal(300), Decimal(350)),)
    assert (found.cluster, found.guidelines, found.labelled_by) == ("water", "3", ("ana", "ben"))


def test_a_quote_is_a_place_in_the_text() -> None:
    ((start, end),) = gold().labels.claims[2].spans[0]
    assert TEXT[start:end] == "demanded that old pipes be mended first"


@pytest.mark.parametrize("quote", ["“a grave for good soil”", "a  grave for\u00a0good soil", "a grave — for good soil"])
def test_quotes_are_found_whatever_their_quote_marks_dashes_and_spaces(quote: str) -> None:
    found = gold(edited("quote: a grave for good soil", f"quote: '{quote}'"))
    assert found.labels.stances[1].spans == gold().labels.stances[1].spans


def test_an_alias_stands_for_its_entity() -> None:
    assert gold(edited("speaker: moro", "speaker: Ines Moro")).labels.claims[0].speaker.names == ("Ines Moro", "Moro")


def test_a_name_that_is_no_entity_may_stand_in_the_text() -> None:
    assert gold(edited("speaker: birk", "speaker: villagers")).labels.claims[2].speaker.names == ("villagers",)


def test_the_authors_own_voice_is_a_speaker() -> None:
    assert gold().labels.claims[4].speaker.is_author


def test_nth_says_which_of_several_places() -> None:
    found = gold(edited("quote: a grave for good soil", "quote: reservoir, nth: 2"))
    (((start, _),),) = found.labels.stances[1].spans
    assert start == [at for at in range(len(TEXT)) if TEXT.startswith("reservoir", at)][1]


def test_also_gives_other_places_and_a_list_of_quotes_only_proves_together() -> None:
    found = gold(
        edited(
            "  quote: demanded that old pipes be mended first\n",
            "  quote: [demanded, old pipes]\n  also: [good soil, {quote: Birk, nth: 2}]\n",
        )
    )
    together, *also = found.labels.claims[2].spans
    assert [TEXT[start:end] for start, end in together] == ["demanded", "old pipes"]
    assert [[TEXT[start:end] for start, end in place] for place in also] == [["good soil"], ["Birk"]]


def test_accept_gives_other_right_wordings() -> None:
    assert gold().labels.figures[1].wordings("measure") == ("cost of the reservoir", "price of the dam")


def test_a_derived_value_need_not_stand_in_its_quote() -> None:
    assert gold(edited("  value: 12\n", "  value: 13\n  derived: yes\n")).labels.figures[2].derived


def test_a_scale_after_the_second_number_is_that_of_the_first_too() -> None:
    yaml = edited("It would cost 2.5 billion euros", "It would cost 2 to 3 billion euros")
    yaml = edited("It would cost 2.5 billion euros", "It would cost 2 to 3 billion euros", yaml)
    yaml = edited(
        "- quote: 2.5 billion euros\n  value: 2500000000\n",
        "- quote: 2 to 3 billion euros\n  value: 2000000000..3000000000\n  bound: range\n",
        yaml,
    )
    assert str(gold(yaml).labels.figures[1].amounts[0]) == "2000000000..3000000000"


def test_items_without_an_id_are_numbered_and_never_share_one() -> None:
    yaml = edited("- id: c2\n  key: yes", "- key: yes")
    yaml = edited("id: c4", "id: c2", yaml)
    assert [claim.id for claim in gold(yaml).labels.claims] == ["c1", "c2'", "c3", "c2", "c5"]


def test_the_article_may_stand_in_another_file_with_its_digest(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    head, rest = GOLD.split("text: |")[0], GOLD[GOLD.index("entities:") :]
    (tmp_path / "a.yaml").write_text(f"{head}article: a.txt\nsha256: {hashlib.sha256(TEXT.encode()).hexdigest()}\n{rest}")
    (found,) = read_gold([tmp_path])
    assert (found.text, found.labels.claims[0].spans) == (TEXT, gold().labels.claims[0].spans)


def test_the_digest_changes_with_a_label_and_not_with_a_comment_or_a_note() -> None:
    before = digest([gold()])
    assert digest([gold(GOLD + "# a remark\n")]) == before
    assert digest([gold(edited("- id: c3\n", "- id: c3\n  note: a chain\n"))]) == before
    assert digest([gold(edited("polarity: against", "polarity: mixed"))]) != before
    assert digest([gold(edited("cluster: water", "cluster: other"))]) != before


# --- what is told of broken files ---------------------------------------------------------------------------------------

BROKEN: dict[str, tuple[Callable[[], str], str]] = {
    "unknown key": (
        lambda: edited("  speaker: birk", "  speeker: birk"),
        "broken.yaml:38: claims.2.speeker: unknown key, did you mean 'speaker'",
    ),
    "quote not in the text": (
        lambda: edited("demanded that old pipes be mended first\n- id", "demanded that all pipes be mended first\n- id"),
        "broken.yaml:40: claims.2.quote: not in the text: 'demanded that all pipes be mended first'; "
        "nearest: 'demanded that old pipes be mended first'",
    ),
    "quote twice": (
        lambda: edited("quote: a grave for good soil", "quote: reservoir"),
        "broken.yaml:53: stances.1.quote: stands 3 times in the text: ",
    ),
    "duplicate id": (lambda: edited("id: c2", "id: c1"), "broken.yaml:31: claims.1.id: duplicate id 'c1' (first in claims.0)"),
    "wrong type": (
        lambda: edited("claims:\n", "claims: many\nnote:\n"),
        "broken.yaml:24: claims: wrong type: a text stands where a list belongs",
    ),
    "bad YAML": (lambda: edited("  speaker: moro\n", "  speaker: moro: x\n"), "broken.yaml:28: bad YAML: mapping values are not allowed"),
    "a number as a date": (
        lambda: edited("as_of: 2036", "as_of: 90000"),
        "broken.yaml:63: figures.0.as_of: '90000' is no date: write it like 2031",
    ),
    "alias used twice": (
        lambda: edited("[Tom Birk, Birk,", "[Tom Birk, the Moro,"),
        "broken.yaml:20: entities.birk: alias used twice: 'the Moro'",
    ),
    "missing article": (
        lambda: edited("text: |", "article: gone.txt\nsha256: 00\nnote: |"),
        "broken.yaml:8: article: missing article: gone.txt: No such file or directory",
    ),
    "changed sha256": (
        lambda: edited("text: |", f"sha256: {'0' * 64}\ntext: |"),
        "broken.yaml:8: sha256: the text has changed: it was 000000000000…",
    ),
    "tabs": (lambda: edited("  key: yes\n", "\tkey: yes\n"), "broken.yaml:26: a tab at the start of the line: YAML wants spaces"),
    "huge": (lambda: GOLD + "#" * MOST_CHARACTERS, "broken.yaml:1: the file is huge: "),
    "an alias bomb": (lambda: GOLD + "note: &a [x]\nsource: *a\n", "broken.yaml:82: YAML anchors and aliases (&name, *name) are refused"),
    "a tag": (lambda: edited("id: c2", "id: !!python/name:os.system c2"), "broken.yaml:31: YAML tags are refused"),
    "a key twice": (lambda: GOLD + "title: again\n", "broken.yaml:82: the key 'title' stands twice (first on line 3)"),
    "two documents": (lambda: GOLD + "---\nformat: 1\n", "broken.yaml:82: a second document"),
    "null": (lambda: edited("unit: home", "unit: null"), "broken.yaml:59: figures.0.unit: 'null' means nothing here"),
    "an unknown format": (lambda: edited("format: 1", "format: 2"), "broken.yaml:1: format: '2' is not possible"),
    "a flag": (lambda: edited("key: yes", "key: maybe"), "broken.yaml:26: claims.0.key: 'maybe' is neither yes nor no"),
    "a choice": (lambda: edited("favour", "favor"), "broken.yaml:52: stances.0.polarity: 'favor' is not possible, did you mean 'favour'"),
    "left empty": (lambda: edited("speaker: moro", "speaker:"), "broken.yaml:28: claims.0.speaker: left empty"),
    "missing": (lambda: edited("  speaker: moro\n", ""), "broken.yaml:25: claims.0.speaker: missing"),
    "a name from nowhere": (
        lambda: edited("speaker: moro", "speaker: mora"),
        "broken.yaml:28: claims.0.speaker: 'mora' is no entity and stands nowhere in the text, did you mean 'moro'",
    ),
    "no plain number": (lambda: edited("value: 90000", "value: 90 000"), "broken.yaml:58: figures.0.value: '90 000' is no plain number"),
    "a value that its quote does not hold": (
        lambda: edited("value: 90000", "value: 9000"),
        "broken.yaml:58: figures.0.value: 9000 is not in the quote, whose numbers are: 90000; mend one of them, or say derived: yes",
    ),
    "a range without its bound": (lambda: edited("bound: range", "bound: about"), "broken.yaml:79: figures.3.bound: a value of two ends"),
    "a currency": (lambda: edited("currency: EUR", "currency: euro"), "broken.yaml:67: figures.1.currency: 'euro' is no ISO 4217 code"),
    "an unknown layer": (
        lambda: edited("[claims, stances,", "[claims, stance,"),
        "broken.yaml:7: complete.1: 'stance' is no layer, did you mean 'stances'",
    ),
    "a key claim that is optional": (
        lambda: edited("key: yes", "key: yes\n  optional: yes"),
        "broken.yaml:27: claims.0.optional: a key claim",
    ),
    "nth too large": (
        lambda: edited("quote: a grave for good soil", "quote: reservoir, nth: 9"),
        "broken.yaml:53: stances.1.quote: nth is '9', but",
    ),
    "no quote": (lambda: edited("  quote: demanded that old pipes be mended first\n", ""), "broken.yaml:36: claims.2.quote: missing"),
    "a quote without words": (
        lambda: edited("quote: a grave for good soil", "quote: '…'"),
        "broken.yaml:53: stances.1.quote: '…' holds no word",
    ),
    "nth for a list of quotes": (
        lambda: edited("quote: a grave for good soil", "quote: [grave, good soil], nth: 1"),
        "broken.yaml:53: stances.1.nth: belongs to one quote: write - {quote: …, nth: 2} in the list",
    ),
    "a quote that is a list of lists": (
        lambda: edited("quote: a grave for good soil", "quote: [[grave]]"),
        "broken.yaml:53: stances.1.quote.0: wrong type: a list stands where a text belongs",
    ),
    "a range the wrong way round": (
        lambda: edited("300..350", "350..300"),
        "broken.yaml:77: figures.3.value: '350..300': the lower end comes first",
    ),
    "an entity without names": (lambda: edited("[old pipes, mending the pipes]", "[]"), "broken.yaml:23: entities.pipes: has no names"),
    "an alias without words": (lambda: edited("[old pipes,", "['–',"), "broken.yaml:23: entities.pipes: '–' holds no word"),
    "an item that is a text": (
        lambda: edited("- id: c2\n", "- just words\n- id: c2\n"),
        "broken.yaml:31: claims.1: wrong type: a text stands",
    ),
    "a text and a reference": (
        lambda: edited("text: |", "article: a.txt\ntext: |"),
        "broken.yaml:9: text: missing: give the article as 'text: |', or",
    ),
    "a date that there is not": (
        lambda: edited("as_of: 2030-04", "as_of: 2030-13"),
        "broken.yaml:81: figures.3.as_of: '2030-13' is no date",
    ),
    "an empty file": (lambda: "", "broken.yaml:1: the file is empty"),
    "no mapping": (lambda: "- a\n", "broken.yaml:1: wrong type: a gold file is a mapping"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_fault_is_told_with_file_line_field_and_what_to_do(kind: str) -> None:
    make, message = BROKEN[kind]
    assert any(fault.startswith(message) for fault in faults_of(make())), faults_of(make())


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(edited("unit: home", "unyt: home", edited("mode: predicts", "mode: hopes")))
    (tmp_path / "b.yaml").write_text(edited("polarity: favour", "polarity: for"))
    with pytest.raises(GoldError) as told:
        read_gold([tmp_path])
    assert [fault.split(": ")[0].rpartition("/")[2] + " " + fault.split(": ")[1] for fault in told.value.faults] == [
        "a.yaml:29 claims.0.mode",
        "a.yaml:59 figures.0.unyt",
        "b.yaml:52 stances.0.polarity",
    ]
    assert told.value.exit_code == 2


def test_two_files_cannot_have_one_id(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(GOLD)
    (fault,) = check([tmp_path]).errors
    assert str(fault) == f"{tmp_path}/b.yaml:1: id: 'reservoir' is also the id of {tmp_path}/a.yaml"


def test_a_file_that_is_no_utf8_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"format: 1\xff\n")
    assert [str(fault) for fault in check([tmp_path]).errors] == [f"{tmp_path}/a.yaml:1: not UTF-8: byte 10 is not valid"]


@pytest.mark.parametrize("there", [True, False])
def test_no_gold_at_all_is_an_error(there: bool, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no gold files in" if there else "there is no such file"):
        read_gold([tmp_path if there else tmp_path / "gone"])


def test_what_the_guide_asks_for_is_only_remarked() -> None:
    faults = Problems("made.yaml")
    parsed(GOLD.replace("key: yes", "key: no").replace("complete: [claims, stances, figures]", "complete: []"), faults)
    assert [str(fault) for fault in faults.warnings] == [
        "made.yaml:24: claims: none is a key claim; the guide asks for at least one",
        "made.yaml:7: complete: no layer is labelled in full, so no precision can be computed",
    ]


@given(st.text(max_size=200) | st.text(alphabet="[]{}:-|>&*!'\"#%@, \n\ta1", max_size=120))
def test_no_text_makes_the_parser_fail(text: str) -> None:
    try:
        parse(text)
    except Unreadable as told:
        assert told.line >= 1
        assert told.message


@given(st.integers(0, len(GOLD) - 1), st.integers(0, 40), st.text(alphabet="[]{}:-|&*'\"#, \n\tax1", max_size=6))
def test_no_damage_to_a_gold_file_makes_reading_fail(at: int, cut: int, put: str) -> None:
    faults = Problems("damaged.yaml")
    found = parsed(GOLD[:at] + put + GOLD[at + cut :], faults)
    assert (found is None) == bool(faults.errors)
    assert all(fault.line >= 1 and fault.message for fault in faults.errors)


@pytest.mark.parametrize("bomb", ["[" * 5000, "{a: " * 3000, "- " * 3000, "a: [" + "x," * 200_000 + "]"])
def test_deep_and_wide_files_are_refused(bomb: str) -> None:
    with pytest.raises(Unreadable):
        parse(bomb)


@pytest.mark.skipif(not SHARED.is_file(), reason="the example of the protocol is not beside this checkout")
def test_the_example_of_the_protocol_is_sound() -> None:
    faults = Problems("example")
    assert parsed(SHARED.read_text(encoding="utf-8"), faults) is not None
    assert faults.warnings == []


def test_what_the_article_says_of_itself_holds_unless_the_gold_file_says_otherwise(tmp_path: Path) -> None:
    article = Article("Ana Ruiz spoke.\n", "a", "The title", "The outlet", "2025-03-11", "https://example.org/a", "en")
    head = f"format: 1\nid: a\narticle: a.md\nsha256: {article.sha256}\nlabelled: {{by: ada, guidelines: 3}}\n"
    for extra, title, published in (("", "The title", "2025-03-11"), ("title: Another\npublished: 2024\n", "Another", "2024")):
        (tmp_path / "a.yaml").write_text(head + extra, encoding="utf-8")
        (gold,) = read_gold([tmp_path / "a.yaml"], lambda path: article)
        assert (gold.title, gold.source, gold.published, gold.url, gold.language) == (
            title,
            "The outlet",
            published,
            "https://example.org/a",
            "en",
        )
