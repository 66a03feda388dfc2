"""Gold that was read before: the same as gold that is read now, or it is read anew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from evals_made import GOLD
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summarise.cli.eval import _article
from summarise.evals.gold.form import Faults
from summarise.evals.gold.model import Gold
from summarise.evals.gold.read import Kept, plain_article, read_file

OURS = sorted((Path(__file__).parents[1] / "evals" / "gold").glob("*.yaml"))
TOGETHER = GOLD.replace(
    "  quote: demanded that old pipes be mended first\n",
    "  quote: [demanded, old pipes]\n  also: [good soil, {quote: Birk, nth: 2}]\n  note: |\n    zwölf\n",
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "a.yaml").write_text(TOGETHER)
    return tmp_path


def read(place: Path, name: str = "a.yaml") -> Gold | None:
    return Kept(place / "kept").read(place / name, plain_article)[0]


def anew(place: Path, name: str = "a.yaml") -> Gold | None:
    return read_file(place / name, Faults(str(place / name)), plain_article)


def record(place: Path) -> Path:
    (found,) = (place / "kept").iterdir()
    return found


def mark(place: Path, change: Callable[[dict[str, Any]], None] = lambda record: None) -> None:
    """Another title in the record, as if the gold had been read with it: who reads it tells where it comes from."""
    line = json.loads(record(place).read_bytes().partition(b"\n")[2])
    line["about"]["title"] = "kept"
    change(line)
    written = json.dumps(line).encode()
    record(place).write_bytes(hashlib.sha256(written).hexdigest().encode() + b"\n" + written)


def everything(gold: Gold | None) -> object:
    assert gold is not None
    return gold, gold.tokens.forms, gold.records, gold.digest, gold.numbers


@pytest.mark.parametrize("path", OURS, ids=[path.stem for path in OURS])
def test_gold_that_was_kept_is_the_gold_that_was_read(path: Path, tmp_path: Path) -> None:
    first, again = (Kept(tmp_path / "kept").read(path, _article)[0] for _ in range(2))
    assert everything(again) == everything(first) == everything(read_file(path, Faults(str(path)), _article))
    assert list(again.records["figures"][0]) == list(first.records["figures"][0])  # type: ignore[union-attr]


def test_every_form_of_evidence_and_a_note_are_kept(place: Path) -> None:
    read(place)
    assert everything(read(place)) == everything(anew(place))


def test_what_is_kept_is_used(place: Path) -> None:
    read(place)
    mark(place)
    assert read(place).title == "kept"  # type: ignore[union-attr]


def test_a_change_of_the_gold_file_is_seen(place: Path) -> None:
    read(place)
    mark(place)
    (place / "a.yaml").write_text(TOGETHER.replace("mode: predicts", "mode: asserts"))
    assert read(place) == anew(place)
    mark(place)
    assert read(place).title == "kept"  # type: ignore[union-attr]


def test_another_program_reads_anew(place: Path) -> None:
    read(place)
    mark(place, lambda line: line.update(made_of=["another", *line["made_of"][1:]]))
    assert read(place) == anew(place)


def test_the_article_in_another_file_is_read_each_time(place: Path) -> None:
    text = anew(place).text  # type: ignore[union-attr]
    (place / "articles").mkdir()
    (place / "articles" / "a.txt").write_text(text)
    head, rest = TOGETHER.split("text: |")[0], TOGETHER[TOGETHER.index("entities:") :]
    referred = f"{head}article: articles/a.txt\nsha256: {hashlib.sha256(text.encode()).hexdigest()}\n{rest}"
    (place / "a.yaml").write_text(referred)
    assert everything(read(place)) == everything(anew(place))
    mark(place)
    assert read(place).title == "kept"  # type: ignore[union-attr]
    (place / "articles" / "a.txt").write_text(text + "More.")
    gold, faults = Kept(place / "kept").read(place / "a.yaml", plain_article)
    assert gold is None
    assert "the text has changed" in faults.errors[0].message
    (place / "articles" / "a.txt").unlink()
    gold, faults = Kept(place / "kept").read(place / "a.yaml", plain_article)
    assert gold is None
    assert "missing article" in faults.errors[0].message


def test_gold_with_a_fault_is_not_kept_and_told_each_time(place: Path) -> None:
    (place / "a.yaml").write_text(TOGETHER.replace("speaker: birk", "speaker: brik"))
    for _ in range(2):
        gold, faults = Kept(place / "kept").read(place / "a.yaml", plain_article)
        assert (gold, len(faults.errors)) == (None, 2)
    assert not (place / "kept").exists()


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_file_that_cannot_be_read_is_a_fault(place: Path, name: str) -> None:
    gold, faults = Kept(place / "kept").read(place / name, plain_article)
    assert gold is None
    assert len(faults.errors) == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_record_is_not_used(place: Path, data: st.DataObject) -> None:
    read(place)
    sound = record(place).read_bytes()
    at = data.draw(st.integers(0, len(sound) - 1))
    end = data.draw(st.integers(at + 1, len(sound)))
    damaged = sound[:at] + data.draw(st.binary(max_size=9)) + sound[end:]
    record(place).write_bytes(damaged)
    assert everything(read(place)) == everything(anew(place))
    assert record(place).read_bytes() == sound


@pytest.mark.parametrize("line", [b"{}", b"[]", b"null", b'{"made_of": 7}', b'{"made_of": []}', b"[" * 100_000])
def test_a_sound_file_that_is_no_record_is_not_used(place: Path, line: bytes) -> None:
    read(place)
    record(place).write_bytes(hashlib.sha256(line).hexdigest().encode() + b"\n" + line)
    assert read(place) == anew(place)


def test_where_nothing_can_be_kept_gold_is_read_all_the_same(place: Path) -> None:
    (place / "kept").write_text("a file where a folder should be")
    assert read(place) == anew(place)


def test_files_of_one_name_in_two_folders_are_kept_apart(place: Path) -> None:
    (place / "b").mkdir()
    (place / "b" / "a.yaml").write_text(TOGETHER.replace("id: reservoir", "id: other"))
    read(place), read(place, "b/a.yaml")
    assert (read(place).id, read(place, "b/a.yaml").id) == ("reservoir", "other")  # type: ignore[union-attr]
    assert len(list((place / "kept").iterdir())) == 2
