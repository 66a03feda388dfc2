"""Comparisons with an attack in every text: an article for each attack, which stands in all its fields and in all its groups."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

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
from summarise.schema import ArticleInfo, Checks, CitedFigure, Claim, Dropped, ErrorInfo, Failure, RunInfo, Span, Stance, Summary

HIT = "hit=1"
"""What an attack runs: it sets a global of the page."""

_ELEMENTS = """
<script>{0}</script>
</script><script>{0}</script>
</style><script>{0}</script>
</title><script>{0}</script>
</noscript><script>{0}</script>
</div></div></details></main><script>{0}</script>
--><script>{0}</script>
<!--><script>{0}</script>-->
]]><script>{0}</script>
<![CDATA[><script>{0}</script>]]>
<scr<script>ipt>{0}</scr</script>ipt>
<SCRIPT SRC=https://example.invalid/x.js></SCRIPT>
<script src=data:text/javascript,{0}></script>
<script type=module>{0}</script>
<img src=x onerror={0}>
<img src="x" onerror="{0}">
<img/src=x/onerror={0}>
<img src=https://example.invalid/pixel.png>
<svg onload={0}>
<svg><script>{0}</script></svg>
<svg><animate onbegin={0} attributeName=x dur=1s>
<svg><a xlink:href=javascript:{0}><text>x</text></a></svg>
<svg><use href=data:image/svg+xml,x></svg>
<math><mtext></table><img src=x onerror={0}></mtext></math>
<body onload={0}>
<details open ontoggle={0}>x</details>
<video><source onerror={0}></video>
<video src=x onerror={0}></video>
<audio src=x onerror={0}></audio>
<input autofocus onfocus={0}>
<select autofocus onfocus={0}>
<textarea autofocus onfocus={0}>
<button autofocus onfocus={0}>x</button>
<a autofocus tabindex=1 onfocus={0}>x</a>
<marquee onstart={0}>x</marquee>
<iframe src=javascript:parent.{0}></iframe>
<iframe srcdoc="<script>parent.{0}</script>"></iframe>
<object data=javascript:{0}></object>
<embed src=javascript:{0}>
<form action=javascript:{0}><button>x</button></form>
<base href=https://example.invalid/>
<meta http-equiv=refresh content="0;url=javascript:{0}">
<meta http-equiv=refresh content="0;url=https://example.invalid/">
<link rel=stylesheet href=https://example.invalid/x.css>
<link rel=prefetch href=https://example.invalid/x>
<style>@import url(https://example.invalid/x.css);</style>
<style>*{{background:url(https://example.invalid/x)}}</style>
<p style="background:url(https://example.invalid/x)">
<template><script>{0}</script></template>
<table background=https://example.invalid/x>
<keygen autofocus onfocus={0}>
<x onclick={0} tabindex=1 autofocus onfocus={0}>
<plaintext><script>{0}</script>
<xmp><script>{0}</script></xmp>
""".strip().split("\n")
_ATTRIBUTES = """
" onmouseover="{0}" x="
' onmouseover='{0}' x='
"><script>{0}</script>
'><script>{0}</script>
x onfocus={0} autofocus
` onmouseover={0}
" autofocus onfocus="{0}
javascript:{0}
JaVaScRiPt:{0}
java\tscript:{0}
data:text/html,<script>{0}</script>
vbscript:{0}
https://example.invalid/" onclick="{0}
//example.invalid/x
&lt;script&gt;{0}&lt;/script&gt;
&#60;script&#62;{0}&#60;/script&#62;
\\u003cscript\\u003e{0}\\u003c/script\\u003e
{{{{ {0} }}}}{{% for x in y %}}
{{{{ ''.__class__ }}}}
${{{0}}}
`${{{0}}}`
"}});{0};//
\\"}});{0};//
"start":0,"end":1,"quote":@
"text":@
+ADw-script+AD4-{0}+ADw-/script+AD4-
\x00<script>{0}</script>
\u2028{0}\u2028
\u202e<script>{0}</script>
\ud800<script>{0}</script>
""".strip("\n").split("\n")
PAYLOADS = [attack.format(HIT) for attack in (*_ELEMENTS, *_ATTRIBUTES)]


def hostile(payloads: Sequence[str]) -> Comparison:
    """Figures, claims and stances of all articles stand in groups together and alone; the payload is in every field that is a text."""
    sources = tuple(SourceArticle(_key(at), infected(payload), _key(0)) for at, payload in enumerate(payloads))
    groups = [group for source, payload in zip(sources, payloads, strict=True) for group in _figures(source, sources[0], payload)]
    claims = [group for source, payload in zip(sources, payloads, strict=True) for group in _claims(source, sources[0], payload)]
    cells = tuple(
        StanceCell(payload, payload, "mixed", "up", (Held(source, source.summary.stances[0]),))
        for source, payload in zip(sources, payloads, strict=True)
    )
    listed = tuple(dict.fromkeys(payloads))
    return Comparison(
        sources,
        tuple(Failure(article=_article(payload), error=_error(payload)) for payload in payloads),
        tuple(groups),
        tuple(claims),
        StanceMatrix(listed, listed, cells, {payload: (payload, f"{payload} too") for payload in payloads}),
        tuple(
            TimelineEvent(f"20{at % 90 + 10}", payload, (Cited(source, source.summary.figures[0]),))
            for at, (source, payload) in enumerate(zip(sources, payloads, strict=True))
        ),
    )


def infected(payload: str) -> Summary:
    """A summary with `payload` in each of its texts; its evidence is the payload, in the middle of the article."""
    text = f"Before it. {payload} And after it.\n{payload}\n"
    span = Span(start=11, end=11 + len(payload), quote=payload)
    lost = Span(start=3, end=3 + len(payload), quote=payload)
    names: dict[str, Any] = dict.fromkeys(("unit", "currency", "per", "measure", "as_of", "speaker"), payload)
    number = {"value": Decimal(7), "low": None, "high": None, "bound": "exact", "change": None}
    return Summary(
        article=_article(payload, text),
        gist=payload,
        claims=[
            Claim(id=payload, text=payload, speaker=payload, mode="denies", evidence=[span, lost], figures=[payload]),
            Claim(id="c1", text=payload, speaker=payload, mode="asserts", evidence=[lost], figures=[]),
        ],
        stances=[Stance(id=payload, holder=payload, target=payload, polarity="favour", evidence=[span])],
        figures=[CitedFigure(id=payload, start=span.start, end=span.end, quote=payload, evidence=[span], **number, **names)],
        checks=Checks(dropped=[Dropped(kind="claim", why=payload, item={payload: [payload]})], warnings=[payload]),
        run=RunInfo(
            client=payload,
            model=payload,
            prompt=payload,
            prompt_sha=payload,
            package=payload,
            cached=False,
            attempts=1,
            input_tokens=None,
            output_tokens=None,
            cost_usd=None,
            seconds=None,
        ),
    )


def _article(payload: str, text: str | None = None) -> ArticleInfo:
    names = dict.fromkeys(("id", "title", "source", "published", "url", "language", "sha256"), payload)
    return ArticleInfo(chars=0, text=text, **names)  # type: ignore[arg-type]


def _error(payload: str) -> ErrorInfo:
    return ErrorInfo(kind=payload, message=payload, hint=payload)


def _figures(source: SourceArticle, first: SourceArticle, payload: str) -> list[FigureGroup]:
    cited, other = Cited(source, source.summary.figures[0]), Cited(first, first.summary.figures[0])
    both = (ValueGroup((cited,), payload, payload), ValueGroup((other,), payload, payload))
    return [
        FigureGroup(payload, payload, "disagree", payload, both),
        FigureGroup(payload, payload, "one_source", payload, (ValueGroup((cited,), payload, payload),)),
    ]


def _claims(source: SourceArticle, first: SourceArticle, payload: str) -> list[ClaimGroup]:
    stated, other = Stated(source, source.summary.claims[0]), Stated(first, first.summary.claims[0], payload)
    return [ClaimGroup(payload, payload, (stated, other), 2, 1, stated)]


def _key(at: int) -> str:
    return chr(ord("A") + at % 26) * (at // 26 + 1)
