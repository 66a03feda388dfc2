"""Money: the currency of a number by sign, code or name. Tables: data/currencies.tsv, currency_marks.tsv."""

from __future__ import annotations

import re
from typing import NamedTuple

from summarise.figures.model import FoldedText, alternatives, leading_letters, pattern
from summarise.text.data_files import entries, table


def _names() -> dict[str, str]:
    """Every name of a currency, alone and with its adjectives, and the ISO 4217 code that it means."""
    names: dict[str, str] = {}
    for code, adjectives, own, shared in _CURRENCIES:
        names.update(dict.fromkeys(entries(own), code))
        for noun in entries(own) + entries(shared):
            names.update({adjective + gap + noun: code for adjective in entries(adjectives) for gap in (" ", "")})
    return names


_CURRENCIES = table(__package__, "data/currencies.tsv")
_CODES = frozenset(code for code, *_ in _CURRENCIES)
NAMES = _names()
_MARKS = table(__package__, "data/currency_marks.tsv")
SIGNS = {written: code for kind, written, code, _ in _MARKS if kind == "sign"}
_DOLLARS = {written: code for kind, written, code, _ in _MARKS if kind == "dollar"}
_LETTERS = {written: code for kind, written, code, _ in _MARKS if kind == "letters"}
_MINORS = {written: (code or None, unit) for kind, written, code, unit in _MARKS if kind == "minor"}

_SIGN_CLASS = f"[{re.escape(''.join(SIGNS))}]"
_BEFORE = pattern(
    rf"(?:(?<![^\W\d_])(?P<lead>[A-Za-z.]{{1,4}})(?P<space> ?))?(?P<sign>{_SIGN_CLASS})(?P<tail>[A-Z]{{1,3}})? ?-?$"
    rf"|(?<![^\W_])(?:(?P<code>[A-Za-z]{{3}})[$€£]?|(?P<letters>{alternatives(_LETTERS)})) ?$"
    rf"|(?<![^\W_])(?P<name>ringgit|malaysia ringgits?|rupees|rupiah|naira|rand) $",
    re.IGNORECASE,
)
_MAY_BE_BEFORE = _LETTERS.keys() | set("ringgit ringgits rupees rupiah naira rand".split())
# Letters before a space and a dollar sign that are a word: "a $5 fine".
_LETTER_WORDS = frozenset("asjznbglr")
# Codes that are also words of headlines: a short bare number before or after them is no money.
_WORDLIKE = frozenset("ALL TOP TRY CUP SOS MOP MAD BAM PEN GEL LAK ERN STN BOB".split())
_WORDLIKE_LETTERS = frozenset("LE FT KC FF DM KR ZL".split())
_LOW_CODES = frozenset("usd eur gbp cad aud nzd chf cny jpy inr rmb sek nok dkk hkd sgd myr".split())

_AFTER_SIGN = pattern(
    rf" ?(?:(?P<lead>US|A|AU|C|CA|NZ|HK|S|NT)(?=\$))?(?P<sign>{_SIGN_CLASS})(?!\.?\d)"
    r"|(?P<cent>¢| ?(?<=\d)c\b)|(?P<penny> ?(?<=\d)p\b(?!\.m))"
)
_AFTER_CODE = pattern(r"(?: |-|)(?P<size>[kKM])?(?P<code>[A-Z]{3})(?![A-Za-z\d])=?")
_SIZES = {"k": 1000, "K": 1000, "M": 10**6}
_LOW_CODE_AFTER = pattern(r" ([a-z]{3})(?![a-z])")
_NAME_AFTER = pattern(r"(?: {1,2}|-|\n(?=[a-z]))((?:[^\W\d_]|[.']){1,40})(?:[ -]([^\W\d_]+))?(?:[ -]([^\W\d_]+))?(?:[ -]([^\W\d_]+))?")
_FIRST_WORDS = frozenset(phrase.split()[0] for phrase in [*NAMES, *_MINORS])
_MAY_BE_AFTER = {leading_letters(word) for word in _FIRST_WORDS}

_QUALIFIER = pattern(
    r" (US|U\.S\.|USD|CAD|AUD|NZD|HKD|SGD|Canadian|Australian|American|Singapore)(?![A-Za-z])(?! (?:dollar|firm|compan|govern|bank))"
)
_ALL_IN = pattern(
    r"\b(?:figures|amounts|prices|sums|values|costs)(?: (?:are|is|were|given|quoted|stated|shown|all|here)){0,3} in "
    rf"(?:the )?(?:(?P<whose>[a-z]+(?: [a-z]+)?) dollars?|(?P<code>{alternatives(code.lower() for code in _DOLLARS.values())}))\b"
)


class Money(NamedTuple):
    """Money found beside a number: where it begins or ends, its code, the minor unit if the number counts those, and a scale ("5 kUSD")."""

    edge: int
    code: str | None
    minor: str | None = None
    size: int = 1


