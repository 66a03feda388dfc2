"""`summarise cache`, `doctor`, `prompts` and `schema`: stored answers, installation, released prompts, JSON Schema."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

from summarise.cli.settings import refuse_same, settings_of, settings_without_key
from summarise.clients import client_name, target_of
from summarise.clients.cache import Recording, Store, export_records, import_records, stats, verify
from summarise.settings import Settings, is_loopback
from summarise.text.sanitise import safe
from summarise.version import __version__

_NEEDED = ("pydantic", "instructor", "openai", "tenacity", "diskcache", "trafilatura", "genai-prices")
_EXTRAS = {"parquet": "pyarrow", "pandas": "pandas", "polars": "polars", "pdf": "pypdf", "docx": "python-docx"}
_SECONDS = 5.0

Check = tuple[bool | None, str]
"""Whether it is there (None: missing, but not needed), and what to print."""


def doctor(arguments: argparse.Namespace) -> int:
    """Prints a line for each check; 1 when something that these settings need is missing."""
    settings = settings_of(arguments)
    missing = False
    for found, line in _checks(settings):
        missing = missing or found is False
        print(f"{_MARKS[found]} {line}")
    return 1 if missing else 0


_MARKS = {True: "ok      ", False: "missing ", None: "-       "}


def _checks(settings: Settings) -> Iterator[Check]:
    yield True, f"summarise {__version__}, Python {platform.python_version()}, {sys.platform}"
    for package in _NEEDED:
        yield _installed(package, needed=True)
    for extra, package in _EXTRAS.items():
        found, line = _installed(package, needed=False)
        yield found, line if found else f"{line}; only for {extra}: pip install 'summarise-articles[{extra}]'"
    yield _cache(settings)
    yield from _service(settings)


def _installed(package: str, *, needed: bool) -> Check:
    try:
        return True, f"{package} {version(package)}"
    except PackageNotFoundError:
        return False if needed else None, f"{package} is not installed"


def _cache(settings: Settings) -> Check:
    folder = settings.cache_folder
    if not folder.exists():
        return None, f"cache {folder}: not made yet"
    return os.access(folder, os.R_OK | os.W_OK), f"cache {folder}"


def _service(settings: Settings) -> Iterator[Check]:
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


def _reachable(endpoint: str) -> Check:
    """Whether the server accepts a TCP connection; nothing is sent."""
    import socket

    parts = urlsplit(endpoint)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=_SECONDS):
            return True, f"{parts.hostname}:{port} answers"
    except OSError as error:
        return False, f"{parts.hostname}:{port} does not answer: {error.strerror or error}"


def stats_(arguments: argparse.Namespace) -> int:
    with _opened(arguments) as store:
        found = stats(store)
        print(f"{store.path}  {found.bytes:,} bytes")
        print(f"{found.records:,} answers in {found.attempts:,} attempts, {found.damaged:,} damaged, {found.superseded:,} superseded lines")
        for title, counts in (("status", found.by_status), ("model", found.by_model)):
            print(f"  {title}: {', '.join(f'{safe(name)} {count:,}' for name, count in counts.most_common()) or 'none'}")
        unpriced = f" and {found.unpriced:,} attempts at an unknown price" if found.unpriced else ""
        print(f"  {found.input_tokens:,} tokens in, {found.output_tokens:,} out, ${found.cost_usd:.4f}{unpriced}")
    return 0


def verify_(arguments: argparse.Namespace) -> int:
    with _opened(arguments) as store:
        verdict = verify(store)
        for fault in verdict.faults:
            print(safe(fault), file=sys.stderr)
        print(
            f"{verdict.lines:,} lines and {verdict.rows:,} rows read: {'no faults' if verdict.whole else f'{len(verdict.faults)} faults'}"
        )
    return 0 if verdict.whole else 1


def export_(arguments: argparse.Namespace) -> int:
    with _opened(arguments) as store:
        refuse_same([arguments.file], [str(store.path)])
        count = export_records(store, arguments.file)
        for warning in store.warnings:
            print(safe(f"summarise: {warning}"), file=sys.stderr)
    print(f"{count:,} answers written to {arguments.file}", file=sys.stderr)
    return 0


def import_(arguments: argparse.Namespace) -> int:
    with Store(settings_without_key(arguments).cache_folder) as store:
        done = import_records(store, arguments.file)
    print(f"{done.new:,} new, {done.better:,} better, {done.known:,} already there, {done.damaged:,} damaged lines", file=sys.stderr)
    return 1 if done.damaged else 0


def _opened(arguments: argparse.Namespace) -> Recording:
    """The stored answers, opened read-only."""
    return Recording(settings_without_key(arguments).cache_folder)


def prompts(arguments: argparse.Namespace) -> int:
    from summarise.cli.terminal import put
    from summarise.prompt import available, load, text_of

    if arguments.name:
        put(text_of(arguments.name))
        return 0
    for name in available():
        prompt = load(name)
        print(f"{name}  {prompt.sha[:12]}  {prompt.description}")
    return 0


def schema(arguments: argparse.Namespace) -> int:
    from pydantic import TypeAdapter

    from summarise.schema import Draft, Failure, Summary

    shape = TypeAdapter(Draft if arguments.draft else Summary | Failure)
    print(json.dumps(shape.json_schema(mode="validation" if arguments.draft else "serialization"), indent=2))
    return 0
