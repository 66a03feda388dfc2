"""Features of a claim: its stems, names, numbers, and words of polarity and hedging."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import accumulate

from summarise.compare.model import Source
from summarise.compare.values import Likeness, Value, likeness
from summarise.figures import Figure, Numeral, find_figures, find_numerals
from summarise.figures.lexicon import MONTHS, ONES, TEENS, TENS
from summarise.schema import CitedFigure, Claim
from summarise.text.tokens import STOP_WORDS, Word, words

_FIRST_YEAR, _LAST_YEAR = 1500, 2100
_BESIDE = 12
# Beyond these nothing is measured, and decimal arithmetic is not exact.
_MOST_DIGITS = 24
# So many numbers of each claim, which the other has not, are held against each other; one with more is a table, and says no more or less.
_MOST_NEAR = 60
_LIMITS = frozenset({"at_least", "at_most", "more_than", "less_than"})
_TIMES = frozenset((*MONTHS, "am", "pm", "a.m", "p.m", "o'clock"))
_ORDINALS = ("st", "nd", "rd", "th")


@dataclass(frozen=True)
class Quantity:
    """`written` is as it stands in the text. `kind` is its currency or unit, "time" for a year, a day or an hour, None where not known."""

    written: str
    value: Decimal
    kind: str | None
    reach: Value

    def is_like(self, other: Quantity) -> bool:
        """Whether both can be one number, rounded or not."""
        bounds = {self.reach.bound, other.reach.bound}
        if self._clashes(other) or (bounds & _LIMITS and bounds & {"exact", "about"} and (self.value == other.value or "about" in bounds)):
            return False
        if self.value == other.value:
            return True
        return "time" not in (self.kind, other.kind) and self._held_against(other) in ("equal", "rounding")

    def is_apart_from(self, other: Quantity) -> bool:
        return self.kind == other.kind != "time" and self._held_against(other) == "apart"

    def _held_against(self, other: Quantity) -> Likeness:
        return "unsure" if max(self.reach.digits, other.reach.digits) > _MOST_DIGITS else likeness(self.reach, other.reach)

    def _clashes(self, other: Quantity) -> bool:
        """Money of another currency, or a percentage and a count."""
        return self.kind != other.kind and (self._is_set_apart or other._is_set_apart)

    @property
    def telling_kind(self) -> str | None:
        """Its kind where that keeps it apart from those of any other, None where it does not."""
        return self.kind if self._is_set_apart else None

    @property
    def _is_set_apart(self) -> bool:
        kind = self.kind or ""
        return kind.startswith("percent") or kind == "time" or kind[:3].isupper()


def quantities(text: str, cited: Iterable[CitedFigure] = ()) -> tuple[Quantity, ...]:
    """The numbers of `text` in its order; a range is one of them. Those that are `cited` in the same words are known without reading."""
    numerals = find_numerals(text)
    known = [(text.find(figure.quote), figure) for figure in cited if figure.quote]
    found = _together([(at, figure) for at, figure in known if at >= 0], numerals, text)
    if any(quantity.kind is None and not isinstance(source, CitedFigure) for _, quantity, source in found):
        found = _together([(figure.start, figure) for figure in find_figures(text)], numerals, text)
    return tuple(quantity for _, quantity, _ in sorted(found, key=lambda place: place[0]))


def _together(
    figures: Iterable[tuple[int, Figure | CitedFigure]], numerals: Iterable[Numeral], text: str
) -> list[tuple[int, Quantity, Figure | CitedFigure | Numeral]]:
    """The figures, each with its place, and the numerals that are in none of them."""
    kept = [(at, figure, value) for at, figure in figures if (value := _value(figure)) is not None]
    inside = _Reach((at, at + len(figure.quote)) for at, figure, _ in kept)
    bare = [numeral for numeral in numerals if not inside.touches(numeral.start, numeral.end)]
    return [
        *((at, _of_figure(figure, value), figure) for at, figure, value in kept),
        *((numeral.start, _of_numeral(numeral, text), numeral) for numeral in bare),
    ]


class _Reach:
    """What some spans of a text touch: the furthest end of those that start before a place."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        in_order = sorted(spans)
        self._starts = [start for start, _ in in_order]
        self._ends = list(accumulate((end for _, end in in_order), max))

    def touches(self, start: int, end: int) -> bool:
        before = bisect_left(self._starts, end)
        return before > 0 and self._ends[before - 1] > start


