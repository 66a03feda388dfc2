"""What is no figure: dates, clock times, ordinals, names, scores, addresses. Each rule stands once."""

from __future__ import annotations

import re
from decimal import Decimal

from summarise.numbers.lexicon import DAYS, MONTHS
from summarise.numbers.prose import Prose
from summarise.numbers.scan import Number
from summarise.numbers.spelled import is_ordinal

_LONG_MONTHS = [month for month in MONTHS if month not in ("may", "mar", "march", "dec", "jan")] + ["jan", "dec"]
_MONTH = rf"(?:(?i:{'|'.join(sorted(_LONG_MONTHS, key=len, reverse=True))})|May|MAY|Mar|March|MARCH|MAR)"
_NUMERAL_END = r"(?:st|nd|rd|th)?"
_BEFORE_MONTH = re.compile(rf"{_NUMERAL_END}(?:,? of|,|-| ?/)? ?(?:the )?{_MONTH}\b")
_RANGE_BEFORE_MONTH = re.compile(
    rf"{_NUMERAL_END} ?(?:-|~|and|to|or|through|till|until|,) ?(?:the )?(?:\d{{1,2}}{_NUMERAL_END}|[a-z]{{3,11}})(?:,? of)? {_MONTH}\b"
)
_AFTER_MONTH = re.compile(rf"\b{_MONTH}(?:\.|,|-|/)? ?(?:the |of |in )?(?:\d{{1,2}}{_NUMERAL_END}(?: ?(?:-|/|~|&|,|and|to|through|or)? ?)?)?(?:of |in )?$")
_MONTH_RANGE = re.compile(rf"\b{_MONTH}\.? \d{{1,2}} ?(?:-|~) ?\d{{0,2}}$")
_LOWER_MAY = re.compile(r"\b(?:may|march|mar) (?:the )?$")
_CLOCK_AFTER = re.compile(r" ?(?:[ap] ?\. ?m\b|[ap]m\b|[ap]m[^a-z]|[ap]$|o' ?clock|oclock|ish\b|:\d\d| (?:in the (?:morning|afternoon|evening)|at night)\b)")
_CLOCK_RANGE = re.compile(r" ?(?:-|to|till|until|and|or|through) ?\d{1,2}(?:[:.]\d\d)? ?(?:[ap] ?\. ?m\b|[ap]m\b|o' ?clock|oclock|:\d\d)")
_CLOCK_BEFORE = re.compile(r"(?:\d:|:\d\d ?(?:-|to|and|till|until) ?|\b(?:half|quarter|ten|five|twenty) (?:past|to) |past )$")
_AT_P = re.compile(r"p\b")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b|º(?! ?[CF])|ª")
_DECADE = re.compile(r" ?'?s\b")
_CHAIN_AFTER = re.compile(r"\.\d|-\d+-\d|/\d+/\d|[:@_\\]\d|@|_|\\|-\(?\d{3}\)?[- ]\d{3}|\)\d")
_CHAIN_BEFORE = re.compile(r"(?:\d[:/_.]|[\w]@|[^\W\d_][_/\\.]|[\\_@/]|\d-\d+-|\(\d{3}\) ?(?:\d+-)?|\b(?:19|20)\d\d[-/~])$")
_ADDRESS = re.compile(r"://|www\.|@|\.(?:com|org|net|gov|edu|io|xlsx|pdf|html?)\b")
_WORD_HYPHEN = re.compile(r"([^\W\d_][\w&]*)-$")
_HYPHEN_OK = frozenset("sub minus plus mid pre post now then nearly about over under per to and or a an non almost up the top final age ages of super around".split())
_CODE_AFTER = re.compile(r"-[A-Z](?![a-z])|[A-Z]\d")
_LABELS = (
    r"page|pages|pg|p|pp|section|sec|chapter|ch|article|art|figure|figures|fig|figs|table|tables|tab|eq|equation|no|nos|number|route|rt|highway|hwy|interstate|road|"
    r"flight|room|rm|gate|channel|phase|version|ver|v|part|volume|vol|act|apartment|apt|suite|building|bldg|exit|bus|"
    r"platform|episode|ep|season|formula|zone|district|ward|psalm|apollo|boeing|airbus|type|class|grade|tier|stage|round|"
    r"step|item|rule|line|note|appendix|annex|schedule|clause|paragraph|para|title|resolution|bill|proposition|prop|amendment|"
    r"model|mark|mk|series|windows|iphone|ipad|galaxy|playstation|xbox|android|ios|python|covid|sars|scp|studio|area|pier|terminal|track|bay|"
    r"group|team|unit|lot|block|plot|box|hole|week|day|game|level|lane|seat|row|file|case|sars-cov|div|division|category|cat|agenda|vision|class of|"
    r"question|answer|q|a|ext|extension|tel|phone|fax|ref|id|code|zip|pa|isbn|issn|doi|rfc|iso|en|psalms|verse|chapter|cy|sy|fy|year|years|summer|winter|spring|autumn|fall"
)
_LABEL = re.compile(rf"(?<![\w'-])(?:{_LABELS})\.? ?[#№]?$", re.IGNORECASE)
_HASH = re.compile(r"[#№] ?$")
_LINE_NUMBER = re.compile(r"(?:[.)]\s|\t)")
_CAPITAL_BEFORE = re.compile(r"(?:(?P<before>[\w'&.,;:!?\"-]+) )?(?P<name>[A-Z][\w'&+-]*(?:'s)?)[ ]$")
_FUNCTION = frozenset(
    """a an the and or but nor so yet if then than that which who when what where while because since as at by for from in into of off on onto out over
    per through to toward towards under until up upon with within without between among against during before after about above below is are was were be
    been has have had do does did will would shall should can could may might must not no this these those it its he she they we i you his her
    their our my your them all some only just also even nearly almost around roughly approximately more most less fewer least every each both
    another other last next first total another there here now still yet however meanwhile plus minus some any several many few out including
    within sales profit revenue output production population turnover attendance sells sold buy buys get gets got give gives add adds make makes
    make save earn weighs costs contains needs requires says said put yes no ok okay exactly precisely spend take takes took find found please convert""".split()
)
_TIME_TALK = re.compile(
    rf"\b(?:tomorrow|today|tonight|yesterday|morning|afternoon|evening|noon|midnight|o' ?clock|oclock|{'|'.join(sorted(DAYS - {'sun', 'sat', 'mon', 'wed'}, key=len, reverse=True))}|on sat|on sun|[ap]m|[ap]\. ?m|meeting|appointment|be back|be out|leave (?:at|on|from)|\d:\d\d)\b"
)
_DATE_TALK = re.compile(rf"\b{_MONTH}\b")
_YEAR_WORDS = frozenset(
    "in of by since from until till during before after between and to the early late mid through this year around circa a an for at its his her their our on that last next fiscal calendar january february march april may june july august september october november december spring summer autumn fall winter than or".split()
)
_LAST_WORD = re.compile(r"([^\W\d_][\w']*)[ -]$")
_SPOKEN_YEAR = re.compile(r" (?:hundred|oh|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b")
_DEFINITE = frozenset("the these those other them us we you our their both between last first next all".split())
_WINDOW = 48


