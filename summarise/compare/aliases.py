"""Alias resolution: union-find over pairs of names that rules or the user's own file say are one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from pathlib import Path

from summarise.compare.alias_file import AliasFile, read_aliases
from summarise.compare.lexicon import known_names
from summarise.compare.mentions import NameKey, ParsedName, name_key, parse_name
from summarise.compare.model import SourceArticle
from summarise.schema import CitedFigure, Claim, Stance

# No word of a name is longer than 60 characters; in a run of capitals without a space a name could begin at each of them.
_CAPITAL = r"[A-Z][\w'’.-]{0,60}+"
_ACRONYM = re.compile(rf"(?P<name>{_CAPITAL}(?: (?:(?:of|for|and|the|on|de) )?{_CAPITAL}){{1,7}}) \((?:the )?(?P<short>[A-Z]{{2,8}})\)")
_SMALL = frozenset("of for and the on in de".split())


class AliasTable:
    """One canonical name for each name that is mentioned.

    Precision comes first: names that could be of two are not joined. `aliases` are the ways in which each canonical name is mentioned,
    where there are several.
    """

    def __init__(self, mentioned: Iterable[str], file: Path | None = None) -> None:
        """`mentioned` are the names, each as often as it is mentioned. `file` is YAML of the user's, which overrides the rules:

            Xi Jinping: [Xi, "China's president"]
            apart: [[Li Keqiang, Li Qiang]]

        Raises UsageError if the file is not valid.
        """
        listed = read_aliases(file) if file else AliasFile()
        self._apart = frozenset(
            frozenset((name_key(a), name_key(b))) for names in listed.apart for a, b in combinations(names, 2) if name_key(a) != name_key(b)
        )
        resolution = _Resolution(Counter(" ".join(name.split()) for name in mentioned), listed, self._apart)
        self._canonical: dict[NameKey, str] = {}
        self.aliases: dict[str, tuple[str, ...]] = {}
        for name, keys, surfaces in resolution.groups():
            self._canonical |= dict.fromkeys(keys, name)
            if len(surfaces) > 1:
                self.aliases[name] = tuple(surfaces)

    def canonical(self, name: str) -> str:
        """The name that stands for `name`; itself where nothing is known of it."""
        return self._canonical.get(name_key(name)) or " ".join(name.split())

    def are_apart(self, a: str, b: str) -> bool:
        """Whether the user keeps the two apart."""
        return frozenset((name_key(a), name_key(b))) in self._apart


def names_in(sources: Iterable[SourceArticle]) -> Iterator[str]:
    """Every holder, target and speaker of the summaries, and the full names with titles in their evidence."""
    for source in sources:
        summary = source.summary
        for stance in summary.stances:
            yield from filter(None, (stance.holder, stance.target))
        yield from filter(None, [claim.speaker for claim in summary.claims] + [figure.speaker for figure in summary.figures])
        cited: list[Claim | Stance | CitedFigure] = [*summary.claims, *summary.stances, *summary.figures]
        for quote in dict.fromkeys(span.quote for item in cited for span in item.evidence):
            yield from stated_in(quote)


def stated_in(text: str) -> Iterator[str]:
    """Full names with a country's title before them ("Chinese President Xi Jinping"), and names with their acronym."""
    for match in _titled().finditer(text):
        yield match[0]
    for match in _ACRONYM.finditer(text):
        yield match[0]


@lru_cache(maxsize=1)
def _titled() -> re.Pattern[str]:
    lists = known_names()
    countries = _alternatives(word.title() for word in lists.country_of if word.islower())
    title = _alternatives(lists.titles | lists.parts_of_titles)
    name = r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){1,2}"
    return re.compile(rf"\b(?:{countries})(?:['’]s)?(?: (?i:{title})){{1,4}} {name}")


