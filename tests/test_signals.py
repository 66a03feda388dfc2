"""Ctrl-C, SIGTERM and SIGHUP, sent to real processes wherever they are: in a loop, in C, in a wait, at a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_openai import FakeOpenAI
from test_documents import gone

import summarise as sm
from summarise.concurrency import opened_elsewhere

ROOT = Path(__file__).parents[1]
# The rule is one second; a busy machine may add to it, but not as much as what is interrupted would still have taken.
SOON = 10.0
LONG_TEXT = "The port of Leeds lent US$20 billion to 38 farmers in 2019, up 4%. “It is too much,” Ann Lee said on Monday.\n\n" * 50_000
SHORT_TEXT = "Port {n} lent US${n} million to farmers in 2019.\n\nIts head, Ann Lee, said that 38 separate agreements were signed."

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked at in /proc")


class Ended:
    """What became of a process: `code`, and `seconds` from the last signal to its end."""

    def __init__(self, process: subprocess.Popen[str], since: float) -> None:
        self.out, self.err = process.communicate(timeout=60)
        self.code, self.seconds = process.returncode, time.monotonic() - since

    def __repr__(self) -> str:
        return f"{self.code} after {self.seconds:.2f} s: {self.err[-2000:]}"

    def check(self, code: int) -> None:
        assert (self.code, self.seconds < SOON, "Traceback" in self.err or "Exception ignored" in self.err) == (code, True, False), self
        assert self.out == "" or self.out.endswith("\n"), self


_started: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    """A test that fails leaves no process behind."""
    yield
    while _started:
        with _started.pop() as process:
            process.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One article that takes much longer to read than a test may take, among short ones: the first that are read, and after it."""
    articles = tmp_path / "articles"
    articles.mkdir()
    for n in range(40):
        (articles / f"a{n:02}.txt").write_text(SHORT_TEXT.format(n=n + 2))
    (articles / "a30.txt").write_text(LONG_TEXT)
    return tmp_path


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


def start(
    folder: Path, *words: object, code: str = "import sys; from summarise.cli import main; sys.exit(main())", **more: object
) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    command = [sys.executable, "-c", code, *map(str, words)]
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
    process = subprocess.Popen(command, text=True, cwd=folder, env=environment, **pipes)  # type: ignore[call-overload]
    _started.append(process)
    return process


def until(true: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


def stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def busy(process: subprocess.Popen[str], seconds: float = 2.5) -> None:
    """Waits until the process has computed for so long, which is far longer than it takes to start."""
    until(lambda: process.poll() is not None or sum(map(int, stat(process.pid)[11:13])) / os.sysconf("SC_CLK_TCK") > seconds)
    assert process.poll() is None, process.communicate()


def idle(process: subprocess.Popen[str]) -> None:
    """Waits until the process has loaded its modules and waits for something."""
    seen: list[list[str]] = []

    def still() -> bool:
        seen.append(stat(process.pid)[11:13])
        time.sleep(0.1)
        return process.poll() is not None or (len(seen) > 8 and seen[-1] == seen[-8] != ["0", "0"])

    until(still)
    assert process.poll() is None, process.communicate()


def interrupted(process: subprocess.Popen[str], number: int = signal.SIGINT) -> Ended:
    since = time.monotonic()
    process.send_signal(number)
    return Ended(process, since)


def left_of(folder: Path) -> list[str]:
    """What stands in the folder under a temporary name."""
    return [path.name for path in folder.rglob("*") if path.suffix == ".part" or (path.name.startswith(".") and path.is_file())]


def children_of(pid: int) -> list[int]:
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if int(stat(int(place.name))[1]) == pid:
                found.append(int(place.name))
        except OSError:
            continue
    return found


# --- in a loop ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["run", "articles"],
        ["run", "articles", "-q", "-o", "out.csv", "--processes", "0"],
        ["run", "articles", "-o", "out.sqlite"],
        ["run", "articles", "--dry-run", "--model", "m", "--base-url", "http://127.0.0.1:9/v1"],
        ["show", "articles/a30.txt"],
        ["compare", "articles"],
        ["report", "articles"],
        ["eval", "groups", "articles", "--labels", str(ROOT / "evals" / "groups.yaml")],
        ["eval", "label", "articles/a30.txt", "--prelabel"],
    ],
    ids=" ".join,
)
def test_ctrl_c_ends_every_command_that_reads_a_long_article(folder: Path, words: list[str]) -> None:
    process = start(folder, *words)
    busy(process)
    interrupted(process).check(130)
    assert left_of(folder) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_other_signals_end_it_with_their_own_code(folder: Path, number: int) -> None:
    process = start(folder, "run", "articles", "-o", "out.parquet")
    busy(process)
    interrupted(process, number).check(128 + number)
    assert left_of(folder) == []


