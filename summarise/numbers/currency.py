"""Money around a number: signs, codes and names before and after it."""

from __future__ import annotations

import re
from typing import NamedTuple

from summarise.numbers.currencies import CODES, DOLLARS, LETTERS, NAMES, SIGNS, SUBUNITS
from summarise.numbers.pattern import pattern
from summarise.numbers.prose import Prose, leading_letters

_SIGN_CLASS = "".join(re.escape(sign) for sign in SIGNS if len(sign) == 1)
_BEFORE = pattern(
    rf"(?:(?<![^\W\d_])(?P<lead>[A-Za-z.]{{1,4}})(?P<space> ?))?(?P<sign>[{_SIGN_CLASS}])(?P<tail>[A-Z]{{1,3}})? ?-?$"
    rf"|(?<![^\W_])(?P<code>[A-Za-z]{{3}})[$€£]? ?$"
    rf"|(?<![^\W_])(?P<letters>{'|'.join(re.escape(word) for word in sorted(LETTERS, key=len, reverse=True))}) ?$"
    rf"|(?<![^\W_])(?P<name>ringgit|malaysia ringgits?|rupees|rupiah|naira|rand) $",
    re.IGNORECASE,
)
_MAY_BE_BEFORE = LETTERS.keys() | set("ringgit ringgits rupees rupiah naira rand".split())
_AFTER_SIGN = pattern(
    rf" ?(?:(?P<lead>US|A|AU|C|CA|NZ|HK|S|NT)(?=\$))?(?P<sign>[{_SIGN_CLASS}])(?!\.?\d)|(?P<c>¢| ?(?<=\d)c\b| ?(?<=\d)p\b(?!\.m))"
)
_AFTER_CODE = pattern(r"(?: |-|)(?P<size>[kKM])?(?P<code>[A-Z]{3})(?![A-Za-z\d])=?")
_CODE_LOW = pattern(r" (?P<code>[a-z]{3})(?![a-z])")
_WORDS = pattern(r"(?: {1,2}|-|\n(?=[a-z]))((?:[^\W\d_]|[.']){1,40})(?:[ -]([^\W\d_]+))?(?:[ -]([^\W\d_]+))?(?:[ -]([^\W\d_]+))?")
_IN_MONEY = pattern(r" in ((?:[a-z]+ )?(?:euros?|dollars|yen|yuan|pounds|rubles|roubles|rupees))\b")
_QUALIFIER = pattern(
    r" (US|U\.S\.|USD|CAD|AUD|NZD|HKD|SGD|Canadian|Australian|American|Singapore)(?![A-Za-z])(?! (?:dollar|firm|compan|govern|bank))"
)
_ADJECTIVES = {
    "us": "USD",
    "u.s.": "USD",
    "usd": "USD",
    "american": "USD",
    "cad": "CAD",
    "canadian": "CAD",
    "aud": "AUD",
    "australian": "AUD",
    "nzd": "NZD",
    "hkd": "HKD",
    "sgd": "SGD",
    "singapore": "SGD",
}
_FIRST = frozenset(phrase.split()[0] for phrase in [*NAMES, *SUBUNITS])
_MAY_BE_AFTER = {leading_letters(word) for word in _FIRST}
# Codes that are words of headlines: they need a number that looks like money.
_WORDLIKE = frozenset("ALL TOP TRY CUP SOS MOP MAD BAM PEN GEL LAK ERN STN BOB".split())
_LOW_CODES = frozenset("usd eur gbp cad aud nzd chf cny jpy inr rmb sek nok dkk hkd sgd myr".split())


class Money(NamedTuple):
    """Money found beside a number: where it begins or ends, its code, and the minor unit if the number counts those."""

    edge: int
    code: str | None
    subunit: str | None = None
    size: int = 1


_DOLLAR_CODES = "|".join(sorted({code.lower() for code in DOLLARS.values()}))
_ALL_IN = pattern(
    rf"\b(?:figures|amounts|prices|sums|values|costs)(?: (?:are|is|were|given|quoted|stated|shown|all|here)){{0,3}} in "
    rf"(?:the )?(?:(?P<whose>[a-z]+(?: [a-z]+)?) dollars?|(?P<code>{_DOLLAR_CODES}))\b"
)
_LETTER_WORDS = frozenset("asjznbglr")


def money_before(prose: Prose, start: int, floor: int, *, plain: bool) -> Money | None:
    """The sign, code or name right before the number at `start`; `plain` when the number is a short bare one."""
    last = prose.plain[start - 1 : start]
    if not last or ((last.isdigit() or last in ",;:()[]\"'/\n") and last != "="):
        return None
    left = max(floor, start - 18)
    before = prose.plain[left:start]
    match = _BEFORE.search(before) if _may_end_in_money(before) else None
    if not match:
        return None
    edge = left + match.start()
    if match["sign"]:
        return _signed(match, edge, left, glued=last != " ")
    if match["code"]:
        return _coded(match, edge, prose, plain=plain)
    if match["name"]:
        return Money(edge, NAMES.get(match["name"].lower()))
    return _lettered(match, edge, glued=last not in " ", plain=plain)


