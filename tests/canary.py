"""A canary: keys in the environment, every command, a service that repeats them; then a look wherever one may have got to.

As a script, `python tests/canary.py` meets every behaviour of the fake service, which takes minutes, and prints each place of a leak.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from fake_openai import FAULTS, FakeOpenAI

ROOT = Path(__file__).parents[1]
KEY = "sk-canary-Kq7Lw2Zt9Xv4Bn8Rm3"
OTHERS = {
    "OPENAI_API_KEY": "sk-proj-canary-Hd5Fg8Jk1Ps6",
    "DATABRICKS_TOKEN": "dapi-canary-Yt3Re7Wq2Uo9",
    "AWS_SECRET_ACCESS_KEY": "canary/Mn4+Bv6Cx8Zl1Ak3",
    "DB_PASSWORD": "hunter-canary-Xe2",
}
PASSWORD = "canary-pass-Qw9Er"
CANARIES = (KEY, *OTHERS.values(), PASSWORD)
# What ends a run has one of its own.
STOPS = re.compile(r"\b40[0-4]\b|422|quota")
# Not met: behaviours in which nothing comes, or far too much, for as long as the tests of the remote client wait.
UNHURRIED = ("hang", "drip", "bomb", "huge", "429-date", "redirect", "500-large")
Leaks = list[str]


class Canary:
    """Runs commands in a folder of its own, which is their home too, and remembers where a secret was seen."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.leaks: Leaks = []
        self._url = url
        for name in ("tmp", "articles"):
            (folder / name).mkdir()

    def summarise(self, *words: str, base_url: str | None = None) -> int:
        """The exit code of one command, whose words and environment are looked at while it runs."""
        base = {name: os.environ[name] for name in ("PATH", "LANG", "PYTHONPATH") if name in os.environ}
        keys = OTHERS | {"SUMMARISE_API_KEY": KEY, "HTTPS_PROXY": f"http://me:{PASSWORD}@127.0.0.1:9"}
        places = {"HOME": str(self.folder), "TMPDIR": str(self.folder / "tmp"), "SUMMARISE_BASE_URL": base_url or self._url}
        command = [sys.executable, "-m", "summarise.cli", *words]
        with subprocess.Popen(
            command, cwd=self.folder, env=base | keys | places | {"SUMMARISE_MODEL": "m"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            done = threading.Event()
            own = b"".join(word.encode() + b"\0" for word in command)
            watch = threading.Thread(target=self._watch, args=(process.pid, own, done))
            watch.start()
            try:
                told = process.communicate(timeout=300)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            finally:
                done.set()
                watch.join()
        for name, text in zip(("stdout", "stderr"), told, strict=True):
            self._look(f"{' '.join(words)}: {name}", text)
        if b"Traceback" in told[1]:
            self.leaks.append(f"{' '.join(words)}: a traceback: {told[1][-2000:].decode()}")
        return process.returncode

    def look_at_files(self) -> None:
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                self._look(str(path.relative_to(self.folder)), path.read_bytes() + path.name.encode())

    def _watch(self, process: int, own: bytes, done: threading.Event) -> None:
        while not done.wait(0.02):
            for child in _below(process):
                words = _read(child, "cmdline")
                self._look("the words of a process", words)
                # One that has our own words is the process itself, or about to become another; `uname`, which the SDK asks, is no worker.
                if words != own and words.startswith(sys.executable.encode()):
                    self._look("the environment of a worker", _read(child, "environ"))

    def _look(self, where: str, text: bytes) -> None:
        seen = [form for form in _FORMS if form in text.lower()]
        self.leaks += [f"{where}: {form.decode()}" for form in seen]


def _forms(secret: str) -> Iterator[bytes]:
    yield secret[:9].lower().encode()
    yield secret[-9:].lower().encode()
    yield base64.b64encode(f"Bearer {secret}".encode())[12:24].lower()
    yield "".join(f"%{ord(c):02x}" for c in secret[:4]).encode()
    yield "".join(f"\\u{ord(c):04x}" for c in secret[:4]).encode()


_FORMS = tuple(dict.fromkeys(form for secret in CANARIES for form in _forms(secret)))


def _read(process: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{process}/{name}").read_bytes()
    except OSError:  # it has ended, or is none of ours
        return b""


def _below(process: int) -> list[int]:
    """The process and all that it has started and these in turn."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (told := _read(int(entry.name), "stat").rpartition(b")")[2].split()):
            parents[int(entry.name)] = int(told[1])
    found = [process]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def fly(folder: Path, behaviours: Iterable[str]) -> Leaks:
    """Where secrets were found after every command met these behaviours; nothing is what should be."""
    with FakeOpenAI() as fake:
        canary = Canary(folder, fake.url)
        (folder / "together").mkdir()
        for behaviour in behaviours:
            article = folder / ("." if STOPS.search(behaviour) else "together") / f"{behaviour}.txt"
            article.write_text(f"FAKE({behaviour},ok) The council lent US$20 billion to farmers last year, Ann Lee said.\n")
        for path in ("together", *sorted(article.name for article in folder.glob("*.txt"))):
            canary.summarise("run", path, "-o", f"{path}.jsonl", "--deadline", "2")
        for number in range(30):
            text = f"FAKE(echo-content) The council of {number} lent US$20 billion to farmers last year, Ann Lee said.\n"
            (folder / "articles" / f"{number}.txt").write_text(text)
        for words in COMMANDS:
            canary.summarise(*words)
        for url in (f"http://me:{PASSWORD}@127.0.0.1:9/v1", f"http://127.0.0.1:9/v1?key={PASSWORD}", f"http://127.0.0.1:9/v1#{PASSWORD}"):
            if canary.summarise("doctor", base_url=url) != 2:
                canary.leaks.append("an address with a secret was taken")
        canary.look_at_files()
    return canary.leaks


COMMANDS: Sequence[Sequence[str]] = (
    ("run", "articles", "-o", "out.jsonl", "--processes", "2", "--with-text"),
    ("run", "articles", "-o", "out.sqlite"),
    ("run", "articles", "-f", "markdown"),
    ("run", "articles", "--dry-run"),
    ("show", "together/echo-content.txt", "--text"),
    ("compare", "articles", "-f", "json"),
    ("report", "articles", "-o", "report.html"),
    ("eval", "--gold", str(ROOT / "evals" / "gold"), "--summaries", "out.jsonl", "-o", "result.json"),
    ("eval", "report", "result.json", "-o", "result.html"),
    ("cache", "stats"),
    ("cache", "verify"),
    ("cache", "export", "export.jsonl"),
    ("prompts",),
    ("schema",),
    ("doctor",),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        leaks = fly(Path(folder), [word for word in FAULTS if word not in UNHURRIED])
    print(*leaks or ["no leak"], sep="\n")
    sys.exit(bool(leaks))


if __name__ == "__main__":
    main()