def test_what_was_finished_before_is_kept_in_whole_lines(folder: Path) -> None:
    process = start(folder, "run", "articles", "-o", "out.jsonl", "--processes", "0")
    busy(process)
    interrupted(process).check(130)
    lines = (folder / "out.jsonl").read_text().splitlines(keepends=True)
    assert [json.loads(line)["article"]["id"] for line in lines] == [f"a{n:02}" for n in range(30)]


def test_sighup_that_nohup_ignores_stays_ignored(folder: Path) -> None:
    process = start(folder, "run", "articles", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    busy(process)
    process.send_signal(signal.SIGHUP)
    time.sleep(1)
    assert process.poll() is None
    interrupted(process).check(130)


def test_scoring_is_interrupted(folder: Path) -> None:
    gold = folder / "gold"
    gold.mkdir()
    for path in (ROOT / "evals" / "gold").glob("*.yaml"):
        for n in range(8):
            text = path.read_text().replace("\nid: ", f"\nid: {n}-", 1).replace("../../corpus", str(ROOT / "corpus"))
            (gold / f"{n}-{path.name}").write_text(text)
    summaries = folder / "out.jsonl"
    line = '{"article": {"id": "%s"}, "claims": [], "stances": [], "figures": []}\n'
    summaries.write_text(line % "nobody" * 2_000_000)
    process = start(folder, "eval", "--gold", "gold", "--summaries", summaries)
    busy(process)
    interrupted(process).check(130)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_no_process_that_reads_outlives_a_signal(folder: Path, number: int, code: int) -> None:
    (folder / "articles" / "a30.txt").rename(folder / "articles" / "b1.txt")  # when the others are read and the processes there
    (folder / "articles" / "b2.txt").write_text(LONG_TEXT)
    process = start(folder, "run", "articles", "--processes", "2", "-o", "out.csv", "--in-flight", "2")
    until(lambda: [pid for pid in children_of(process.pid) if int(stat(pid)[11]) > 150])
    workers = children_of(process.pid)
    interrupted(process, number).check(code)
    assert len(workers) == 2
    assert all(gone(pid, seconds=SOON) for pid in workers)


# --- in C, and in code that will not hear ------------------------------------------------------------------------------

_COUNTS = "with recursive n(i) as (select 1 union all select i + 1 from n) select sum(i) from n"
_ALONE = """
import sys
from summarise.cli.signals import with_signals
def command():
    print("begun", flush=True)
    {}
    return 0
sys.exit(with_signals(command, to_the_end=True))
"""


@pytest.mark.parametrize(
    "statement",
    [
        "import re; re.match('(a+)+b', 'a' * 60)",
        f"import sqlite3; sqlite3.connect(':memory:').execute('{_COUNTS}').fetchone()",
        "import hashlib; hashlib.pbkdf2_hmac('sha256', b'a', b'b', 1_000_000_000)",
        "import time; time.sleep(60)",
        "import threading; threading.Event().wait()",
        "import threading; lock = threading.Lock(); lock.acquire(); lock.acquire()",
        "import os; os.read(os.pipe()[0], 1)",
        "import fcntl, os; os.mkfifo('fifo'); open('fifo')",
        "exec('while True:\\n try:\\n  while True: pass\\n except BaseException: pass')",
        "exec('class Late:\\n def __del__(self):\\n  while True: pass\\nLate()')",
        "import subprocess; subprocess.run(['sleep', '60'])",
    ],
)
def test_ctrl_c_is_heard_in_c_in_waits_and_where_the_exception_is_swallowed(tmp_path: Path, statement: str) -> None:
    process = start(tmp_path, code=_ALONE.format(statement))
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    time.sleep(0.3)
    interrupted(process).check(130)


def test_a_signal_in_the_first_moments_leaves_no_traceback_of_ours(folder: Path) -> None:
    ours = re.compile(rf'File "{re.escape(str(ROOT))}/summarise/(?!__init__|cli/__init__)')
    seen = set()
    for milliseconds in range(0, 400, 10):
        process = start(folder, "run", "articles", "-q")
        time.sleep(milliseconds / 1000)
        ended = interrupted(process)
        if "_get_module_lock" in ended.err:
            continue  # the interpreter was importing, and swallows what is raised there
        seen.add(ended.code)
        # Until the first lines of ours are read, it is the interpreter that tells of a Ctrl-C.
        assert (ours.search(ended.err), ended.seconds < SOON) == (None, True), ended
    assert 130 in seen


# --- in a wait ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [["run", "-"], ["show", "-"], ["compare", "-"], ["eval", "label", "-"], ["cache", "import", "-"]], ids=" ".join
)
def test_ctrl_c_ends_a_command_that_waits_for_its_input(tmp_path: Path, words: list[str]) -> None:
    process = start(tmp_path, *words, stdin=subprocess.PIPE)
    idle(process)
    interrupted(process).check(130)


