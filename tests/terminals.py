"""Commands on a terminal of their own, and files that try to be obeyed by it."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
import tty
from pathlib import Path
from typing import Any

from cache_records import attempt, record
from evals_made import GOLD, perfect
from made_summaries import failure, summary

from summarise.clients.protocol import to_line

# Colours and a title for the window, C1 controls, a line written over, directions, tags, and what cannot be seen.
ORDERS = (
    "\x1b[7m\x1b]0;owned\x07\x9b2J\x9d\x7f\x08\x0c\r\u202a\u202e\u2066\u200e\u200f\u061c\u200b\u200d\u2060\ufeff\xad\u3164\U000e0041\ufe0f"
)
_CLOSED = frozenset("mode polarity bound change as_of published sha256 prompt_sha format schema_version key layer verdict kind".split())


def on_a_terminal(*words: str | bytes, cwd: Path, stdin: str = "", **env: str) -> tuple[int, str]:
    """The exit code of a command whose stdout and stderr are a terminal, and all that the terminal got."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SUMMARISE_", "OPENAI_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "summarise.cli", *words],
        stdin=subprocess.PIPE,
        stdout=slave,
        stderr=slave,
        cwd=cwd,
        env=clean | {"COLUMNS": "200", "TERM": "dumb", "XDG_DATA_HOME": str(cwd), "XDG_CACHE_HOME": str(cwd)} | env,
    )
    os.close(slave)
    assert process.stdin is not None
    process.stdin.write(stdin.encode())
    process.stdin.close()
    try:
        got = _all_of(master, time.monotonic() + 60)
        return process.wait(timeout=10), got.decode()
    finally:
        process.kill()
        os.close(master)


def _all_of(master: int, deadline: float) -> bytes:
    got = bytearray()
    while select.select([master], [], [], max(0, deadline - time.monotonic()))[0]:
        try:
            piece = os.read(master, 65536)
        except OSError:  # how Linux says that nobody holds the other end any more
            return bytes(got)
        if not piece:
            return bytes(got)
        got += piece
    raise AssertionError(f"it is not done after a minute: {bytes(got[-500:])!r}")


def with_orders(value: Any, name: str = "") -> Any:
    """JSON with `ORDERS` behind each text that may be any text; `name` is the field it stands in."""
    if isinstance(value, dict):
        return {key: with_orders(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [with_orders(item, name) for item in value]
    return value + ORDERS if isinstance(value, str) and name not in _CLOSED else value


def hostile_folder(folder: Path) -> Path:
    """Articles, summaries, labels, results and recordings that hold `ORDERS` wherever they can, under names that hold some too."""
    text = (
        f"Ana Lind{ORDERS} said{ORDERS} the tunnel would cost 1.4 billion euros. She opposes the toll.\n"
        + "It rained in the harbour. " * 400
    )
    articles = folder / "articles"
    articles.mkdir()
    (articles / "one\x1b]0;name\x07\u202e\x9b.txt").write_text(f'---\ntitle: "Title\u202e\U000e0041\u200b"\n---\n{text}')
    (articles / os.fsdecode(b"bad\xff\x1b[7m.txt")).write_bytes(b"\x7fELF\0")
    (articles / "page.html").write_text(f"<title>Page{ORDERS}</title><body><article><p>{text}</p></article>")
    (articles / "more.\x1b[7m\u202e").write_text("unknown")
    rows = [
        {"id": f"id{ORDERS}", "title": f"Row{ORDERS}", "source": f"S{ORDERS}", "date": ORDERS, "text": text},
        {"text": ORDERS},
        {"no": 1},
    ]
    (articles / "rows.jsonl").write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows))
    header = "id,text" + ORDERS.replace("\r", "")
    (articles / "rows.csv").write_text(f"{header}\n1,a\n")
    items = [summary().model_dump(mode="json"), failure().model_dump(mode="json")]
    _jsonl(folder / "summaries.jsonl", *map(with_orders, items))
    (folder / "gold").mkdir()
    (folder / "gold" / "reservoir.yaml").write_text(
        GOLD.replace("title: Villagers split over reservoir", f"title: {_yaml('Villagers' + ORDERS)}")
        .replace("cluster: water", f"cluster: {_yaml('water' + ORDERS)}")
        .replace("[ana, ben]", f"[{_yaml('ana' + ORDERS)}, ben]")
    )
    (folder / "unsound").mkdir()
    (folder / "unsound" / "a\x1b[7m\u202e.yaml").write_text(GOLD.replace("mode: denies", f"mode: {_yaml('denies' + ORDERS)}"))
    theirs = perfect()
    _jsonl(
        folder / "theirs.jsonl", {"article": theirs["article"], **with_orders({k: v for k, v in theirs.items() if k != "article"})}, ORDERS
    )
    served = attempt("{}", served=f"model{ORDERS}", error=ORDERS)
    (folder / "recording.jsonl").write_bytes(to_line(record("v1-a", "ok", served, model=f"model{ORDERS}", article=ORDERS)) + b"\x1b]0;no\n")
    (folder / "bad\x1b[7m\u202e.toml").write_text(f'model = "{ORDERS}')
    return folder


def _jsonl(path: Path, *values: Any) -> None:
    path.write_text("".join(f"{json.dumps(value, ensure_ascii=False)}\n" for value in values))


def _yaml(text: str) -> str:
    return '"' + "".join(f"\\U{ord(char):08x}" for char in text) + '"'
