"""Attributions: which stretches of an article are whose words, by the verbs and phrases that hand them over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from summarise.clients.mock.clauses import Clause, Phrase, before_verb, is_verb, subject_left, subject_right
from summarise.clients.mock.lexicon import forms, words
from summarise.clients.mock.page import Line, Page
from summarise.clients.mock.tokens import Tokens
from summarise.schema import Mode

Span = tuple[int, int]

_CLOSERS = frozenset({".", "!", "?", "…"})
_DASHES = frozenset({"—", "–", "―", "--"})
_FEWEST_CLAUSE_WORDS = 2
_LONGEST_ADDRESSEE = 8


@dataclass(frozen=True, slots=True)
class Inner:
    """The last source of a chain ("Lind said the auditors had warned that …"); `start` is where its own words begin."""

    source: Phrase
    kind: str
    start: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """`spans` hold what is said, in text order. `source` is the phrase that names who says it (None: nobody is named there).

    `kind` is the section of cues.txt that the cue stands in, or "quote" for a quote that goes on from the one before.
    """

    sentence: int
    spans: tuple[Span, ...]
    source: Phrase | None
    cue: str
    kind: str
    cue_at: int
    inner: Inner | None = None

    @property
    def mode(self) -> Mode:
        modes: dict[str, Mode] = {"denies": "denies", "predicts": "predicts", "demands": "demands"}
        return modes.get(self.inner.kind if self.inner else self.kind, "asserts")

    @property
    def start(self) -> int:
        return self.spans[0][0]


@dataclass(frozen=True, slots=True)
class _Cue:
    """A verb at item `k` of its line that may hand over a statement; `width` counts its items ("called for": 2)."""

    k: int
    width: int
    kind: str
    base: str


_NOUN_LEADS = frozenset("the a an his her its their my our your no this these those any some new".split())
_NEGATIONS = frozenset("not never n't t hardly cannot".split())
_UNREAL = frozenset("would could should may might must can will shall d ll".split())
_BE = frozenset("is are was were be been being m".split())
_ADJUNCT_LEADS = frozenset("on in at during to by via through last this earlier before after from as".split())
_PARTICIPLES = frozenset(
    "saying adding noting arguing claiming insisting telling warning calling citing writing stating suggesting".split()
)
_SAID = frozenset("said says told added noted wrote argued warned tells claimed claims adds".split())
_WISHES = frozenset("want hope seek prefer plan intend wish expect".split())
_NO_SPEAKERS = frozenset("there this that these what us me him them having longer".split())
_PLAIN_SAYING = frozenset("say tell add write".split())
_PAST_ALIKE = frozenset({"read", "quit"})
_PLURALS = frozenset("they we i you who that which people police men women many some most others few both all".split())
_QUOTING = frozenset("continue conclude recall read snap answer counter retort reason detail swear pronounce elaborate".split())
_LONGEST_LEAD = 60
_LONGEST_INNER = 12

# A form that stands in several sections is read by the first.
_ORDER = ("tells", "denies", "demands", "predicts", "says", "shows", "believes", "judges")


def find_attributions(page: Page) -> list[Attribution]:
    """The attributions that have a cue, outside furniture, sentence by sentence."""
    found: list[Attribution] = []
    for line, furniture in zip(page.lines, page.kinds.furniture, strict=True):
        if not furniture:
            found += _outermost(list(_in_line(page, line)))
    return found


def _outermost(found: list[Attribution]) -> list[Attribution]:
    """Those of one line that do not lie within another's words."""
    return [a for a in found if not any(b is not a and _holds(b, a) for b in found)]


def _holds(outer: Attribution, inner: Attribution) -> bool:
    start, end = inner.spans[0][0], inner.spans[-1][1]
    return any(a <= start and end <= b and (a, b) != (start, end) for a, b in outer.spans)