def is_opaque(prose: Prose, number: Number) -> bool:
    """Whether the number is part of a date, a clock time, an ordinal, an address or a code, whatever unit seems to follow."""
    if number.form == "words":
        return is_ordinal(prose.low, number.end) or _is_dated(prose, number) or _is_spoken_year(prose, number) or _is_clock(prose, number)
    before = prose.plain[max(0, number.start - _WINDOW) : number.start]
    after = prose.plain[number.end : number.end + _WINDOW]
    return (
        _is_glued(before, after, number)
        or _ORDINAL.match(after) is not None
        or _is_clock(prose, number)
        or _is_dated(prose, number)
        or _is_address(prose, number, before[-1:], after[:1])
    )


def _is_glued(before: str, after: str, number: Number) -> bool:
    last = before[-1:]
    if last and (last.isalnum() or _CHAIN_BEFORE.search(before)):
        return not (last.isalnum() and number.form == "words")
    if number.form != "grouped" and _CHAIN_AFTER.match(after):
        return True
    if number.form in ("plain", "decimal") and _CODE_AFTER.match(after):
        return True
    return last == "-" and _is_code(before)


def _is_code(before: str) -> bool:
    """ "V-12", "Superjet-100", but not "sub-7 nanometre"."""
    word = _WORD_HYPHEN.search(before)
    if not word or word[1].lower() in _HYPHEN_OK:
        return False
    return not word[1].islower() or len(word[1]) <= 4


def _is_clock(prose: Prose, number: Number) -> bool:
    if number.scaled or number.form in ("grouped", "fraction", "power"):
        return False
    low = prose.low
    if number.value < 100 and (_CLOCK_AFTER.match(low, number.end) and not low.startswith("p", number.end) or _CLOCK_RANGE.match(low, number.end)):
        return True
    if number.form == "plain" and number.value < 2400 and re.match(r" ?[ap]\.? ?m\b", low[number.end : number.end + 6]):
        return True
    before = low[max(0, number.start - 16) : number.start]
    if number.value <= 12 and _AT_P.match(low, number.end) and before.endswith("at "):
        return True
    return number.value < 100 and _CLOCK_BEFORE.search(before) is not None


def _is_dated(prose: Prose, number: Number) -> bool:
    if number.scaled or number.form in ("grouped", "fraction", "power") or number.value > 2200:
        return False
    plain = prose.plain
    if number.value <= 31 and (_BEFORE_MONTH.match(plain, number.end) or _RANGE_BEFORE_MONTH.match(plain, number.end)):
        return True
    before = plain[max(0, number.start - 36) : number.start]
    if _AFTER_MONTH.search(before) or _MONTH_RANGE.search(before):
        return number.value <= 31 or number.value >= 1000
    return False


