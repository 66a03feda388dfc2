"""Reported speech in one sentence: its source, its cue verb, and where the reported content begins and ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from summarise.clients.mock.grammar import Clause, Cue, Phrase, before_verb, is_participle, is_unsaid, is_verb, subject_left, subject_right
from summarise.clients.mock.lexicon import forms, words
from summarise.text.tokens import Tokens

_CLOSERS = frozenset({".", "!", "?", "…"})
_DASHES = frozenset({"—", "–", "―", "--"})
_FEWEST_CLAUSE_WORDS = 2
_LONGEST_ADDRESSEE = 8
_ADJUNCT_LEADS = frozenset("on in at during to by via through last this earlier before after from as".split())
PARTICIPLES = frozenset("saying adding noting arguing claiming insisting telling warning calling citing writing stating suggesting".split())
_SAID = frozenset("said says told added noted wrote argued warned tells claimed claims adds".split())
_WISHES = frozenset("want hope seek prefer plan intend wish expect".split())
_NO_CONTENT = frozenset({"yes", "nothing", "so", "little", "much", "about", "over"})
# Verbs that are as often followed by a thing as by a statement.
_TAKES_THINGS = frozenset(
    "write announce report reveal disclose highlight post recall repeat confirm release promise claim proclaim note detail".split()
)
_NO_CLAUSE = frozenset({"of", "in", "on", "for", "with", "out", "up"})


def behind_cue(clause: Clause, cue: Cue) -> int:
    """The item where what follows a cue begins: behind the addressee, the time and place of saying, "that" and a colon."""
    k = cue.k + cue.width
    if cue.kind == "tells" or (clause.low(k) in {"me", "us", "him", "her", "them"} and cue.kind == "says"):
        k = _behind_addressee(clause, k)
    while True:
        low = clause.low(k)
        if low in words("grammar", "weekdays"):
            k += 1
        elif low in _ADJUNCT_LEADS and cue.kind in {"says", "tells"}:
            behind = _behind_adjunct(clause, k)
            if behind == k:
                return k
            k = behind
        else:
            break
    if clause.low(k) == "," and clause.low(k + 1) in words("grammar", "openers") and clause.low(k + 2) == ",":
        k += 2
    if clause.low(k) == "," and clause.low(k + 1) in {"that", '"'}:
        k += 1
    return k + 1 if clause.low(k) in {"that", ":"} else k


def _behind_addressee(clause: Clause, k: int) -> int:
    low, start = clause.low(k), k
    if low in words("grammar", "determiners"):
        k += 1
    while k - start < _LONGEST_ADDRESSEE and clause.word(k)[:1].isupper() and clause.low(k) not in words("grammar", "pronouns"):
        k += 1
    if k == start or (low in words("grammar", "determiners") and k == start + 1):
        k += 1
    return k


def _behind_adjunct(clause: Clause, k: int) -> int:
    """Past "in a statement on Monday": to the next comma, colon, "that", quote or end nearby; `k` where there is none."""
    for j in range(k + 1, min(k + 14, len(clause.items))):
        low = clause.low(j)
        if low == '"' and clause.low(j - 1) in {"s", "on", "to"}:
            continue
        if low in {"that", ":", '"', ","} or low in _CLOSERS:
            return j
        if low in forms("cues", "says") or low in words("grammar", "pronouns"):
            return j if low in {"he", "she", "they", "it", "we", "i"} else k
    return k


def content_start(clause: Clause, end: int) -> int:
    """Where what is said begins, seen from its end: the start of the sentence, behind its opening word, or a clause of its own."""
    start = 0
    while start < end and (clause.low(start) in words("grammar", "openers") or clause.low(start) == ","):
        start += 1
    for k in range(end - 1, max(start, end - 80), -1):
        if clause.low(k) == ";" and clause.items[k] >= 0:
            return k + 1
    return start


def content_end(clause: Clause, start: int, *, judged: bool = False) -> int:
    """Where what is said ends: with the sentence, or before a new cue ("…, adding that", "…, but Lind said", "…, according to")."""
    for k in range(start + 1, len(clause.items)):
        low = clause.low(k)
        if low in {",", ";"} or low in _DASHES:
            if judged or _new_cue(clause, k + 1):
                return k
        elif low in {"and", "but", "while"} and _new_cue(clause, k + 1, near=3):
            return k
    end = len(clause.items)
    return end - 1 if end > start and clause.low(end - 1) in _CLOSERS else end


def _new_cue(clause: Clause, k: int, near: int = 7) -> bool:
    """Whether a new attribution begins at k: a participle cue, or a cue verb shortly behind a name or pronoun."""
    low = clause.low(k)
    if low in {"and", "but", "while", "though", "although"}:
        return _new_cue(clause, k + 1, near=7)
    if low == "as" and clause.low(k + 1) in forms("cues", "tells"):
        return True
    if low in PARTICIPLES or (low == "according" and clause.low(k + 1) == "to") or low in forms("cues", "inverting"):
        return True
    head = clause.word(k)[:1].isupper() or low in {"he", "she", "they"} or low in words("grammar", "determiners")
    return head and any(clause.low(j) in _SAID for j in range(k + 1, min(k + near, len(clause.items))))


def is_lead_in(clause: Clause, end: int) -> bool:
    """Whether what stands before a subject only sets the scene: "In a statement," "Speaking in Rome,"."""
    start = content_start(clause, end)
    low = clause.low(start)
    if any(item < 0 for item in clause.items[start:end]):
        return False
    return low in words("grammar", "prepositions") or low in words("grammar", "subordinators") or low.endswith("ing") or end - start <= 3


def is_statement(clause: Clause, cue: Cue, start: int, end: int) -> bool:
    """Whether the items [start, end) can be a statement that a cue of this kind introduces."""
    held, first = clause.items[start:end], clause.low(start)
    if any(item < 0 for item in held):
        return True
    if len(held) < _FEWEST_CLAUSE_WORDS or first in _CLOSERS:
        return False
    if cue.kind in {"judges", "demands", "denies"}:
        return first not in words("grammar", "prepositions")
    if first in words("grammar", "auxiliaries") or first in _NO_CONTENT:
        return False
    return _is_clause(clause, cue, start, end)


def _is_clause(clause: Clause, cue: Cue, start: int, end: int) -> bool:
    if clause.low(start - 1) == "that" or cue.base in _WISHES:
        return True
    if cue.kind in {"shows", "believes"}:
        return any(is_verb(low) for low in clause.lows[start + 1 : min(end, start + 14)])
    if cue.base == "agree" or clause.low(start) in _NO_CLAUSE:
        return False
    return cue.base not in _TAKES_THINGS or _has_verb(clause, start, end)


def _has_verb(clause: Clause, start: int, end: int) -> bool:
    """Whether a clause begins at `start` rather than a thing ("wrote the memo"): a verb stands before the first comma."""
    for k in range(start + 1, min(end, start + 14)):
        low = clause.low(k)
        if low == ",":
            return False
        if is_verb(low) or low.endswith("ed"):
            return True
    return False


_NO_SPEAKERS = frozenset("there this that these what us me him them having longer".split())
_PLAIN_SAYING = frozenset("say tell add write".split())
_PLURALS = frozenset("they we i you who that which people police men women many some most others few both all".split())
_LONGEST_LEAD = 60


def first_subject(clause: Clause, before: int) -> Phrase | None:
    """The subject of the first verb of a sentence, if it stands left of item `before`."""
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
    if clause.low(cue.k) not in forms("cues", "inverting"):
        return None
    before = clause.low(cue.k - 1)
    quoted = before == '"' or (before == "," and clause.low(cue.k - 2) == '"')
    if not (quoted or before == "," or cue.k == 0):
        return None
    source = subject_right(clause, cue.k)
    if source is None or not (quoted or (_ends_clause(clause, source.beyond) and looks_like_speaker(clause.tokens, source))):
        return None
    return source if clause.low(source.at) not in words("grammar", "prepositions") else None


def _ends_clause(clause: Clause, k: int) -> bool:
    """Whether nothing but an aside follows: a full stop, or a comma and no verb that belongs to the words before it."""
    low = clause.low(k)
    return low in _CLOSERS or low in {"", ","}


def may_speak(clause: Clause, cue: Cue, source: Phrase) -> bool:
    """Whether a phrase can be a speaker: no bare number, no clause; the weaker the cue, the more it must look like one."""
    lows = clause.tokens.lows[source.start : source.stop]
    if len(lows) > 28 or not any(low[0].isalpha() for low in lows) or lows[-1] in _NO_SPEAKERS:
        return False
    if lows[-1] in {"a", "an", "the", "my", "your", "its"} or (len(lows) > 1 and lows[-1] in words("grammar", "prepositions")):
        return False
    k = cue.k + cue.width
    if clause.low(cue.k) == cue.base and cue.kind != "according" and not _is_plural(clause, cue, lows):
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
    start = source.start + (lows[0] in words("grammar", "determiners"))
    return any(word[0].isupper() for word in tokens.words[start : source.stop])


_QUOTING = frozenset("continue conclude recall read snap answer counter retort reason detail swear pronounce elaborate".split())


@dataclass(frozen=True, slots=True)
class ReportedSpeech:
    """The statement that a cue introduces, as ranges of items [from, to), its source, and the item up to which the sentence is read."""

    parts: tuple[tuple[int, int], ...]
    source: Phrase | None
    until: int


def read(clause: Clause, cue: Cue, last: Phrase | None, floor: int) -> ReportedSpeech | None:
    """The statement that a cue introduces; None for none. `last` is the source before it, `floor` where its statement ended."""
    if cue.kind == "according":
        return _according(clause, cue, floor)
    if is_unsaid(clause, cue) or (cue.base in _QUOTING and not _near_quote(clause, cue)):
        return None
    if is_participle(clause, cue):
        return _by_participle(clause, cue, last)
    source = inverted_subject(clause, cue)
    if source:
        return _preceding(clause, source, source.beyond, left=cue.k)
    source = subject_left(clause, cue.k) or shared_subject(clause, cue, last)
    return _around(clause, cue, source) if source and may_speak(clause, cue, source) else None


def _near_quote(clause: Clause, cue: Cue) -> bool:
    near = range(max(0, cue.k - 4), min(cue.k + 5, len(clause.items)))
    return any(clause.items[k] < 0 for k in near) or clause.low(cue.k + 1) == "that"


def _by_participle(clause: Clause, cue: Cue, last: Phrase | None) -> ReportedSpeech | None:
    """ "…, adding that …": the speaker is whoever spoke before, or the subject of the sentence."""
    if cue.kind in {"judges", "demands", "believes"} and clause.low(cue.k - 1) != "," and cue.k > 0:
        return None
    source = last or first_subject(clause, cue.k)
    return following(clause, cue, source) if source and may_speak(clause, cue, source) else None


def _according(clause: Clause, cue: Cue, floor: int) -> ReportedSpeech | None:
    source = subject_right(clause, cue.k + 1)
    if source is None:
        return None
    if cue.k <= 1:
        comma = next((k for k in range(source.beyond, len(clause.items)) if clause.low(k) == ","), None)
        if comma is None:
            return None
        end = content_end(clause, comma + 1)
        return ReportedSpeech(((comma + 1, end),), source, end)
    return _preceding(clause, source, source.beyond, left=cue.k, floor=floor)


def _preceding(clause: Clause, source: Phrase, right: int, *, left: int, floor: int = 0) -> ReportedSpeech | None:
    """What stands before "…, X said" or "…, said X", and a quote that follows it in the same sentence."""
    end = left - 1 if clause.low(left - 1) == "," else left
    start = max(floor, content_start(clause, end))
    parts = [(start, end)] if end - start > 0 else []
    quote = next((k for k in range(right, len(clause.items)) if clause.items[k] < 0), None)
    if quote is not None and _only_aside(clause, right, quote):
        parts.append((quote, content_end(clause, quote)))
    return ReportedSpeech(tuple(parts), source, max(right, parts[-1][1])) if parts else None


def _only_aside(clause: Clause, start: int, stop: int) -> bool:
    return stop - start <= 24 and not any(clause.low(k) in forms("cues", "says") for k in range(start, stop))


def following(clause: Clause, cue: Cue, source: Phrase | None) -> ReportedSpeech | None:
    start = behind_cue(clause, cue)
    end = content_end(clause, start, judged=cue.kind == "judges")
    if not is_statement(clause, cue, start, end):
        return None
    return ReportedSpeech(((start, end),), source, end)


def _around(clause: Clause, cue: Cue, source: Phrase) -> ReportedSpeech | None:
    """What is said by a subject that stands left of its verb: what follows, what goes before, or both."""
    start = behind_cue(clause, cue)
    if clause.low(start) in PARTICIPLES or clause.low(start + 1) in PARTICIPLES:
        return None
    sets_off = clause.low(source.at - 1) in {",", '"'}
    leads = sets_off and cue.kind in {"says", "tells", "predicts", "believes"} and not is_lead_in(clause, source.at)
    if clause.low(start) in _CLOSERS or start >= len(clause.items):
        return _preceding(clause, source, start, left=source.at) if leads else None
    if clause.low(start) == ",":
        if leads or (sets_off and clause.low(start + 1) in words("grammar", "auxiliaries")):
            return _split(clause, source, start)
        start += 1
    elif leads and clause.items[start] >= 0 and clause.low(source.at - 1) == '"':
        return _preceding(clause, source, start, left=source.at)
    end = content_end(clause, start, judged=cue.kind == "judges")
    if not is_statement(clause, cue, start, end):
        return None
    return ReportedSpeech(((start, end),), source, end)


def _split(clause: Clause, source: Phrase, comma: int) -> ReportedSpeech | None:
    """A statement on both sides of its cue ("The museum, he said, would …"); only what goes before, where an aside follows."""
    before = _preceding(clause, source, len(clause.items), left=source.at)
    follows = clause.low(comma + 1)
    aside = follows.endswith("ing") or follows in words("grammar", "relatives") or follows in {"a", "an", "according", "as"}
    quoted = clause.low(source.at - 1) == '"' or clause.low(source.at - 2) == '"'
    if before is None or (aside and clause.items[comma + 1] >= 0) or (quoted and clause.items[comma + 1] >= 0):
        return _preceding(clause, source, comma, left=source.at)
    end = content_end(clause, comma + 1)
    return ReportedSpeech((before.parts[0], (comma + 1, end)), source, end)