def matched(a: Sequence[Quantity], b: Sequence[Quantity]) -> tuple[list[Quantity], list[Quantity]]:
    """Those of each that have no like among the other's, every one used once. The same number goes before one that is merely near."""
    left_a, left_b = _without_equals(a, b)
    kept_a, near_b, rest_b = [], left_b[:_MOST_NEAR], left_b[_MOST_NEAR:]
    for quantity in left_a[:_MOST_NEAR]:
        like = next((at for at, other in enumerate(near_b) if quantity.is_like(other)), None)
        if like is None:
            kept_a.append(quantity)
        else:
            del near_b[like]
    return [*kept_a, *left_a[_MOST_NEAR:]], [*near_b, *rest_b]


def _without_equals(a: Iterable[Quantity], b: Sequence[Quantity]) -> tuple[list[Quantity], list[Quantity]]:
    """Those of one value, kind and bound are all like another one of that value or none is, so one of each is asked."""
    unused: dict[Decimal, dict[object, deque[int]]] = defaultdict(lambda: defaultdict(deque))
    for at, quantity in enumerate(b):
        unused[quantity.value][quantity.telling_kind, quantity.reach.bound].append(at)
    left_a, used = [], set[int]()
    for quantity in a:
        alike = [places for places in unused[quantity.value].values() if places and quantity.is_like(b[places[0]])]
        if not alike:
            left_a.append(quantity)
            continue
        first = min(alike, key=lambda places: places[0])
        used.add(first.popleft())
    return left_a, [quantity for at, quantity in enumerate(b) if at not in used]


def _value(figure: Figure | CitedFigure) -> Decimal | None:
    return figure.value if figure.value is not None else figure.low if figure.low is not None else figure.high


def _of_figure(figure: Figure | CitedFigure, value: Decimal) -> Quantity:
    ends = (figure.low, figure.high) if figure.value is None else (value, value)
    kind = figure.currency or figure.unit
    return Quantity(figure.quote, value, f"{kind}/{figure.per}" if figure.per else kind, Value(*ends, figure.bound, _digits(value)))


def _of_numeral(numeral: Numeral, text: str) -> Quantity:
    value = numeral.value
    written = text[numeral.start : numeral.end]
    kind = "time" if _is_time(numeral, text) else None
    return Quantity(written, value, kind, Value(value, value, "exact", _digits(value)))


def _is_time(numeral: Numeral, text: str) -> bool:
    """A year, a day of a month, an hour, or an ordinal: another one is another time or thing, and contradicts nothing."""
    written = text[numeral.start : numeral.end]
    if len(written) == 4 and written.isdecimal() and _FIRST_YEAR <= numeral.value <= _LAST_YEAR:
        return True
    if (numeral.value >= 1 and written.endswith(_ORDINALS)) or text[numeral.end : numeral.end + 2].lower() in _ORDINALS:
        return True
    before = text[max(0, numeral.start - _BESIDE) : numeral.start].split()[-1:]
    after = text[numeral.end : numeral.end + _BESIDE].split()[:1]
    return any(word.strip(".,:;").lower() in _TIMES for word in (*before, *after))


def _digits(number: Decimal) -> int:
    return len(number.normalize().as_tuple().digits)


