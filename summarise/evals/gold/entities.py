"""The entities of a gold file: each with all its names, so that any of them counts as the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from summarise.evals.gold.faults import did_you_mean, shown
from summarise.evals.gold.form import Form
from summarise.evals.gold.labels import AUTHOR, Names
from summarise.evals.tokenised import Tokenised, plain_forms

_ARTICLES = {"the", "a", "an"}


@lru_cache(maxsize=1 << 14)
def plain_name(name: str) -> tuple[str, ...]:
    """What tells a name from another: its words in lower case, without a leading article."""
    words = plain_forms(name)
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES else words


@dataclass
class Entities:
    """`by_name` finds an entity by its key or by any alias."""

    by_name: dict[tuple[str, ...], Names] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    _names: dict[str, Names] = field(default_factory=dict)

    @classmethod
    def of(cls, form: Form) -> Entities:
        """Those under `entities`."""
        entities = cls()
        node = form.mapping("entities")
        if node is not None:
            inner = Form(node, form.place("entities"), form.faults, node.items)
            for key in node.items:
                entities._add(inner, key)
        return entities

    def named(self, form: Form, key: str, text: Tokenised, *, free: bool = False) -> Names | None:
        """Who stands under `key`, together with those under `accept`. A name that is no entity must stand in the text, unless `free`."""
        label = form.text(key)
        if label is None:
            return None
        accepted = form.mapping("accept")
        if accepted is None and label in self._names:
            return self._names[label]
        others: Sequence[str] = ()
        if accepted is not None:
            others = Form(accepted, form.place("accept"), form.faults, accepted.items).texts(key)
        found = [self._resolved(form, key, name, text, free=free) for name in (label, *others)]
        names = Names(label, tuple(dict.fromkeys(alias for aliases in found for alias in aliases)))
        if accepted is None and plain_name(label) in self.by_name:
            self._names[label] = names
        return names

    def _resolved(self, form: Form, key: str, name: str, text: Tokenised, *, free: bool) -> tuple[str, ...]:
        entity = self.by_name.get(plain_name(name))
        if entity is not None:
            return entity.aliases
        if name == AUTHOR:
            return (AUTHOR,)
        if not free and not text.has_name(plain_name(name)):
            form.fault(key, f"{shown(name)} is no entity and stands nowhere in the text{did_you_mean(name, chain(self.keys, [AUTHOR]))}")
        return (name,)

    def _add(self, form: Form, key: str) -> None:
        aliases = tuple(alias for alias in form.texts(key) if _filled(form, key, alias))
        names = Names(key, (AUTHOR, *aliases) if key == AUTHOR else aliases)
        if not aliases:
            form.fault(key, "has no names: list at least one, as the article writes it")
        self.keys.append(key)
        for alias in (key, *aliases):
            other = self.by_name.setdefault(plain_name(alias), names)
            if other.label != key:
                form.fault(key, f"alias used twice: {shown(alias)} is also a name of '{other.label}'")


def _filled(form: Form, key: str, alias: str) -> bool:
    if plain_name(alias):
        return True
    form.fault(key, f"{shown(alias)} holds no word")
    return False
