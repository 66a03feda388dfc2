"""The context of a figure: the words around it, with synonyms folded, and cues for part, time and kind."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter

from summarise.compare.mentions import known
from summarise.compare.values import is_measure
from summarise.schema import CitedFigure, Span
from summarise.text.tokens import STOP_WORDS, fold

# Numbers that differ in one of these are of different scope, whatever else they share.
_PLANNED = frozenset(
    """
    aim aims aimed target targets targeted plan plans planned propose proposes proposed seek seeks want wants wanted goal will would could
    might may should expect expects expected forecast forecasts foresaw project projected predict predicts predicted intends budget
    budgeted hopes hope next
    """.split()
)
_EARLIER = frozenset("initially originally previously formerly earlier initial original previous".split())
_MORE = frozenset("more less fewer higher lower extra additional further".split())
_CONTRASTS = (
    frozenset("women woman female girls girl".split()),
    frozenset("men man male boys boy".split()),
    frozenset("children child pupils youth minors".split()),
    frozenset("adults adult".split()),
    frozenset("average averaged mean median typical typically".split()),
    frozenset("net".split()),
    frozenset("gross".split()),
    frozenset("daily".split()),
    frozenset("weekly".split()),
    frozenset("monthly month".split()),
    frozenset("annual annually yearly".split()),
    frozenset("export exports exported".split()),
    frozenset("import imports imported".split()),
    frozenset("minimum least".split()),
    frozenset("maximum".split()),
    frozenset("total altogether overall combined".split()),
    frozenset("half halves".split()),
    frozenset("each apiece every".split()),
    frozenset("north northern".split()),
    frozenset("south southern".split()),
    frozenset("east eastern".split()),
    frozenset("west western".split()),
    frozenset("rural".split()),
    frozenset("urban".split()),
)
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_MONTHS = frozenset("january february march april june july august september october november december".split())
_RELATIVE = {"last", "this", "next", "previous", "past"}
_SPANS = {"year", "month", "week", "winter", "summer", "spring", "autumn", "season", "quarter", "night", "decade"}
_ALONE = {"yesterday"}
_NEAR = 3
# "On Friday the union said": a day on which something was said.
_SAID = frozenset("said says told announced reported wrote according".split())
_SAID_WITHIN = 9
_OF_ALL = frozenset("the these those all its his her their them our whom which".split())


@dataclass(frozen=True, slots=True)
class Traits:
    """`time` is what the clause says of time in words, "" where it says nothing. `contrasts` are positions in a fixed list."""

    time: str
    is_planned: bool
    is_earlier: bool
    is_difference: bool
    is_part: bool
    contrasts: frozenset[int]


def traits(around: Sequence[str], figure: CitedFigure) -> Traits:
    """`around` are the words of the figure's clause, in order."""
    words = [word.lower() for word in around]
    held = set(words)
    return Traits(
        time=_time(words),
        is_planned=not held.isdisjoint(_PLANNED),
        is_earlier=not held.isdisjoint(_EARLIER),
        is_difference=figure.change is not None or _is_difference(words, figure),
        is_part=_is_part(words, figure),
        contrasts=frozenset(n for n, words_ in enumerate(_CONTRASTS) if not held.isdisjoint(words_)),
    )


def _time(words: Sequence[str]) -> str:
    for n, word in enumerate(words):
        after = words[n + 1] if n + 1 < len(words) else ""
        plain = after.removesuffix("'s").removesuffix("’s")
        if word in _RELATIVE and (plain in _SPANS or plain in _DAYS or plain in _MONTHS):
            return f"{word} {plain.capitalize() if plain in _DAYS or plain in _MONTHS else plain}"
        if (word in _DAYS or word in _MONTHS) and _SAID.isdisjoint(words[n + 1 : n + _SAID_WITHIN]):
            return word.capitalize()
    return next((word for word in words if word in _ALONE), "")


def _is_difference(words: Sequence[str], figure: CitedFigure) -> bool:
    """As in "90 more than it has" and "1.2 points lower": by how much, not how much."""
    return any(word in _MORE for word in _after(words, figure)[:_NEAR])


def _is_part(words: Sequence[str], figure: CitedFigure) -> bool:
    """As in "nine of the forty-one"."""
    after = _after(words, figure)
    return len(after) > 1 and after[0] == "of" and (after[1] in _OF_ALL or after[1][0].isdigit())


