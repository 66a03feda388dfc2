"""A summary put together: what was grounded, as the JSON that other programs read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from summarise import PACKAGE
from summarise.clients.protocol import Answer
from summarise.document import Document
from summarise.errors import SummariseError
from summarise.ground import Grounded, GroundedFigure
from summarise.numbers.figure import FIELDS, values_of
from summarise.prompt import Prompt
from summarise.schema import ArticleInfo, Checks, CitedFigure, Claim, ErrorInfo, Failure, RunInfo, Span, Stance, Summary
from summarise.text import Article
from summarise.views.visible import clean

_GIST_CLAIMS = 2

Number = TypeVar("Number", int, float)


def assemble(document: Document, prompt: Prompt, grounded: Grounded, answers: Sequence[Answer], *, with_text: bool = False) -> Summary:
    """The Summary of a document; `answers` are all that were had for it, at least one."""
    ids = {f.figure.start: f"f{n}" for n, f in enumerate(grounded.figures, start=1)}
    claims = [
        Claim(
            id=f"c{n}",
            text=claim.text,
            speaker=claim.speaker,
            mode=claim.mode,
            evidence=_spans(document, claim.sentences),
            figures=[ids[start] for start in claim.figures],
        )
        for n, claim in enumerate(grounded.claims, start=1)
    ]
    stances = [
        Stance(id=f"s{n}", holder=s.holder, target=s.target, polarity=s.polarity, evidence=_spans(document, s.sentences))
        for n, s in enumerate(grounded.stances, start=1)
    ]
    figures = [CitedFigure(id=ids[f.figure.start], evidence=_spans(document, [f.sentence]), **_attributes(f)) for f in grounded.figures]
    return Summary(
        article=article_info(document.article, with_text=with_text),
        gist=grounded.gist or _extracted_gist(document, claims),
        claims=claims,
        stances=stances,
        figures=figures,
        checks=Checks(dropped=grounded.dropped, warnings=[*document.article.warnings, *grounded.warnings]),
        run=run_info(prompt, answers),
    )


def failure(article: ArticleInfo, error: SummariseError, run: RunInfo | None = None) -> Failure:
    return Failure(article=article, error=ErrorInfo(kind=error.kind, message=error.message, hint=error.hint), run=run)


def article_info(article: Article, *, with_text: bool = False) -> ArticleInfo:
    return ArticleInfo(
        id=article.id,
        title=article.title,
        source=article.source,
        published=article.published,
        url=article.url,
        language=article.language,
        chars=len(article.text),
        sha256=article.sha256,
        text=article.text if with_text else None,
    )


def _attributes(cited: GroundedFigure) -> dict[str, Any]:
    read = dict(zip(FIELDS, values_of(cited.figure), strict=True))
    told = {"measure": cited.measure, "as_of": cited.as_of, "speaker": cited.speaker}
    # The rules take their words from the article, and only a quote has to stand there letter for letter.
    return {name: clean(value) if isinstance(value, str) else value for name, value in {**read, **told}.items()}


def _spans(document: Document, sentences: Iterable[int]) -> list[Span]:
    found = [document.sentences[number - 1] for number in sentences]
    return [Span(start=s.start, end=s.end, quote=document.quote(s)) for s in found]


def _extracted_gist(document: Document, claims: Sequence[Claim]) -> str:
    """In place of a gist that did not hold: the first claims, or the first sentence, all of them checked already."""
    if claims:
        return " ".join(claim.text for claim in claims[:_GIST_CLAIMS])
    return clean(" ".join(document.quote(document.sentences[0]).split())) if document.sentences else ""


def run_info(prompt: Prompt, answers: Sequence[Answer]) -> RunInfo:
    """How answers came about, at least one, and what they took together."""
    first = answers[0]
    return RunInfo(
        client=first.client,
        model=first.model,
        prompt=prompt.name,
        prompt_sha=prompt.sha,
        package=PACKAGE,
        cached=all(answer.cached for answer in answers),
        attempts=sum(answer.attempts for answer in answers),
        input_tokens=_total([answer.input_tokens for answer in answers]),
        output_tokens=_total([answer.output_tokens for answer in answers]),
        cost_usd=_total([answer.cost_usd for answer in answers]),
        seconds=_total([answer.seconds for answer in answers]),
    )


def _total(values: Sequence[Number | None]) -> Number | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
