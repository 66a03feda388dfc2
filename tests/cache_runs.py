"""What the tests of whole runs on one cache share: articles, processes of the command line, and a small disk that can be filled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

TEXT = "The bank of Port {n} lent US$20 billion to farmers last year.\n\nIts head, Ann Lee, wants more of it, she said on Monday.\n"


def written(folder: Path, count: int) -> list[Path]:
    """Articles, each unlike the others."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"a{n:03}.txt" for n in range(count)]
    for n, path in enumerate(paths):
        path.write_text(TEXT.format(n=n))
    return paths


def start(url: str, cache: Path, *words: object) -> subprocess.Popen[str]:
    """The command line in a process of its own, with a model behind `url`."""
    command = [*map(str, words), "--model", "m", "--base-url", url, "--cache", str(cache)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SUMMARISE_", "OPENAI_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "summarise.cli", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, stdout and stderr."""
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


class Disk:
    """A small disk of its own at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self, *, but: int = 0) -> None:
        """Leave no room but about so many bytes."""
        with (self.path / "filler").open("ab", buffering=0) as file:
            found = os.statvfs(self.path)
            left = found.f_bavail * found.f_frsize - but
            while left > 0 and (written := file.write(bytes(min(left, 4096)))):
                left -= written

    def make_room(self) -> None:
        (self.path / "filler").unlink()


@contextmanager
def small_disk(path: Path, size: str = "4m") -> Iterator[Disk]:
    """Skips the test where no file system can be mounted."""
    path.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(path)], capture_output=True, check=False, text=True)
    if done.returncode:
        pytest.skip(f"no file system can be mounted: {done.stderr.strip()}")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)
