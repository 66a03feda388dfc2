"""Features of a claim: its stems, names, numbers, and words of polarity and hedging."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property, lru_cache
from itertools import accumulate

from summarise.compare.dates import long_quotes
from summarise.compare.lexicon import claim_words, figure_words
from summarise.compare.model import SourceArticle
from summarise.compare.values import Likeness, Value, digits, likeness, stated_number
from summarise.figures import Figure, Numeral, find_figures, find_numerals
from summarise.figures.lexicon import MONTHS, ONES, TEENS, TENS
from summarise.schema import CitedFigure, Claim
from summarise.text.tokens import STOP_WORDS, Word, words

_FIRST_YEAR, _LAST_YEAR = 1500, 2100
_BESIDE = 12
# Beyond these nothing is measured, and decimal arithmetic is not exact.
_MOST_DIGITS = 24
# So many unmatched numbers of each claim are compared with each other; a claim with more is a table, and says no more or less.
_MOST_NEAR = 60
_LIMITS = frozenset({"at_least", "at_most", "more_than", "less_than"})
_TIMES = frozenset((*MONTHS, "am", "pm", "a.m", "p.m", "o'clock"))
_ORDINALS = ("st", "nd", "rd", "th")


@dataclass(frozen=True)
class ClaimNumber:
    """`written` is as in the text. `kind` is its currency or unit, "time" for a year, a day or an hour, None if not known."""

    written: str
    value: Decimal
    kind: str | None
    reach: Value

    def is_like(self, other: ClaimNumber) -> bool:
        """Whether both can be one number, rounded or not."""
        bounds = {self.reach.bound, other.reach.bound}
        if self._clashes(other) or (bounds & _LIMITS and bounds & {"exact", "about"} and (self.value == other.value or "about" in bounds)):
            return False
        if self.value == other.value:
            return True
        return "time" not in (self.kind, other.kind) and self._likeness(other) in ("equal", "rounding")

    def is_apart_from(self, other: ClaimNumber) -> bool:
        """Whether both are of one kind and cannot be one number."""
        return self.kind == other.kind != "time" and self._likeness(other) == "apart"

    def _likeness(self, other: ClaimNumber) -> Likeness:
        return "unsure" if max(self.reach.digits, other.reach.digits) > _MOST_DIGITS else likeness(self.reach, other.reach)

    def _clashes(self, other: ClaimNumber) -> bool:
        """Money of another currency, or a percentage and a count."""
        return self.kind != other.kind and (self.exclusive_kind or other.exclusive_kind) is not None

    @property
    def exclusive_kind(self) -> str | None:
        """Its kind if that sets it apart from numbers of any other kind, else None."""
        kind = self.kind or ""
        return kind if kind.startswith("percent") or kind == "time" or kind[:3].isupper() else None


def quantities(text: str, cited: Iterable[CitedFigure] = ()) -> tuple[ClaimNumber, ...]:
    """The numbers of `text` in order; a range is one of them. Those that are `cited` in the same words are not parsed again."""
    numerals = find_numerals(text)
    known: list[tuple[int, Figure | CitedFigure]] = [(text.find(figure.quote), figure) for figure in cited if figure.quote]
    figures = [(at, figure) for at, figure in known if at >= 0 and stated_number(figure) is not None]
    if any(number.kind is None for _, number in _bare(numerals, figures, text)):
        figures = [(figure.start, figure) for figure in find_figures(text) if stated_number(figure) is not None]
    found = [*((at, _of_figure(figure)) for at, figure in figures), *_bare(numerals, figures, text)]
    return tuple(number for _, number in sorted(found, key=lambda place: place[0]))


def _bare(numerals: Iterable[Numeral], figures: Iterable[tuple[int, Figure | CitedFigure]], text: str) -> Iterator[tuple[int, ClaimNumber]]:
    """The numerals that are in none of the figures, with their positions."""
    spans = sorted((at, at + len(figure.quote)) for at, figure in figures)
    starts = [start for start, _ in spans]
    furthest = list(accumulate((end for _, end in spans), max))
    for numeral in numerals:
        before = bisect_left(starts, numeral.end)
        if not before or furthest[before - 1] <= numeral.start:
            kind = "time" if _is_time(numeral, text) else None
            value = Value(numeral.value, numeral.value, "exact", digits(numeral.value))
            yield numeral.start, ClaimNumber(text[numeral.start : numeral.end], numeral.value, kind, value)


def _of_figure(figure: Figure | CitedFigure) -> ClaimNumber:
    value = stated_number(figure)
    assert value is not None
    ends = (figure.low, figure.high) if figure.value is None else (value, value)
    kind = figure.currency or figure.unit
    return ClaimNumber(figure.quote, value, f"{kind}/{figure.per}" if figure.per else kind, Value(*ends, figure.bound, digits(value)))


def _is_time(numeral: Numeral, text: str) -> bool:
    """A year, a day of a month, an hour, or an ordinal: a different one is another time or thing, and no contradiction."""
    written = text[numeral.start : numeral.end]
    if len(written) == 4 and written.isdecimal() and _FIRST_YEAR <= numeral.value <= _LAST_YEAR:
        return True
    if (numeral.value >= 1 and written.endswith(_ORDINALS)) or text[numeral.end : numeral.end + 2].lower() in _ORDINALS:
        return True
    before = text[max(0, numeral.start - _BESIDE) : numeral.start].split()[-1:]
    after = text[numeral.end : numeral.end + _BESIDE].split()[:1]
    return any(word.strip(".,:;").lower() in _TIMES for word in (*before, *after))


def matched(a: Sequence[ClaimNumber], b: Sequence[ClaimNumber]) -> tuple[list[ClaimNumber], list[ClaimNumber]]:
    """Those of each without a counterpart in the other, each used once. Equal numbers are matched before those that are merely near."""
    left_a, left_b = _without_equals(a, b)
    kept_a, near_b, rest_b = [], left_b[:_MOST_NEAR], left_b[_MOST_NEAR:]
    for number in left_a[:_MOST_NEAR]:
        like = next((at for at, other in enumerate(near_b) if number.is_like(other)), None)
        if like is None:
            kept_a.append(number)
        else:
            del near_b[like]
    return [*kept_a, *left_a[_MOST_NEAR:]], [*near_b, *rest_b]


def _without_equals(a: Iterable[ClaimNumber], b: Sequence[ClaimNumber]) -> tuple[list[ClaimNumber], list[ClaimNumber]]:
    """Numbers of one value, kind and bound are all like another number of that value or none is, so one of each is tested."""
    unused: dict[Decimal, dict[object, deque[int]]] = defaultdict(lambda: defaultdict(deque))
    for at, number in enumerate(b):
        unused[number.value][number.exclusive_kind, number.reach.bound].append(at)
    left_a, used = [], set[int]()
    for number in a:
        alike = [places for places in unused[number.value].values() if places and number.is_like(b[places[0]])]
        if not alike:
            left_a.append(number)
            continue
        first = min(alike, key=lambda places: places[0])
        used.add(first.popleft())
    return left_a, [number for at, number in enumerate(b) if at not in used]


_DENIAL = re.compile(
    r"\b(?:denie[sd]|deny|denying|dismiss(?:e[sd])?|reject(?:s|ed)?|dispute[sd]?|refute[sd]?)\b(?:[^.;:]{0,100}?\bthat\b)?", re.IGNORECASE
)
_STEM = 5
_SCALES = ("dozen", "hundred", "thousand", "million", "billion", "trillion", "half", "third", "quarter")
_NUMBER_WORDS = frozenset((*ONES, *TEENS, *TENS, *_SCALES))
# A claim in fewer words without its introduction ("he said that") keeps it.
_FEWEST_WORDS = 3
_REPORTING = re.compile(
    r"\b(?:said|says|say|announced|reported|reports|confirmed|confirms|claimed|claims|argued|argues|stressed|added|warned|warns|stated|states"
    r"|explained|recommends|recommended|insisted|insists|told [^,.;:]{1,40}?)(?: (?:on|in) [A-Z]\w+)?(?: that\b|:|,)?\s+",
)


def negation_count(words: list[str]) -> int:
    """How often the folded `words` turn their statement into its opposite."""
    lists, found = claim_words(), 0
    for word, following in zip(words, [*words[1:], ""], strict=True):
        found += word in lists.denials or (word in lists.negations and following not in lists.not_negated and not following.isdigit())
    return found + (not found and "nor" in words)


def opposed(a: frozenset[tuple[str, int]], b: frozenset[tuple[str, int]]) -> bool:
    """Whether one says "rose" where the other says "fell": each has a pole that the other lacks."""
    return any((kind, 1 - at) in b and (kind, 1 - at) not in a and (kind, at) not in b for kind, at in a)


@dataclass(frozen=True, eq=False)
class Statement:
    """`position` is that of the claim in its article, from 0. `words` are those of its text, `related` the names in the article."""

    source: SourceArticle
    claim: Claim
    position: int
    words: list[Word]
    related: frozenset[str]

    @cached_property
    def core(self) -> str:
        """What is claimed, without who says so."""
        text = self.claim.text
        if self.claim.mode != "denies":
            return _without_speaker(text, self.claim.speaker)
        denial = _DENIAL.search(text)
        who, denied = (text[: denial.start()], text[denial.end() :]) if denial else ("", text)
        if len(_content_words(denied)) < _FEWEST_WORDS:
            return text
        return f"{who} {denied}" if _begins_with_pronoun(denied) else denied

    @cached_property
    def tokens(self) -> list[Word]:
        return self.words if self.core is self.claim.text else words(self.core)

    @cached_property
    def numerals(self) -> tuple[Numeral, ...]:
        if not any(w.folded in _NUMBER_WORDS or any(map(str.isdecimal, w.folded)) or w.folded[:4].isdecimal() for w in self.tokens):
            return ()
        return tuple(find_numerals(self.core))

    @cached_property
    def quantities(self) -> tuple[ClaimNumber, ...]:
        return quantities(self.core, self.source.cited(self.claim)) if self.numerals else ()

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
        """The content words, without numbers, in the order of the text."""
        inside, lists = _inside(self.numerals), claim_words()
        plain = (w.folded for w in self.tokens if w.start not in inside)
        return [w for w in plain if w not in STOP_WORDS and w not in lists.idle and w not in lists.negating]

    @cached_property
    def first_positions(self) -> dict[str, int]:
        """Where each word of the sequence occurs first."""
        return {word: at for at, word in reversed(list(enumerate(self.sequence)))}

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(word[:_STEM] for word in self.sequence)

    @cached_property
    def values(self) -> frozenset[Decimal]:
        return frozenset(numeral.value for numeral in self.numerals)

    @cached_property
    def features(self) -> frozenset[str]:
        return self.stems | frozenset(f"#{value:f}" for value in self.values if value.adjusted() < 40)

    @cached_property
    def names(self) -> frozenset[str]:
        """Its names, stemmed like its words."""
        first = [w.folded for w in self.tokens[:1] if w.folded in self.related and self.core[w.start].isupper()]
        inside = _inside(self.numerals)
        numbers = {w.folded for w in self.tokens if w.start in inside}
        return frozenset(
            name[:_STEM] for name in (*first, *_names(self.core, self.tokens)) if name not in STOP_WORDS and name not in numbers
        )

    @cached_property
    def is_negative(self) -> bool:
        """A denial is worded in the negative, or as that which is denied."""
        return max(negation_count(list(self.folded)), self.claim.mode == "denies") % 2 == 1

    @cached_property
    def poles(self) -> frozenset[tuple[str, int]]:
        """Pairs of antonyms that it has a word of, each with which of the two it is."""
        polarity = claim_words().polarity
        return frozenset(polarity[w.folded] for w in self.tokens if w.folded in polarity)

    @cached_property
    def qualifiers(self) -> frozenset[str]:
        """Kinds of hedges and qualifiers that it has a word of."""
        kinds = claim_words().qualifiers
        return frozenset(kinds[w.folded] for w in self.tokens if w.folded in kinds)

    @cached_property
    def quotes(self) -> frozenset[str]:
        """Its evidence, as far as it is long enough to be identified."""
        return long_quotes(self.claim.evidence)

    @cached_property
    def speaker(self) -> frozenset[str]:
        """The words of the speaker's name."""
        found = words(self.claim.speaker or "")
        return frozenset(w.folded for w in found if w.folded not in STOP_WORDS and w.folded not in claim_words().titles)

    @cached_property
    def is_personal(self) -> bool:
        """Whether what it says depends on who says it."""
        own = claim_words().first_person
        return any(w.folded in own and (w.folded != "us" or self.core[w.start].islower()) for w in self.tokens)

    @cached_property
    def is_passive(self) -> bool:
        """Whether "by" is followed by a name, as that of an agent."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return any(w.folded == "by" and following.folded[:_STEM] in self.names for w, following in pairs)

    @cached_property
    def begins_with_pronoun(self) -> bool:
        """Whether it refers to something said before."""
        return _begins_with_pronoun(self.core)


def statements_of(sources: Sequence[SourceArticle]) -> list[Statement]:
    found = []
    for source in sources:
        claims = source.summary.claims
        texts = [words(claim.text) for claim in claims]
        related = _related(source, texts)
        found += [Statement(source, claim, at, texts[at], related) for at, claim in enumerate(claims)]
    return found


@cache
def date_words() -> frozenset[str]:
    """Months and weekdays, and their stems."""
    return frozenset(word[:length] for word in (*MONTHS, *figure_words().days) for length in (_STEM, len(word)))


def names_of(source: SourceArticle) -> frozenset[str]:
    """The names in the claims, the gist and the people of an article, in lower case: what two articles on one topic share."""
    return _related(source, [words(claim.text) for claim in source.summary.claims])


@lru_cache(maxsize=1 << 12)
def in_common(a: frozenset[str], b: frozenset[str]) -> int:
    """How many of the names of two articles are the same; cached because it is called for each two of their claims."""
    return len(a & b)


def _related(source: SourceArticle, texts: Sequence[list[Word]]) -> frozenset[str]:
    summary = source.summary
    people = {*(claim.speaker for claim in summary.claims), *(stance.holder for stance in summary.stances)}
    found = {name for claim, tokens in zip(summary.claims, texts, strict=True) for name in _names(claim.text, tokens)}
    found.update(_names(summary.gist, words(summary.gist)))
    found.update(w.folded for name in people if name for w in words(name) if name[w.start].isupper() and w.folded not in STOP_WORDS)
    return frozenset(found - date_words() - claim_words().titles)


def _names(text: str, tokens: Iterable[Word]) -> list[str]:
    """Words that are capitalised, but not because they open a sentence."""
    no_names = claim_words().titles | {"i"}
    return [
        w.folded
        for w in tokens
        if text[w.start].isupper() and (text[w.start : w.end].isupper() or not _opens_sentence(text, w.start)) and w.folded not in no_names
    ]


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" \"'“‘(\n")
    return not before or before[-1] in ".!?:…"


def _without_speaker(text: str, speaker: str | None) -> str:
    """`text` without an introduction such as "Xi said on Friday that"."""
    match = _REPORTING.search(text, 0, 160) if speaker else None
    if not match or not speaker:
        return text
    last = words(speaker)[-1:]
    before = [w.folded for w in words(text[: match.start()])]
    said = text[match.end() :]
    return said if last and last[0].folded in before[-8:] and len(_content_words(said)) >= _FEWEST_WORDS else text


def _content_words(text: str) -> list[str]:
    return [w.folded for w in words(text) if w.folded not in STOP_WORDS]


def _begins_with_pronoun(text: str) -> bool:
    first = words(text[:40])[:1]
    return bool(first) and first[0].folded in claim_words().pronouns


def _inside(numerals: Iterable[Numeral]) -> frozenset[int]:
    """The positions of the characters of numerals."""
    return frozenset(at for numeral in numerals for at in range(numeral.start, min(numeral.end, numeral.start + 60)))