def _after(words: Sequence[str], figure: CitedFigure) -> Sequence[str]:
    """The words behind the number; none where its own last word is not among them."""
    last = figure.quote.lower().split()[-1:]
    at = next((n for n, word in enumerate(words) if last and word == last[0].strip(".,%)")), None)
    return words[at + 1 :] if at is not None else ()


# The first names the family; four or more letters with a star stand for all words that begin so.
_FAMILIES = """
die: died dies dying dead death deaths toll killed kill kills killing fatalities fatality perished lives bodies
miss: missing unaccounted untraced disappeared
hurt: injured injuries injury hurt wounded
job: job jobs post posts position positions employ employs employed employees employee employing worker workers workforce staff
dismiss: layoffs redundancies redundant dismissed dismissals
home: home homes house houses household households dwelling dwellings
move: evacuated evacuation evacuees moved
cost: cost costs costing price prices priced bill
pay: pay pays paid payment payments wage wages salary salaries
sale: sale sales sell sells sold
buy: buy buys bought purchase purchased
agree: agreement agreements deal deals contract contracts accord accords
loan: loan loans credit lend lends lent lending
people: people person persons residents resident inhabitants inhabitant
build: build builds built building
pupil: pupil pupils student students schoolchildren
ill: ill sick illness infected infections infection case cases
damage: damage damaged damages
vote: vote votes voted ballot ballots
doctor: doctor doctors physician physicians
trade: trade trading commerce
invest: invest investing investment investments fund funds
farm: farm farms farming agricultural agriculture
"""
_GENERIC = """
level levels record records total totals figure figures number numbers amount amounts sum sums count counts rise rises rose rising risen
increase increases increased increasing fall falls fell falling fallen drop drops dropped decline declined grew grow growth grown climbed
up down high low higher lower highest lowest highs lows said says say told tells according added announced announces reported
reports report
states stated told claimed claims estimate estimated estimates put puts make made makes take took taken give gave given get got
go goes went
come came now today yesterday tomorrow year years month months week weeks day days hour hours ago last next this previous earlier
later monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
october november
december hundred thousand million millions billion billions trillion dozen dozens percent per cent percentage point points nearly almost
around roughly some least most than worth value valued valuing also still already just even well while including one two three
four five six
seven eight nine ten eleven twelve another other others each every much many several few little first second third new series part percent
since between among whether yet near about mr mrs ms dr us
dollar dollars euro euros pound pounds yuan ruble rubles rouble roubles yen franc francs krona kronor krone kroner rupee rupees
usd eur gbp bn tn mn
follow follows following followed side sides country countries become becomes became begin begins began beginning start starts
started end ends
ended set sets time times way thing things result results due new newly top big bigger large larger small smaller main only back good
aim aims aimed target targets targeted plan plans planned proposed expect expects expected forecast average median
"""
# Families that are counted in many ways: to share one of them alone says little.
WEAK = frozenset("cost pay sale buy people build move agree vote".split())
PERSONS = frozenset(
    """people job pupil kid child man woman member patient passeng soldi offic playe fight victim migra refug famil civil prote viewe fan
    recip nurse teach miner voter drive rider guest custo membe tenan owner troop crew girl boy baby adult vacci""".split()
)
NUMERALS = frozenset(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty
    thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen half halves third thirds
    quarter quarters
    and a""".split()
)
GENERIC = frozenset(_GENERIC.split())
SYNONYMS = {
    word: family for family, _, members in (line.partition(":") for line in _FAMILIES.strip().splitlines()) for word in members.split()
}


# How much a word counts for what the number is of: less with every word between the two, and with every joint of the sentence.
_REACH = 5.0
_FARTHEST = 26
_JOINTS = {",": 0.75, ";": 0.45, ":": 0.7, "(": 0.7, ")": 0.7, "—": 0.6, "–": 0.7}
_CLAUSES = frozenset("while but whereas although though because when after before which who whose that if as".split())
_CLAUSE = 0.75
_NUMBER = 0.5
_NAMED = 0.8
_LEAST = 0.02
_STEM = 5
_SHORT = 3

_TOKEN = re.compile(r"[^\W\d_]+(?:[.'’-][^\W\d_]+)*|\d[\d.,]*\d|\d|[,;:()—–]")


@dataclass(frozen=True)
class Context:
    """`what` are common words, as stems, with weights of 0 to 1, `names` those that are written with a capital, `traits` what else its
    clause says of the number, `unit` the stems of its unit. `is_another` says that it is set against a number before it. `place` tells
    figures of one sentence from each other; `sentence` is the evidence.
    """

    what: Mapping[str, float]
    names: Mapping[str, float]
    unit: frozenset[str]
    traits: Traits
    sentence: str = field(repr=False)
    place: int
    is_another: bool = False


class Shares:
    """Which words of the sentences of an article stand in which of its figures."""

    def __init__(self, figures: Iterable[CitedFigure]) -> None:
        self._beside: dict[int, list[CitedFigure]] = defaultdict(list)
        self._owners: dict[tuple[int, int, str], dict[int, str | None]] = {}
        for figure in figures:
            for start in {span.start for span in figure.evidence}:
                self._beside[start].append(figure)

    def taken(self, figure: CitedFigure, span: Span, at: tuple[int, int]) -> set[int]:
        """The tokens near `at` in the sentence `span` that stand in another figure than `figure`."""
        key = span.start, span.end, span.quote
        if key not in self._owners:
            self._owners[key] = self._owned(span)
        owners = self._owners[key]
        if len(owners) > 2 * _FARTHEST:
            near = (*range(at[0] - _FARTHEST, at[0]), *range(at[1], at[1] + _FARTHEST))
            owners = {n: owners[n] for n in near if n in owners}
        return {n for n, id in owners.items() if id != figure.id}

    def _owned(self, span: Span) -> dict[int, str | None]:
        """The id of the figure that each token of a number stands in, None for several."""
        owners: dict[int, str | None] = {}
        tokens = _tokens(span.quote)
        for figure in self._beside[span.start]:
            if span.start <= figure.start and figure.end <= span.end:
                for n in range(*_at(tokens, figure.start - span.start, figure.end - span.start)):
                    owners[n] = figure.id if owners.get(n, figure.id) == figure.id else None
        return owners


def context(figure: CitedFigure, shares: Shares, known: frozenset[str] = frozenset()) -> Context:
    """`shares` are those of the figures of its article: those of one sentence share its words out among them. `known` are names of it."""
    span = _sentence(figure)
    unit = frozenset(_stem(_plain(word)) for word in _words(figure.unit or ""))
    if span is None:
        return Context(_measure(figure, unit), {}, unit, traits((), figure), figure.quote, 0)
    tokens = _tokens(span.quote)
    at = _at(tokens, figure.start - span.start, figure.end - span.start)
    taken = shares.taken(figure, span, at)
    is_counted = not (figure.currency or is_measure(figure.unit or ""))
    # Who gives the number is no part of what it is of.
    said_by = frozenset(map(fold, _words(figure.speaker or "")))
    reached = [(n, weight) for n, weight in _reached(tokens, at, taken) if fold(tokens[n].text) not in said_by]
    what, names = _weighed(tokens, at, reached, known, is_counted=is_counted)
    for stem, weight in _measure(figure, unit).items():
        if not any(name.startswith(stem) for name in names):
            what[stem] = max(what.get(stem, 0.0), weight)
    around = [t.text for t in _clause(tokens, at, taken)]
    return Context(what, names, unit, traits(around, figure), span.quote, figure.start - span.start)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    is_first: bool

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()


_start, _end = attrgetter("start"), attrgetter("end")


@lru_cache(maxsize=1 << 12)
def _tokens(sentence: str) -> tuple[_Token, ...]:
    found = list(_TOKEN.finditer(sentence))
    return tuple(_Token(m.group(), m.start(), m.end(), n == 0) for n, m in enumerate(found))


def _sentence(figure: CitedFigure) -> Span | None:
    return next((span for span in figure.evidence if span.start <= figure.start and figure.end <= span.end), None)


def _at(tokens: tuple[_Token, ...], start: int, end: int) -> tuple[int, int]:
    """The first and one past the last of the tokens that stand in [start, end)."""
    first = bisect_right(tokens, start, key=_end)
    last = bisect_left(tokens, end, lo=first, key=_start)
    return (first, last) if first < last else (0, 0)


def _weighed(
    tokens: tuple[_Token, ...], at: tuple[int, int], reached: Iterable[tuple[int, float]], known: frozenset[str], *, is_counted: bool
) -> tuple[dict[str, float], dict[str, float]]:
    """Common words and names. Those of the number's own quote say what is counted, unless they are units or currencies."""
    what: dict[str, float] = {}
    names: dict[str, float] = {}
    own = [(n, 1.0) for n in range(*at) if tokens[n].is_word] if is_counted else []
    for n, weight in (*own, *reached):
        text = tokens[n].text
        stem = stem_of(text)
        if stem:
            is_name = _is_name(tokens[n]) or (text[0].isupper() and name_of(text) in known)
            into, word = (names, name_of(text)) if is_name else (what, stem)
            into[word] = max(into.get(word, 0.0), weight)
    return what, names


def _reached(tokens: tuple[_Token, ...], at: tuple[int, int], taken: set[int]) -> Iterable[tuple[int, float]]:
    """The words after and before the number, and what they weigh."""
    for walk in (range(at[1], min(len(tokens), at[1] + _FARTHEST)), range(at[0] - 1, max(-1, at[0] - 1 - _FARTHEST), -1)):
        yield from _walked(tokens, walk, taken)


def _walked(tokens: tuple[_Token, ...], walk: range, taken: set[int]) -> Iterable[tuple[int, float]]:
    steps, factor, found, was_taken = 0, 1.0, False, False
    for n in walk:
        token = tokens[n]
        is_taken = n in taken
        # Behind another number its words begin; but a number with none of its own ("to a record of 108") is of what the other is.
        if is_taken and not was_taken and found:
            factor *= _NUMBER
        was_taken = is_taken
        if not token.is_word:
            factor *= _JOINTS.get(token.text, 1.0)
            continue
        if token.text.lower() in _CLAUSES:
            factor *= _CLAUSE
        stem = stem_of(token.text)
        steps += bool(stem)
        weight = factor / (1 + max(0, steps - 1) / _REACH)
        if weight < _LEAST:
            return
        if stem:
            found = True
            yield n, weight


def _clause(tokens: tuple[_Token, ...], at: tuple[int, int], taken: set[int]) -> list[_Token]:
    """The tokens nearest to the number, up to the next strong joints and to the next numbers, where it has words of its own before them."""
    first, last = at
    while last < len(tokens) and last - at[1] < _FARTHEST and last not in taken and tokens[last].text not in ";:":
        last += 1
    told = False
    while first > 0 and at[0] - first < _FARTHEST and tokens[first - 1].text not in ";:" and not (told and first - 1 in taken):
        first -= 1
        told = told or bool(tokens[first].is_word and first not in taken and stem_of(tokens[first].text))
    return list(tokens[first:last])


def _is_name(token: _Token) -> bool:
    """Not the first word of a sentence, which has a capital anyhow, unless capitals go on, as in "US"."""
    return token.text[0].isupper() and (not token.is_first or (token.text.isupper() and len(token.text) > 1))


def _measure(figure: CitedFigure, unit: frozenset[str]) -> dict[str, float]:
    """What the model or the rules say it is of, and its unit."""
    found: dict[str, float] = {}
    for word in _words(figure.measure or ""):
        if stem := stem_of(word):
            found[stem] = _NAMED
    return found | {stem: 1.0 for stem in unit if stem not in GENERIC}


def _words(text: str) -> list[str]:
    return [m.group() for m in _TOKEN.finditer(text) if m.group()[0].isalpha()]


@lru_cache(maxsize=1 << 15)
def name_of(word: str) -> str:
    """A name in the one way of writing it; "Russian" is Russia. Names are told apart by their ends too, so nothing is cut off."""
    plain = _plain(word)
    return known().countries.get(plain, plain).casefold()


@lru_cache(maxsize=1 << 15)
def stem_of(word: str) -> str:
    """The word cut to five letters, or that for which it is a synonym; "" for words that say nothing of what is counted."""
    plain = _plain(word)
    if len(plain) < 2 or plain in STOP_WORDS or plain in GENERIC or NUMERALS.issuperset(word.lower().split("-")):
        return ""
    return _stem(plain)


def _plain(word: str) -> str:
    return fold(word.replace("-", ""))


def _stem(plain: str) -> str:
    if family := SYNONYMS.get(plain):
        return family
    if plain.endswith("s") and not plain.endswith("ss") and len(plain) > _SHORT:
        plain = plain[:-1]
    return SYNONYMS.get(plain) or plain[:_STEM]
