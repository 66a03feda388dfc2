"""Aliases: union-find over pairs of names that rules or the user's own file say are one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from summarise.compare.mentions import Mention, known, mention, plain
from summarise.compare.model import Source
from summarise.errors import UsageError
from summarise.schema import CitedFigure, Claim, Stance
from summarise.text.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, Unreadable, parse

APART = "apart"
_MOST_BYTES = 1_000_000
_MOST_NAMES = 20_000
_LONGEST_NAME = 200
_EXAMPLE = 'write lines such as  Xi Jinping: [Xi, "China\'s president"]'
_PAIRS = "write  apart: [[Li Keqiang, Li Qiang]]"


@dataclass
class Listed:
    """`same` are the names under each canonical one, `apart` those of which no two may be joined."""

    same: dict[str, tuple[str, ...]] = field(default_factory=dict)
    apart: list[tuple[str, ...]] = field(default_factory=list)


def read_names(path: Path) -> Listed:
    """The names of a YAML file. Raises UsageError, which names file and line, for what is no such file."""
    try:
        return _listed(_text(path))
    except _Fault as fault:
        raise UsageError(f"{path}:{fault.line}: {fault.message}", hint=fault.hint) from None


class _Fault(Exception):
    def __init__(self, line: int, message: str, hint: str = _EXAMPLE) -> None:
        super().__init__(message)
        self.line, self.message, self.hint = line, message, hint


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"{path}: the file of names cannot be read: {reason}", hint="check the path") from error
    if len(data) > _MOST_BYTES:
        raise UsageError(f"{path}: the file of names has over {_MOST_BYTES:,} bytes", hint="keep the names that these articles hold")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _Fault(line, "not UTF-8", "save the file as UTF-8") from error


def _listed(text: str) -> Listed:
    listed, lines = Listed(), dict[tuple[str, ...], tuple[int, str]]()
    for key, value in _entries(text):
        if key.text == APART:
            listed.apart += _apart(value)
            continue
        aliases = _names(value)
        for name in (key, *aliases):
            _note(name, key.text, lines)
        if key.text in listed.same:
            raise _Fault(
                key.line, f"'{key.text}' stands twice (first on line {lines[plain(key.text)][0]})", "put all its names in one entry"
            )
        listed.same[key.text] = tuple(alias.text for alias in aliases)
    if len(lines) > _MOST_NAMES:
        raise _Fault(1, f"{len(lines):,} names, at most {_MOST_NAMES:,} are read", "keep the names that these articles hold")
    _agree(listed, lines)
    return listed


def _note(name: ScalarNode, owner: str, lines: dict[tuple[str, ...], tuple[int, str]]) -> None:
    """A name belongs to one owner only; the same one twice under it does no harm."""
    known = lines.setdefault(plain(name.text), (name.line, owner))
    if known[1] != owner:
        raise _Fault(
            name.line, f"'{name.text}' stands under '{owner}' and under '{known[1]}' (line {known[0]})", "take it out of one of the two"
        )


def _agree(listed: Listed, lines: dict[tuple[str, ...], tuple[int, str]]) -> None:
    for names in listed.apart:
        owners: dict[str, str] = {}
        for name in names:
            line, owner = lines.get(plain(name), (1, name))
            if owner in owners:
                raise _Fault(line, f"'{owners[owner]}' and '{name}' are one name here, but are kept {APART} too", "take out one of the two")
            owners[owner] = name


def _apart(value: Node) -> Iterator[tuple[str, ...]]:
    if not isinstance(value, SequenceNode):
        raise _Fault(value.line, f"'{APART}' needs lists of names", _PAIRS)
    pairs = [value] if value.items and all(isinstance(item, ScalarNode) for item in value.items) else value.items
    for pair in pairs:
        names = _names(pair)
        if len(names) < 2:
            raise _Fault(pair.line, f"'{APART}' needs two names or more", _PAIRS)
        yield tuple(name.text for name in names)


def _names(value: Node) -> list[ScalarNode]:
    items = value.items if isinstance(value, SequenceNode) else [value]
    names = []
    for item in items:
        if not isinstance(item, ScalarNode):
            raise _Fault(item.line, "a list within a list" if isinstance(item, SequenceNode) else "a mapping within an entry")
        names.append(_checked(item))
    if not names:
        raise _Fault(value.line, "no names")
    return names


def _checked(name: ScalarNode) -> ScalarNode:
    if not plain(name.text):
        raise _Fault(name.line, f"'{name.text[:40]}' is no name")
    if len(name.text) > _LONGEST_NAME:
        raise _Fault(name.line, f"a name of {len(name.text)} characters: '{name.text[:40]}…'", "a name has 200 characters at most")
    return ScalarNode(" ".join(name.text.split()), name.line)


def _entries(text: str) -> Iterator[tuple[ScalarNode, Node]]:
    """The keys of the file with their values; an empty file has none."""
    try:
        node = parse(text)
    except Unreadable as error:
        raise _Fault(error.line, error.message, "") from None
    if isinstance(node, ScalarNode) and not node.is_empty:
        raise _Fault(node.line, f"'{node.text[:40]}' is no entry")
    if isinstance(node, SequenceNode):
        raise _Fault(node.line, "a list where a name is expected")
    if isinstance(node, MappingNode):
        yield from ((_checked(ScalarNode(key, node.lines[key])), value) for key, value in node.items.items())


Key = tuple[str, ...]

# No word of a name is longer than 60 characters; in a run of capitals without a space one could begin at each of them.
_CAPITAL = r"[A-Z][\w'’.-]{0,60}+"
_ACRONYM = re.compile(rf"(?P<name>{_CAPITAL}(?: (?:(?:of|for|and|the|on|de) )?{_CAPITAL}){{1,7}}) \((?:the )?(?P<short>[A-Z]{{2,8}})\)")
_SMALL = frozenset("of for and the on in de".split())


class Names:
    """One name for each of those that are mentioned.

    Precision goes before all: what could be two is not joined. `aliases` are the ways in which each canonical name is mentioned, where
    there are several.
    """

    def __init__(self, canonical: dict[Key, str], aliases: dict[str, tuple[str, ...]], apart: frozenset[frozenset[Key]]) -> None:
        self._canonical = canonical
        self._apart = apart
        self.aliases = aliases

    @classmethod
    def of(cls, mentioned: Iterable[str], file: Path | None = None) -> Names:
        """Those of the names `mentioned`, each as often as it is. `file` is YAML of the user's, whose word goes first:

            Xi Jinping: [Xi, "China's president"]
            apart: [[Li Keqiang, Li Qiang]]

        Raises UsageError for a file that is not like that.
        """
        joined = _Joined(Counter(" ".join(name.split()) for name in mentioned), read_names(file) if file else Listed())
        return cls(*joined.result())

    def canonical(self, name: str) -> str:
        """The name that stands for `name`; itself where nothing is known of it."""
        return self._canonical.get(plain(name)) or " ".join(name.split())

    def are_apart(self, a: str, b: str) -> bool:
        """Whether the user keeps the two apart."""
        return frozenset((plain(a), plain(b))) in self._apart


def names_in(sources: Iterable[Source]) -> Iterator[str]:
    """Every name that the summaries give a holder, target or speaker, and the full names with titles that their evidence states."""
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
    facts = known()
    countries = "|".join(sorted((re.escape(word.title()) for word in facts.countries if word.islower()), key=len, reverse=True))
    title = "|".join(sorted({re.escape(word) for word in facts.titles | facts.parts}, key=len, reverse=True))
    name = r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){1,2}"
    return re.compile(rf"\b(?:{countries})(?:['’]s)?(?: (?i:{title})){{1,4}} {name}")


class _Joined:
    """Mentions joined step by step; no step joins what the user or an earlier one keeps apart."""

    def __init__(self, mentioned: Counter[str], listed: Listed) -> None:
        self._count = Counter({name: count for name, count in mentioned.items() if plain(name)})
        self._owner: dict[Key, str] = {}
        self._parent: dict[Key, Key] = {}
        self._members: dict[Key, list[Key]] = {}
        self._surfaces: dict[Key, list[str]] = defaultdict(list)
        self.apart = frozenset(
            frozenset((plain(a), plain(b)))
            for names in listed.apart
            for at, a in enumerate(names)
            for b in names[at + 1 :]
            if plain(a) != plain(b)
        )
        self._kept_apart: dict[Key, set[Key]] = defaultdict(set)
        for pair in self.apart:
            a, b = sorted(pair)
            self._kept_apart[a].add(b)
            self._kept_apart[b].add(a)
        for name in sorted(self._count):
            self._add(plain(name))
            self._surfaces[plain(name)].append(name)
        self._mentions = [mention(name) for name in sorted(self._count)]
        self._by_user(listed)
        for rule in (_same_states, _same_people, _surnames, _offices, _acronyms, _firms, _heads):
            for a, b in rule(self._mentions, self):
                self.join(a, b)

    def root(self, key: Key) -> Key:
        while self._parent[key] != key:
            self._parent[key] = self._parent[self._parent[key]]
            key = self._parent[key]
        return key

    def has(self, key: Key) -> bool:
        return key in self._parent

    def join(self, a: Key, b: Key) -> None:
        """Nothing where the user keeps the two apart, or names them otherwise."""
        self._add(a)
        self._add(b)
        first, second = sorted((self.root(a), self.root(b)))
        owners = {self._owner[root] for root in (first, second) if root in self._owner}
        if first == second or len(owners) > 1 or self._are_apart(first, second):
            return
        self._parent[second] = first
        self._members[first] += self._members.pop(second)
        self._owner.pop(second, None)
        if owners:
            self._owner[first] = owners.pop()

    def result(self) -> tuple[dict[Key, str], dict[str, tuple[str, ...]], frozenset[frozenset[Key]]]:
        canonical: dict[Key, str] = {}
        aliases: dict[str, tuple[str, ...]] = {}
        for root, members in self._members.items():
            surfaces = sorted(surface for key in members for surface in self._surfaces[key])
            name = self._owner.get(root) or _best(surfaces, self._count)
            canonical |= dict.fromkeys(members, name)
            if len(surfaces) > 1:
                aliases[name] = tuple(surfaces)
        return canonical, aliases, self.apart

    def _add(self, key: Key) -> None:
        if key not in self._parent:
            self._parent[key] = key
            self._members[key] = [key]

    def _are_apart(self, first: Key, second: Key) -> bool:
        fewer, more = sorted((first, second), key=lambda root: len(self._members[root]))
        others = (other for key in self._members[fewer] for other in self._kept_apart.get(key, ()))
        return any(other in self._parent and self.root(other) == more for other in others)

    def _by_user(self, listed: Listed) -> None:
        for name, aliases in listed.same.items():
            self._add(plain(name))
            self._owner[self.root(plain(name))] = name
            for alias in aliases:
                self.join(plain(name), plain(alias))


Pairs = Iterator[tuple[Key, Key]]


def _same_states(mentions: Sequence[Mention], joined: _Joined) -> Pairs:
    """Names that are known to be one."""
    for name, aliases in known().same.items():
        keys = [key for key in map(plain, (name, *aliases)) if joined.has(key)]
        yield from ((keys[0], key) for key in keys[1:])


def _same_people(mentions: Sequence[Mention], joined: _Joined) -> Pairs:
    """One full name with and without titles; "Donald J. Trump" is Donald Trump where there is no other one."""
    by_name: dict[Key, list[Mention]] = defaultdict(list)
    for one in mentions:
        if one.is_full:
            by_name[plain(" ".join(one.person))].append(one)
    for same in by_name.values():
        yield from ((plain(same[0].text), plain(one.text)) for one in same[1:])
    by_ends: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for name in by_name:
        by_ends[name[0], name[-1]].append(name)
    for names in by_ends.values():
        short, longer = [name for name in names if len(name) == 2], [name for name in names if len(name) == 3]
        if len(short) == 1 and len(longer) == 1 and len(names) == 2:
            yield plain(by_name[short[0]][0].text), plain(by_name[longer[0]][0].text)


def _surnames(mentions: Sequence[Mention], joined: _Joined) -> Pairs:
    """ "Xi" and "President Xi" are Xi Jinping where nobody else has that name."""
    bearers: dict[str, dict[Key, list[Mention]]] = defaultdict(lambda: defaultdict(list))
    singles: dict[str, list[Mention]] = defaultdict(list)
    for one in mentions:
        if one.is_full:
            for part in {one.person[-1].casefold(), one.person[0].casefold()}:
                bearers[part][joined.root(plain(one.text))].append(one)
        elif one.person:
            singles[one.person[0].casefold()].append(one)
    for part, short in singles.items():
        full = bearers.get(part, {})
        if len(full) != 1:
            continue
        people = next(iter(full.values()))
        if _may_be_one(part, short, people):
            yield from ((plain(people[0].text), plain(one.text)) for one in short)


def _may_be_one(part: str, short: Sequence[Mention], people: Sequence[Mention]) -> bool:
    sexes = {one.sex for one in (*short, *people)} - {None}
    countries = {one.country for one in (*short, *people)} - {None}
    if len(sexes) > 1 or len(countries) > 1:
        return False
    is_titled = any(one.is_titled for one in short)
    if any(one.person[-1].casefold() == part for one in people):
        return is_titled or part not in known().places
    return is_titled or part in known().family_first


def _offices(mentions: Sequence[Mention], joined: _Joined) -> Pairs:
    """ "China's president" is Xi Jinping where an article says "Chinese President Xi Jinping", and none says so of another."""
    holders: dict[tuple[str, str], set[Key]] = defaultdict(set)
    bare: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for one in mentions:
        if one.office and one.is_full:
            holders[one.office].add(joined.root(plain(one.text)))
        elif one.office and one.is_office:
            bare[one.office].append(plain(one.text))
        elif one.office:
            holders[one.office].add(joined.root(plain(one.text)))
    for office, keys in bare.items():
        held = holders.get(office, set())
        anchor = next(iter(held)) if len(held) == 1 else keys[0]
        yield from ((anchor, key) for key in keys)


def _acronyms(mentions: Sequence[Mention], joined: _Joined) -> Pairs:
    """ "EEU" is the Eurasian Economic Union where that is written "Eurasian Economic Union (EEU)", and nothing else is."""
    meant: dict[str, dict[Key, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in mentions:
        match = _ACRONYM.fullmatch(one.text.removeprefix("the ").removeprefix("The "))
        if match and _initials(match["name"]) == match["short"]:
            meant[match["short"]][plain(match["name"])].append(one.text)
    for short, names in meant.items():
        if len(names) == 1:
            name, texts = next(iter(names.items()))
            yield from ((name, plain(text)) for text in texts)
            yield name, plain(short)


def _initials(name: str) -> str:
    return "".join(word[0] for word in re.split(r"[ -]", name) if word and word not in _SMALL).upper()


def _firms(mentions: Sequence[Mention], joined: _Joined) -> Pairs:
    """ "Trewarne Metals plc" without its ending, and its first word alone where no other name begins with it."""
    facts = known()
    by_first: dict[str, set[Key]] = defaultdict(set)
    for one in mentions:
        key = plain(one.text)
        if len(key) > 1 and key[-1].lower() in facts.firm_endings:
            yield key[:-1], key
        by_first[key[0]].add(key)
    ends = facts.firm_words | facts.firm_endings
    for first, keys in sorted(by_first.items()):
        firms = {joined.root(key) for key in keys if len(key) > 1 and key[-1].lower() in ends}
        others = {joined.root(key) for key in keys if len(key) > 1} - firms
        if (first,) in keys and len(firms) == 1 and not others and first.lower() not in facts.countries and first not in facts.countries:
            yield next(iter(firms)), (first,)


def _heads(mentions: Sequence[Mention], joined: _Joined) -> Pairs:
    """ "The Commission" is the European Commission where no other Commission is named."""
    heads = known().heads
    named: dict[str, set[Key]] = defaultdict(set)
    bare: dict[str, list[Key]] = defaultdict(list)
    for one in mentions:
        tokens = one.text.split()
        telling = [token for token in tokens if token.lower() not in ("the", "a", "an")]
        if len(telling) == 1 and telling[0] in heads:
            bare[telling[0]].append(plain(one.text))
        else:
            for head in {token.strip(",.()") for token in telling} & heads:
                named[head].add(joined.root(plain(one.text)))
    for head, keys in bare.items():
        if len(named.get(head, ())) == 1:
            yield from ((next(iter(named[head])), key) for key in keys)


def _best(surfaces: Sequence[str], count: Counter[str]) -> str:
    """The usual name of a state; of a person the one without titles; else the fullest, without what may be left out."""
    people = Counter[str]()
    for surface in surfaces:
        one = mention(surface)
        if one.is_full:
            people[" ".join(one.person)] += count[surface]
    if people:
        return min(people, key=lambda name: (-people[name], len(name), name))
    states = {alias: name for name, aliases in known().same.items() for alias in (name, *aliases)}
    state = next((states[surface] for surface in surfaces if surface in states), None)
    return state or min(surfaces, key=lambda name: (_is_dressed(name), -len(plain(name)), -count[name], name), default="")


def _is_dressed(name: str) -> bool:
    """Whether it is an acronym, holds one, or ends in the form of the firm."""
    last = name.split()[-1:]
    return "(" in name or (name.isupper() and len(name) <= 8) or (bool(last) and last[0].lower().rstrip(".") in known().firm_endings)
