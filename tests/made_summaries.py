"""Summaries made for tests: one that a reader can check by eye, and strategies for any others, hostile ones among them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args

from hypothesis import strategies as st

from summarise.figures import Bound, Change
from summarise.schema import (
    ArticleInfo,
    Checks,
    CitedFigure,
    Claim,
    Dropped,
    ErrorInfo,
    Failure,
    Mode,
    Polarity,
    RunInfo,
    Span,
    Stance,
    Summary,
)

TEXT = 'Ana Ruiz spoke.\nShe said exports rose 4.5 percent to $1.25 billion, "a record".\nShe opposes the tariff.\n'

HOSTILE = [
    "=1+1",
    "＝cmd|'/c calc'!A0",
    " \u200b+SUM(A1)",
    "\t@x",
    "'=quoted",
    '"; DROP TABLE articles; --',
    "<script>alert(1)</script>",
    "<img src=x onerror=y>",
    "[x](http://evil.test)",
    "![x](http://evil.test/a.png)",
    "<http://evil.test>",
    "[a]: http://evil.test\n\n[a]",
    "a | b \\| c `d` | **e** ~~f~~",
    "# head\n- item\n1. one\n> quote\n```\ncode\n---\n===",
    "&lt;b&gt; &amp; &#60;script>",
    "\x1b[31mred\x1b]0;title\x07 \x9b2J",
    "a\u202eb\u2066c\u200f\ufeff\u00ad",
    "a\u2028b\u2029c\x85d\x00e\rf",
    "漢字かな交じり文 👩‍👩‍👧 e\u0301 ❤️",
    "a{{ x }} $y$ www.evil.test :smile: javascript://x",
    "\ud800",
    "",
]


def _span(quote: str) -> Span:
    start = TEXT.index(quote)
    return Span(start=start, end=start + len(quote), quote=quote)


def _figure(id: str, quote: str, **known: Any) -> CitedFigure:
    span = _span(quote)
    fields = dict.fromkeys(("value", "low", "high", "unit", "currency", "per", "change", "measure", "as_of", "speaker"))
    sentence = _span('She said exports rose 4.5 percent to $1.25 billion, "a record".')
    return CitedFigure(id=id, start=span.start, end=span.end, quote=quote, evidence=[sentence], **{**fields, "bound": "exact", **known})


def article(id: str = "ruiz", **known: Any) -> ArticleInfo:
    return ArticleInfo(id=id, chars=len(TEXT), sha256="0" * 64, **{"title": "Exports rise", "published": "2024-05-01", **known})


RUN = RunInfo(
    client="mock",
    model=None,
    prompt="summarise/v1",
    prompt_sha="ab",
    package="summarise-articles 0.1.0",
    cached=False,
    attempts=1,
    input_tokens=None,
    output_tokens=None,
    cost_usd=0.0,
    seconds=0.25,
)


def summary(id: str = "ruiz", **known: Any) -> Summary:
    """Two figures, a claim, a stance, an item dropped and a warning; `known` replaces fields of the Summary."""
    fields: dict[str, Any] = {
        "article": article(id),
        "gist": "Exports rose, says Ana Ruiz.",
        "claims": [
            Claim(
                id="c1",
                text="Exports rose 4.5 percent.",
                speaker="Ana Ruiz",
                mode="asserts",
                evidence=[_span('She said exports rose 4.5 percent to $1.25 billion, "a record".')],
                figures=["f1"],
            )
        ],
        "stances": [
            Stance(id="s1", holder="Ana Ruiz", target="the tariff", polarity="against", evidence=[_span("She opposes the tariff.")])
        ],
        "figures": [
            _figure("f1", "4.5 percent", value=Decimal("4.5"), unit="percent", change="up", measure="exports", speaker="Ana Ruiz"),
            _figure("f2", "$1.25 billion", value=Decimal(1_250_000_000), currency="USD", measure="exports", as_of="2024"),
        ],
        "checks": Checks(
            dropped=[Dropped(kind="claim", why="its number is not in the article", item={"text": "9 %"})], warnings=["a guess"]
        ),
        "run": RUN,
    }
    return Summary(**{**fields, **known})


def failure(id: str = "bad", **known: Any) -> Failure:
    return Failure(article=ArticleInfo(id=id, chars=0, sha256=None), error=ErrorInfo(kind="empty", message="bad.txt: no text", **known))


texts = st.one_of(st.text(max_size=30), st.sampled_from(HOSTILE), st.lists(st.sampled_from(HOSTILE), max_size=3).map(" ".join))
_maybe_text = st.none() | texts
_counts = st.integers(0, 2**53)
_numbers = st.none() | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False) | texts, st.lists
)
_spans = st.builds(Span, start=_counts, end=_counts, quote=texts)
_evidence = st.lists(_spans, max_size=2)


def _numbered(prefix: str, items: st.SearchStrategy[list[Any]]) -> st.SearchStrategy[list[Any]]:
    return items.map(lambda found: [item.model_copy(update={"id": f"{prefix}{n}"}) for n, item in enumerate(found, start=1)])


articles = st.builds(
    ArticleInfo,
    id=texts,
    title=_maybe_text,
    source=_maybe_text,
    published=_maybe_text,
    url=_maybe_text,
    language=_maybe_text,
    chars=_counts,
    sha256=_maybe_text,
    text=_maybe_text,
)
_claims = st.builds(
    Claim,
    id=st.just("c"),
    text=texts,
    speaker=_maybe_text,
    mode=st.sampled_from(get_args(Mode)),
    evidence=_evidence,
    figures=st.lists(st.sampled_from(["f1", "f2", "f9"]), max_size=2),
)
_stances = st.builds(
    Stance, id=st.just("s"), holder=_maybe_text, target=texts, polarity=st.sampled_from(get_args(Polarity)), evidence=_evidence
)
figures = st.builds(
    CitedFigure,
    id=st.just("f"),
    start=_counts,
    end=_counts,
    quote=texts,
    value=_numbers,
    low=_numbers,
    high=_numbers,
    bound=st.sampled_from(get_args(Bound)),
    unit=st.none() | st.sampled_from(["percent", "percentage point", "barrel"]) | texts,
    currency=st.none() | st.sampled_from(["USD", "CHF"]) | texts,
    per=_maybe_text,
    change=st.none() | st.sampled_from(get_args(Change)),
    measure=_maybe_text,
    as_of=_maybe_text,
    speaker=_maybe_text,
    evidence=_evidence,
)
_checks = st.builds(
    Checks,
    dropped=st.lists(st.builds(Dropped, kind=st.sampled_from(["claim", "figure", "gist"]), why=texts, item=_json), max_size=2),
    warnings=st.lists(texts, max_size=2),
)
_runs = st.builds(
    RunInfo,
    client=texts,
    model=_maybe_text,
    prompt=texts,
    prompt_sha=texts,
    package=texts,
    cached=st.booleans(),
    attempts=_counts,
    input_tokens=st.none() | _counts,
    output_tokens=st.none() | _counts,
    cost_usd=st.none() | st.floats(0, 1e6),
    seconds=st.none() | st.floats(0, 1e6),
)
summaries = st.builds(
    Summary,
    article=articles,
    gist=texts,
    claims=_numbered("c", st.lists(_claims, max_size=2)),
    stances=_numbered("s", st.lists(_stances, max_size=2)),
    figures=_numbered("f", st.lists(figures, max_size=2)),
    checks=_checks,
    run=_runs,
)
failures = st.builds(Failure, article=articles, error=st.builds(ErrorInfo, kind=texts, message=texts, hint=texts))
items = summaries | failures
