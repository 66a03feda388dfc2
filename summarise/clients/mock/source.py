"""The source of a statement: the noun phrase beside a cue that can be its speaker."""

from __future__ import annotations

from collections.abc import Sequence

from summarise.clients.mock.clauses import Clause, Phrase, before_verb, is_verb, subject_left, subject_right
from summarise.clients.mock.cues import Cue
from summarise.clients.mock.lexicon import forms, words
from summarise.clients.mock.tokens import Tokens

_CLOSERS = frozenset({".", "!", "?", "…"})
_NO_SPEAKERS = frozenset("there this that these what us me him them having longer".split())
_PLAIN_SAYING = frozenset("say tell add write".split())
_PAST_ALIKE = frozenset({"read", "quit"})
_PLURALS = frozenset("they we i you who that which people police men women many some most others few both all".split())
_LONGEST_LEAD = 60


def first_subject(clause: Clause, before: int) -> Phrase | None:
    """The subject of the first verb of a line, sought left of item `before`."""
    for k in range(1, min(before, _LONGEST_LEAD)):
        low = clause.low(k)
        if is_verb(low) or (low.endswith("ed") and len(low) > 4):
            found = subject_left(clause, k)
            if found:
                return found
    return None


def shared_subject(clause: Clause, cue: Cue, last: Phrase | None) -> Phrase | None:
    """The subject of "X signed the deal and said …"."""
    if clause.low(before_verb(clause, cue.k)) in {"and", "but", ","}:
        return last or first_subject(clause, cue.k)
    return None


def inverted_subject(clause: Clause, cue: Cue) -> Phrase | None:
    if clause.low(cue.k) not in forms("cues", "inverting") or clause.low(cue.k).endswith("ing"):
        return None
    before = clause.low(cue.k - 1)
    quoted = before == '"' or (before == "," and clause.low(cue.k - 2) == '"')
    if not (quoted or before == "," or cue.k == 0):
        return None
    source = subject_right(clause, cue.k)
    if source is None or not (quoted or (_ends_clause(clause, source.beyond) and looks_like_speaker(clause.tokens, source))):
        return None
    return source if clause.low(source.at) not in words("grammar", "prepositions") and clause.low(source.at) != "that" else None


def _ends_clause(clause: Clause, k: int) -> bool:
    """Whether nothing but an aside follows: a full stop, or a comma and no verb that belongs to the words before it."""
    low = clause.low(k)
    return low in _CLOSERS or low == "" or (low == "," and k + 2 < len(clause.items))


def may_speak(clause: Clause, cue: Cue, source: Phrase) -> bool:
    """Whether a phrase can be a speaker: no bare number, no clause; the weaker the cue, the more it must look like one."""
    lows = clause.tokens.lows[source.start : source.stop]
    if len(lows) > 28 or not any(low[0].isalpha() for low in lows) or lows[-1] in _NO_SPEAKERS:
        return False
    if lows[-1] in {"a", "an", "the", "my", "your", "its"} or (len(lows) > 1 and lows[-1] in words("grammar", "prepositions")):
        return False
    k = cue.k + cue.width
    if clause.low(cue.k) == cue.base and cue.base not in _PAST_ALIKE and cue.kind != "according" and not _is_plural(clause, cue, lows):
        return False
    if cue.base in _PLAIN_SAYING or clause.low(k) in {"that", '"'} or clause.low(k + 1) == '"':
        return True
    return looks_like_speaker(clause.tokens, source)


def _is_plural(clause: Clause, cue: Cue, lows: Sequence[str]) -> bool:
    """Whether a subject can have a bare verb: "auditors warn", not "the third request"."""
    helped = before_verb(clause, cue.k) < cue.k - 1
    if helped or lows[-1].endswith("s") or lows[-1] in _PLURALS or "and" in lows:
        return True
    return any(low in words("people", "plural_people") for low in lows)


def looks_like_speaker(tokens: Tokens, source: Phrase) -> bool:
    """A name, a pronoun, people, an office, an institution or a document."""
    lows = tokens.lows[source.start : source.stop]
    if lows[0] in words("grammar", "pronouns") or any(low in words("cues", "documents") for low in lows):
        return True
    if any(low in words("people", kind) for low in lows for kind in ("plural_people", "offices", "institutions", "titles")):
        return True
    if lows[-1].endswith(("ists", "ers", "ors", "ians", "ist", "man", "woman", "men", "women", "ants")):
        return True
    return any(
        word[0].isupper() and low not in words("grammar", "weekdays") and low not in words("grammar", "months")
        for word, low in zip(
            tokens.words[source.start + (lows[0] in words("grammar", "determiners")) : source.stop],
            lows[lows[0] in words("grammar", "determiners") :],
            strict=True,
        )
    )
