"""The context of a figure in its sentence: its measure (the noun phrase beside it) and its speaker."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from summarise.figures.dates import Time, read_times
from summarise.figures.lexicon import AUXILIARIES, DAYS, MONTHS, PAST_VERBS, STOP_WORDS, word_class
from summarise.figures.model import Figure, FoldedText, alternatives, pattern
from summarise.figures.modifiers import CHANGE_VERBS
from summarise.figures.quantity import Quantity
from summarise.figures.units import read_per

_SAYING_VERBS = word_class("saying verbs")
_SAID = f"(?:{alternatives(_SAYING_VERBS)})"
_NAME = r"[A-Z][\w'&.-]*(?: (?:[A-Z][\w'&.-]*|(?:of|for|the|de|van|von|al|bin|and)(?= (?:the )?[A-Z])))*"
_ROLE = (
    r"(?:[Tt]he [a-z]+(?: (?!said|says)[a-z]+)?|"
    r"(?:[Aa]nalyst|[Oo]fficial|[Rr]esearcher|[Ee]conomist|[Ss]cientist|[Pp]rosecutor|[Ii]nvestigator|[Ee]xpert)s|[Pp]olice)"
)
_WHO = rf"(?P<who>{_NAME}|{_ROLE})"
_ACCORDING = pattern(rf"\b[Aa]ccording to (?:an? |the (?=[A-Z]))?{_WHO}")
_SUBJECT = pattern(
    rf"(?<![^\s,\"“(])(?=[A-Zaeioprst])(?:[Tt]he (?=[A-Z]))?{_WHO}"
    rf"(?:, [^,;]{{1,60}},| \([^)]{{1,30}}\))? (?:also |later |has |had )?{_SAID}\b(?!-)"
)
_AFTERWARDS = pattern(rf"[,\"”'] {_SAID} (?:the (?=[A-Z]))?{_WHO}")
_SPEAKER_VERBS = tuple(f" {verb}" for verb in _SAYING_VERBS)
_PRONOUNS = DAYS | MONTHS.keys() | frozenset("he she it they we i this that there who these those the and but in on at for".split())
_ENDINGS = pattern(r"(?: (?:of|for|the|de|van|von|al|bin|and)|[,'’.-]+|['’]s)+\Z")
_MAY_BE_ENDINGS = (*(f" {word}" for word in "of for the de van von al bin and".split()), ",", "'", "’", ".", "-", "'s", "’s")


def read_speaker(prose: FoldedText, opens: int, closes: int) -> str | None:
    """The speaker as the sentence between `opens` and `closes` names it, None for the article's own voice or a pronoun."""
    for attribution in _possible(prose, opens, closes):
        for match in attribution.finditer(prose.plain, opens, closes):
            name = prose.raw[match.start("who") : match.end("who")]
            name = (_ENDINGS.sub("", name) if name.endswith(_MAY_BE_ENDINGS) else name).strip()
            if name and name.lower() not in _PRONOUNS and len(name) <= 100:
                return " ".join(name.split())
    return None


def _possible(prose: FoldedText, opens: int, closes: int) -> Iterator[re.Pattern[str]]:
    """The patterns of attribution that can match, because the sentence has their cue words."""
    if prose.plain.find("ccording to ", opens, closes) >= 0:
        yield _ACCORDING
    if prose.has_any(_SPEAKER_VERBS, opens, closes):
        yield from (_SUBJECT, _AFTERWARDS)


_REACH = 260
_TOKEN = pattern(r"([^\W_][\w'&/-]*(?:\.\w+)?|[,;:()\"!?.])")
_SENTENCE_END = pattern(r"[.!?][\"')]? (?=[^a-z])")
_ABBREVIATED = pattern(
    r"(?:\b(?:mr|mrs|ms|dr|gen|sen|rep|st|inc|corp|co|ltd|vs|no|u\.s|u\.k|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)|\b[a-z])\Z"
)