def _alternatives(words: Iterable[str]) -> str:
    """The longest first, so that none hides a longer one."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


class _UnionFind:
    """Sets of keys, joined step by step. No step joins sets that the user keeps apart or gives two canonical names."""

    def __init__(self, apart: Iterable[frozenset[NameKey]]) -> None:
        self.members: dict[NameKey, list[NameKey]] = {}
        """The keys of each set, by its root."""
        self.canonical: dict[NameKey, str] = {}
        """The names that the user gives to sets, by their roots."""
        self._parent: dict[NameKey, NameKey] = {}
        self._kept_apart: dict[NameKey, set[NameKey]] = defaultdict(set)
        for a, b in apart:
            self._kept_apart[a].add(b)
            self._kept_apart[b].add(a)

    def __contains__(self, key: NameKey) -> bool:
        return key in self._parent

    def add(self, key: NameKey) -> None:
        if key not in self._parent:
            self._parent[key] = key
            self.members[key] = [key]

    def root(self, key: NameKey) -> NameKey:
        while self._parent[key] != key:
            self._parent[key] = self._parent[self._parent[key]]
            key = self._parent[key]
        return key

    def join(self, a: NameKey, b: NameKey) -> None:
        self.add(a)
        self.add(b)
        first, second = sorted((self.root(a), self.root(b)))
        names = {self.canonical[root] for root in (first, second) if root in self.canonical}
        if first == second or len(names) > 1 or self._are_apart(first, second):
            return
        self._parent[second] = first
        self.members[first] += self.members.pop(second)
        self.canonical.pop(second, None)
        if names:
            self.canonical[first] = names.pop()

    def _are_apart(self, first: NameKey, second: NameKey) -> bool:
        fewer, more = sorted((first, second), key=lambda root: len(self.members[root]))
        others = (other for key in self.members[fewer] for other in self._kept_apart.get(key, ()))
        return any(other in self._parent and self.root(other) == more for other in others)


_Pairs = Iterator[tuple[NameKey, NameKey]]


class _Resolution:
    """The mentions, joined by the user's file first, then by one rule after another."""

    def __init__(self, mentioned: Counter[str], listed: AliasFile, apart: Iterable[frozenset[NameKey]]) -> None:
        self._count = {name: count for name, count in sorted(mentioned.items()) if name_key(name)}
        self._mentions = [parse_name(name) for name in self._count]
        self._keys = _UnionFind(apart)
        for one in self._mentions:
            self._keys.add(one.key)
        for name, aliases in listed.same.items():
            self._keys.add(name_key(name))
            self._keys.canonical[self._keys.root(name_key(name))] = name
            for alias in aliases:
                self._keys.join(name_key(name), name_key(alias))
        for rule in (self._known, self._same_people, self._surnames, self._offices, self._acronyms, self._firms, self._heads):
            for a, b in rule():
                self._keys.join(a, b)

    def groups(self) -> Iterator[tuple[str, list[NameKey], list[str]]]:
        """For each group its canonical name, its keys and the ways in which it is mentioned, in order."""
        surfaces: dict[NameKey, list[str]] = defaultdict(list)
        for one in self._mentions:
            surfaces[self._keys.root(one.key)].append(one.text)
        for root, keys in self._keys.members.items():
            yield self._keys.canonical.get(root) or self._best(surfaces[root]), keys, surfaces[root]

    def _root(self, one: ParsedName) -> NameKey:
        return self._keys.root(one.key)

    def _known(self) -> _Pairs:
        """Names that are known to be one."""
        for name, aliases in known_names().same.items():
            keys = [key for key in map(name_key, (name, *aliases)) if key in self._keys]
            yield from ((keys[0], key) for key in keys[1:])

    def _same_people(self) -> _Pairs:
        """One full name with and without titles; "Donald J. Trump" is Donald Trump where there is no other one."""
        by_name: dict[NameKey, list[ParsedName]] = defaultdict(list)
        for one in self._mentions:
            if one.is_full:
                by_name[name_key(" ".join(one.person))].append(one)
        by_ends: dict[tuple[str, str], list[NameKey]] = defaultdict(list)
        for name, same in by_name.items():
            yield from ((same[0].key, one.key) for one in same[1:])
            by_ends[name[0], name[-1]].append(name)
        for names in by_ends.values():
            short, *longer = sorted(names, key=len)
            if [len(short), *map(len, longer)] == [2, 3]:
                yield by_name[short][0].key, by_name[longer[0]][0].key

    def _surnames(self) -> _Pairs:
        """ "Xi" and "President Xi" are Xi Jinping where nobody else has that name."""
        bearers: dict[str, dict[NameKey, list[ParsedName]]] = defaultdict(lambda: defaultdict(list))
        singles: dict[str, list[ParsedName]] = defaultdict(list)
        for one in self._mentions:
            if one.is_full:
                for part in {one.person[-1].casefold(), one.person[0].casefold()}:
                    bearers[part][self._root(one)].append(one)
            elif one.person:
                singles[one.person[0].casefold()].append(one)
        for part, short in singles.items():
            full = bearers.get(part, {})
            if len(full) != 1:
                continue
            people = next(iter(full.values()))
            if _may_be_one(part, short, people):
                yield from ((people[0].key, one.key) for one in short)

    def _offices(self) -> _Pairs:
        """ "China's president" is Xi Jinping where an article says "Chinese President Xi Jinping", and none says so of another."""
        holders: dict[tuple[str, str], set[NameKey]] = defaultdict(set)
        bare: dict[tuple[str, str], list[NameKey]] = defaultdict(list)
        for one in self._mentions:
            if one.office and one.person:
                holders[one.office].add(self._root(one))
            elif one.office:
                bare[one.office].append(one.key)
        for office, keys in bare.items():
            held = holders.get(office, set())
            anchor = next(iter(held)) if len(held) == 1 else keys[0]
            yield from ((anchor, key) for key in keys)

    def _acronyms(self) -> _Pairs:
        """ "EEU" is the Eurasian Economic Union where that is written "Eurasian Economic Union (EEU)", and nothing else is."""
        meant: dict[str, dict[NameKey, list[NameKey]]] = defaultdict(lambda: defaultdict(list))
        for one in self._mentions:
            match = _ACRONYM.fullmatch(one.text.removeprefix("the ").removeprefix("The "))
            if match and _initials(match["name"]) == match["short"]:
                meant[match["short"]][name_key(match["name"])].append(one.key)
        for short, names in meant.items():
            if len(names) == 1:
                name, keys = next(iter(names.items()))
                yield from ((name, key) for key in (*keys, name_key(short)))

    def _firms(self) -> _Pairs:
        """ "Trewarne Metals plc" without its ending, and its first word alone where no other name begins with it."""
        lists = known_names()
        by_first: dict[str, set[NameKey]] = defaultdict(set)
        for one in self._mentions:
            if len(one.key) > 1 and one.key[-1].lower() in lists.firm_endings:
                yield one.key[:-1], one.key
            by_first[one.key[0]].add(one.key)
        ends = lists.firm_words | lists.firm_endings
        for first, keys in sorted(by_first.items()):
            firms = {self._keys.root(key) for key in keys if len(key) > 1 and key[-1].lower() in ends}
            others = {self._keys.root(key) for key in keys if len(key) > 1} - firms
            if (first,) in keys and len(firms) == 1 and not others and lists.country_of.keys().isdisjoint((first, first.lower())):
                yield next(iter(firms)), (first,)

    def _heads(self) -> _Pairs:
        """ "The Commission" is the European Commission where no other Commission is named."""
        heads = known_names().heads
        named: dict[str, set[NameKey]] = defaultdict(set)
        bare: dict[str, list[NameKey]] = defaultdict(list)
        for one in self._mentions:
            tokens = [token for token in one.text.split() if token.lower() not in ("the", "a", "an")]
            if len(tokens) == 1 and tokens[0] in heads:
                bare[tokens[0]].append(one.key)
            else:
                for head in {token.strip(",.()") for token in tokens} & heads:
                    named[head].add(self._root(one))
        for head, keys in bare.items():
            if len(named.get(head, ())) == 1:
                yield from ((next(iter(named[head])), key) for key in keys)

    def _best(self, surfaces: Sequence[str]) -> str:
        """The usual name of a state; of a person the one without titles; else the fullest, without what may be left out."""
        people = Counter[str]()
        for surface in surfaces:
            one = parse_name(surface)
            if one.is_full:
                people[" ".join(one.person)] += self._count[surface]
        if people:
            return min(people, key=lambda name: (-people[name], len(name), name))
        states = {alias: name for name, aliases in known_names().same.items() for alias in (name, *aliases)}
        state = next((states[surface] for surface in surfaces if surface in states), None)
        return state or min(surfaces, key=lambda name: (_is_dressed(name), -len(name_key(name)), -self._count[name], name), default="")


def _may_be_one(part: str, short: Sequence[ParsedName], people: Sequence[ParsedName]) -> bool:
    """Whether those that are named by the single word `part` may be the person who is named in full in `people`."""
    sexes = {one.sex for one in (*short, *people)} - {None}
    countries = {one.country for one in (*short, *people)} - {None}
    if len(sexes) > 1 or len(countries) > 1:
        return False
    if any(one.is_titled for one in short):
        return True
    lists = known_names()
    is_family = any(one.person[-1].casefold() == part for one in people)
    return part not in lists.places if is_family else part in lists.family_first


def _initials(name: str) -> str:
    return "".join(word[0] for word in re.split(r"[ -]", name) if word and word not in _SMALL).upper()


def _is_dressed(name: str) -> bool:
    """Whether it is an acronym, contains one, or ends in the legal form of a firm."""
    last = name.split()[-1:]
    is_firm = bool(last) and last[0].lower().rstrip(".") in known_names().firm_endings
    return is_firm or "(" in name or (name.isupper() and len(name) <= 8)
