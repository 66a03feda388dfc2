"""Documents made in other processes: the same ones, whatever becomes of those processes."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import summarise as sm
from summarise.document import Document, DocumentPool

ENOUGH = 40
TEXT = "Port {n} lent US${n} million to farmers in 2019.\n\nIts head, Ann Lee, said that 38 separate agreements were signed."

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="children are looked up in /proc")


def articles(count: int = ENOUGH) -> list[sm.Article]:
    return [sm.Article(TEXT.format(n=n + 2), id=f"a{n}") for n in range(count)]


def content(document: Document) -> tuple[object, ...]:
    return (document.article, document.sentences, document.mentions)


def children() -> list[int]:
    """The live processes of which this one is the parent."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, *_ = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == os.getpid() and state != "Z":
            found.append(int(stat.parent.name))
    return found


def gone(pid: int, seconds: float = 10) -> bool:
    """Whether a process ends in time; one that only waits for its parent to look has ended."""
    for _ in range(int(seconds * 50)):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def made(documents: DocumentPool, of: list[sm.Article]) -> list[Document]:
    return list(await asyncio.gather(*map(documents.of, of)))


def test_documents_are_the_same_wherever_they_are_made() -> None:
    async def there() -> list[Document]:
        documents = DocumentPool(processes=2)
        try:
            return [document for _ in range(3) for document in await made(documents, articles())]
        finally:
            await documents.close()

    assert list(map(content, asyncio.run(there()))) == [content(Document.of(article)) for _ in range(3) for article in articles()]


def test_any_text_comes_back_from_another_process_as_from_this_one() -> None:
    documents = DocumentPool(processes=1)
    with asyncio.Runner() as runner:
        runner.run(made(documents, articles()))

        @given(st.text())
        @settings(max_examples=200)
        def check(text: str) -> None:
            article = sm.Article(text)
            assert content(runner.run(documents.of(article))) == content(Document.of(article))

        check()
        runner.run(documents.close())


def test_a_few_articles_start_no_process_and_a_library_none_at_all() -> None:
    async def started(documents: DocumentPool, count: int) -> list[int]:
        before = children()
        await made(documents, articles(count))
        after = children()
        await documents.close()
        return [pid for pid in after if pid not in before]

    assert asyncio.run(started(DocumentPool(processes=1), 5)) == []
    assert asyncio.run(started(DocumentPool(), ENOUGH)) == []
    assert sm.Settings().processes is None


def test_a_process_knows_no_key_hears_no_ctrl_c_and_ends_when_it_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARISE_API_KEY", "sk-secret")

    async def look() -> tuple[bytes, int, int]:
        before = children()
        documents = DocumentPool(processes=1)
        await made(documents, articles())
        (pid,) = [pid for pid in children() if pid not in before]
        environment, session = environment_of(pid), os.getsid(pid)
        await documents.close()
        return environment, session, pid

    environment, session, pid = asyncio.run(look())
    assert b"sk-secret" not in environment
    assert session == pid
    assert gone(pid)


def test_what_a_killed_process_had_to_read_is_read_here() -> None:
    async def run() -> list[Document]:
        before = children()
        documents = DocumentPool(processes=1)
        found = await made(documents, articles())
        (pid,) = [pid for pid in children() if pid not in before]
        os.kill(pid, signal.SIGSTOP)
        rest = asyncio.create_task(made(documents, articles()))
        await asyncio.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
        found += await rest
        await documents.close()
        return found

    assert list(map(content, asyncio.run(run()))) == [content(Document.of(article)) for article in articles() * 2]


def test_where_no_process_can_work_everything_is_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")

    async def run() -> list[Document]:
        documents = DocumentPool(processes=1)
        try:
            return await made(documents, articles()) + await made(documents, articles())
        finally:
            await documents.close()

    assert list(map(content, asyncio.run(run()))) == [content(Document.of(article)) for article in articles() * 2]


def test_where_no_process_can_be_started_everything_is_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    async def run() -> list[Document]:
        documents = DocumentPool(processes=1)
        try:
            return await made(documents, articles())
        finally:
            await documents.close()

    assert list(map(content, asyncio.run(run()))) == [content(Document.of(article)) for article in articles()]


_WAITS = """
import asyncio, sys
sys.path.insert(0, {tests!r})
from test_documents import articles, children, made
from summarise.document import DocumentPool

async def main():
    await made(DocumentPool(processes=1), articles())
    print(*children(), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_no_process_is_left_when_this_one_is_killed() -> None:
    script = _WAITS.format(tests=str(Path(__file__).parent))
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        (pid,) = map(int, parent.stdout.readline().split())
        assert not gone(pid, seconds=0.2)
        parent.kill()
    assert gone(pid)


def test_a_run_with_further_processes_writes_the_same_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for article in articles():
        (folder / f"{article.id}.txt").write_text(article.text)
    outputs = []
    for processes in ("0", "2"):
        command = [sys.executable, "-m", "summarise.cli", "run", str(folder), "-o", "-", "--processes", processes]
        outputs.append(subprocess.run(command, capture_output=True, cwd=tmp_path, check=True, timeout=60).stdout)
    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) == ENOUGH