class SentenceContext:
    """A sentence, or at most `_REACH` characters of it on each side of the figure for which it was built.

    `words` are its words and marks of punctuation in lower case, which stand from `starts` to `ends`; `times` are the dates and times
    that it names, `speaker` whom it names as saying it.
    """

    __slots__ = ("end", "ends", "speaker", "start", "starts", "times", "words")

    def __init__(self, prose: FoldedText, start: int, end: int) -> None:
        self.start, self.end = _bounds(prose, start, end)
        parts = _TOKEN.split(prose.low[self.start : self.end])  # every other one is a token
        edges = list(accumulate(map(len, parts), initial=self.start))
        self.words: list[str] = parts[1::2]
        self.starts, self.ends = edges[1:-1:2], edges[2::2]
        self.times: list[Time] = read_times(prose, self.start, self.end)
        self.speaker: str | None = read_speaker(prose, self.start, self.end)

    def __contains__(self, position: int) -> bool:
        return self.start <= position < self.end

    def token_at(self, position: int) -> int:
        """The index of the first token that begins at `position` or later."""
        return bisect_left(self.starts, position)


def _bounds(prose: FoldedText, start: int, end: int) -> tuple[int, int]:
    opens = max(0, start - _REACH, prose.plain.rfind("\n", max(0, start - _REACH), start) + 1)
    for match in reversed(list(_SENTENCE_END.finditer(prose.plain, opens, start))):
        if not _is_abbreviation(prose, match):
            opens = match.end()
            break
    closes = min(len(prose.plain), end + _REACH)
    line = prose.plain.find("\n", end, closes)
    closes = line if line >= 0 else closes
    for match in _SENTENCE_END.finditer(prose.plain, end, closes):
        if not _is_abbreviation(prose, match):
            return opens, match.start()
    return opens, closes


def _is_abbreviation(prose: FoldedText, match: re.Match[str]) -> bool:
    return prose.plain[match.start()] == "." and _ABBREVIATED.search(prose.low, max(0, match.start() - 6), match.start()) is not None


_TIMES = word_class("times")
_BOUNDARIES = word_class("boundaries")
_FILLERS = word_class("fillers")
_VERBS = word_class("clause verbs") | CHANGE_VERBS | (PAST_VERBS - {"left"})
_BEFORE_NOUNS = frozenset("the a an of its their his her per no any this that some".split())
_NUMBERED = frozenset("500 index iphone galaxy model s&p sp p ftse nikkei nasdaq russell ta boeing series".split())
_LINKS = frozenset("of in for on from to with at by per".split())
_INSIDE_PHRASES = _LINKS | _BEFORE_NOUNS
_ENDS_OF_PHRASES = (AUXILIARIES | _VERBS | STOP_WORDS | word_class("dimensions")) - _INSIDE_PHRASES

_LETTER = pattern(r"[^\W\d_]")
_SAYING = frozenset("said says say told saying".split())
_ECHO = pattern(r"\b(?:from|with|than|to|against|versus|vs\.?) (?:about |around |nearly |just |only |a |the |more than )?\Z")
_NO_NOUNS = frozenset("between what who which that nobody everybody somebody anybody nothing something everything anything".split())
_EMPTY = _FILLERS | _LINKS | _TIMES | _NO_NOUNS
_CONTRACTED = pattern(r"(?:i|you|he|she|it|we|they|that|there|here|who|what)'[a-z]{1,2}\Z")
_LONGEST_AFTER = 8
_LONGEST_CLAUSE = 24


def read_measure(prose: FoldedText, quantity: Quantity, sentence: SentenceContext, last: Figure | None) -> str | None:
    """The noun phrase that the number is of, verbatim; two phrases are joined by a comma; None if the sentence has none.

    A figure that follows the `last` one by "to" or "from" measures the same: "rose 5% to 30 tonnes".
    """
    after = None if quantity.kind == "count" else _phrase_after(prose, quantity, sentence)
    near = last if last is not None and last.end in sentence else None
    amount = _phrase_before(prose, sentence, quantity.start)
    if near and not amount and not after and _ECHO.search(prose.low, max(near.end, quantity.start - 60), quantity.start):
        return near.measure
    subject = _subject(prose, sentence, quantity.start, sentence.token_at(near.end) if near else 0)
    if near and not after and not subject:
        return near.measure
    found = [part for part in (amount or after or quantity.phrase, subject) if part]
    parts = [part for part in found if not amount or part == amount or not part.endswith(amount)]
    return ", ".join(dict.fromkeys(parts))[:200].strip(" ,") or quantity.phrase


def _phrase_before(prose: FoldedText, sentence: SentenceContext, start: int) -> str | None:
    """The noun phrase before "of" and the figure: "a magnitude of 7.8", "a fine of more than 5 euros"."""
    end = sentence.token_at(start)
    while end > 0 and sentence.words[end - 1] in _FILLERS:
        end -= 1
    if end == 0 or sentence.words[end - 1] != "of":
        return None
    begin = end = end - 1
    while begin > 0 and end - begin < 4 and _goes_on(sentence.words[begin - 1]) and sentence.words[begin - 1] not in _INSIDE_PHRASES:
        begin -= 1
    return _trimmed(prose, sentence, begin, end)


