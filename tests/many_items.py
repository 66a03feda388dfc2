"""Summaries and gold with many items of one kind: what an algorithm that holds each against all others needs too much time for."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from made_summaries import RUN

from summarise.schema import ArticleInfo, Checks, CitedFigure, Claim, Span, Stance, Summary


def span(text: str, start: int = 0, end: int | None = None) -> Span:
    end = len(text) if end is None else end
    return Span(start=start, end=end, quote=text[start:end])


def claim(n: int, text: str, evidence: Sequence[Span], speaker: str | None = None, figures: Sequence[str] = ()) -> Claim:
    return Claim(id=f"c{n}", text=text, speaker=speaker, mode="asserts", evidence=list(evidence), figures=list(figures))


def stance(n: int, holder: str | None, target: str, evidence: Sequence[Span], polarity: Any = "favour") -> Stance:
    return Stance(id=f"s{n}", holder=holder, target=target, polarity=polarity, evidence=list(evidence))


def figure(n: int, value: int, place: Span, evidence: Sequence[Span], **known: Any) -> CitedFigure:
    fields = dict.fromkeys(("low", "high", "unit", "currency", "per", "change", "measure", "as_of", "speaker"))
    at = {"start": place.start, "end": place.end, "quote": place.quote, "evidence": list(evidence)}
    return CitedFigure(id=f"f{n}", value=Decimal(value), **{**fields, "bound": "exact", **at, **known})


def summary(
    id: str, text: str, claims: Sequence[Claim] = (), stances: Sequence[Stance] = (), figures: Sequence[CitedFigure] = (), **article: Any
) -> Summary:
    known = {"title": f"About {id}", "source": "The Example", "published": "2024-05-01", **article}
    info = ArticleInfo(id=id, chars=len(text), sha256=f"{id:>64}", text=text, **known)
    items = {"claims": list(claims), "stances": list(stances), "figures": list(figures)}
    return Summary(article=info, gist="What it is about.", **items, checks=Checks(dropped=[], warnings=[]), run=RUN)


def sentences(form: str, count: int) -> tuple[str, list[Span]]:
    parts = [form.format(n) for n in range(count)]
    text, found, at = "".join(parts), [], 0
    for part in parts:
        found.append(Span(start=at, end=at + len(part), quote=part))
        at += len(part)
    return text, found


def alike_claims(count: int) -> list[Summary]:
    text, spans = sentences("The council said that bridge {} would cost 12 million euros. ", count)
    return [summary(id, text, [claim(n, one.quote, [one]) for n, one in enumerate(spans)]) for id in ("a", "b")]


def same_claims(count: int) -> list[Summary]:
    """One claim said again and again, each time with evidence of another date."""
    text, spans = sentences("On {} May 2024 it was said. ", count)
    dated = [one.model_copy(update={"quote": f"It was on {1 + n % 28} May {1600 + n // 28}."}) for n, one in enumerate(spans)]
    return [
        summary(id, text, [claim(n, "The bridge over the Arrow will be built.", [one]) for n, one in enumerate(dated)]) for id in ("a", "b")
    ]


def one_sentence_of_figures(count: int) -> list[Summary]:
    text, places = sentences("{} tonnes and ", count)
    whole = span(text[:100_000])
    places = [Span(start=p.start, end=p.start + 2, quote=p.quote[:2]) for p in places]
    made = [
        figure(n, n, place, [whole] if n < 300 else [Span(start=0, end=len(text), quote="…")], unit="tonne")
        for n, place in enumerate(places)
    ]
    return [summary(id, text, figures=made) for id in ("a", "b")]


def one_thing_in_many_numbers(count: int) -> list[Summary]:
    text, spans = sentences("The union puts the number of workers of the Arrow mill at {} workers. ", count)
    made = [
        figure(n, n + 1, Span(start=one.start, end=one.start + 3, quote="The"), [one], unit="worker", measure="workers of the Arrow mill")
        for n, one in enumerate(spans)
    ]
    return [summary(id, text, figures=made) for id in ("a", "b")]


def one_number_of_many_dates(count: int) -> list[Summary]:
    text, spans = sentences("The Arrow mill had 340 workers on day {}. ", count)
    made = [
        figure(
            n,
            340,
            Span(start=one.start + 19, end=one.start + 30, quote="340 workers"),
            [one],
            unit="worker",
            as_of=f"{1600 + n // 300}-{1 + n % 12:02}-{1 + n % 25:02}",
        )
        for n, one in enumerate(spans)
    ]
    return [summary(id, text, figures=made) for id in ("a", "b")]


def resumed_figures(count: int) -> list[Summary]:
    text, spans = sentences("The union put the number at {} workers. ", count)
    made = [
        figure(n, n, Span(start=one.start + 28, end=one.end - 2, quote=one.quote[28:-2]), [one], unit="worker")
        for n, one in enumerate(spans)
    ]
    return [summary(id, text, figures=made) for id in ("a", "b")]


def many_names(count: int) -> list[Summary]:
    text, spans = sentences("Anna Smith{} is for plan {{}}. ", count)
    made = [stance(n, f"Anna Smith{n}", f"plan of Ben{n}", [one]) for n, one in enumerate(spans)]
    claims = [claim(n, f"Mill {n} closed in May.", [one], f"President Carl{n} Jones") for n, one in enumerate(spans)]
    return [summary(id, text, claims, made) for id in ("a", "b")]


def claims_with_figures(count: int) -> list[Summary]:
    text, spans = sentences("The mill sold {} tonnes of tin. ", count)
    figures = [
        figure(n, n, Span(start=one.start + 14, end=one.end - 9, quote=one.quote[14:-9]), [one], unit="tonne")
        for n, one in enumerate(spans)
    ]
    return [
        summary(id, text, [claim(n, one.quote, [one], figures=[f"f{n}"]) for n, one in enumerate(spans)], [], figures) for id in ("a", "b")
    ]


def many_copies(count: int) -> list[Summary]:
    text, spans = sentences("The Arrow mill has 34{} workers and Anna Smith is against the plan. ", 5)
    made = [
        figure(n, 340 + n, Span(start=one.start + 19, end=one.start + 22, quote=f"34{n}"), [one], unit="worker")
        for n, one in enumerate(spans)
    ]
    claims = [claim(n, one.quote, [one]) for n, one in enumerate(spans)]
    return [summary(f"a{n}", text, claims, [stance(1, "the minister", "the plan", spans[:1])], made) for n in range(count // 10)]


def many_articles(count: int) -> list[Summary]:
    """Articles that have nothing in common but words that everybody uses."""
    made = []
    for n in range(count // 10):
        text, spans = sentences(f"The Arrow{n} mill of Kent{n} has {{}} workers. ", 3)
        figures = [
            figure(k, 340 + k, Span(start=one.start + 4, end=one.start + 6, quote=one.quote[4:6]), [one], unit="worker")
            for k, one in enumerate(spans)
        ]
        made.append(
            summary(f"a{n}", text, [claim(1, spans[0].quote, spans[:1])], [stance(1, "the minister", "the plan", spans[:1])], figures)
        )
    return made


def much_evidence(count: int) -> list[Summary]:
    text, spans = sentences("Some sentence of the mill with number {}. ", count)
    return [
        summary(id, text, [claim(1, f"The Arrow mill of Kent will close{end}.", spans)])
        for id, end in (("a", ""), ("b", " soon"), ("c", " at once"))
    ]


ITEMS: dict[str, Callable[[int], list[Summary]]] = {
    made.__name__.replace("_", " "): made
    for made in (
        alike_claims,
        same_claims,
        one_sentence_of_figures,
        one_thing_in_many_numbers,
        one_number_of_many_dates,
        resumed_figures,
        many_names,
        claims_with_figures,
        many_copies,
        many_articles,
        much_evidence,
    )
}

GOLD_HEAD = "format: 1\nid: made\nlabelled: {by: ana, guidelines: 3}\ncomplete: [claims, stances, figures]\n"


def labels(form: str, count: int) -> str:
    """A gold file with a claim, a stance and a figure in each of `count` sentences."""
    text, spans = sentences(form, count)
    quotes = [json.dumps(one.quote.strip(". ")) for one in spans]
    yaml = f"{GOLD_HEAD}text: {json.dumps(text)}\nentities:\n" + "".join(f"  e{n}: [Name{n} Smith]\n" for n in range(count))
    yaml += "claims:\n" + "".join(f"- {{text: {quote}, speaker: e{n}, quote: {quote}}}\n" for n, quote in enumerate(quotes))
    yaml += "stances:\n"
    yaml += "".join(f"- {{holder: e{n}, target: the plan {n}, polarity: favour, quote: {quote}}}\n" for n, quote in enumerate(quotes))
    yaml += "figures:\n"
    return yaml + "".join(f"- {{value: {n}, derived: yes, measure: tonnes of tin, quote: {quote}}}\n" for n, quote in enumerate(quotes))