def _in_line(page: Page, line: Line) -> Iterator[Attribution]:
    clause = Clause(page.tokens, line.items)
    covered, last = 0, None
    for cue in _cues(clause):
        if cue.k < covered:
            continue
        reading = _read(clause, cue, last, covered)
        if reading and any(stop > start for start, stop in reading.parts):
            covered = max(covered, reading.until)
            last = reading.source or last
            yield _attribution(page, line, cue, reading)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a cue hands over: runs of items [from, to), who says it, and the item up to which the line is now read."""

    parts: tuple[tuple[int, int], ...]
    source: Phrase | None
    until: int


def _cues(clause: Clause) -> Iterator[_Cue]:
    table = _cue_table()
    for k in range(len(clause.items)):
        low = clause.low(k)
        known = table.get(low)
        if known is not None:
            yield from _cue_at(clause, k, low, known)


def _cue_at(clause: Clause, k: int, low: str, known: dict[str, tuple[str, str]]) -> Iterator[_Cue]:
    following = clause.low(k + 1)
    if following in known:
        yield _Cue(k, 2, *known[following])
    elif "" in known and not _is_noun(clause, k, low):
        yield _Cue(k, 1, *known[""])


@cache
def _cue_table() -> dict[str, dict[str, tuple[str, str]]]:
    """For each inflected verb, what follows it ("" for nothing special) with the kind and base of the cue."""
    table: dict[str, dict[str, tuple[str, str]]] = {"according": {"to": ("according", "according to")}}
    for kind in _ORDER:
        for form, base in forms("cues", kind).items():
            verb, _, particle = form.partition("_")
            table.setdefault(verb, {}).setdefault(particle, (kind, base))
    return table


def _is_noun(clause: Clause, k: int, low: str) -> bool:
    """Whether a form such as "report" or "claims" stands where only a noun can."""
    before, word = clause.low(k - 1), clause.word(k)
    if low in {"state", "states"} and clause.low(k + 1) not in {"that", '"', ":", ","}:
        return True
    if word[0].isupper() and k > 0 and not low.endswith(("said", "says")):
        return True
    if before == "s" or before in _NOUN_LEADS or clause.low(k + 1) in {"of", "'s", "’s"}:
        return low not in {"said", "says"}
    return before in words("grammar", "prepositions") and before not in {"like", "than"} and not low.endswith("ing")


def _read(clause: Clause, cue: _Cue, last: Phrase | None, floor: int) -> _Reading | None:
    if cue.kind == "according":
        return _according(clause, cue, floor)
    if _is_unsaid(clause, cue) or (cue.base in _QUOTING and not _near_quote(clause, cue)):
        return None
    if _is_participle(clause, cue):
        if cue.kind in {"judges", "demands", "believes"} and clause.low(cue.k - 1) != "," and cue.k > 0:
            return None
        source = last or first_subject(clause, cue.k)
        return _following(clause, cue, source) if source and _may_speak(clause, cue, source) else None
    source = _inverted(clause, cue)
    if source:
        return _preceding(clause, source, source.beyond, left=cue.k)
    source = subject_left(clause, cue.k) or _shared_subject(clause, cue, last)
    if source is None or not _may_speak(clause, cue, source):
        return None
    return _around(clause, cue, source)


def _is_unsaid(clause: Clause, cue: _Cue) -> bool:
    """Denied, possible, passive and purposed saying: "did not say", "might argue", "is said to", "to tell"."""
    j = before_verb(clause, cue.k)
    between = {clause.low(i) for i in range(j + 1, cue.k)}
    if between & _NEGATIONS or between & _UNREAL or clause.low(j) == "to":
        return True
    gerund = clause.low(cue.k).endswith("ing")
    return bool(between & _BE) and not gerund


def _near_quote(clause: Clause, cue: _Cue) -> bool:
    near = range(max(0, cue.k - 4), min(cue.k + 5, len(clause.items)))
    return any(clause.items[k] < 0 for k in near) or clause.low(cue.k + 1) == "that"


def _is_participle(clause: Clause, cue: _Cue) -> bool:
    j = before_verb(clause, cue.k)
    return clause.low(cue.k).endswith("ing") and not any(clause.low(i) in _BE for i in range(j + 1, cue.k))


def first_subject(clause: Clause, before: int) -> Phrase | None:
    """The subject of the first verb of a line, sought left of item `before`."""
    for k in range(1, min(before, _LONGEST_LEAD)):
        low = clause.low(k)
        if is_verb(low) or (low.endswith("ed") and len(low) > 4):
            found = subject_left(clause, k)
            if found:
                return found
    return None


def _shared_subject(clause: Clause, cue: _Cue, last: Phrase | None) -> Phrase | None:
    """The subject of "X signed the deal and said …"."""
    if clause.low(before_verb(clause, cue.k)) in {"and", "but", ","}:
        return last or first_subject(clause, cue.k)
    return None


def _may_speak(clause: Clause, cue: _Cue, source: Phrase) -> bool:
    """Whether a phrase can be a speaker: no bare number, no clause; the weaker the cue, the more it must look like one."""
    lows = clause.tokens.lows[source.start : source.stop]
    if len(lows) > 28 or not any(low[0].isalpha() for low in lows) or lows[-1] in _NO_SPEAKERS:
        return False
    k = cue.k + cue.width
    if clause.low(cue.k) == cue.base and cue.base not in _PAST_ALIKE and cue.kind != "according" and not _is_plural(clause, cue, lows):
        return False
    if cue.base in _PLAIN_SAYING or clause.low(k) in {"that", '"'} or clause.low(k + 1) == '"':
        return True
    return _looks_like_speaker(clause.tokens, source)


def _is_plural(clause: Clause, cue: _Cue, lows: Sequence[str]) -> bool:
    """Whether a subject can have a bare verb: "auditors warn", not "the third request"."""
    helped = before_verb(clause, cue.k) < cue.k - 1
    return helped or lows[-1].endswith("s") or lows[-1] in _PLURALS or "and" in lows or any(low in words("people", "plural_people") for low in lows)


def _looks_like_speaker(tokens: Tokens, source: Phrase) -> bool:
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


def _inverted(clause: Clause, cue: _Cue) -> Phrase | None:
    if clause.low(cue.k) not in forms("cues", "inverting") or clause.low(cue.k).endswith("ing"):
        return None
    before = clause.low(cue.k - 1)
    quoted = before == '"' or (before == "," and clause.low(cue.k - 2) == '"')
    if not (quoted or before == "," or cue.k == 0):
        return None
    source = subject_right(clause, cue.k)
    if source is None or not (quoted or _ends_clause(clause, source.beyond)):
        return None
    return source if clause.low(source.at) not in words("grammar", "prepositions") and clause.low(source.at) != "that" else None


def _ends_clause(clause: Clause, k: int) -> bool:
    """Whether nothing but an aside follows: a full stop, or a comma and no verb that belongs to the words before it."""
    low = clause.low(k)
    return low in _CLOSERS or low == "" or (low == "," and k + 2 < len(clause.items))


def _according(clause: Clause, cue: _Cue, floor: int) -> _Reading | None:
    source = subject_right(clause, cue.k + 1)
    if source is None:
        return None
    if cue.k <= 1:
        comma = next((k for k in range(source.beyond, len(clause.items)) if clause.low(k) == ","), None)
        if comma is None:
            return None
        end = _content_end(clause, comma + 1)
        return _Reading(((comma + 1, end),), source, end)
    return _preceding(clause, source, source.beyond, left=cue.k, floor=floor)


def _preceding(clause: Clause, source: Phrase, right: int, *, left: int, floor: int = 0) -> _Reading | None:
    """What stands before "…, X said" or "…, said X", and a quote that follows it in the same sentence."""
    end = left - 1 if clause.low(left - 1) == "," else left
    start = max(floor, _content_start(clause, end))
    parts = [(start, end)] if end - start > 0 else []
    quote = next((k for k in range(right, len(clause.items)) if clause.items[k] < 0), None)
    if quote is not None and _only_aside(clause, right, quote):
        parts.append((quote, _content_end(clause, quote)))
    return _Reading(tuple(parts), source, max(right, parts[-1][1])) if parts else None


def _content_start(clause: Clause, end: int) -> int:
    """Where what is said begins, seen from its end: the start of the sentence, behind its opening word, or a clause of its own."""
    start = 0
    while start < end and (clause.low(start) in words("grammar", "openers") or clause.low(start) == ","):
        start += 1
    for k in range(end - 1, max(start, end - 80), -1):
        if clause.low(k) == ";" and clause.items[k] >= 0:
            return k + 1
    return start


def _only_aside(clause: Clause, start: int, stop: int) -> bool:
    return stop - start <= 24 and not any(clause.low(k) in forms("cues", "says") for k in range(start, stop))


def _following(clause: Clause, cue: _Cue, source: Phrase | None) -> _Reading | None:
    start = _behind_cue(clause, cue)
    end = _content_end(clause, start, judged=cue.kind == "judges")
    if not _is_statement(clause, cue, start, end):
        return None
    return _Reading(((start, end),), source, end)


def _around(clause: Clause, cue: _Cue, source: Phrase) -> _Reading | None:
    """What is said by a subject that stands left of its verb: what follows, what goes before, or both."""
    start = _behind_cue(clause, cue)
    if clause.low(start) in _PARTICIPLES or clause.low(start + 1) in _PARTICIPLES:
        return None
    sets_off = clause.low(source.at - 1) in {",", '"'} or (clause.low(source.at - 1) in _DASHES)
    leads = sets_off and cue.kind in {"says", "tells", "predicts", "believes"} and not _is_lead_in(clause, source.at)
    if clause.low(start) in _CLOSERS or start >= len(clause.items):
        return _preceding(clause, source, start, left=source.at) if leads else None
    if clause.low(start) == ",":
        if leads or (sets_off and clause.low(start + 1) in words("grammar", "auxiliaries")):
            return _split(clause, cue, source, start)
        start += 1
    elif leads and clause.items[start] >= 0 and clause.low(source.at - 1) == '"':
        return _preceding(clause, source, start, left=source.at)
    end = _content_end(clause, start, judged=cue.kind == "judges")
    if not _is_statement(clause, cue, start, end):
        return None
    return _Reading(((start, end),), source, end)


def _is_lead_in(clause: Clause, end: int) -> bool:
    """Whether what stands before a subject only sets the scene: "In a statement," "Speaking in Rome,"."""
    start = _content_start(clause, end)
    low = clause.low(start)
    if any(item < 0 for item in clause.items[start:end]):
        return False
    return low in words("grammar", "prepositions") or low in words("grammar", "subordinators") or low.endswith("ing") or end - start <= 3


def _split(clause: Clause, cue: _Cue, source: Phrase, comma: int) -> _Reading | None:
    """A statement on both sides of its cue ("The museum, he said, would …"); only what goes before, where an aside follows."""
    before = _preceding(clause, source, len(clause.items), left=source.at)
    follows = clause.low(comma + 1)
    aside = follows.endswith("ing") or follows in words("grammar", "relatives") or follows in {"a", "an", "according", "as"}
    quoted = clause.low(source.at - 1) == '"' or clause.low(source.at - 2) == '"'
    if before is None or (aside and clause.items[comma + 1] >= 0) or (quoted and clause.items[comma + 1] >= 0):
        return _preceding(clause, source, comma, left=source.at)
    end = _content_end(clause, comma + 1)
    return _Reading((before.parts[0], (comma + 1, end)), source, end)


def _behind_cue(clause: Clause, cue: _Cue) -> int:
    """The item where what follows a cue begins: behind the addressee, the time and place of saying, "that" and a colon."""
    k = cue.k + cue.width
    if cue.kind == "tells" or (clause.low(k) in {"me", "us", "him", "her", "them"} and cue.kind == "says"):
        k = _behind_addressee(clause, k)
    while True:
        low = clause.low(k)
        if (
            low in words("grammar", "weekdays")
            or low in words("grammar", "times")
            or (low.endswith("ly") and clause.low(k + 1) in {",", ".", "that", '"', ":"})
        ):
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
        if low in forms("cues", "says") or (low in words("grammar", "pronouns") and low != "her"):
            return j if low in {"he", "she", "they", "it", "we", "i"} else k
    return k


def _content_end(clause: Clause, start: int, *, judged: bool = False) -> int:
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
    if low == "as" and (clause.low(k + 1) in forms("cues", "tells") or clause.low(k + 1) in forms("cues", "says")):
        return True
    if low in _PARTICIPLES or (low == "according" and clause.low(k + 1) == "to") or low in forms("cues", "inverting"):
        return True
    head = clause.word(k)[:1].isupper() or low in {"he", "she", "they"} or low in words("grammar", "determiners")
    return head and any(clause.low(j) in _SAID for j in range(k + 1, min(k + near, len(clause.items))))


def _is_statement(clause: Clause, cue: _Cue, start: int, end: int) -> bool:
    """Whether the items [start, end) can be what a cue of this kind hands over."""
    held = clause.items[start:end]
    if any(item < 0 for item in held):
        return cue.kind != "tells" or True
    if len(held) < _FEWEST_CLAUSE_WORDS or clause.low(start) in _CLOSERS:
        return False
    if cue.kind in {"judges", "demands", "denies"}:
        return clause.low(start) not in words("grammar", "prepositions") or cue.width == 2
    marked = clause.low(start - 1) == "that"
    if clause.low(start) in words("grammar", "auxiliaries") or clause.low(start) in {"yes", "nothing", "so", "little", "much"}:
        return False
    if clause.low(start) in {"about", "over"} and cue.kind != "judges":
        return False
    if cue.base == "agree" and not marked:
        return False
    if cue.base in _WISHES:
        return True
    if cue.kind in {"shows", "believes"} and not marked:
        return any(is_verb(clause.low(k)) for k in range(start + 1, min(end, start + 14)))
    return marked or clause.low(start) not in {"of", "in", "on", "to", "for", "with", "out", "up"} or clause.low(start) == "to"


def _attribution(page: Page, line: Line, cue: _Cue, reading: _Reading) -> Attribution:
    spans = tuple(span for part in reading.parts if (span := _span(page, line.items, *part)))
    inner = _inner(page, Clause(page.tokens, line.items), cue, reading) if cue.kind in {"says", "tells", "according"} else None
    return Attribution(line.number, spans, reading.source, cue.base, cue.kind, line.items[cue.k], inner)


def _inner(page: Page, clause: Clause, cue: _Cue, reading: _Reading) -> Inner | None:
    """Another source at the very beginning of what is said."""
    start, stop = reading.parts[0]
    for k in range(start + 1, min(stop, start + _LONGEST_INNER)):
        known = _cue_table().get(clause.low(k), {}).get("")
        if known and known[0] in {"says", "denies", "shows"}:
            inside = _Cue(k, 1, *known)
            source = subject_left(clause, k)
            if source is None or source.at != start or _is_unsaid(clause, inside) or clause.low(start) in words("grammar", "pronouns"):
                return None
            content = _following(clause, inside, source) if _looks_like_speaker(clause.tokens, source) else None
            span = _span(page, clause.items, *content.parts[0]) if content else None
            return Inner(source, inside.kind, span[0]) if span else None
    return None


def _span(page: Page, items: Sequence[int], start: int, stop: int) -> Span | None:
    """The characters of the items [start, stop); a quote at either end is taken whole, with what stands in the next sentences."""
    held = items[start:stop]
    if not held:
        return None
    first, last = held[0], held[-1]
    begin = page.quotes[~first].start if first < 0 else page.tokens.starts[first]
    end = page.quotes[~last].end if last < 0 else page.tokens.ends[last]
    return begin, end