def _phrase_after(prose: FoldedText, quantity: Quantity, sentence: SentenceContext) -> str | None:
    """The noun phrase right after the figure: "25% tax on imported vehicles", "78 per cent of the deal", "$3 billion in gains"."""
    rate = read_per(prose, quantity.end, money=True) if quantity.per and quantity.kind == "money" else None
    end = rate[0] if rate else quantity.end
    first = sentence.token_at(end)
    if first >= len(sentence.words) or sentence.starts[first] - end > 2:
        return None
    if sentence.words[first] in _LINKS and sentence.words[first] not in ("of", "in", "for"):
        return None
    begin = first
    while begin < len(sentence.words) and _is_filler(sentence.words[begin]) and sentence.words[begin] not in _TIMES:
        begin += 1
    end = begin
    while end < len(sentence.words) and end - first < _LONGEST_AFTER and _goes_on(sentence.words[end]):
        end += 1
    if begin < end and sentence.words[begin] in _TIMES:
        return None
    return _trimmed(prose, sentence, begin, end)


def _goes_on(word: str) -> bool:
    """Whether a word may be inside a noun phrase."""
    if word in _INSIDE_PHRASES:
        return True
    return not (word in _ENDS_OF_PHRASES or word[0] in ',;:()"!?.' or word[0].isdigit())


def _trimmed(prose: FoldedText, sentence: SentenceContext, begin: int, end: int) -> str | None:
    """The words from `begin` to `end` as one phrase, without prepositions, articles and times at its ends."""
    words = sentence.words
    while begin < end and _is_filler(words[begin]):
        begin += 1
    while begin < end and _is_filler(words[end - 1]):
        end -= 1
    if begin == end:
        return None
    phrase = " ".join(prose.raw[sentence.starts[begin] : sentence.ends[end - 1]].split())
    return phrase if phrase[:1].isalpha() or _LETTER.search(phrase) else None


def _is_filler(word: str) -> bool:
    if word in _EMPTY or word.isdigit():
        return True
    return (word.endswith("ly") and len(word) > 5) or ("'" in word and _CONTRACTED.match(word) is not None)


def _subject(prose: FoldedText, sentence: SentenceContext, start: int, floor: int) -> str | None:
    """The subject of the clause that the figure stands in; for a relative clause without one, the noun that the clause modifies.

    Nothing before token `floor` is looked at.
    """
    end = sentence.token_at(start)
    for _ in range(3):
        begin, least = end, max(floor, end - _LONGEST_CLAUSE)
        while begin > least and not _is_boundary(prose, sentence, begin - 1):
            begin -= 1
        phrase = _trimmed(prose, sentence, *_first_chunk(sentence.words, begin, end))
        if phrase or begin <= floor:
            return phrase
        end = begin - 1
    return None


def _is_boundary(prose: FoldedText, sentence: SentenceContext, index: int) -> bool:
    word, starts = sentence.words[index], sentence.starts
    if word not in _BOUNDARIES:
        return False
    if word != "and" or not 0 < index < len(starts) - 1:
        return True
    return not (prose.raw[starts[index - 1]].isupper() and prose.raw[starts[index + 1]].isupper())


def _first_chunk(words: list[str], begin: int, end: int) -> tuple[int, int]:
    """The words before the first verb of a clause, or those after it where the clause begins with one."""
    first = begin
    for index in range(begin, end):
        if not _is_verb(words, index, begin) and not (words[index].isdigit() and not (index and words[index - 1] in _NUMBERED)):
            continue
        if words[index] not in _SAYING and not all(map(_is_filler, words[first:index])):
            return first, index
        first = index + 1
    return first, end


def _is_verb(words: list[str], index: int, begin: int) -> bool:
    word = words[index]
    if word in AUXILIARIES:
        return True
    if index > begin and words[index - 1] in _BEFORE_NOUNS:
        return False
    if word in _VERBS and index + 1 < len(words) and words[index + 1] in AUXILIARIES:
        return False
    if word in _VERBS:
        return True
    leads = index > begin or (index + 1 < len(words) and words[index + 1] in _INSIDE_PHRASES)
    return leads and word.endswith("ed") and len(word) > 4