def _may_end_in_money(before: str) -> bool:
    """A cheap first look: most numbers stand after a word that is no money at all."""
    word = before.rstrip(" ").rpartition(" ")[2]
    return not word.isalpha() or len(word) == 3 or word.lower() in _MAY_BE_BEFORE


def _signed(match: re.Match[str], edge: int, left: int, *, glued: bool) -> Money:
    sign, lead, tail = match["sign"], (match["lead"] or "").lower(), (match["tail"] or "").lower()
    at_sign = Money(left + match.start("sign"), SIGNS[sign])
    if sign != "$":
        return at_sign
    if tail in DOLLARS:
        return Money(left + match.start("sign"), DOLLARS[tail])
    # "a $5 fine", "it costs us $5": there the sign stands at the digits.
    is_a_word = match["space"] and ((glued and match["lead"].islower()) or (lead in _LETTER_WORDS and match["lead"] != "S"))
    if lead in DOLLARS and not is_a_word:
        return Money(edge, DOLLARS[lead])
    return at_sign


def _coded(match: re.Match[str], edge: int, prose: Prose, *, plain: bool) -> Money | None:
    word = match["code"]
    if word.upper() not in CODES or not (word.isupper() or word in _LOW_CODES) or (plain and word in _WORDLIKE):
        return _lettered_code(word, edge)
    return Money(edge, word.upper())


def _lettered_code(word: str, edge: int) -> Money | None:
    code = LETTERS.get(word.lower())
    return (
        Money(edge, code)
        if code and word in ("Rmb", "RMB", "rmb", "Sfr", "SFr", "NIS", "Nkr", "Skr", "Dkr", "Ksh", "KSh", "KSH", "Tsh", "TSh", "Ush", "USh")
        else None
    )


def _lettered(match: re.Match[str], edge: int, *, glued: bool, plain: bool) -> Money | None:
    word = match["letters"]
    if word.islower() and word not in ("y=",):
        return None
    if word == "PS" and not glued:
        return None
    if word.upper() in ("LE", "FT", "KC", "FF", "DM", "KR", "ZL", "STG") and plain:
        return None
    return Money(edge, LETTERS[word.lower()])


def money_after(prose: Prose, end: int) -> Money | None:
    """The sign, code or name after the number that ends at `end`."""
    following = prose.plain[end : end + 1]
    if not following or following in ".,;:)!?(":
        return None
    word = prose.letters_after(end)
    if len(word) > 4 and word.isascii() and following == " " and word not in _MAY_BE_AFTER:
        return None
    sign = _AFTER_SIGN.match(prose.plain, end)
    if sign:
        return _after_sign(sign)
    code = _AFTER_CODE.match(prose.plain, end)
    if code and code["code"] in CODES and code["code"] not in _WORDLIKE:
        size = {"k": 1000, "K": 1000, "M": 10**6}.get(code["size"] or "", 1)
        return Money(code.end(), code["code"], size=size)
    low_code = _CODE_LOW.match(prose.low, end)
    if low_code and low_code["code"] in _LOW_CODES:
        return Money(low_code.end(), {"rmb": "CNY"}.get(low_code["code"], low_code["code"].upper()))
    return _named(prose, end)


def _after_sign(match: re.Match[str]) -> Money:
    if match["c"]:
        return Money(match.end(), "GBP" if "p" in match["c"] else "USD", "penny" if "p" in match["c"] else "cent")
    lead = (match["lead"] or "").lower()
    return Money(match.end(), DOLLARS[lead] if lead else SIGNS[match["sign"]])


def _named(prose: Prose, end: int) -> Money | None:
    words = _WORDS.match(prose.low, end)
    if not words:
        return None
    first = words[1].rstrip(".'") if words[1] not in NAMES else words[1]
    if first in _FIRST or words[1] in _FIRST or words[1] == "u.s.":
        for count in (4, 3, 2, 1):
            if words[count] is None:
                continue
            phrase = " ".join(word for word in (words[i] for i in range(1, count + 1)) if word)
            found = _by_name(phrase.rstrip(".'"), words.end(count))
            if found:
                trim = len(phrase) - len(phrase.rstrip(".'"))
                return found._replace(edge=found.edge - trim)
    in_money = _IN_MONEY.match(prose.low, end)
    return Money(end, NAMES[in_money[1]]) if in_money and in_money[1] in NAMES else None


def _by_name(phrase: str, edge: int) -> Money | None:
    if phrase in NAMES:
        return Money(edge, NAMES[phrase])
    if phrase in SUBUNITS:
        return Money(edge, {"penny": "GBP", "cent": "USD"}.get(SUBUNITS[phrase]), SUBUNITS[phrase])
    return None


def dollar_of(prose: Prose) -> str:
    """Whose dollar a bare "$" is: that of the US unless the article says in so many words that its figures are in another's."""
    match = _ALL_IN.search(prose.low)
    if match is None:
        return "USD"
    return NAMES.get(f"{match['whose']} dollar") or DOLLARS.get(match["whose"]) or (match["code"] or "usd").upper()


def qualified(prose: Prose, end: int, code: str) -> Money | None:
    """ "$500 US", "$5 million Canadian": the word after a dollar amount that says whose dollars."""
    match = _QUALIFIER.match(prose.plain, end) if code == "USD" else None
    return Money(match.end(), _ADJECTIVES[match[1].lower()]) if match else None