def money_before(prose: FoldedText, start: int, floor: int, *, plain: bool) -> Money | None:
    """The sign, code or name right before the number at `start`; `plain` when the number is a short bare one."""
    last = prose.plain[start - 1 : start]
    if not last or last in ",;:()[]\"'/\n":
        return None
    left = max(floor, start - 18)
    before = prose.plain[left:start]
    match = _BEFORE.search(before) if _may_end_in_money(before) else None
    if not match:
        return None
    if match["sign"]:
        return _signed(match, left, glued=last != " ")
    edge = left + match.start()
    if match["name"]:
        return Money(edge, NAMES[match["name"].lower()])
    code = _coded(match["code"] or match["letters"], glued=last != " ", plain=plain)
    return Money(edge, code) if code else None


def _may_end_in_money(before: str) -> bool:
    """Whether `_BEFORE` can match, checked cheaply: most numbers follow a word that is not money."""
    word = before.rstrip(" ").rpartition(" ")[2]
    return not word.isalpha() or len(word) == 3 or word.lower() in _MAY_BE_BEFORE


def _signed(match: re.Match[str], left: int, *, glued: bool) -> Money:
    """A sign before a number, with the letters beside a dollar sign that say whose dollar it is."""
    sign, lead, tail = match["sign"], (match["lead"] or "").lower(), (match["tail"] or "").lower()
    at_sign = left + match.start("sign")
    if sign != "$":
        return Money(at_sign, SIGNS[sign])
    if tail in _DOLLARS:
        return Money(at_sign, _DOLLARS[tail])
    # "a $5 fine", "it costs us $5": there the sign stands at the digits.
    is_a_word = match["space"] and ((glued and match["lead"].islower()) or (lead in _LETTER_WORDS and match["lead"] != "S"))
    if lead in _DOLLARS and not is_a_word:
        return Money(left + match.start(), _DOLLARS[lead])
    return Money(at_sign, "USD")


def _coded(word: str, *, glued: bool, plain: bool) -> str | None:
    """The currency of an ISO code or of letters that stand for one before a number: "EUR50m", "RM79", "Rp5"."""
    upper = word.upper()
    if upper in _CODES and (word.isupper() or word in _LOW_CODES):
        return None if plain and word in _WORDLIKE else upper
    if (word.islower() and word not in ("y=", "rmb")) or (word == "PS" and not glued) or (plain and upper in _WORDLIKE_LETTERS):
        return None
    return _LETTERS.get(word.lower())


def money_after(prose: FoldedText, end: int) -> Money | None:
    """The sign, code or name after the number that ends at `end`."""
    following = prose.plain[end : end + 1]
    if not following or following in ".,;:)!?(":
        return None
    word = prose.letters_after(end)
    if len(word) > 4 and following == " " and word not in _MAY_BE_AFTER:
        return None
    sign = _AFTER_SIGN.match(prose.plain, end)
    if sign:
        return _sign_after(sign)
    code = _AFTER_CODE.match(prose.plain, end)
    if code and code["code"] in _CODES and code["code"] not in _WORDLIKE:
        return Money(code.end(), code["code"], size=_SIZES[code["size"]] if code["size"] else 1)
    low_code = _LOW_CODE_AFTER.match(prose.low, end)
    if low_code and low_code[1] in _LOW_CODES:
        return Money(low_code.end(), _LETTERS.get(low_code[1], low_code[1].upper()))
    return _named(prose, end)


def _sign_after(match: re.Match[str]) -> Money:
    if match["sign"]:
        return Money(match.end(), _DOLLARS[match["lead"].lower()] if match["lead"] else SIGNS[match["sign"]])
    return Money(match.end(), "USD", "cent") if match["cent"] else Money(match.end(), "GBP", "penny")


def _named(prose: FoldedText, end: int) -> Money | None:
    """The longest name of a currency or of a minor unit after a number, of up to four words."""
    match = _NAME_AFTER.match(prose.low, end)
    if not match or _FIRST_WORDS.isdisjoint((match[1], match[1].rstrip(".'"))):
        return None
    for count in range(4, 0, -1):
        if match[count] is None:
            continue
        written = " ".join(match.groups()[:count])
        name = written.rstrip(".'")
        code, minor = (NAMES[name], None) if name in NAMES else _MINORS.get(name, (None, None))
        if code or minor:
            return Money(match.end(count) - len(written) + len(name), code, minor)
    return None


def dollar_of(prose: FoldedText) -> str:
    """Whose dollar a bare "$" is: that of the US unless the article says in so many words that its figures are in another's."""
    match = _ALL_IN.search(prose.low)
    if match is None:
        return "USD"
    return match["code"].upper() if match["code"] else _dollars(match["whose"]) or "USD"


def qualified(prose: FoldedText, end: int, code: str) -> Money | None:
    """ "$500 US", "$5 million Canadian": the word after a dollar amount that says whose dollars."""
    match = _QUALIFIER.match(prose.plain, end) if code == "USD" else None
    return Money(match.end(), _dollars(match[1].lower())) if match else None


def _dollars(whose: str) -> str | None:
    return NAMES.get(f"{whose} dollar") or _DOLLARS.get(whose)