def _is_spoken_year(prose: Prose, number: Number) -> bool:
    """ "nineteen eighty six", "seventeen hundred thirty three" after a month or alone."""
    if number.value in (17, 18, 19, 20) and _SPOKEN_YEAR.match(prose.low, number.end):
        return True
    if 1600 <= number.value <= 2100 and _DATE_TALK.search(prose.plain[max(0, number.start - 30) : number.start]):
        return True
    word = _LAST_WORD.search(prose.low[max(0, number.start - 12) : number.start])
    return bool(word) and word is not None and word[1] in ("seventeen", "eighteen", "nineteen", "twenty") and number.value < 100


def _is_address(prose: Prose, number: Number, last: str, following: str) -> bool:
    if last in " \n$£€(" and following in " \n,.%)":
        return False
    start = max(prose.plain.rfind(" ", max(0, number.start - 120), number.start), number.start - 120, 0)
    end = prose.plain.find(" ", number.end, number.end + 120)
    blob = prose.low[start : end if end >= 0 else number.end + 120]
    return _ADDRESS.search(blob) is not None


def is_name(prose: Prose, number: Number, *, noun: str | None) -> bool:
    """Whether a number without unit is a label or part of a name: "page 12", "Boeing 737", "No. 5", "Three Gorges"."""
    before = prose.plain[max(0, number.start - _WINDOW) : number.start]
    if number.form == "words":
        return _is_titled(prose, number, before)
    if number.scaled or number.form not in ("plain", "decimal", "fraction"):
        return False
    if _LABEL.search(before) and not _follows_verb(before) or _HASH.search(before):
        return True
    if noun is None and _is_listed(prose, number, before):
        return True
    name = _CAPITAL_BEFORE.search(before)
    if not name or name["name"].lower() in _FUNCTION or number.form == "decimal" and noun is None and False:
        return False
    if noun and ((name["before"] or "").lower() in ("in", "on", "at", "and", "since") or noun in ("person", "man", "woman", "child")):
        return False
    return number.value < 10_000 and not prose.low.startswith((" out of", " of the "), number.end)


def _follows_verb(before: str) -> bool:
    return before.lower().endswith(("to a ", "for a ", "is a ", "of a "))


def _is_listed(prose: Prose, number: Number, before: str) -> bool:
    """A list number at the start of a line, a note in brackets."""
    after = prose.plain[number.end : number.end + 2]
    if before.endswith("[") and after[:1] in "],":
        return True
    if before.endswith("(") and after[:1] == ")" and number.value <= 20:
        return True
    return (not before or before.endswith("\n")) and number.form == "plain" and number.value < 100 and _LINE_NUMBER.match(after) is not None


def _is_titled(prose: Prose, number: Number, before: str) -> bool:
    """ "Three Gorges", "World War Two": a capital where no sentence begins, or after a capital name."""
    if not prose.raw[number.start].isupper():
        return False
    following = prose.plain[number.end + 1 : number.end + 2]
    opens = not before.strip() or before.rstrip(" \"'(")[-1:] in ".!?:\n"
    if opens:
        return False
    return following.isupper() or prose.raw[number.start : number.end].istitle() and before[-1:] == " " and before.rstrip()[-1:].isalpha()


def is_year(prose: Prose, number: Number, *, noun_at: int | None) -> bool:
    """Whether a bare four-digit number is a year; `noun_at` is where the noun it would count begins."""
    if number.form != "plain" or number.scaled or number.end - number.start != 4:
        return number.form == "plain" and number.end - number.start == 2 and _DECADE.match(prose.low, number.end) is not None
    if _DECADE.match(prose.low, number.end):
        return True
    if not 1000 <= number.value <= 2100:
        return False
    before = prose.low[max(0, number.start - 16) : number.start]
    word = _LAST_WORD.search(before)
    if noun_at is None:
        return 1400 <= number.value or (word is not None and word[1] in ("in", "year", "since"))
    if not 1700 <= number.value <= 2060:
        return False
    return word is None or word[1] in _YEAR_WORDS or prose.raw[noun_at].isupper()


def is_small_talk(prose: Prose, number: Number) -> bool:
    """Whether a bare small number stands in talk of dates and clock times: "at 7 tomorrow"."""
    if number.scaled or number.value > 31 or number.form not in ("plain", "words", "decimal", "fraction"):
        return False
    start, end = max(0, number.start - 60), number.end + 60
    if number.form == "words" and prose.low[number.start - 4 : number.start] == "the ":
        return True
    return _TIME_TALK.search(prose.low, start, end) is not None or _DATE_TALK.search(prose.plain, start, end) is not None


def is_pronoun(prose: Prose, number: Number) -> bool:
    """ "the two", "these three": words that point back at somebody."""
    if number.form != "words" or number.scaled or number.value > 12:
        return False
    word = _LAST_WORD.search(prose.low[max(0, number.start - 12) : number.start])
    return word is not None and word[1] in _DEFINITE


def is_whole(value: Decimal) -> bool:
    """Whether a value is an integer."""
    return value == value.to_integral_value()