_POLES = {
    "movement": (
        """rise rises rose risen rising up increase increases increased increasing grow grows grew grown growing climb climbs climbed
        gain gains gained higher jump jumped raise raised raises more expand expanded widen widened double doubled strengthen
        strengthened""",
        """fall falls fell fallen falling down decrease decreases decreased decreasing drop drops dropped dropping decline declines declined
        shrink shrank shrunk lower lowered cut cuts less fewer halve halved narrow narrowed weaken weakened""",
    ),
    "side": (
        "support supports supported supporting back backs backed favour favours favoured favor favors favored for welcome welcomed praised",
        "oppose opposes opposed opposing against reject rejects rejected criticised criticized condemn condemns condemned",
    ),
    "answer": (
        "accept accepts accepted approve approves approved adopt adopted pass passed allow allows allowed permit permitted agrees agreed",
        "reject rejects rejected refuse refuses refused block blocks blocked ban bans banned forbid forbidden veto vetoed turned",
    ),
    "door": ("open opens opened opening reopen reopens reopened", "close closes closed closing shut shuts closure"),
    "contest": ("win wins won winning beat beats victory", "lose loses lost losing defeat defeated"),
    "result": ("profit profits surplus earned", "loss losses deficit"),
    "trade": ("buy buys bought buying purchase purchased import imports imported", "sell sells sold selling export exports exported"),
    "order": ("before earlier prior", "after later since following"),
    "height": ("above over exceeds exceeded", "below under beneath"),
    "begin": ("begin begins began begun start starts started launch launched", "end ends ended stop stops stopped finish finished"),
    "way": ("enter enters entered arrive arrives arrived join joins joined", "leave leaves left quit depart departed"),
    "sex": ("men man male boys boy", "women woman female girls girl"),
    "age": ("old older oldest", "new newer newest young younger youngest"),
    "rank": ("best better largest biggest highest first most", "worst worse smallest lowest last least"),
    "state": (
        "safe legal sound alive able possible true right guilty genuine",
        "unsafe illegal dead unable impossible false wrong innocent fake",
    ),
    "north": ("north northern", "south southern"),
    "east": ("east eastern", "west western"),
}
_LONE = {
    "maybe": "may might could perhaps possibly probably likely unlikely allegedly reportedly apparently can",
    "if": "if unless provided whether otherwise",
    "all": "all every entire whole",
    "some": "some several partly part half",
    "only": "only solely",
    "ought": "should must ought need needs needed",
    "to come": "will would shall going plan plans planned expect expects expected hope hopes intend intends aim aims due tomorrow predicts",
    "former": "former ex onetime then",
}
_POLE_OF = {word: (kind, at) for kind, poles in _POLES.items() for at, listed in enumerate(poles) for word in listed.split()}
_LONE_OF = {word: kind for kind, listed in _LONE.items() for word in listed.split()}

_NEGATIONS = frozenset(
    """not no never none neither nobody nothing nowhere cannot cant wont dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt
    couldnt wouldnt shouldnt""".split()
)
_DENIALS = frozenset("deny denies denied denying denial denials".split())
# "Not only", "no more than 5", "No 10" negate nothing.
_NO_NEGATION_BEFORE = frozenset("only least more less fewer later earlier just merely greater higher lower doubt".split())
TURNING = _NEGATIONS | _DENIALS | {"nor"}
"""Words that turn a statement into its opposite."""

_DENIAL = re.compile(
    r"\b(?:denie[sd]|deny|denying|dismiss(?:e[sd])?|reject(?:s|ed)?|dispute[sd]?|refute[sd]?)\b(?:[^.;:]{0,100}?\bthat\b)?", re.IGNORECASE
)


def turns(words: list[str]) -> int:
    """How often the folded `words` turn their statement into its opposite."""
    found = 0
    for word, following in zip(words, [*words[1:], ""], strict=True):
        found += word in _DENIALS or (word in _NEGATIONS and following not in _NO_NEGATION_BEFORE and not following.isdigit())
    return found + (not found and "nor" in words)


def what_is_denied(text: str) -> tuple[str, str]:
    """`text` cut into who denies and what is denied; all of it is the latter where no verb tells."""
    match = _DENIAL.search(text)
    return (text[: match.start()], text[match.end() :]) if match else ("", text)


def poles_of(words: Iterable[str]) -> frozenset[tuple[str, int]]:
    return frozenset(_POLE_OF[word] for word in words if word in _POLE_OF)


def lone_of(words: Iterable[str]) -> frozenset[str]:
    return frozenset(_LONE_OF[word] for word in words if word in _LONE_OF)


def opposed(a: frozenset[tuple[str, int]], b: frozenset[tuple[str, int]]) -> bool:
    """Whether one says "rose" where the other says "fell": each has a pole that the other lacks."""
    return any((kind, 1 - at) in b and (kind, 1 - at) not in a and (kind, at) not in b for kind, at in a)