def remote(fake: FakeOpenAI, *words: object) -> list[object]:
    return ["run", "articles", "--model", "m", "--base-url", fake.url, "--cache", "cache", "--in-flight", "4", *words]


def short_only(folder: Path) -> None:
    (folder / "articles" / "a30.txt").unlink()


def test_ctrl_c_ends_a_run_that_waits_for_the_lock_of_the_cache(folder: Path, fake: FakeOpenAI) -> None:
    short_only(folder)
    sm.Summariser(model="m", base_url=fake.url, cache=folder / "cache").run(["A bank lent $5 million."])
    with (folder / "cache" / "journal.jsonl").open("r+b") as journal:
        fcntl.flock(journal, fcntl.LOCK_EX)
        process = start(folder, *remote(fake))
        time.sleep(2)
        interrupted(process).check(130)


def test_ctrl_c_ends_a_run_that_waits_for_the_lock_of_the_index(folder: Path, fake: FakeOpenAI) -> None:
    short_only(folder)
    sm.Summariser(model="m", base_url=fake.url, cache=folder / "cache").run(["A bank lent $5 million."])
    database = sqlite3.connect(folder / "cache" / "index" / "cache.db")
    database.execute("BEGIN EXCLUSIVE")
    process = start(folder, *remote(fake))
    time.sleep(2)
    interrupted(process).check(130)
    database.close()


@pytest.mark.parametrize("word", ["500", "429=30", "429-bare"])
def test_a_call_that_waits_to_be_made_again_is_not_waited_for(folder: Path, fake: FakeOpenAI, word: str) -> None:
    short_only(folder)
    fake.script(*[word] * 1000)
    process = start(folder, *remote(fake, "-o", "out.jsonl"))
    until(lambda: fake.stats()["requests"] >= 4)
    time.sleep(0.2)
    interrupted(process).check(130)
    out = folder / "out.jsonl"
    assert not out.exists() or out.read_text() == ""


