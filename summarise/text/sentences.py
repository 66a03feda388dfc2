"""Sentences: where each one stands in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

LONGEST = 2_000
"""No sentence has more code points than this: a longer one is cut at white space or, where there is none, anywhere."""


@dataclass(frozen=True, slots=True)
class Extent:
    """The characters [start, end) of one sentence, in code points, and its paragraph, from 0."""

    start: int
    end: int
    paragraph: int


def split(text: str) -> list[Extent]:
    """The sentences of `text` in order, never overlapping, white space trimmed; together they hold every other character.

    A line end ends the sentence and the paragraph, except where the text is plainly hard-wrapped; there only a blank line does.
    White space alone makes no sentence, a line without words ("***") makes one. Any string is valid, lone surrogates too.
    """
    found: list[Extent] = []
    for number, (start, end) in enumerate(_paragraphs(text)):
        paragraph = text[start:end]
        spans = _shortened(paragraph, _with_words(paragraph, _borders(paragraph)))
        found += (Extent(start + a, start + b, number) for a, b in spans)
    return found


# --- lines and paragraphs ---------------------------------------------------------------------------------------------

_LINE = re.compile(r"[^\n\v\f\x85\u2028\u2029]+")
_QUOTED = re.compile(r"\s*(?:>\s*)*")  # how e-mail marks the lines of an earlier mail
_BULLET = re.compile(r"[•‣◦▪●○∙·*+-]\s+\S")
_NUMBERED = re.compile(r"(?:\(?\d{1,3}[.)]|\(?[a-zA-Z]\)|[–—])\s+\S")  # a wrapped line may happen to begin like this
_WORD = re.compile(r"\S+")
_NARROWEST, _WIDEST = 40, 132  # the columns at which mail programs, wire services and editors wrap
_RAGGED = 5  # characters by which lines wrapped by hand fall short


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with something to see; `body` is what follows indents and the ">" of quoted mail."""

    start: int
    end: int
    body: str
    follows_a_gap: bool

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def first_word(self) -> str:
        word = _WORD.match(self.body[:_WIDEST])
        return word.group() if word else ""


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    lines = list(_lines(text))
    for first, last in _runs(_joints(lines)):
        yield lines[first].start, lines[last].end


def _lines(text: str) -> Iterator[_Line]:
    last_end = -1
    for match in _LINE.finditer(text):
        line = match.group().rstrip()
        if line:
            body = _QUOTED.sub("", line, count=1) or ">"
            yield _Line(match.start(), match.start() + len(line), body, match.start() != last_end + 1)
            last_end = match.end()


