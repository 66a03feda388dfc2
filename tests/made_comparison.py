"""A comparison made by hand for tests: three articles on one gas deal, and one that failed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from made_summaries import RUN, failure

from summarise.compare.comparison import Comparison
from summarise.compare.model import (
    Cited,
    ClaimGroup,
    FigureGroup,
    Held,
    SourceArticle,
    StanceCell,
    StanceMatrix,
    Stated,
    TimelineEvent,
    ValueGroup,
)
from summarise.schema import ArticleInfo, Checks, CitedFigure, Claim, Dropped, Span, Stance, Summary

TEXTS = {
    "A": "Skip to content\nMost read\n\nMoscow and Beijing signed 32 agreements on Friday. The gas deal of May 2014 is worth $400 billion. "
    'Orlova said "the price is fair" and praised the deal.\n\nShare this\n\nBeijing said it would not join the sanctions.\n',
    "B": "The two sides signed 38 agreements in October 2014. Their gas deal is worth $400 billion, and the bank lends $966.43 million, "
    "nearly $1 billion in all.\n\nOrlova said the price was fair. Hale called the deal a mistake.\n",
    "C": "The gas deal is worth $380 billion, the ministry said. Beijing will join the sanctions, it added. "
    "Orlova now calls the deal a burden.\n",
}
TITLES = {"A": "Moscow and Beijing sign", "B": "Two sides, one pipeline", "C": "Ministry corrects the sum"}
DATES = {"A": "2015-05-08", "B": "2014-10-17", "C": "2015-06"}


def span(key: str, quote: str) -> Span:
    start = TEXTS[key].index(quote)
    return Span(start=start, end=start + len(quote), quote=quote)


def figure(key: str, id: str, quote: str, sentence: str, **known: Any) -> CitedFigure:
    place = span(key, quote)
    fields = dict.fromkeys(("value", "low", "high", "unit", "currency", "per", "change", "measure", "as_of", "speaker"))
    return CitedFigure(
        id=id, start=place.start, end=place.end, quote=quote, evidence=[span(key, sentence)], **{**fields, "bound": "exact", **known}
    )


def claim(key: str, id: str, text: str, quote: str, speaker: str | None = None, **known: Any) -> Claim:
    return Claim(id=id, text=text, speaker=speaker, **{"mode": "asserts", "figures": [], "evidence": [span(key, quote)], **known})


def stance(key: str, id: str, holder: str | None, target: str, polarity: Any, quote: str) -> Stance:
    return Stance(id=id, holder=holder, target=target, polarity=polarity, evidence=[span(key, quote)])


_SIGNED = "Moscow and Beijing signed 32 agreements on Friday."
_LENT = "Their gas deal is worth $400 billion, and the bank lends $966.43 million, nearly $1 billion in all."
_DOLLARS = {"currency": "USD"}
FIGURES = {
    "A": [
        figure("A", "f1", "32 agreements", _SIGNED, value=Decimal(32), unit="agreement", measure="agreements", as_of="2015-05-08"),
        figure(
            "A",
            "f2",
            "$400 billion",
            "The gas deal of May 2014 is worth $400 billion.",
            value=Decimal(400_000_000_000),
            measure="gas deal",
            as_of="2014-05",
            **_DOLLARS,
        ),
    ],
    "B": [
        figure(
            "B",
            "f1",
            "38 agreements",
            "The two sides signed 38 agreements in October 2014.",
            value=Decimal(38),
            unit="agreement",
            measure="agreements",
            as_of="2014-10",
        ),
        figure("B", "f2", "$400 billion", _LENT, value=Decimal(400_000_000_000), measure="gas deal", **_DOLLARS),
        figure("B", "f3", "$966.43 million", _LENT, value=Decimal(966_430_000), measure="credit line", **_DOLLARS),
        figure("B", "f4", "nearly $1 billion", _LENT, value=Decimal(1_000_000_000), bound="about", measure="credit line", **_DOLLARS),
    ],
    "C": [
        figure(
            "C",
            "f1",
            "$380 billion",
            "The gas deal is worth $380 billion, the ministry said.",
            value=Decimal(380_000_000_000),
            measure="gas deal",
            speaker="the ministry",
            **_DOLLARS,
        )
    ],
}
CLAIMS = {
    "A": [
        claim("A", "c1", "The price is fair.", 'Orlova said "the price is fair" and praised the deal.', "Orlova"),
        claim("A", "c2", "Beijing will not join the sanctions.", "Beijing said it would not join the sanctions.", "Beijing", mode="denies"),
    ],
    "B": [claim("B", "c1", "The price was fair.", "Orlova said the price was fair.", "Orlova")],
    "C": [
        claim("C", "c1", "Beijing will join the sanctions.", "Beijing will join the sanctions, it added.", "the ministry", mode="predicts")
    ],
}
STANCES = {
    "A": [stance("A", "s1", "Orlova", "the gas deal", "favour", "praised the deal")],
    "B": [stance("B", "s1", "Hale", "the gas deal", "against", "Hale called the deal a mistake.")],
    "C": [stance("C", "s1", "Orlova", "the gas deal", "against", "Orlova now calls the deal a burden.")],
}


def summary(key: str, with_text: bool = True, **known: Any) -> Summary:
    article = ArticleInfo(
        id=f"{key.lower()}.txt",
        title=TITLES[key],
        source="The Example",
        published=DATES[key],
        url=f"https://example.org/{key.lower()}",
        language="en",
        chars=len(TEXTS[key]),
        sha256="0" * 64,
        text=TEXTS[key] if with_text else None,
    )
    fields: dict[str, Any] = {
        "article": article,
        "gist": f"What {TITLES[key]} is about.",
        "claims": CLAIMS[key],
        "stances": STANCES[key],
        "figures": FIGURES[key],
        "checks": Checks(dropped=[Dropped(kind="claim", why="nothing proves it", item={"text": "9 %"})], warnings=["a guess"])
        if key == "A"
        else Checks(),
        "run": RUN,
    }
    return Summary(**{**fields, **known})


def made(summaries: Sequence[Summary] | None = None) -> Comparison:
    """C is a copy of B. Everything in the groups is an item of the summaries, which are three, as `summary` makes them."""
    listed = [summary(key) for key in "ABC"] if summaries is None else summaries
    a, b, c = sources = tuple(SourceArticle(key, one, "B" if key == "C" else key) for key, one in zip("ABC", listed, strict=True))
    gas = FigureGroup(
        "gas-deal",
        "gas deal (USD)",
        "disagree",
        "two articles say $400 bn, one $380 bn",
        (ValueGroup((_cited(a, 1), _cited(b, 1)), "2014-05"), ValueGroup((_cited(c, 0),))),
    )
    signed = FigureGroup(
        "agreements",
        "agreements",
        "other_time",
        "May 2015 and October 2014",
        (ValueGroup((_cited(a, 0),), "2015-05-08"), ValueGroup((_cited(b, 0),), "2014-10")),
    )
    credit = FigureGroup(
        "credit", "credit line", "rounding", "1 bn is 966.43 M rounded", (ValueGroup((_cited(b, 2),)), ValueGroup((_cited(b, 3),)))
    )
    alone = FigureGroup(
        "alone", "signed again", "one_source", "only one article has it", (ValueGroup((_cited(a, 0),), None, "trade only"),)
    )
    fair = ClaimGroup("fair", a.summary.claims[0].text, (_stated(a, 0), _stated(b, 0)), 2, 0, _stated(b, 0))
    join = ClaimGroup("join", a.summary.claims[1].text, (_stated(a, 1), _stated(c, 0, "says that it will")), 1, 1, _stated(a, 1))
    holder, target = a.summary.stances[0].holder or "", a.summary.stances[0].target
    other = b.summary.stances[0].holder or ""
    cells = (
        StanceCell(holder, target, "mixed", "down", (Held(a, a.summary.stances[0]), Held(c, c.summary.stances[0]))),
        StanceCell(other, target, "against", None, (Held(b, b.summary.stances[0]),)),
    )
    return Comparison(
        sources=sources,
        failures=(failure(hint="add text"),),
        figures=(gas, credit, signed, alone),
        claims=(join, fair),
        stances=StanceMatrix((holder, other), (target,), cells, {holder: (holder, f"Ms {holder}")}),
        timeline=(
            TimelineEvent("2014-05", f"{gas.label}: $400 bn", (_cited(a, 1), _cited(b, 1))),
            TimelineEvent("2014-10", f"{signed.label}: 38", (_cited(b, 0),)),
            TimelineEvent("2015-05-08", f"{signed.label}: 32", (_cited(a, 0),), (_stated(a, 0),)),
        ),
    )


def _cited(source: SourceArticle, at: int) -> Cited:
    return Cited(source, source.summary.figures[at])


def _stated(source: SourceArticle, at: int, contradicts: str | None = None) -> Stated:
    return Stated(source, source.summary.claims[at], contradicts)