def test_ctrl_c_ends_the_doctor_that_waits_for_a_connection(tmp_path: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        others = [socket.socket() for _ in range(4)]
        for one in others:
            one.setblocking(False)
            one.connect_ex(deaf.getsockname())
        process = start(tmp_path, "doctor", "--model", "m", "--base-url", f"http://127.0.0.1:{deaf.getsockname()[1]}/v1")
        idle(process)
        interrupted(process).check(130)
        for one in others:
            one.close()


# --- calls under way ---------------------------------------------------------------------------------------------------


def asked(fake: FakeOpenAI) -> int:
    return int(fake.stats()["requests"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_finishes_the_calls_under_way_and_says_so(folder: Path, number: int) -> None:
    short_only(folder)
    with FakeOpenAI(latency=3) as fake:
        process = start(folder, *remote(fake, "-o", "out.jsonl"))
        until(lambda: asked(fake) == 4)
        ended = interrupted(process, number)
        assert (ended.code, asked(fake)) == (128 + number, 4), ended
    assert "finishing running requests" in ended.err
    assert len([json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]) == 4
    assert "4 summarised" in ended.err


def test_a_run_that_computes_while_calls_are_under_way_hears_it_too(folder: Path) -> None:
    short_only(folder)
    (folder / "articles" / "a08.txt").write_text(LONG_TEXT)
    with FakeOpenAI(latency=1.5, sigma=0.5, seed=1) as fake:
        process = start(folder, *remote(fake, "-o", "out.jsonl", "--processes", "0"))
        until(lambda: asked(fake) >= 4)
        busy(process, 6)
        sent = asked(fake)
        ended = interrupted(process)
        assert (ended.code, ended.seconds < SOON) == (130, True), ended
        sent_last = asked(fake)
        assert sent_last - sent < 4  # what was about to be sent when the long article was begun is on its way as well
    assert "finishing running requests" in ended.err
    assert len((folder / "out.jsonl").read_text().splitlines()) == sent_last


@pytest.mark.parametrize(
    "words",
    [["show", "articles/a00.txt"], ["compare", "articles/a00.txt", "articles/a01.txt"], ["eval", "--gold", str(ROOT / "evals" / "gold")]],
)
def test_other_commands_store_the_answers_that_are_under_way(folder: Path, words: list[str]) -> None:
    with FakeOpenAI(latency=3) as fake:
        process = start(folder, *words, "--model", "m", "--base-url", fake.url, "--cache", "cache", "--in-flight", "2")
        until(lambda: asked(fake) >= 1)
        ended = interrupted(process)
        assert (ended.code, asked(fake) <= 2, "finishing running requests" in ended.err) == (130, True, True), ended
    assert "Traceback" not in ended.err
    assert (folder / "cache" / "journal.jsonl").read_text().count("\n") == asked_before(ended, folder)


def asked_before(ended: Ended, folder: Path) -> int:
    """Each answer is stored when it comes and when it is found to be valid."""
    return len({json.loads(line)["key"] for line in (folder / "cache" / "journal.jsonl").read_text().splitlines()}) * 2


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("output", ["out.jsonl", "out.csv", "out.sqlite", "out.parquet"])
def test_a_second_signal_of_any_kind_ends_it_at_once(folder: Path, fake: FakeOpenAI, output: str, second: int) -> None:
    short_only(folder)
    fake.script(*["hang"] * 1000)
    process = start(folder, *remote(fake, "-o", output))
    until(lambda: asked(fake) == 4)
    process.send_signal(signal.SIGINT)
    time.sleep(1)
    assert process.poll() is None
    ended = interrupted(process, second)
    ended.check(130)
    assert left_of(folder) == []


def test_a_line_that_a_slow_reader_takes_is_written_to_its_end(folder: Path) -> None:
    short_only(folder)
    process = start(folder, "run", "articles", "--with-text", "-q")
    idle(process)  # the pipe is full
    assert process.stdout is not None
    threading.Timer(0.1, process.send_signal, [signal.SIGTERM]).start()
    time.sleep(0.2)
    ended = Ended(process, time.monotonic())
    ended.check(143)
    assert all(json.loads(line) for line in ended.out.splitlines())


def test_ctrl_c_at_a_terminal_is_heard_through_the_progress_bar(folder: Path) -> None:
    primary, secondary = pty.openpty()
    process = start(
        folder,
        *("run", "articles", "-o", "out.jsonl", "--processes", "2"),
        stdin=secondary,
        stdout=secondary,
        stderr=secondary,
        preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, 0x540E, 0)),  # TIOCSCTTY
    )
    os.close(secondary)
    shown = bytearray()
    reader = threading.Thread(target=_drain, args=(primary, shown), daemon=True)
    reader.start()
    busy(process)
    since = time.monotonic()
    os.write(primary, b"\x03")
    ended = Ended.__new__(Ended)
    ended.code, ended.seconds, ended.out = process.wait(timeout=60), time.monotonic() - since, ""
    reader.join(5)
    ended.err = shown.decode()
    ended.check(130)
    assert shown.rfind(b"\x1b[?25h") > shown.rfind(b"\x1b[?25l")


def _drain(terminal: int, shown: bytearray) -> None:
    while True:
        try:
            shown += os.read(terminal, 4096)
        except OSError:
            return


# --- as a library ------------------------------------------------------------------------------------------------------

_LIBRARY = """
import _thread, signal, sys, threading, time
import summarise as sm
before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
summariser = sm.Summariser({settings})
assert before == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
print("begun", flush=True)
def use():
    {use}
try:
    use()
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize(
    "use",
    [
        "summariser.run([open('articles/a30.txt').read()])",
        "summariser.summarise(open('articles/a30.txt').read())",
        "with summariser: list(summariser.iterate([open('articles/a30.txt').read()]))",
    ],
)
def test_the_library_lets_an_interrupt_through_while_it_computes(folder: Path, use: str) -> None:
    process = start(folder, code=_LIBRARY.format(settings="", use=use))
    busy(process)
    assert process.stdout is not None
    process.stdout.readline()
    since = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "interrupted\n"
    assert time.monotonic() - since < SOON
    assert Ended(process, since).code == 0


def test_the_library_cancels_its_calls_and_leaves_the_cache_whole(folder: Path) -> None:
    with FakeOpenAI(latency=20) as fake:
        settings = f"model='m', base_url={fake.url!r}, cache='cache'"
        process = start(folder, code=_LIBRARY.format(settings=settings, use="summariser.run(sm.read(['articles/a00.txt']))"))
        until(lambda: asked(fake) == 1)
        ended = interrupted(process)
        assert (ended.code, ended.out, ended.seconds < SOON, ended.err) == (0, "begun\ninterrupted\n", True, ""), ended
        until(lambda: fake.service.in_flight == 0)
    verified = Ended(start(folder, "cache", "verify", "--cache", "cache"), time.monotonic())
    assert (verified.code, "no faults" in verified.out) == (0, True)


_FORKS = """
import os, sys
import summarise as sm
from summarise.errors import UsageError
with sm.Summariser() as summariser:
    items = summariser.iterate(["A bank lent $5 million."] * 3)
    next(items)
    child = os.fork()
    if not child:
        for use in (lambda: summariser.summarise("Rates rose by 2%."), lambda: next(items), lambda: summariser.run(["Rates rose by 2%."])):
            try:
                use()
            except UsageError as error:
                print(error, flush=True)
    else:
        os.waitpid(child, 0)
        print(len(list(items)), len(summariser.run(["Rates rose by 2%."])), flush=True)
"""


def test_a_fork_of_an_open_summariser_is_told_so_and_its_parent_goes_on(tmp_path: Path) -> None:
    ended = Ended(start(tmp_path, code=_FORKS), time.monotonic())
    told = str(opened_elsewhere())
    assert (ended.code, ended.out.splitlines(), ended.err) == (0, [told] * 3 + ["2 1"], "")