def _runs(joints: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """The first and the last line of each run. There is a joint for each line: whether the next one goes on where it ends."""
    first = 0
    for last, joint in enumerate(joints):
        if not joint:
            yield first, last
            first = last + 1


def _joints(lines: Sequence[_Line]) -> list[bool]:
    """For each line whether only a hard wrap parts it from the next."""
    joints = [False] * len(lines)
    candidates = [_may_go_on(a, b) for a, b in pairwise(lines)] + [False] * bool(lines)
    blocks = [(first, lines[first : last + 1]) for first, last in _runs(candidates)]
    wide = [(first, block) for first, block in blocks if _fills_a_column(block)]
    column = max((_column(block) for _, block in wide if _breaks_sentences(block)), default=None)
    for first, block in wide:
        # Two or three lines may not tell by themselves. Then the text tells: are they as wide as what is surely wrapped?
        if _breaks_sentences(block) or (column and _column(block) > column - 12):
            joints[first : first + len(block) - 1] = _full(block)
    return joints


def _may_go_on(a: _Line, b: _Line) -> bool:
    if b.follows_a_gap or ">" in (a.body, b.body) or _BULLET.match(b.body):
        return False
    return not (_NUMBERED.match(b.body) and a.body[-1] in ".:;!?")


def _column(block: Sequence[_Line]) -> int:
    return max(line.length for line in block)


def _full(block: Sequence[_Line]) -> list[bool]:
    """For each line but the last whether it had no room for the first word of the next."""
    column = _column(block)
    return [a.length + 1 + len(b.first_word) > column - _RAGGED for a, b in pairwise(block)]


def _fills_a_column(block: Sequence[_Line]) -> bool:
    if len(block) < 2 or not _NARROWEST <= _column(block) <= _WIDEST:
        return False
    full = _full(block)
    return sum(full) >= 0.8 * len(full)


def _breaks_sentences(block: Sequence[_Line]) -> bool:
    return 2 * sum(line.body[0].islower() for line in block[1:]) >= len(block) - 1


# --- the library ------------------------------------------------------------------------------------------------------

_WINDOW = 10_000
_EDGE_APOSTROPHE = re.compile(r"'(?:(?!\w)|(?<!\w'))")


class _Masks(dict[int, str]):
    """What the library is shown for a character: ASCII only, one for one.

    It panics at some characters beyond ASCII, never ends a sentence within quotes or brackets, and looks for their ends in quadratic
    time. So letters keep their case and nothing else, and of quotes and brackets it sees none.
    """

    def __missing__(self, code: int) -> str:
        mask = self._mask(chr(code))
        if code < 0x10000:  # the rest is rare, and too much to keep
            self[code] = mask
        return mask

    @staticmethod
    def _mask(char: str) -> str:
        if char in '"`(){}<>':
            return " "
        if char.isascii():
            return char
        if char.isalnum():
            return "0" if char.isdigit() else "X" if char.isupper() else "x"
        return "'" if char == "’" else "-" if char in "–—―" else " "


_MASKS = _Masks()


def _library_ends(text: str) -> Iterator[int]:
    """Where sentences end, without what closes them. The text is shown in windows, so that time stays linear."""
    from sentencex import get_sentence_boundaries  # type: ignore[import-untyped]

    masked = _EDGE_APOSTROPHE.sub(" ", text.translate(_MASKS))
    at = 0
    while at < len(masked):
        *whole, last = get_sentence_boundaries("en", masked[at : at + _WINDOW])
        yield from (at + sentence["start_index"] + len(sentence["text"].rstrip()) for sentence in whole if not sentence["text"].isspace())
        # The next window begins with the last sentence, which this one may have cut.
        more = at + _WINDOW < len(masked)
        at = max(at + _WINDOW // 2, at + last["start_index"]) if more else len(masked)


# --- borders within a paragraph ---------------------------------------------------------------------------------------

_OPENERS = "\"'“‘„«‹([{「『"
_CLOSERS = "\"'”’»›)]}」』"
# What belongs to a sentence after its last mark: quotes and brackets, a French quote after its space, numbers of footnotes.
# Nothing of it is given back: no rule begins with what a tail may hold, and a thousand quotes would be parted in every way.
_TAIL = rf"[{re.escape(_CLOSERS)}]*+(?:[ \xa0\u202f]?[”»]++)?+(?:\[\d{{1,3}}\])*+"
_LOOK = 80  # how far the rules look to either side of a border


_NEVER_LAST = frozenset(
    "Mr Mrs Ms Mx Dr Prof Gen Adm Col Maj Lt Capt Cmdr Sgt Cpl Sen Rep Gov Pres Hon Rev Fr St Mt Ft Dep Messrs vs v".split()
)
_BEFORE_NUMBERS = frozenset("No Nos Art Arts Sec Ch Fig Figs Vol p pp para c ca approx est incl max min".split())


_STARTERS = frozenset(
    "After All Although An And Another Any As At Because Before Both But By Critics During Each Even For From He Her His How However If "
    "In Instead It Its Last Many Meanwhile More Most My Neither No Nobody None Not Now On One Only Other Others Our She Since So Some "
    "Still Such Than That The Their Then There These They This Those Though To Two Under Until We What When Where Which While Who Why "
    "With Yet You".split()
)


def _any(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


_TIMES = _any(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Eastern Central Mountain Pacific EST EDT CST CDT PST PDT GMT UTC BST CET ET"
)
_SPEECH = _any(
    "said says asked asks added replied told wrote shouted cried demanded wondered exclaimed quipped joked insisted declared answered "
    "responded"
)

_TAIL_AT = re.compile(_TAIL)
_LAST_WORD = re.compile(r"\b(\w{1,8})\.\Z")
_INITIAL = re.compile(r"\b[A-Z]\.$")
_ENUMERATOR = re.compile(r"\W*(?:\d{1,3}|[a-zA-Z])[.)]$")
_CLOCK = re.compile(r"\d ?[ap]\.m\.$")
_TIME = re.compile(rf"{_TIMES}\b|\w{{1,20}} time\b")
_FIRST_WORD = re.compile(r"[–—―….\s-]*(\S+)")
_ASKED = re.compile(rf"[!?]{_TAIL}$")
_SPEAKS = re.compile(rf"(?:[\w.'’-]{{1,30}} ){{0,4}}{_SPEECH}\b")
# Abbreviations and ellipses end a sentence after all before a word that begins one. Some do so before any capital letter: so do an
# ellipsis that touches the word before it, and small words that the library takes for abbreviations.
_STOP = re.compile(rf"([.…]){_TAIL}(?=\s+(?:(\w{{1,12}})|[{re.escape(_OPENERS)}]))")
_MAY_END = re.compile(r"(?:\b(?:[A-Z]|Inc|Corp|Ltd|Co|Bros|LLC|Jr|Sr|bn|mn|mln|tn|trn)\.|…|\.\.\.)\Z")
_ENDS_BEFORE_A_CAPITAL = re.compile(r"(?:\b(?:etc|[ap]\.m|no|me|may|id|al|con|miss)\.|(?<=\w)(?:…|\.{3,4}))\Z")
_CAPITAL = re.compile(rf"\s+[{re.escape(_OPENERS)}]*[A-Z](?!\b)")
_LONGEST_STOP = 6  # characters of the longest abbreviation or ellipsis that these know, with a border
_FOREIGN_END = re.compile(rf"[。！？｡।॥؟۔።։]+{_TAIL}")
_MARK = re.compile(r"[.!?…。！？｡।॥؟۔።։]")


def _borders(paragraph: str) -> list[int]:
    """Where the sentences of `paragraph` end, the last one too."""
    if not _MARK.search(paragraph):
        return [len(paragraph)]
    found = {_with_tail(paragraph, at) for at in _library_ends(paragraph)}
    found.update(stop.end() for stop in _STOP.finditer(paragraph) if stop.end() not in found and _ends(paragraph, stop))
    if not paragraph.isascii():
        found.update(match.end() for match in _FOREIGN_END.finditer(paragraph))
    cased = any(map(str.isupper, paragraph))
    return [*sorted(at for at in found if not _inside(paragraph, at, cased)), len(paragraph)]


def _ends(text: str, stop: re.Match[str]) -> bool:
    """Whether an abbreviation or an ellipsis that ends with this stop ends a sentence."""
    start, end = max(0, stop.start() - _LONGEST_STOP), stop.end(1)
    if stop[2] in _STARTERS and _MAY_END.search(text, start, end):
        return True
    return _CAPITAL.match(text, stop.end()) is not None and _ENDS_BEFORE_A_CAPITAL.search(text, start, end) is not None


def _with_tail(text: str, end: int) -> int:
    tail = _TAIL_AT.match(text, end)
    return tail.end() if tail else end


def _inside(text: str, at: int, cased: bool) -> bool:
    if at <= _LOOK and _ENUMERATOR.fullmatch(text, 0, at):
        return True
    return _goes_on(text[max(0, at - _LOOK) : at], text[at : at + _LOOK], cased)


def _goes_on(before: str, after: str, cased: bool) -> bool:
    """Whether the sentence goes on after what looks like its end. `cased` says that the paragraph has capital letters."""
    if after[:1].isalnum() and (before[-1:] in _CLOSERS or _INITIAL.search(before)):
        return True
    after = after.lstrip()
    if after[:1] in ",;:" or (after[:1] in "―—–-" and _INITIAL.search(before)):
        return True
    if cased and not after[:1].isupper() and _begins_small(after):
        return True
    last = _LAST_WORD.search(before, max(0, len(before) - 10)) if before.endswith(".") else None
    if last and (last[1] in _NEVER_LAST or (last[1] in _BEFORE_NUMBERS and after[:1].isdigit())):
        return True
    if before.endswith("m.") and _CLOCK.search(before) and _TIME.match(after):
        return True
    return bool(before[-1:] in _CLOSERS and _ASKED.search(before) and _SPEAKS.match(after))


def _begins_small(after: str) -> bool:
    """Whether the next word begins with a small letter and is no name such as iPhone or al-Masri."""
    word = _FIRST_WORD.match(after)
    return bool(word and word[1][0].islower() and word[1].islower())


# --- spans ------------------------------------------------------------------------------------------------------------

_SPACE = re.compile(r"\s*")
_ROOM = re.compile(rf"(?s:.{{1,{LONGEST}}})(?=\s)|(?s:.{{1,{LONGEST}}})")


def _with_words(text: str, ends: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The stretches up to each of `ends`, trimmed; one without a letter or digit belongs to the one before it."""
    start = end = at = 0
    for stop in ends:
        part = text[at:stop]
        if end > start and any(map(str.isalnum, part)):
            yield start, end
            start = at
        if not part.isspace():
            end = max(end, at + len(part.rstrip()))
        at = stop
    if end > start:
        yield start, end


def _shortened(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """`spans` cut to LONGEST."""
    for start, end in spans:
        at = _skip_space(text, start)
        while end - at > LONGEST:
            room = _ROOM.match(text, at)
            assert room is not None
            yield at, at + len(room.group().rstrip())
            at = _skip_space(text, room.end())
        yield at, end


def _skip_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at
