"""Groups found by hand: which figures of which articles measure one thing, and what they say of each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from summarise.errors import GoldError, UsageError

_RELATIONS = frozenset("rounding other_time other_scope disagree unsure".split())


class Place(NamedTuple):
    """Where a figure stands: the id of its article, and its characters."""

    article: str
    start: int
    end: int


@dataclass(frozen=True)
class Labels:
    """`groups` are labelled places by reading; `relations` are by pairs of readings; `unsure` pairs hold for whole readings.

    `tuned` are the ids of the articles with which the rules were made. Places of articles whose text was not there are left out.
    """

    groups: tuple[tuple[tuple[Place, ...], ...], ...]
    relations: tuple[Mapping[tuple[int, int], str], ...]
    unsure: tuple[tuple[Place, Place], ...]
    tuned: frozenset[str]
    digest: str

    class Wanted(NamedTuple):
        """The labels of figures that are there: pairs of places, as the summaries have them, and their relation."""

        groups: list[list[Place]]
        relations: dict[tuple[Place, Place], str]
        unsure: set[tuple[Place, Place]]
        asked: int
        found: int

    def within(self, figures: Iterable[Place], only: frozenset[str] | None = None) -> Labels.Wanted:
        """The labels in terms of `figures`: a label is that figure which begins in it or in which it begins."""
        return _Matched(figures, only).wanted(self)


class _Matched:
    def __init__(self, figures: Iterable[Place], only: frozenset[str] | None) -> None:
        self._only = only
        self._by_article: dict[str, list[Place]] = {}
        for place in figures:
            self._by_article.setdefault(place.article, []).append(place)

    def wanted(self, labels: Labels) -> Labels.Wanted:
        found = Labels.Wanted([], {}, set(), 0, 0)
        reading_of: dict[Place, list[Place]] = {}
        asked = matched = 0
        for readings, between in zip(labels.groups, labels.relations, strict=True):
            placed = []
            for at, reading in enumerate(readings):
                counted = [place for place in reading if self._only is None or place.article in self._only]
                own = [(at, figure) for place in counted if (figure := self._figure(place))]
                asked, matched = asked + len(counted), matched + len(own)
                for place in counted:
                    reading_of[place] = [figure for _, figure in own]
                placed += own
            found.groups.append([figure for _, figure in placed])
            for (first, a), (second, b) in combinations(placed, 2):
                if a != b:
                    found.relations[pair_of(a, b)] = "agree" if first == second else between[first, second]
        for a, b in labels.unsure:
            lone = [[figure] if (figure := self._figure(place)) else [] for place in (a, b)]
            for one in reading_of.get(a, lone[0]):
                found.unsure.update(pair_of(one, other) for other in reading_of.get(b, lone[1]))
        return found._replace(asked=asked, found=matched)

    def _figure(self, label: Place) -> Place | None:
        fits = [f for f in self._by_article.get(label.article, ()) if label.start <= f.start < label.end or f.start <= label.start < f.end]
        return min(fits, key=lambda f: (-_overlap(f, label), f.start), default=None)


def _overlap(a: Place, b: Place) -> int:
    return min(a.end, b.end) - max(a.start, b.start)


def pair_of(a: Place, b: Place) -> tuple[Place, Place]:
    """The two in the one order in which pairs are kept."""
    return (a, b) if a <= b else (b, a)


def read_groups(path: Path, texts: Mapping[str, str]) -> Labels:
    """The labels of a file, for articles whose text is known, by id.

    Raises GoldError with all its faults, UsageError where it is not there.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}", hint="labels of groups are in evals/groups.yaml") from error
    return _Reader(path, texts).read(content)


