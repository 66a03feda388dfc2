"""Quotes of a gold file, found in the text of its article."""

from __future__ import annotations

from summarise.evals.gold.faults import shown
from summarise.evals.gold.form import Form
from summarise.evals.gold.labels import Evidence
from summarise.evals.location import around, nearest
from summarise.evals.tokenised import Tokenised, covered, forms
from summarise.tree import Mapping, Node, Scalar

_PIECE = ("quote", "nth")


def evidence_of(form: Form, text: Tokenised) -> Evidence | None:
    """The evidence under `quote`, `nth` and `also`; None where no quote could be found."""
    quote = form.node.items.get("quote")
    if isinstance(quote, Scalar) and not quote.is_empty and "also" not in form.node.items:  # as nearly always
        run = _found(form, "quote", quote, form.text("nth"), text)
        return None if run is None else Evidence(((text.span(run),),), (covered([run]),))
    pieces = list(form.nodes("quote"))
    if not pieces:
        form.need("quote")
        return None
    nth = form.text("nth") if len(pieces) == 1 else None
    if len(pieces) > 1 and form.has("nth"):
        form.fault("nth", "belongs to one quote: write - {quote: …, nth: 2} in the list")
    best = [_run(form, place, node, nth, text) for place, node in pieces]
    also = [[_run(form, place, node, None, text)] for place, node in form.nodes("also")]
    found = [[run for run in place if run is not None] for place in (best, *also)]
    if not all(found) or len(found[0]) < len(best):
        return None
    return Evidence(tuple([tuple([text.span(run) for run in place]) for place in found]), tuple(map(covered, found)))


def _run(form: Form, place: str, node: Node, nth: str | None, text: Tokenised) -> range | None:
    if isinstance(node, Mapping):
        inner = Form(node, form.place(place), form.faults, _PIECE)
        if not inner.need("quote"):
            return None
        return _found(inner, "quote", node.items["quote"], inner.text("nth"), text)
    return _found(form, place, node, nth, text)


def _found(form: Form, place: str, node: Node, nth: str | None, text: Tokenised) -> range | None:
    if not isinstance(node, Scalar):
        form.wrong_kind(place, node, Scalar)
        return None
    runs = text.runs(forms(node.text))
    problem = _problem(text, node.text, runs, nth) if nth or len(runs) != 1 else None
    if problem:
        form.faults.add(node.line, form.place(place), problem)
        return None
    return runs[int(nth) - 1 if nth else 0]


def _problem(text: Tokenised, quote: str, runs: list[range], nth: str | None) -> str | None:
    if not forms(quote):
        return f"{shown(quote)} holds no word to look for"
    if not runs:
        near = nearest(text, quote)
        return f"not in the text: {shown(quote)}; nearest: {shown(near) if near else 'nothing like it'}"
    if nth is None and len(runs) > 1:
        places = " and ".join(shown(around(text, run)) for run in runs[:2])
        return f"stands {len(runs)} times in the text: {places}; quote more words, or say which with nth: 1 to {len(runs)}"
    if nth is not None and not (nth.isascii() and nth.isdigit() and len(nth) < 6 and 1 <= int(nth) <= len(runs)):
        return f"nth is {shown(nth)}, but the quote stands {len(runs)} time{'s' * (len(runs) != 1)} in the text"
    return None
