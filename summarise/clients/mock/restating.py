"""Restating: a sentence as a claim that reads alone, and as a line that names who says it."""

from __future__ import annotations

from collections.abc import Sequence

from summarise.clients.mock.attribution import Attribution
from summarise.clients.mock.clauses import is_verb
from summarise.clients.mock.lexicon import words
from summarise.clients.mock.page import Line, Page
from summarise.clients.mock.telling import Telling
from summarise.clients.mock.wording import as_sentence, quoted

# Cues whose words are kept in the claim: without "denied" or "called" the statement would be another.
_KEEP_KIND = frozenset({"denies", "demands", "judges", "beside", "believes"})
_KEEP_CUE = frozenset({"declare", "pronounce"})
_UNCLEAR = frozenset("he she it they we i this that these those there here his her its their my our him them such who which".split())
_CONDITIONS = frozenset("without with under despite given if unless until because although though while should were had".split())
_PRONOUNS = frozenset("he she it they".split())
_QUOTE_MARKS = "\"“`'‘«"
_FEWEST_WORDS = 4


def restated(page: Page, line: Line, telling: Telling) -> str:
    """What the speaker says: their words alone where these are a whole statement, else the sentence with its source."""
    attribution = telling.voice.attribution
    own = _own_words(page, telling)
    if attribution.kind == "turn":
        return quoted(own or "")
    if keeps_cue(attribution) or telling.voice.speaker is None or _is_conditional(page, line, telling):
        return whole(page, line, telling)
    return own or whole(page, line, telling)


def keeps_cue(attribution: Attribution) -> bool:
    """Whether the statement cannot be told without its cue."""
    return attribution.kind in _KEEP_KIND or attribution.cue in _KEEP_CUE


def whole(page: Page, line: Line, telling: Telling) -> str:
    """The sentence, with the speaker's name in place of a pronoun that stands for it."""
    text, source, speaker = page.text, telling.voice.attribution.source, telling.voice.speaker
    if source is None or not speaker or source.stop - source.start != 1 or page.tokens.lows[source.start] not in _PRONOUNS:
        return as_sentence(text[line.start : line.end])
    start, end = page.tokens.starts[source.start], page.tokens.ends[source.start]
    if not line.start <= start < line.end or speaker.split()[-1] in text[line.start : line.end]:
        return as_sentence(text[line.start : line.end])
    return as_sentence(f"{text[line.start : start]}{speaker}{text[end : line.end]}")


def names_source(page: Page, line: Line, telling: Telling) -> bool:
    """Whether the sentence itself says who speaks, so that it can be told as it stands."""
    attribution = telling.voice.attribution
    if attribution.kind in {"turn", "quote"} or attribution.source is None or attribution.sentence != line.number:
        return False
    return line.start <= page.tokens.starts[attribution.source.start] < line.end


def _own_words(page: Page, telling: Telling) -> str | None:
    """The speaker's words; None where they cannot stand alone."""
    inner = telling.voice.attribution.inner
    begins = inner.start if inner else 0
    inside = [(max(a, begins), b) for a, b in telling.inside if b > begins]
    if telling.voice.attribution.kind != "turn" and not (inside and _stands_alone(page, inside)):
        return None
    return as_sentence(" ".join(page.text[a:b].strip() for a, b in inside))


def _is_conditional(page: Page, line: Line, telling: Telling) -> bool:
    """ "Without the wall, Lind says, …": what stands before the speaker limits what is said, and must not be cut."""
    first = page.tokens.between(line.start, line.end).start
    return page.tokens.lows[first] in _CONDITIONS and telling.inside[0][0] > page.tokens.starts[first]


def _stands_alone(page: Page, inside: Sequence[tuple[int, int]]) -> bool:
    """Whether the speaker's words are a whole statement: a subject that is no pronoun, and a verb before the first comma."""
    tokens = page.tokens
    held = [i for a, b in inside for i in tokens.between(a, b)]
    spelled = [i for i in held if tokens.words[i][0].isalnum()]
    if len(spelled) < _FEWEST_WORDS:
        return False
    first = tokens.lows[spelled[0]]
    if page.text[inside[0][0]] in _QUOTE_MARKS:
        return tokens.words[spelled[0]][0].isupper() or (first == tokens.words[spelled[0]] and len(inside) > 1)
    leads = any(first in words("grammar", kind) for kind in ("prepositions", "subordinators"))
    return not leads and first not in _UNCLEAR | {"to", "and"} and _has_verb(tokens.lows, held)


def _has_verb(lows: Sequence[str], held: Sequence[int]) -> bool:
    """Whether a verb stands behind the subject and before a clause that hangs on it."""
    for i in held[1:]:
        if lows[i] == "," or lows[i] in words("grammar", "relatives"):
            return False
        if is_verb(lows[i]) or (lows[i].endswith("ed") and lows[i - 1] not in words("grammar", "determiners")):
            return True
    return False
