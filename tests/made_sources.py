"""Sources made for tests of comparisons: articles that hold just the claims, stances and figures named."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from made_summaries import RUN

from summarise.compare.model import SourceArticle, sources_of
from summarise.schema import ArticleInfo, Checks, CitedFigure, Claim, Polarity, Span, Stance, Summary


def spans(*quotes: str) -> list[Span]:
    return [Span(start=0, end=len(quote), quote=quote) for quote in quotes]


def claim(text: str, speaker: str | None = None, mode: str = "asserts", evidence: Sequence[str] = (), figures: Sequence[str] = ()) -> Claim:
    """Without `evidence` it is its text."""
    return Claim(id="c", text=text, speaker=speaker, mode=mode, evidence=spans(*(evidence or [text])), figures=list(figures))  # type: ignore[arg-type]


def stance(holder: str | None, polarity: Polarity, target: str, *evidence: str) -> Stance:
    return Stance(id="s", holder=holder, target=target, polarity=polarity, evidence=spans(*evidence))


def figure(id: str, quote: str, **known: Any) -> CitedFigure:
    fields = dict.fromkeys(("value", "low", "high", "unit", "currency", "per", "change", "measure", "as_of", "speaker"))
    value = known.pop("value", None)
    return CitedFigure(
        id=id,
        start=0,
        end=0,
        quote=quote,
        evidence=[],
        **{**fields, "bound": "exact", **known, "value": None if value is None else Decimal(value)},
    )


def made(id: str, *claims: Claim | str, published: str | None = None, **known: Any) -> Summary:
    """An article that is told from others by its id."""
    about = {name: known.pop(name, None) for name in ("source", "title")}
    fields: dict[str, Any] = {
        "article": ArticleInfo(id=id, chars=1, sha256=known.pop("sha256", id), published=published, **about),
        "gist": "",
        "claims": [claim(item) if isinstance(item, str) else item for item in claims],
        "stances": [],
        "figures": [],
        "checks": Checks(),
        "run": RUN,
    }
    return Summary(**{**fields, **known})


def sources(*summaries: Summary) -> tuple[SourceArticle, ...]:
    return sources_of(summaries)
