"""Proper names in what a model wrote, held against those of an article; and what the article calls a speaker who is named otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property, lru_cache
from importlib.resources import files
from itertools import pairwise

import yaml

from summarise.figures import find_numerals
from summarise.figures.money import NAMES
from summarise.text.data_files import lines
from summarise.text.tokens import STOP_WORDS, Tokenised, fold, forms

_WORD = re.compile(r"[^\W\d_][\w'’.-]*\w|[^\W\d_]")
_OPENS = re.compile(r"(?:^|[.!?:;–—…]\s|[\"“‘(\[]\s?|\n)\s*\Z")
_SMALL = frozenset("of the and for a an in at on to by from with s de la le du der von van und e y et is as who".split())
# A word that begins a sentence may be no name; one that ends so hardly ever is.
_COMMON_END = re.compile(
    r"(?:s|ed|ing|ly|tion|sion|ment|ness|ity|ance|ence|ship|ism|ist|ers?|ors?|ous|ive|able|ible|ful|less|ward|age|ure|cy|phy|gy|my|th|al|ic|ry)\Z"
)
_COMMON = frozenset(word for line in lines(__package__, "common_words.txt") for word in line.split())
"""Words that often open a sentence and have none of these endings."""
_POSSESSIVE = re.compile(r"['’]s?\Z")
_MONEY = re.compile(r"dollars?")
# "G7", "Q3": the number in it is held against the article as a number.
_IS_NUMBERED = re.compile(r"[a-z]-?\d+")
_DEMONYM = re.compile(r"(?:ians?|ans?|ns?|ese|ish|is?|ics?|ers?|s)\Z")
_FARTHEST = 10
"""Further words that the stretch of the article may hold in which all words of a longer name stand."""


class ArticleNames:
    """The words of an article, to look names up in."""

    def __init__(self, text: str, known: Iterable[str] = ()) -> None:
        self.text = text
        self._known = " ".join(known)

    @cached_property
    def tokens(self) -> Tokenised:
        return Tokenised(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the article, folded."""
        return frozenset(form.casefold() for text in (self.text, self._known) for form in forms(text))

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(word[:5] for word in self.words if len(word) > 3)

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        return frozenset(word[:4] for word in self.words if len(word) > 3)

    @cached_property
    def _initials(self) -> str:
        """The first letters of all words in a row, small ones left out: "ecb" stands in that of "the European Central Bank"."""
        return "".join(word[0] for word in (form.casefold() for form in self.tokens.forms) if word not in _SMALL and word[0].isalpha())

    @cached_property
    def _kin(self) -> frozenset[str]:
        """Other words for the states that the article names: "French" where it names France."""
        text = f"{self.text} {self._known}"
        found = (names for names in _states() if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in names))
        return frozenset(fold(word) for names in found for name in names for word in name.split())

    def has_country_of(self, currency: str) -> bool:
        """Whether the article names the country or the people of a currency."""
        adjectives = {name.split()[0] for name, code in NAMES.items() if code == currency and " " in name}
        if not adjectives.isdisjoint(self.words | self._kin):
            return True
        places = "|".join(map(re.escape, _places().get(currency, ())))
        return bool(places) and re.search(rf"(?<![\w-])(?:{places})(?!\w)", f"{self.text} {self._known}") is not None

    # --- free text ---

    def unknown(self, text: str) -> list[str]:
        """The proper names of `text` that the article does not hold, as the text writes them.

        A word with a capital is a name, but for the first of a sentence that looks like a common word. A name is held when the article has
        the word, its country or inhabitants, or the words that its letters abbreviate.
        """
        found = []
        words = list(_WORD.finditer(text))
        for n, match in enumerate(words):
            word = match[0]
            if word.islower() or not any(letter.isupper() for letter in word) or find_numerals(word):
                continue  # a number is held against the article as a number
            follows = words[n + 1] if n + 1 < len(words) else None
            opens = _OPENS.search(text, max(0, match.start() - 4), match.start()) is not None
            if follows and self._joins_two_names(match, follows):
                found.append(f"{word} {follows[0]}")
            elif (opens and self._is_common(word, follows)) or self._is_of_money(word, follows):
                continue
            elif not self._holds(word) and not self._is_spelt_out(words, n):
                found.append(word)
        return found

    def _joins_two_names(self, first: re.Match[str], second: re.Match[str]) -> bool:
        """Whether two names of the article are made one: "Piet Lind" of Piet Aalders and Marta Lind."""
        if second.start() - first.end() != 1 or not second[0][0].isupper() or not first[0][0].isupper() or _POSSESSIVE.search(first[0]):
            return False
        if fold(first[0]) in STOP_WORDS:
            return False
        one, other = fold(first[0]), fold(second[0])
        after, before = self._beside.get(one, (set(), set()))[0], self._beside.get(other, (set(), set()))[1]
        # "Premier Threlkeld" leaves a name out of "Premier Alison Threlkeld".
        return bool(after) and bool(before) and other not in after and one not in before and after.isdisjoint(before)

    @cached_property
    def _beside(self) -> dict[str, tuple[set[str], set[str]]]:
        """For each capitalised word, the capitalised words that follow it directly, and those that stand before it."""
        beside: dict[str, tuple[set[str], set[str]]] = {}
        words = list(_WORD.finditer(self.text))
        for first, second in pairwise(words):
            if first[0][0].isupper() and second[0][0].isupper() and second.start() - first.end() == 1:
                one, other = fold(first[0]), fold(second[0])
                beside.setdefault(one, (set(), set()))[0].add(other)
                beside.setdefault(other, (set(), set()))[1].add(one)
        return beside

    def _is_of_money(self, word: str, follows: re.Match[str] | None) -> bool:
        """ "Canadian dollars" where the article writes C$."""
        return follows is not None and _MONEY.fullmatch(follows[0]) is not None and (f"{word[0]}$" in self.text or self._is_used(word))

    def _is_used(self, adjective: str) -> bool:
        """Whether the article names a place where the dollar of this country is used."""
        code = NAMES.get(f"{adjective.casefold()} dollar")
        return code is not None and self.has_country_of(code)

    def _is_common(self, word: str, follows: re.Match[str] | None) -> bool:
        if word.isupper() and len(word) > 1:
            return False
        low = word.lower()
        if low in STOP_WORDS or low in _COMMON or low[:5] in self._stems or low in self.words:
            return True
        if follows and follows[0][0].isupper() and follows.start() - 1 >= 0 and not self._holds(follows[0]):
            return False
        return _COMMON_END.search(low) is not None

    def _holds(self, word: str) -> bool:
        return all(self._holds_part(part) for part in re.split("[-–]", word) if part)

    def _holds_part(self, part: str) -> bool:
        plain = fold(part)
        if (
            not plain
            or plain in self.words
            or plain in self._kin
            or plain in STOP_WORDS
            or plain in _CALENDAR
            or _IS_NUMBERED.fullmatch(plain)
        ):
            return True
        if part.islower():
            return True  # "pre-Brexit": the name is the other part
        letters = part.replace(".", "").removesuffix("s")
        if len(letters) <= 6 and letters.isupper():  # "NATO", "GPs"
            return len(letters) > 1 and (letters.casefold() in self.words or letters.casefold() in self._initials)
        ending = _DEMONYM.sub("", plain)
        return len(ending) > 3 and any(
            other in self.words for other in (ending, ending + "a", ending + "ia", ending + "y", ending + "e", ending + "o", plain + "s")
        )

    def _is_spelt_out(self, words: Sequence[re.Match[str]], n: int) -> bool:
        """Whether the capitals around this word are letters that the article has: "European Central Bank" for "ECB"."""
        first = n
        while first > 0 and (words[first - 1][0][0].isupper() or fold(words[first - 1][0]) in _SMALL):
            first -= 1
        last = n
        while last + 1 < len(words) and (words[last + 1][0][0].isupper() or fold(words[last + 1][0]) in _SMALL):
            last += 1
        run = [word[0] for word in words[first : last + 1] if fold(word[0]) not in _SMALL]
        return any(
            len(letters) > 1 and letters in self.words
            for start in range(len(run))
            for end in range(start + 2, len(run) + 1)
            for letters in ["".join(word[0] for word in run[start:end]).casefold()]
        )

    # --- speakers and holders ---

    def called(self, name: str) -> str | None:
        """What the article calls `name`; None where it names nobody so.

        A fuller form is taken apart: each of its words stands in the article, and then a run of capitals in it that the article has is the
        name ("Central Bank president Ursula Brandt" is Ursula Brandt), or else the stretch that holds all its words.
        """
        if found := self.tokens.find(name):
            return self._with_dot(found)
        if found := self._counted(name):
            return found
        words = [word for word in forms(name) if word[0].isalnum()]
        telling = [word for word in words if word.casefold() not in _SMALL]
        if not telling or not all(map(self._has, telling)):
            return None
        for part in (*re.split(r"[,;(\[]", name)[:1], re.sub(r"[(\[].*?[)\]]", "", name)):
            if part != name and (found := self.tokens.find(part)):
                return self._with_dot(found)
        people = [found for part in re.split(r",?\s+(?:and|&)\s+|,\s+", name) if (found := self._run_of_capitals(part))]
        if people and re.search(r"\band\b|&", name) and len(people) > 1:
            return " and ".join([", ".join(people[:-1]), people[-1]])
        return (
            self._run_of_capitals(name, least=2)
            or self._window(telling)
            or self._run_of_capitals(name)
            or self._kindred(telling)
            or self._description(name)
        )

    def _description(self, name: str) -> str | None:
        """The longest stretch of a description that the article has, the last of equals; None for a name."""
        words = name.split()
        if any(letter.isupper() for letter in name[1:]):
            return None
        runs = [words[start : start + size] for size in range(len(words), 0, -1) for start in range(len(words) - size, -1, -1)]
        values = {numeral.value for numeral in find_numerals(name)}
        counted = (self.text[numeral.start : numeral.end] for numeral in find_numerals(self.text) if numeral.value in values)
        return next((found for run in runs if (found := self.tokens.find(" ".join(run)))), None) or next(counted, None)

    def _has(self, word: str) -> bool:
        """Whether the article has a word in this or another form."""
        low = word.casefold()
        if low in self.words or low[:5] in self._stems or (word.islower() and len(low) > 4 and low[:4] in self._beginnings):
            return True
        return any(numeral.value in self._numbers for numeral in find_numerals(word)) or (not word.islower() and self._holds_part(word))

    @cached_property
    def _numbers(self) -> frozenset[Decimal]:
        return frozenset(numeral.value for numeral in find_numerals(self.text))

    def _counted(self, name: str) -> str | None:
        """ "49 households" where the article has "Forty-nine households"."""
        told = find_numerals(name)
        if not told or not (rest := name[told[0].end :].split()):
            return None
        pattern = re.compile(r"[\s-]+" + r"\s+".join(map(re.escape, rest)) + r"(?!\w)", re.IGNORECASE)
        for numeral in find_numerals(self.text):
            if numeral.value == told[0].value and (found := pattern.match(self.text, numeral.end)):
                return " ".join(self.text[numeral.start : found.end()].split())
        return None

    def _with_dot(self, found: str) -> str:
        """ "U.S." keeps its last dot."""
        return found + "." if re.search(r"(?:^|[\s.])[A-Z]\.[A-Z]$", found) and f"{found}." in self.text else found

    def _run_of_capitals(self, name: str, least: int = 1) -> str | None:
        """The last and longest run of capitalised words of `name` that the article has in a row."""
        runs: list[list[str]] = [[]]
        for word in name.split():
            if word[:1].isupper() or (runs[-1] and fold(word) in ("of", "de", "van", "von", "der", "la")):
                runs[-1].append(word.strip(",;"))
            elif runs[-1]:
                runs.append([])
        for run in sorted(runs, key=len)[::-1]:
            fewest = least if len(run) < least else min(least, len(run) - 1)
            for size in range(len(run), fewest - 1, -1):
                for start in range(len(run) - size, -1, -1):
                    found = self.tokens.find(" ".join(run[start : start + size]))
                    if found and not any(self._is_of_another_name(word) for word in (*run[:start], *run[start + size :])):
                        return self._with_dot(found)
        return None

    def _is_of_another_name(self, word: str) -> bool:
        """Whether the article has this word beside a capitalised one, so that it cannot be a mere title of somebody else."""
        return re.search(rf"(?<!\w){re.escape(word)}\s+[A-Z]|[A-Z][\w'’-]*\s+{re.escape(word)}(?!\w)", self.text) is not None

    def _window(self, telling: Sequence[str]) -> str | None:
        """The shortest stretch of one sentence that holds all these words, not much longer than they are."""
        wanted = {word.casefold()[:5] for word in telling}
        low = [form.casefold()[:5] for form in self.tokens.forms]
        places = [at for at, word in enumerate(low) if word in wanted]
        best: tuple[int, int] | None = None
        for n, first in enumerate(places):
            missing = set(wanted)
            for last in places[n:]:
                missing.discard(low[last])
                if not missing:
                    if last - first < len(telling) + _FARTHEST and (best is None or last - first < best[1] - best[0]):
                        best = (first, last)
                    break
                if last - first > len(telling) + _FARTHEST:
                    break
        if best is None:
            return None
        start, end = self.tokens.span(range(best[0], best[1] + 1))
        stretch = " ".join(self.text[start:end].split())
        return None if re.search(r"[.!?]\s|[\"“”()\[\]]", stretch) else stretch

    def _kindred(self, telling: Sequence[str]) -> str | None:
        """The article's own word for a state: "the United States" for "U.S."."""
        for names in _states():
            if any(tuple(forms(name)) == tuple(telling) for name in names):
                return next((found for name in names if (found := self.tokens.find(name))), None)
        return None


@lru_cache(maxsize=1)
def _places() -> dict[str, list[str]]:
    """Where each currency is used."""
    pairs = (line.split(": ") for line in lines(__package__, "places.txt"))
    return {code: names.split(", ") for code, names in pairs}


@lru_cache(maxsize=1)
def _states() -> list[list[str]]:
    """Each state with its inhabitants and other names."""
    known = yaml.load(files("summarise").joinpath("compare", "known_names.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506  # everything is text, so nothing is built
    others = known["same"]
    return [
        [name, *kin, *others.get(name, ())]
        for name, kin in (known["countries"] | {name: [] for name in others if name not in known["countries"]}).items()
    ]


_CALENDAR = frozenset(
    """
    january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
    monday tuesday wednesday thursday friday saturday sunday i q1 q2 q3 q4
    """.split()
)
