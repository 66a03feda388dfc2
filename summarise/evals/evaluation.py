"""An evaluation: gold and outputs in, a result out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from summarise import PACKAGE
from summarise.evals.bootstrap import RESAMPLES, seed_of
from summarise.evals.estimates import estimates
from summarise.evals.gold import Gold, digest
from summarise.evals.outputs import Output
from summarise.evals.result import ArticleResult, Result, Signature, article_result
from summarise.evals.scorer import score
from summarise.evals.thresholds import DEFAULT, Thresholds
from summarise.text import sha256_of


@dataclass(frozen=True)
class About:
    """What a result says of its run beside the scores; `made` is an ISO time. `source` is what the outputs came from, for messages."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    made: str | None = None
    source: str = "the output"
    warnings: tuple[str, ...] = ()


def evaluate(
    gold: Sequence[Gold],
    outputs: Iterable[Output],
    about: About = About(),
    thresholds: Thresholds = DEFAULT,
    resamples: int = RESAMPLES,
) -> Result:
    """Scores the outputs of these articles; several of one article are its repeats. An article without any has failed."""
    joined = Joined.of(gold, outputs)
    found, name = tuple(_article(one, joined.runs(one, about.source), thresholds) for one in gold), digest(gold)
    return Result(
        Signature(*_made_by(joined.outputs()), name, _guidelines(gold), PACKAGE),
        found,
        tuple(
            estimates([[run.counts for run in article.runs] for article in found], [one.cluster for one in gold], seed_of(name), resamples)
        ),
        thresholds,
        resamples,
        about.settings,
        about.environment,
        about.made,
        (*about.warnings, *joined.warnings),
    )


@dataclass
class Joined:
    """Outputs by the id of their article."""

    by_id: dict[str, list[Output]]
    warnings: list[str]

    @classmethod
    def of(cls, gold: Sequence[Gold], outputs: Iterable[Output]) -> Joined:
        """By `article.id` or, where no gold has that id, by the digest of the text."""
        joined = cls({one.id: [] for one in gold}, [])
        by_text: dict[str, str] = {}
        for one in gold:
            by_text.setdefault(text_digest(one), one.id)
        digests, unknown, changed = {id: text for text, id in by_text.items()}, 0, dict[str, None]()
        for output in outputs:
            id = output.id if output.id in joined.by_id else by_text.get(output.sha256 or "")
            if id is None:
                unknown += 1
                continue
            joined.by_id[id].append(output)
            if output.sha256 and output.sha256 != digests.get(id, output.sha256):
                changed[id] = None
        if changed:
            told = f"{', '.join(list(changed)[:3])}{f' and {len(changed) - 3} more' if len(changed) > 3 else ''}"
            joined.warnings.append(f"the output is of another text than gold's for {told}: evidence is looked up by its quotes")
        if unknown:
            joined.warnings.append(f"{unknown} output{'s' * (unknown != 1)} of articles without gold left out")
        return joined

    def outputs(self) -> list[Output]:
        return [output for found in self.by_id.values() for output in found]

    def runs(self, gold: Gold, source: str) -> list[Output]:
        return self.by_id[gold.id] or [Output(gold.id, failed=f"not in {source}")]


def text_digest(gold: Gold) -> str:
    """The sha256 that a summary of this text has."""
    return sha256_of(gold.text)


def _article(gold: Gold, outputs: Sequence[Output], thresholds: Thresholds) -> ArticleResult:
    return article_result(gold, text_digest(gold), [(output, score(gold, output, thresholds)) for output in outputs])


def _made_by(outputs: Sequence[Output]) -> tuple[str, str]:
    """Model and prompt, as far as the outputs tell; several are joined by "+"."""
    models = {made.get("model") or made.get("client", "") for made in (output.made_by for output in outputs)}
    prompts = {_prompt(output.made_by) for output in outputs}
    return "+".join(sorted(filter(None, models))), "+".join(sorted(filter(None, prompts)))


def _prompt(made_by: Mapping[str, str]) -> str:
    return "#".join(part for part in (made_by.get("prompt", ""), made_by.get("prompt_sha", "")[:8]) if part)


def _guidelines(gold: Sequence[Gold]) -> str:
    return "+".join(sorted({one.guidelines for one in gold}))