_STEM = 5
_SHORTEST_QUOTE = 20
_SCALES = ("dozen", "hundred", "thousand", "million", "billion", "trillion", "half", "third", "quarter")
_NUMBER_WORDS = frozenset((*ONES, *TEENS, *TENS, *_SCALES))
_TITLES = frozenset("mr mrs ms miss dr sir dame lord lady president premier minister prime chancellor secretary professor prof".split())
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DATE_WORDS = frozenset(word[:length] for word in (*MONTHS, *_DAYS) for length in (_STEM, len(word)))
# Words of the telling, and those that a number is dressed in.
_IDLE = frozenset(
    """according told added also per cent percent about around roughly approximately approx nearly almost least well even still now
    announced really quite rather number figure total one pound pounds dollar dollars euro euros yuan yen franc francs ruble rubles
    rouble roubles rupee rupees""".split()
)
_FIRST_PERSON = frozenset("i we my our me us myself ourselves".split())
_POINTERS = frozenset("he she it they this that these those his her its their such".split())
_TELLING = re.compile(
    r"\b(?:said|says|say|announced|reported|reports|confirmed|confirms|claimed|claims|argued|argues|stressed|added|warned|warns|stated|states"
    r"|explained|recommends|recommended|insisted|insists|told [^,.;:]{1,40}?)(?: (?:on|in) [A-Z]\w+)?(?: that\b|:|,)?\s+",
)


@dataclass(frozen=True, eq=False)
class Statement:
    """`place` is that of the claim in its article, from 0. `words` are those of its text, `related` the names that the article holds."""

    source: Source
    claim: Claim
    place: int
    words: list[Word]
    related: frozenset[str]
    published: str | None

    @cached_property
    def core(self) -> str:
        """What is claimed, without who says so."""
        text = self.claim.text
        if self.claim.mode == "denies":
            who, denied = what_is_denied(text)
            if len(_content(denied)) >= 3:
                return f"{who} {denied}" if _points(denied) else denied
            return text
        return _without_teller(text, self.claim.speaker)

    @cached_property
    def tokens(self) -> list[Word]:
        return self.words if self.core is self.claim.text else words(self.core)

    @cached_property
    def numerals(self) -> tuple[Numeral, ...]:
        if not any(w.folded in _NUMBER_WORDS or any(map(str.isdecimal, w.folded)) or w.folded[:4].isdecimal() for w in self.tokens):
            return ()
        return tuple(find_numerals(self.core))

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        if not self.numerals:
            return ()
        return quantities(self.core, self.source.cited(self.claim))

    @cached_property
    def signs(self) -> str:
        """Signs that change a number and are no words."""
        return "".join(sorted(letter for letter in self.core if letter in "-−$£€¥₹%"))

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """All words of the claim; equal for two ways of writing one text."""
        return tuple(word.folded for word in self.words)

    @cached_property
    def sequence(self) -> list[str]:
        """The words that carry meaning, numbers apart, in the order of the text."""
        inside = _inside(self.numerals)
        plain = (w.folded for w in self.tokens if w.start not in inside)
        return [w for w in plain if w not in STOP_WORDS and w not in _IDLE and w not in TURNING]

    @cached_property
    def first_places(self) -> dict[str, int]:
        """Where each word of the sequence stands first."""
        return {word: at for at, word in reversed(list(enumerate(self.sequence)))}

    @cached_property
    def full(self) -> frozenset[str]:
        return frozenset(self.sequence)

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(word[:_STEM] for word in self.full)

    @cached_property
    def values(self) -> frozenset[Decimal]:
        return frozenset(numeral.value for numeral in self.numerals)

    @cached_property
    def features(self) -> frozenset[str]:
        return self.stems | frozenset(f"#{value:f}" for value in self.values if value.adjusted() < 40)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its names, stemmed like its words, in the order of the text."""
        found = _names(self.core, self.tokens)
        first = [w.folded for w in self.tokens[:1] if w.folded in self.related and self.core[w.start].isupper()]
        inside = _inside(self.numerals)
        taken = {w.folded for w in self.tokens if w.start in inside}
        return tuple(dict.fromkeys(name[:_STEM] for name in (*first, *found) if name not in STOP_WORDS and name not in taken))

    @cached_property
    def named(self) -> frozenset[str]:
        """Its names, to look one up."""
        return frozenset(self.names)

    @cached_property
    def is_negative(self) -> bool:
        """A denial is told in the negative, or as that which is denied."""
        said = turns([w.folded for w in self.words])
        return max(said, self.claim.mode == "denies") % 2 == 1

    @cached_property
    def poles(self) -> frozenset[tuple[str, int]]:
        return poles_of(w.folded for w in self.tokens)

    @cached_property
    def lone(self) -> frozenset[str]:
        return lone_of(w.folded for w in self.tokens)

    @cached_property
    def quotes(self) -> frozenset[str]:
        """Its evidence, as far as it is long enough to be told from any other."""
        found = (" ".join(span.quote.split()) for span in self.claim.evidence)
        return frozenset(quote for quote in found if len(quote) >= _SHORTEST_QUOTE)

    @cached_property
    def teller(self) -> frozenset[str]:
        return frozenset(w.folded for w in words(self.claim.speaker or "") if w.folded not in STOP_WORDS and w.folded not in _TITLES)

    @cached_property
    def is_personal(self) -> bool:
        """Whether what it says depends on who says it."""
        return any(w.folded in _FIRST_PERSON and (w.folded != "us" or self.core[w.start].islower()) for w in self.tokens)

    @cached_property
    def is_passive(self) -> bool:
        """Whether somebody stands after "by", as one who does it."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return any(w.folded == "by" and following.folded[:_STEM] in self.named for w, following in pairs)

    @cached_property
    def points(self) -> bool:
        return _points(self.core)


