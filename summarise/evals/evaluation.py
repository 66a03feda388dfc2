"""An evaluation: gold and outputs in, a result out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from summarise import PACKAGE
from summarise.evals.bootstrap import RESAMPLES, seed_of
from summarise.evals.estimates import estimates
from summarise.evals.gold import Gold
from summarise.evals.gold.files import digest_of
from summarise.evals.heading import Heading
from summarise.evals.outputs import Output
from summarise.evals.result import ArticleResult, Result, Signature, article_result
from summarise.evals.scorer import score
from summarise.evals.thresholds import DEFAULT, Thresholds


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
    outputs: Sequence[Output],
    about: About = About(),
    thresholds: Thresholds = DEFAULT,
    resamples: int = RESAMPLES,
) -> Result:
    """Scores the outputs of these articles; several of one article are its repeats. An article without any has failed."""
    joined = Joined.of([Heading.of(one) for one in gold], outputs)
    found = (scored(one, [outputs[at] for at in joined.places[one.id]], about.source, thresholds) for one in gold)
    return summed_up(joined, tuple(found), about, thresholds, resamples)


def scored(gold: Gold, outputs: Sequence[Output], source: str, thresholds: Thresholds = DEFAULT) -> ArticleResult:
    """One article with the outputs of its repeats; `source` is where they were looked for."""
    runs = outputs or [Output(gold.id, failed=f"not in {source}")]
    return article_result(gold, [(output, score(gold, output, thresholds)) for output in runs])


def summed_up(
    joined: Joined,
    found: tuple[ArticleResult, ...],
    about: About,
    thresholds: Thresholds = DEFAULT,
    resamples: int = RESAMPLES,
) -> Result:
    """The result of all articles, given that of each."""
    headings = joined.headings
    name, counts = digest_of(one.digest for one in headings), [[run.counts for run in article.runs] for article in found]
    used = [joined.outputs[at] for places in joined.places.values() for at in places]
    return Result(
        Signature(*_made_by(used), name, "+".join(sorted({one.guidelines for one in headings})), PACKAGE),
        found,
        tuple(estimates(counts, [one.cluster for one in headings], seed_of(name), resamples)),
        thresholds,
        resamples,
        about.settings,
        about.environment,
        about.made,
        (*about.warnings, *joined.warnings, *_prefilled(headings)),
    )


@dataclass
class Joined:
    """`places` are those of the outputs of each article, by its id."""

    headings: Sequence[Heading]
    outputs: Sequence[Output]
    places: dict[str, list[int]]
    warnings: list[str]

    @classmethod
    def of(cls, headings: Sequence[Heading], outputs: Sequence[Output]) -> Joined:
        """By `article.id` or, where no gold has that id, by the digest of the text."""
        joined = cls(headings, outputs, {one.id: [] for one in headings}, [])
        by_text: dict[str, str] = {}
        for one in headings:
            by_text.setdefault(one.sha256, one.id)
        digests, unknown, changed = {id: text for text, id in by_text.items()}, 0, dict[str, None]()
        for at, output in enumerate(outputs):
            id = output.id if output.id in joined.places else by_text.get(output.sha256 or "")
            if id is None:
                unknown += 1
                continue
            joined.places[id].append(at)
            if output.sha256 and output.sha256 != digests.get(id, output.sha256):
                changed[id] = None
        if changed:
            told = f"{', '.join(list(changed)[:3])}{f' and {len(changed) - 3} more' if len(changed) > 3 else ''}"
            joined.warnings.append(f"the output is of another text than gold's for {told}: evidence is looked up by its quotes")
        if unknown:
            joined.warnings.append(f"{unknown} output{'s' * (unknown != 1)} of articles without gold left out")
        return joined


def _prefilled(headings: Sequence[Heading]) -> list[str]:
    ids = [one.id for one in headings if one.prefilled]
    told = f"{', '.join(ids[:3])}{f' and {len(ids) - 3} more' if len(ids) > 3 else ''}"
    return [f"not labelled by hand but pre-filled by a program, so a score against it shows little: {told}"] if ids else []


def _made_by(outputs: Sequence[Output]) -> tuple[str, str]:
    """Model and prompt, as far as the outputs tell; several are joined by "+"."""
    models = {made.get("model") or made.get("client", "") for made in (output.made_by for output in outputs)}
    prompts = {_prompt(output.made_by) for output in outputs}
    return "+".join(sorted(filter(None, models))), "+".join(sorted(filter(None, prompts)))


def _prompt(made_by: Mapping[str, str]) -> str:
    return "#".join(part for part in (made_by.get("prompt", ""), made_by.get("prompt_sha", "")[:8]) if part)
