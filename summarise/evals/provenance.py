"""What a result tells of its run: the settings, the packages, and the state of the repository that the labels are in."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from summarise.secrets import without_secrets
from summarise.settings import Settings

_PACKAGES = ("summarise-articles", "pydantic", "instructor", "openai", "numpy", "pyyaml", "sentencex")
_SETTINGS = ("model", "prompt", "temperature", "max_tokens", "context_tokens", "sample")


@dataclass(frozen=True)
class Provenance:
    """`made` is an ISO time. `source` is what the outputs came from, for messages."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    made: str | None = None
    source: str = "the output"
    warnings: tuple[str, ...] = ()

    @classmethod
    def now(cls, gold: Path, settings: Mapping[str, Any], source: str = "the output") -> Provenance:
        """That of a run that ends now, with the labels in `gold`, a file or a folder."""
        return cls(settings, _environment(gold), datetime.now(UTC).isoformat(timespec="seconds"), source)


UNKNOWN = Provenance()
"""Of outputs of which nothing is told."""


def settings_record(settings: Settings, repeats: int) -> dict[str, Any]:
    """What can change an answer; no key, and no address that may hold one."""
    known = {name: getattr(settings, name) for name in _SETTINGS}
    return {**known, "own_server": settings.base_url is not None, "replay": settings.replay is not None, "repeats": repeats}


def _environment(gold: Path) -> dict[str, Any]:
    folder = gold if gold.is_dir() else gold.parent
    commit = _git(folder, "rev-parse", "HEAD")
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no") if commit else None
    return {
        "python": platform.python_version(),
        "platform": platform.system(),
        "packages": dict(_versions()),
        "commit": commit,
        "dirty": None if changed is None else bool(changed),
    }


def _versions() -> list[tuple[str, str]]:
    found = []
    for package in _PACKAGES:
        try:
            found.append((package, version(package)))
        except PackageNotFoundError:
            continue
    return found


def _git(folder: Path, *words: str) -> str | None:
    """What git says of a folder; None where there is no git or no repository."""
    try:
        done = subprocess.run(  # noqa: S603  # fixed words, no shell
            ["git", "-C", str(folder), *words],  # noqa: S607
            capture_output=True,
            check=True,
            text=True,
            timeout=10,
            env={**without_secrets(os.environ), "GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout.strip()
