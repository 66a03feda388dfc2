"""Who gives a figure, where its sentence attributes it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from summarise.numbers.lexicon import DAYS, MONTHS
from summarise.numbers.pattern import pattern
from summarise.numbers.prose import Prose

_SAID = (
    r"(?:said|says|told|added|adds|announced|reported|estimated|estimates|stated|claimed|claims|noted|notes|predicted|predicts|forecast|"
    r"forecasts|expects|expected|warned|warns|showed|found|revealed|confirmed|explained|argued|argues|testified)"
)
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
_VERBS = tuple(f" {verb}" for verb in _SAID.strip("(?:)").split("|"))
_PRONOUNS = (
    frozenset(DAYS) | frozenset(MONTHS) | frozenset("he she it they we i this that there who these those the and but in on at for".split())
)
_ENDINGS = pattern(r"(?: (?:of|for|the|de|van|von|al|bin|and)|[,'’.-]+|['’]s)+\Z")
_MAY_BE_ENDINGS = (*(f" {word}" for word in "of for the de van von al bin and".split()), ",", "'", "’", ".", "-", "'s", "’s")


def read_speaker(prose: Prose, opens: int, closes: int) -> str | None:
    """The speaker as the sentence between `opens` and `closes` names it, None for the article's own voice or a pronoun."""
    for attribution in _possible(prose, opens, closes):
        for match in attribution.finditer(prose.plain, opens, closes):
            name = prose.raw[match.start("who") : match.end("who")]
            name = (_ENDINGS.sub("", name) if name.endswith(_MAY_BE_ENDINGS) else name).strip()
            if name and name.lower() not in _PRONOUNS and len(name) <= 100:
                return " ".join(name.split())
    return None


def _possible(prose: Prose, opens: int, closes: int) -> Iterator[re.Pattern[str]]:
    """The ways of attribution whose words the sentence has."""
    if prose.plain.find("ccording to ", opens, closes) >= 0:
        yield _ACCORDING
    if prose.has_any(_VERBS, opens, closes):
        yield from (_SUBJECT, _AFTERWARDS)
