"""`summarise doctor`: what is installed, what is set, and what can be reached."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

from summarise import __version__
from summarise.address import is_loopback
from summarise.cli.settings import settings_of
from summarise.clients import client_name, target_of
from summarise.settings import Settings

_NEEDED = ("pydantic", "instructor", "openai", "tenacity", "diskcache", "trafilatura", "genai-prices")
_EXTRAS = {"parquet": "pyarrow", "pandas": "pandas", "polars": "polars", "pdf": "pypdf", "docx": "python-docx"}
_SECONDS = 5.0

Line = tuple[bool | None, str]


def doctor(arguments: argparse.Namespace) -> int:
    """Prints a line for each thing looked at; 1 when something that these settings need is missing."""
    settings = settings_of(arguments)
    sound = True
    for fine, line in _lines(settings):
        sound = sound and fine is not False
        print(f"{_MARKS[fine]} {line}")
    return 0 if sound else 1


_MARKS = {True: "ok      ", False: "missing ", None: "-       "}


def _lines(settings: Settings) -> Iterator[Line]:
    yield True, f"summarise {__version__}, Python {platform.python_version()}, {sys.platform}"
    for package in _NEEDED:
        yield _installed(package, needed=True)
    for extra, package in _EXTRAS.items():
        fine, line = _installed(package, needed=False)
        yield fine, line if fine else f"{line}; only for {extra}: pip install 'summarise-articles[{extra}]'"
    yield _cache(settings)
    yield from _service(settings)


def _installed(package: str, *, needed: bool) -> Line:
    try:
        return True, f"{package} {version(package)}"
    except PackageNotFoundError:
        return False if needed else None, f"{package} is not installed"


def _cache(settings: Settings) -> Line:
    folder = settings.cache_folder
    if not folder.exists():
        return None, f"cache {folder}: not made yet"
    return os.access(folder, os.R_OK | os.W_OK), f"cache {folder}"


def _service(settings: Settings) -> Iterator[Line]:
    client = client_name(settings)
    if settings.model is None:
        yield True, "client: mock, offline; --model NAME asks a model"
        return
    if client == "replay":
        yield settings.replay is not None and settings.replay.exists(), f"client: replay of {settings.replay}"
        return
    target = target_of(settings)
    yield True, f"client: {target.model} at {target.endpoint}"
    local = is_loopback(urlsplit(target.endpoint).hostname)
    yield (bool(settings.api_key) or (None if local else False)), f"API key in the environment: {'yes' if settings.api_key else 'no'}"
    if target.endpoint.startswith("http"):
        yield _reachable(target.endpoint)


def _reachable(endpoint: str) -> Line:
    """Whether somebody answers there; a plain connection, which sends nothing."""
    import socket

    parts = urlsplit(endpoint)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=_SECONDS):
            return True, f"{parts.hostname}:{port} answers"
    except OSError as error:
        return False, f"{parts.hostname}:{port} does not answer: {error.strerror or error}"
