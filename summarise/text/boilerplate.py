"""Boilerplate: which lines of a page are no part of its article: headings, share lines, comment forms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

# What may follow the last mark of a sentence, and the marks that end a sentence or a part of one, in several scripts.
CLOSERS = "\"'”’»)]} \t\n\u00a0"
_ENDS = (".", "!", "?", "…", ":", ";", ",", "。", "！", "？", "：", "；", "，", "、", "؟", "؛", "،", "।")
BULLET = re.compile(r"\s*(?:[•▪◦‣·|>]|[*–—-](?=\s)|\d{1,2}[.)]\s)")
# In tokens. Headlines are rarely longer; a longer line that opens with a phrase such as "read more" is a statement.
_LONGEST_HEADING = 28
_LONGEST_PHRASE_LINE = 30
# What follows an article ("Leave a reply") stands behind this share of the lines of a page.
_TAIL_FROM = 0.4
_MOST_CAPITALS = 0.85


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line or a sentence with its tokens. `is_alone`: nothing else stands in its paragraph."""

    text: str
    words: Sequence[str]
    is_alone: bool


def find_boilerplate(lines: Sequence[PageLine]) -> list[bool]:
    """For each line of a page, in order, whether it is boilerplate; all that follows a line such as "Leave a reply" is."""
    tail = _tail_start(lines)
    return [n >= tail or _is_boilerplate(line) for n, line in enumerate(lines)]


def _is_boilerplate(line: PageLine) -> bool:
    if len(line.words) <= _LONGEST_PHRASE_LINE and _openings().match(_plain(line.text)):
        return True
    is_heading = line.is_alone and len(line.words) <= _LONGEST_HEADING and _is_heading(line)
    return is_heading or not any(word[0].isalpha() for word in line.words)


def _is_heading(line: PageLine) -> bool:
    """No end of a sentence, or nearly all long words with a capital, as headlines have them. An item of a list is none."""
    if BULLET.match(line.text):
        return False
    if not line.text.rstrip(CLOSERS).endswith(_ENDS):
        return True
    long = [word for word in line.words if len(word) > 3 and word[0].isalpha()]
    return len(long) >= 3 and sum(word[0].isupper() for word in long) >= _MOST_CAPITALS * len(long)


def _tail_start(lines: Sequence[PageLine]) -> int:
    """The index of the first line of what follows the article (comments, reading list); past the end where nothing does."""
    tails = _phrases()["tails"]
    late = range(int(len(lines) * _TAIL_FROM), len(lines))
    return next((n for n in late if lines[n].is_alone and _plain(lines[n].text).strip(CLOSERS) in tails), len(lines))


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


@cache
def _openings() -> re.Pattern[str]:
    """The phrases that open a line of boilerplate, as whole words: "share this", and not "shares fell"."""
    return re.compile(rf"(?:{'|'.join(map(re.escape, _phrases()['begins']))})(?!\w)")


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    """The lines of each `[section]` of boilerplate.txt."""
    source = resources.files(__package__).joinpath("boilerplate.txt").read_text(encoding="utf-8")
    sections = (section.splitlines() for section in source.split("\n[")[1:])
    return {title.rstrip("]"): tuple(phrases) for title, *phrases in sections}
