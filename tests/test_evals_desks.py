"""Gold read and outputs scored in several processes: the same result, whatever becomes of those processes."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from evals_made import GOLD, changed, perfect
from test_documents import children, environment_of, gone

from summarise.cli import main
from summarise.errors import GoldError
from summarise.evals.evaluate import About, Desks
from summarise.evals.gold.read import gold_files, plain_article, together
from summarise.evals.outputs import Reading, parse_lines
from summarise.evals.results import to_json

ENOUGH = 120
CODE = "from summarise.cli.eval import serve; serve()"
FEWER = changed(lambda line: line["claims"].pop())

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="children are looked up in /proc")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for what is kept of gold, also of other processes."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "summarise" / "gold"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Gold of many articles, and outputs of most of them."""
    gold = tmp_path / "gold"
    gold.mkdir()
    for number in range(ENOUGH):
        (gold / f"{number}.yaml").write_text(GOLD.replace("id: reservoir", f"id: a{number}").replace("on Monday", f"on day {number}"))
    (tmp_path / "out.jsonl").write_text("\n".join(lines()))
    return tmp_path


def lines() -> list[str]:
    """Repeats of some, none of others, one that is a failure, one that belongs to nobody, one that is no output."""
    of = [{**(FEWER if number % 3 else perfect()), "article": {"id": f"a{number}"}} for number in range(ENOUGH - 2)]
    failed = {"article": {"id": "a5"}, "error": {"kind": "limit", "message": "too dear"}}
    return [json.dumps(line) for line in (*of, of[7], failed, {"article": {"id": "nobody's"}})] + ["nonsense"]


def reading() -> Reading:
    return parse_lines(lines())


def scored(
    folder: Path, processes: int, meanwhile: Callable[[], object] = lambda: None, between: Callable[[], object] = lambda: None
) -> str:
    """The result file. `meanwhile` and `between` are called while gold is read, and when it has been."""
    with Desks(plain_article, processes, CODE) as desks:
        headings = together(desks.read([str(path) for path in gold_files([folder / "gold"])], meanwhile)).sound()
        between()
        return to_json(desks.evaluate(headings, reading(), About()))


def killing(sign: int = signal.SIGKILL) -> Callable[[], None]:
    before = children()

    def kill() -> None:
        for pid in children():
            if pid not in before:
                os.kill(pid, sign)

    return kill


def answering() -> Callable[[], None]:
    """Waits until every new process has answered something."""
    before = children()

    def wait() -> None:
        for pid in children():
            for _ in range(3000):
                if pid in before or int(Path(f"/proc/{pid}/io").read_text().split("wchar:")[1].split()[0]) > 2000:
                    break
                time.sleep(0.01)

    return wait


def test_a_result_is_the_same_with_any_number_of_processes(folder: Path) -> None:
    alone = scored(folder, 0)
    assert json.loads(alone)["failed_n"] == 3
    assert [scored(folder, 1) == alone, scored(folder, 2) == alone] == [True, True]


def test_the_command_writes_the_same_bytes_with_any_number_of_jobs_and_when_gold_was_kept(
    folder: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = []
    for jobs, kept in (("1", 0), ("3", ENOUGH), ("1", ENOUGH)):
        assert len(list(cache.glob("*"))) == kept
        words = ["--gold", str(folder / "gold"), "--summaries", str(folder / "out.jsonl"), "--jobs", jobs]
        assert main(["eval", *words, "-o", str(folder / "r.json"), "-q"]) == 1
        written.append([line for line in (folder / "r.json").read_text().splitlines() if not line.startswith('"made"')])
    assert written[0] == written[1] == written[2]
    assert "out.jsonl:122: Expecting value" in capsys.readouterr().err


def test_what_looks_into_the_articles_is_the_same_with_any_number_of_jobs(folder: Path) -> None:
    written = []
    for jobs in ("1", "3"):
        words = ["--gold", str(folder / "gold"), "--summaries", str(folder / "out.jsonl"), "--jobs", jobs, "-q"]
        paths = [folder / f"{jobs}.{suffix}" for suffix in ("json", "xml", "html")]
        assert main(["eval", *words, "-o", str(paths[0]), "--junit", str(paths[1]), "--html", str(paths[2])]) == 1
        written.append([re.sub(r"\d{4}-\d\d-\d\dT[\d:]+", "", path.read_text()) for path in paths[1:]])  # when it was made
    assert written[0] == written[1]
    assert "denied that he had been offered money" in written[0][1]


def test_fewer_jobs_than_one_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--gold", str(folder / "gold"), "--jobs", "0"]) == 2
    assert "--jobs is 0, but must be at least 1" in capsys.readouterr().err


def test_a_few_files_start_no_process(folder: Path) -> None:
    before = children()
    with Desks(plain_article, 2, CODE) as desks:
        assert len(desks.read([str(path) for path in gold_files([folder / "gold"])[:20]])) == 20
        assert children() == before


def test_of_a_few_files_nothing_is_kept(folder: Path, cache: Path) -> None:
    for path in gold_files([folder / "gold"])[20:]:
        path.unlink()
    assert main(["eval", "--gold", str(folder / "gold"), "--summaries", str(folder / "out.jsonl"), "-o", str(folder / "r.json"), "-q"]) == 0
    assert not cache.exists()


def test_a_process_knows_no_key_and_ends_when_the_desks_are_closed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARISE_API_KEY", "sk-secret")
    before = children()
    with Desks(plain_article, 1, CODE) as desks:
        desks.read([str(path) for path in gold_files([folder / "gold"])])
        (pid,) = [pid for pid in children() if pid not in before]
        environment = environment_of(pid)
    assert b"sk-secret" not in environment
    assert gone(pid)


def test_what_a_killed_process_had_to_read_is_read_here(folder: Path) -> None:
    assert scored(folder, 2, meanwhile=killing()) == scored(folder, 0)


def test_what_a_process_had_read_before_it_was_killed_is_read_again(folder: Path) -> None:
    assert scored(folder, 2, answering(), killing()) == scored(folder, 0)


def test_a_process_that_hangs_and_is_killed_later_costs_time_only(folder: Path) -> None:
    stop, kill = killing(signal.SIGSTOP), killing()

    def hang() -> None:
        stop()
        threading.Timer(0.5, kill).start()

    assert scored(folder, 1, answering(), hang) == scored(folder, 0)


def test_where_no_process_can_work_or_start_everything_is_done_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = scored(folder, 0)
    with monkeypatch.context() as broken:
        broken.setenv("PYTHONHOME", "/nowhere")
        assert scored(folder, 1) == alone
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert scored(folder, 1) == alone


def test_faults_of_all_files_are_told_as_by_one_process(folder: Path) -> None:
    for number in range(0, ENOUGH, 7):
        path = folder / "gold" / f"{number}.yaml"
        path.write_text(path.read_text().replace("mode: denies", "mood: denies").replace(f"id: a{number}\n", "id: a1\n"))
    told = []
    for processes in (0, 2):
        with pytest.raises(GoldError) as caught:
            scored(folder, processes)
        told.append(str(caught.value))
    assert told[0] == told[1]
    assert told[0].count("did you mean 'mode'") == 18


def test_gold_that_went_bad_after_it_was_read_is_told(folder: Path) -> None:
    kill = killing()

    def spoil() -> None:
        kill()
        for path in (folder / "gold").iterdir():
            path.write_text("format: 1\n")

    with pytest.raises(GoldError):
        scored(folder, 1, answering(), spoil)