def statements_of(sources: Sequence[Source]) -> list[Statement]:
    found = []
    for source in sources:
        claims = source.summary.claims
        texts = [words(claim.text) for claim in claims]
        related, published = _related(source, texts), source.published
        found += [Statement(source, claim, at, texts[at], related, published) for at, claim in enumerate(claims)]
    return found


def is_date_word(word: str) -> bool:
    """Also of a stem."""
    return word in _DATE_WORDS


def names_of(source: Source) -> frozenset[str]:
    """The names that the claims, the gist and the people of an article hold, in lower case: what two articles on one subject share."""
    return _related(source, [words(claim.text) for claim in source.summary.claims])


@lru_cache(maxsize=1 << 12)
def in_common(a: frozenset[str], b: frozenset[str]) -> int:
    """How many of the names of two articles are the same; asked again for each two of their claims."""
    return len(a & b)


def _related(source: Source, texts: Sequence[list[Word]]) -> frozenset[str]:
    summary = source.summary
    people = {*(claim.speaker for claim in summary.claims), *(stance.holder for stance in summary.stances)}
    found = {name for claim, tokens in zip(summary.claims, texts, strict=True) for name in _names(claim.text, tokens)}
    found.update(_names(summary.gist, words(summary.gist)))
    found.update(w.folded for name in people if name for w in words(name) if name[w.start].isupper() and w.folded not in STOP_WORDS)
    return frozenset(name for name in found if not is_date_word(name) and name not in _TITLES)


def _names(text: str, tokens: Iterable[Word]) -> list[str]:
    """Words with a capital letter that do not owe it to their place."""
    return [
        w.folded
        for w in tokens
        if text[w.start].isupper()
        and (text[w.start : w.end].isupper() or not _opens(text, w.start))
        and w.folded not in _TITLES
        and w.folded != "i"
    ]


def _opens(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" \"'“‘(\n")
    return not before or before[-1] in ".!?:…"


def _without_teller(text: str, speaker: str | None) -> str:
    match = _TELLING.search(text, 0, 160) if speaker else None
    if not match or not speaker:
        return text
    last = words(speaker)[-1:]
    told = [w.folded for w in words(text[: match.start()])]
    return text[match.end() :] if last and last[0].folded in told[-8:] and len(_content(text[match.end() :])) >= 3 else text


def _content(text: str) -> list[str]:
    return [w.folded for w in words(text) if w.folded not in STOP_WORDS]


def _points(text: str) -> bool:
    first = words(text[:40])[:1]
    return bool(first) and first[0].folded in _POINTERS


def _inside(numerals: Iterable[Numeral]) -> frozenset[int]:
    return frozenset(at for numeral in numerals for at in range(numeral.start, min(numeral.end, numeral.start + 60)))
