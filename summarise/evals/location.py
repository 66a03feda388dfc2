"""Where a quote stands in a text: exactly, in part, or nowhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, Literal, NamedTuple, TypeGuard

from summarise.evals.tokenised import Tokenised, TokenSet, covered, forms

Grounding = Literal["exact", "partial", "none"]
GROUNDINGS: tuple[Grounding, ...] = ("exact", "partial", "none")

_LONGEST_PARTIAL = 400
_AROUND = 8
_LONGEST_WORD = 60


class Located(NamedTuple):
    """`positions` are tokens of the text, `span` its characters; both empty for a quote that is nowhere."""

    grounding: Grounding
    positions: TokenSet
    span: tuple[int, int] | None


NOWHERE = Located("none", 0, None)


def locate(text: Tokenised, quote: str, *, share: float, near: int = 0) -> Located:
    """The place of `quote`: the exact one that is nearest to the character `near`, else the longest run if it has `share` of the tokens."""
    wanted = forms(quote)
    runs = text.runs(wanted)
    if runs:
        return _at(text, text.nearest_run(runs, near), "exact")
    run, _ = text.longest_run(wanted[:_LONGEST_PARTIAL])
    return _at(text, run, "partial") if wanted and len(run) >= share * len(wanted) else NOWHERE


def locate_span(text: Tokenised, span: Mapping[str, Any], *, share: float) -> Located:
    """The place of `{"start", "end", "quote"}`, of which either the offsets or the quote may be missing or wrong."""
    start, end, quote = span.get("start"), span.get("end"), span.get("quote")
    if _is_offset(start) and _is_offset(end) and 0 <= start < end <= len(text.text) and (quote is None or _says(text, start, end, quote)):
        positions = text.positions(start, end)
        return Located("exact", covered([positions]), (start, end)) if positions else NOWHERE
    return locate(text, quote, share=share, near=start if _is_offset(start) else 0) if isinstance(quote, str) else NOWHERE


def nearest(text: Tokenised, quote: str) -> str | None:
    """What in the text is most like `quote`; None where nothing is."""
    wanted = forms(quote)[:_LONGEST_PARTIAL]
    run, at = text.longest_run(wanted)
    if not run:
        close = [difflib.get_close_matches(word, _short(text.places), n=1) for word in wanted[:1] if len(word) <= _LONGEST_WORD]
        run = range(text.places[close[0][0]][0], text.places[close[0][0]][0] + 1) if close and close[0] else run
        at = 0
    if not run:
        return None
    first = max(0, run[0] - at)
    start, end = text.span(range(first, min(len(text.forms), max(run[-1] + 1, first + len(wanted)))))
    return text.text[start:end]


def _short(words: Iterable[str]) -> list[str]:
    return [word for word in words if len(word) <= _LONGEST_WORD]


def around(text: Tokenised, run: range) -> str:
    """The run with some tokens before and after it, to tell one place from another."""
    start, end = text.span(range(max(0, run[0] - _AROUND // 2), min(len(text.forms), run[-1] + 1 + _AROUND // 2)))
    return text.text[start:end]


def _at(text: Tokenised, run: range, grounding: Grounding) -> Located:
    return Located(grounding, covered([run]), text.span(run)) if run else NOWHERE


def _is_offset(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _says(text: Tokenised, start: int, end: int, quote: object) -> bool:
    part = text.text[start:end]
    return part == quote or (isinstance(quote, str) and forms(part) == forms(quote))


def touched(found: Iterable[Located]) -> TokenSet:
    """The tokens of all of them."""
    return reduce(or_, [one.positions for one in found], 0)


def merged(found: Sequence[Located]) -> Grounding:
    """The worst of several; "none" for no evidence at all."""
    if len(found) == 1:
        return found[0].grounding
    return max((located.grounding for located in found), key=GROUNDINGS.index, default="none")
