"""Evaluation: gold and outputs in, a result out, with what is known of the program that made the outputs."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from summarise.evals.gold.model import Gold
from summarise.evals.gold.read import digest
from summarise.evals.matching import DEFAULT, Thresholds
from summarise.evals.outputs import Output
from summarise.evals.results import ArticleResult, Result, Signature, article_result
from summarise.evals.scorer import score
from summarise.evals.statistics import RESAMPLES, estimates, seed_of
from summarise.secrets import without_secrets
from summarise.settings import Settings
from summarise.version import PACKAGE

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


def evaluate(
    gold: Sequence[Gold],
    outputs: Sequence[Output],
    provenance: Provenance = UNKNOWN,
    thresholds: Thresholds = DEFAULT,
    resamples: int = RESAMPLES,
) -> Result:
    """Scores the outputs of these articles; several of one article are its repeats. An article without any has failed."""
    gold = sorted(gold, key=lambda one: one.id)
    joined = _OutputsByArticle.of(gold, outputs)
    found = tuple(_scored(one, joined.outputs[one.id], provenance.source, thresholds) for one in gold)
    name, counts = digest(gold), [[run.counts for run in article.runs] for article in found]
    used = [output for runs in joined.outputs.values() for output in runs]
    return Result(
        Signature(*_made_by(used), name, "+".join(sorted({one.guidelines for one in gold})), PACKAGE),
        found,
        tuple(estimates(counts, [one.cluster for one in gold], seed_of(name), resamples)),
        thresholds,
        resamples,
        provenance.settings,
        provenance.environment,
        provenance.made,
        (*provenance.warnings, *joined.warnings, *_prefilled(gold)),
    )


def _scored(gold: Gold, outputs: Sequence[Output], source: str, thresholds: Thresholds) -> ArticleResult:
    """One article with the outputs of its repeats; `source` is where they were looked for."""
    runs = outputs or [Output(gold.id, failed=f"not in {source}")]
    return article_result(gold, [(output, score(gold, output, thresholds)) for output in runs])


@dataclass
class _OutputsByArticle:
    """`outputs` are those of each article, by its id."""

    outputs: dict[str, list[Output]]
    warnings: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, gold: Sequence[Gold], outputs: Sequence[Output]) -> _OutputsByArticle:
        """By `article.id` or, where no gold has that id, by the digest of the text."""
        joined = cls({one.id: [] for one in gold})
        digests = {one.id: one.sha256 for one in gold}
        by_text = {sha256: id for id, sha256 in reversed(digests.items())}
        unknown, changed = 0, dict[str, None]()
        for output in outputs:
            id = output.id if output.id in digests else by_text.get(output.sha256 or "")
            if id is None:
                unknown += 1
                continue
            joined.outputs[id].append(output)
            if output.sha256 and output.sha256 != digests[id]:
                changed[id] = None
        if changed:
            joined.warnings.append(
                f"the output is of another text than gold's for {_some(list(changed))}: evidence is looked up by its quotes"
            )
        if unknown:
            joined.warnings.append(f"{unknown} output{'s' * (unknown != 1)} of articles without gold left out")
        return joined


def _prefilled(gold: Sequence[Gold]) -> list[str]:
    ids = [one.id for one in gold if one.prefilled]
    return [f"not labelled by hand but pre-filled by a program, so a score against it shows little: {_some(ids)}"] if ids else []


def _some(ids: Sequence[str]) -> str:
    return f"{', '.join(ids[:3])}{f' and {len(ids) - 3} more' if len(ids) > 3 else ''}"


def _made_by(outputs: Sequence[Output]) -> tuple[str, str]:
    """Model and prompt, as far as the outputs tell; several are joined by "+"."""
    models = {made.get("model") or made.get("client", "") for made in (output.made_by for output in outputs)}
    prompts = {_prompt(output.made_by) for output in outputs}
    return "+".join(sorted(filter(None, models))), "+".join(sorted(filter(None, prompts)))


def _prompt(made_by: Mapping[str, str]) -> str:
    return "#".join(part for part in (made_by.get("prompt", ""), made_by.get("prompt_sha", "")[:8]) if part)