class _Reader:
    def __init__(self, path: Path, texts: Mapping[str, str]) -> None:
        self._path = path
        self._texts = texts
        self._faults: list[str] = []

    def read(self, content: bytes) -> Labels:
        data = self._loaded(content)
        groups, relations = [], []
        for number, group in enumerate(self._list(data, "groups", "the file"), start=1):
            where = f"groups.{number}"
            readings = self._list(group, "readings", where)
            groups.append(tuple(self._reading(reading, f"{where}.readings.{n}") for n, reading in enumerate(readings, start=1)))
            relations.append(self._relations(group, len(readings), where))
        unsure = [self._two(pair, f"unsure.{n}") for n, pair in enumerate(self._optional(data, "unsure", "the file"), start=1)]
        self._each_once(groups)
        if self._faults:
            raise GoldError(self._faults)
        known = tuple((a, b) for a, b in unsure if a and b)
        tuned = frozenset(map(str, self._optional(data, "tuned", "the file")))
        return Labels(tuple(groups), tuple(relations), known, tuned, hashlib.sha256(content).hexdigest())

    def _loaded(self, content: bytes) -> dict[str, Any]:
        import yaml

        try:
            data = yaml.safe_load(content)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            raise GoldError([f"{self._path}:{line}: bad YAML: {getattr(error, 'problem', None) or error}"]) from None
        if not isinstance(data, dict):
            raise GoldError([f"{self._path}:1: must have groups"])
        return data

    def _list(self, data: Any, key: str, where: str) -> Sequence[Any]:
        found = data.get(key) if isinstance(data, dict) else None
        if isinstance(found, list):
            return found
        self._faults.append(f"{self._path}: {where}: {key} must be a list")
        return ()

    def _optional(self, data: Any, key: str, where: str) -> Sequence[Any]:
        return self._list(data, key, where) if isinstance(data, dict) and data.get(key) is not None else ()

    def _reading(self, reading: Any, where: str) -> tuple[Place, ...]:
        figures = self._list(reading, "figures", where)
        return tuple(place for n, one in enumerate(figures, start=1) if (place := self._place(one, f"{where}.figures.{n}")))

    def _place(self, figure: Any, where: str) -> Place | None:
        if not isinstance(figure, dict) or not isinstance(figure.get("in"), str) or not isinstance(figure.get("quote"), str):
            self._faults.append(f"{self._path}: {where}: a figure has `in`, the id of an article, and `quote`")
            return None
        article, quote, nth = figure["in"], figure["quote"], figure.get("nth")
        text = self._texts.get(article)
        if text is None:
            return None
        count = text.count(quote) if quote else 0
        if count == 0 or (count > 1 and nth is None) or not isinstance(nth or 1, int) or not 1 <= (nth or 1) <= count:
            self._faults.append(f"{self._path}: {where}: '{quote}' stands {count} times in {article}: nth must say which it is, from 1")
            return None
        start = -1
        for _ in range(nth or 1):
            start = text.index(quote, start + 1)
        return Place(article, start, start + len(quote))

    def _relations(self, group: Any, readings: int, where: str) -> dict[tuple[int, int], str]:
        found = {}
        for n, row in enumerate(self._optional(group, "relations", where), start=1):
            if not _is_relation(row):
                words = ", ".join(sorted(_RELATIONS))
                self._faults.append(f"{self._path}: {where}.relations.{n}: must be [reading, reading, {words}, reason]")
                continue
            found[row[0] - 1, row[1] - 1] = row[2]
        missing = [pair for pair in combinations(range(readings), 2) if pair not in found]
        if missing:
            self._faults.append(f"{self._path}: {where}: no relation for readings {missing[0][0] + 1} and {missing[0][1] + 1}")
        return found

    def _two(self, pair: Any, where: str) -> tuple[Place | None, Place | None]:
        if not isinstance(pair, list) or len(pair) < 2:
            self._faults.append(f"{self._path}: {where}: must be [figure, figure, reason]")
            return None, None
        return self._place(pair[0], where), self._place(pair[1], where)

    def _each_once(self, groups: Iterable[Sequence[Sequence[Place]]]) -> None:
        seen: dict[Place, int] = {}
        for number, group in enumerate(groups, start=1):
            for place in (place for reading in group for place in reading):
                if place in seen:
                    self._faults.append(
                        f"{self._path}: groups.{number}: a figure at {place.start} of {place.article} stands in groups.{seen[place]} too"
                    )
                seen[place] = number


def _is_relation(row: Any) -> bool:
    is_row = isinstance(row, list) and len(row) > 2 and all(isinstance(number, int) for number in row[:2])
    return is_row and isinstance(row[2], str) and row[2] in _RELATIONS
