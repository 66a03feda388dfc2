"""Numbers that measure nothing: dates, clock times, ordinals, names, scores, addresses."""

from __future__ import annotations

from summarise.figures.lexicon import AUXILIARIES, DAYS, MONTHS, ONES, PAST_VERBS, TENS, word_class
from summarise.figures.model import FoldedText, alternatives, pattern
from summarise.figures.modifiers import bound_before
from summarise.figures.scan import Number
from summarise.figures.spelled import is_ordinal

_MONTH = rf"(?:(?i:{alternatives(MONTHS.keys() - {'may', 'mar', 'march'})})|May|MAY|Mar|March|MARCH|MAR)"
_TH = r"(?:st|nd|rd|th)?"
_MONTH_NEAR = pattern(alternatives(month[:3] for month in MONTHS))
_MONTH_AFTER = pattern(rf"{_TH}(?:,? of|,|-| ?/)? ?(?:the )?{_MONTH}(?![a-z])")
_MONTH_BEFORE = pattern(
    rf"(?<![a-z]){_MONTH}(?:\.|,|-|/)? ?(?:the |of |in )?"
    rf"(?:\d{{1,2}}{_TH}(?: ?(?:-|/|~|&|,|and|to|through|or) ?)?)?(?:of |in |\d{{0,2}}-)?$"
)
_CLOCK_AFTER = pattern(r" ?(?:[ap] ?\. ?m\b|[ap]m\b|o' ?clock|oclock|ish\b|:\d\d)| in the (?:morning|afternoon|evening)\b| at night\b")
_CLOCK_RANGE = pattern(r" ?(?:-|to|till|until|and|or|through) ?\d{1,2}(?:[:.]\d\d)? ?(?:[ap] ?\. ?m\b|[ap]m\b|o' ?clock|oclock|:\d\d)")
_CLOCK_BEFORE = pattern(r"(?:\d:|:\d\d ?(?:-|to|and|till|until) ?|\b(?:half|quarter|ten|five|twenty) (?:past|to) |past )$")
_AT_NINE_P = pattern(r"[ap]\b(?!\.[a-z])")
_ORDINAL = pattern(r"(?:st|nd|rd|th)\b")
_DECADE = pattern(r" ?'?s\b")
_CHAIN_AFTER = pattern(r"\.\d|-\d+-\d|/\d|-(?:19|20)\d\d(?!\d)|[:@_\\]\d|@|_|\\|-?\(\d{3}\)|-\d{3}-\d{4}|\)\d| ?- ?\(?\d{3}\) ?\d{3}")
_CHAIN_BEFORE = pattern(r"(?:\d[:/_.]|\w@|[^\W\d_][_/\\.]|[\\_@/]|\d-\d+-|\(\d{3}\) ?(?:\d+-)?|(?<!\d)(?:19|20)\d\d[-/~])$")
_ADDRESS = pattern(r"://|www\.|@|\.(?:com|org|net|gov|edu|io|xlsx|pdf|html?)\b")
# A number between two of these is not part of an address.
_BEFORE_ALONE, _AFTER_ALONE = ("", " ", "\n", "$", "£", "€", "("), ("", " ", "\n", ",", "%", ")")
_WORD_HYPHEN = pattern(r"(?<!\w)([^\W\d_][\w&]*)-$")
_COMPACT_DATE = pattern(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])")
_AGE_OF_A_NAME = pattern(r"(?<![\w.])[A-Z][\w'.-]*, \Z")
_PHONE_BEFORE = pattern(r"(?:\+\d{1,3}[ -]|\d{2,4}[ -]\d{2,4}[ -])\(?\Z")
_PHONE_AFTER = pattern(r"[ -]\(?\d{2,4}\)?([ -]\d{2,4}(?!\d))?")
# A number between two others with nothing but a space or a comma: a row of a table.
_NEXT_IN_ROW = pattern(r"[ ,|]\d")
_CODE_AFTER = pattern(r"-[A-Z](?![a-z])|[A-Z]\d")
_STREET = pattern(
    r"(?:-\d+)? (?:[NSEW]\.? )?(?:[A-Z0-9][\w'.]* ){0,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Way|Drive|Dr|Lane|Ln|Boulevard|Blvd|Court|Ct|Place|Pl|Square|Terrace|Crescent|Parade|Highway|Hwy)\b(?!-)"
)

_WEEKDAYS = alternatives(day for day in DAYS if day.endswith("day"))
_TIME_TALK = pattern(
    rf"\b(?:tomorrow|today|tonight|yesterday|morning|afternoon|evening|noon|midnight|o' ?clock|oclock|{_WEEKDAYS}|"
    r"on (?:sun|sat|mon|tue|tues|wed|thu|fri)|[ap]m|[ap]\. ?m|meeting|appointment|be back|be out|\d:\d\d)\b"
)
_DATE_TALK = pattern(rf"\b{_MONTH}\b")
_SPOKEN_YEAR = pattern(
    r" (?:hundred|oh|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)\b"
)
_CENTURIES = frozenset("seventeen eighteen nineteen twenty".split())
_ALGEBRA = frozenset("aixyztn")
_DEFINITE = frozenset("the these those other them us we you our their both between last first next all".split())
_OPEN_BRACKET = pattern(r"\([^()]*\Z")
_REFERENCE = pattern(
    r"(?:\[(?:\d{1,3} ?[,;-] ?)*|"
    r"(?i:\b(?:figs?|figures?|tables?|eqs?|equations?|sections?|refs?|chapters?|pages|pp)\.? ?)"
    r"\(?\d+(?:\.\d+)?[a-z]?\)?(?:(?:,| and| or| to|-| &) ?)+\(?)\Z"
)
# "the mixing chamber 20": a noun with its own number.
_NUMBERED_NOUN = pattern(r"\b(?:the|this|each|said|its|that|a|an|in|of|on|to|by|from|with|and) (?:[a-z-]+ ){0,2}([a-z]{3,}) \Z")
_AGED = pattern(r"\b(?:aged|ages) (?:between |from |about |around )?(?:\d{1,2} ?(?:-|to|and|or) ?)?$")
_LABELS = word_class("labels")
_OPENERS = word_class("openers")
_NOT_NUMBERED = word_class("not numbered")
_YEAR_WORDS = word_class("year words") | MONTHS.keys()
_HYPHENED = word_class("hyphened")
_WINDOW = 48


def is_opaque(prose: FoldedText, number: Number) -> bool:
    """Whether the number is part of a date, a clock time, an ordinal, an address or a code, whatever unit may follow."""
    if number.form == "words":
        return (
            is_ordinal(prose.low, number.end)
            or _is_spoken_clock(prose, number)
            or _is_dated(prose, number)
            or _is_spoken_year(prose, number)
            or _is_clock(prose, number)
        )
    before = prose.plain[max(0, number.start - _WINDOW) : number.start]
    return (
        _is_glued(prose.plain, number, before)
        or (number.form == "plain" and not number.scaled and (_is_decade(prose, number) or _is_phone(prose.plain, number)))
        or _ORDINAL.match(prose.plain, number.end) is not None
        or _is_clock(prose, number)
        or _is_dated(prose, number)
        or _is_address(prose, number)
    )


def _is_glued(plain: str, number: Number, before: str) -> bool:
    last = before[-1:]
    if number.form == "plain" and last in (" ", ",", "|") and before[-2:-1].isdigit() and _NEXT_IN_ROW.match(plain, number.end):
        return True
    if last.isalnum() or ((last in ":/_.@\\-)~" or before.endswith(") ")) and _CHAIN_BEFORE.search(before)):
        return True
    if plain[number.end : number.end + 1] not in (" ", ",", "") and number.form != "grouped" and _CHAIN_AFTER.match(plain, number.end):
        return True
    if number.form in ("plain", "decimal") and _CODE_AFTER.match(plain, number.end):
        return True
    return last == "-" and _is_code(before)


def _is_phone(plain: str, number: Number) -> bool:
    """Whether the number is a group of a phone number: "+44 20 7946 0958"."""
    near = plain[max(0, number.start - 3) : number.start]
    if any(map(str.isdigit, near)) and _PHONE_BEFORE.search(plain, max(0, number.start - 12), number.start):
        return True
    after = _PHONE_AFTER.match(plain, number.end)
    return after is not None and (plain[number.start - 1 : number.start] == "+" or after[1] is not None)


def _is_decade(prose: FoldedText, number: Number) -> bool:
    """Whether the number is a decade: "the 1960s", "the 90s"."""
    tens = number.end - number.start in (2, 4) and (number.value % 10 == 0 or number.value >= 1000)
    return tens and _DECADE.match(prose.low, number.end) is not None


def _is_code(before: str) -> bool:
    """Whether the word before the hyphen makes the number a code: "V-12", "Superjet-100", but not "sub-7 nanometre"."""
    word = _WORD_HYPHEN.search(before)
    if not word or word[1].lower() in _HYPHENED:
        return False
    return not word[1].islower() or len(word[1]) <= 4


def _is_clock(prose: FoldedText, number: Number) -> bool:
    if number.scaled or number.value >= 2400 or number.form not in ("plain", "decimal", "words"):
        return False
    low, end = prose.low, number.end
    if number.form == "decimal" and len(low[number.start : end].rpartition(".")[2]) != 2:
        return False  # 2.1 pm are picometres
    if _CLOCK_AFTER.match(low, end) or _CLOCK_RANGE.match(low, end):
        return number.value < 100 or low[end : end + 3].strip()[:1] in ("a", "p")
    before = low[max(0, number.start - 16) : number.start]
    if number.value <= 12 and before.endswith(("at ", ":")) and _AT_NINE_P.match(low, end):
        return True
    if ":" not in before and not before.rstrip("\n").endswith(("past ", " to ")):
        return False
    return number.value < 100 and _CLOCK_BEFORE.search(before) is not None


def _is_dated(prose: FoldedText, number: Number) -> bool:
    if number.scaled or number.value > 2200 or number.form not in ("plain", "decimal", "words"):
        return False
    if not _MONTH_NEAR.search(prose.low, max(0, number.start - 26), number.end + 48):
        return False
    plain = prose.plain
    if number.value <= 31 and _MONTH_AFTER.match(plain, number.end):
        return True
    if not _MONTH_BEFORE.search(plain[max(0, number.start - 26) : number.start]):
        return False
    return number.value <= 31 or number.value >= 1000 or plain.endswith(" of ", 0, number.start)


def _is_spoken_year(prose: FoldedText, number: Number) -> bool:
    """Whether the words are a year: "nineteen eighty six"; "seventeen hundred thirty three" after a month."""
    if number.value in (17, 18, 19, 20) and _SPOKEN_YEAR.match(prose.low, number.end):
        return True
    if 1600 <= number.value <= 2100 and _DATE_TALK.search(prose.plain, max(0, number.start - 30), number.start):
        return True
    return 10 <= number.value < 100 and prose.word_before(number.start) in _CENTURIES


def _is_spoken_clock(prose: FoldedText, number: Number) -> bool:
    """Whether the words are a clock time: "nine thirty", "three forty five"."""
    if number.value <= 12 and not number.scaled:
        match = _SPOKEN_YEAR.match(prose.low, number.end)
        return match is not None and match[0].strip() in TENS
    return number.value in (30, 45, 15, 20, 40, 50) and prose.word_before(number.start) in ONES


def _is_address(prose: FoldedText, number: Number) -> bool:
    plain = prose.plain
    if number.form == "plain" and plain[number.end : number.end + 1] in (" ", "-") and _STREET.match(plain, number.end, number.end + 60):
        return True
    alone = plain[max(0, number.start - 1) : number.start] in _BEFORE_ALONE and plain[number.end : number.end + 1] in _AFTER_ALONE
    if alone:
        return False
    start = max(plain.rfind(" ", max(0, number.start - 120), number.start), number.start - 120, 0)
    end = plain.find(" ", number.end, number.end + 120)
    return _ADDRESS.search(prose.low, start, end if end >= 0 else number.end + 120) is not None


def is_name(prose: FoldedText, number: Number, *, noun: str | None) -> bool:
    """Whether a number without unit is a label or part of a name: "page 12", "Boeing 737", "No. 5", "Three Gorges"."""
    if number.form == "words":
        return _is_titled(prose, number) or (noun is None and prose.word_before(number.start) in _LABELS)
    if number.scaled or number.form not in ("plain", "decimal", "fraction"):
        return False
    if prose.plain[number.start - 1 : number.start] in ("#", "№") or _AGED.search(prose.low, max(0, number.start - 24), number.start):
        return True
    if noun is None and (_is_listed(prose, number) or _is_age_of_a_name(prose, number) or _is_numbered(prose, number)):
        return True
    return _follows_name(prose, number, noun)


def _follows_name(prose: FoldedText, number: Number, noun: str | None) -> bool:
    """Whether a label or a capital name stands right before; people are counted all the same ("In Rome 14 people")."""
    word = prose.raw_word_before(number.start)
    low = word.lower().rstrip(".'")
    if low in _LABELS or (len(low) == 1 and low.isalpha() and low not in _ALGEBRA):
        return noun != "person"
    if not word[:1].isupper() or low in _OPENERS or number.value >= 10_000 or word.endswith("."):
        return False
    placed = prose.word_before(number.start - len(word) - 1) in ("in", "on", "at", "and", "since")
    return not (noun and (placed or noun in ("person", "man", "woman", "child")))


def _is_numbered(prose: FoldedText, number: Number) -> bool:
    if number.form != "plain" or number.value >= 1000:
        return False
    if prose.plain[number.start] == "0" and number.end - number.start > 1 and number.start:
        return True
    match = _NUMBERED_NOUN.search(prose.low, max(0, number.start - 48), number.start)
    if not match or match[1].endswith(("ed", "ing", "s", "ly")) or match[1] in PAST_VERBS:
        return False
    if not AUXILIARIES.isdisjoint(match[0].split()):
        return False  # "each will infect 12"
    return match[1] not in _NOT_NUMBERED and match[1] not in _OPENERS


def _is_age_of_a_name(prose: FoldedText, number: Number) -> bool:
    """Whether the number is the age of a person: "Ann Lee, 44, said"."""
    if number.form != "plain" or not 0 < number.value < 120 or not prose.plain.startswith((",", ")", ";", "."), number.end):
        return False
    return _AGE_OF_A_NAME.search(prose.plain, max(0, number.start - 24), number.start) is not None


def _is_listed(prose: FoldedText, number: Number) -> bool:
    """Whether the number is a list number at the start of a line, a note in brackets, or the attacks of 9/11."""
    if number.form == "fraction" and prose.plain.startswith("9/11", number.start):
        return True
    plain, last, following = prose.plain, prose.plain[number.start - 1 : number.start], prose.plain[number.end : number.end + 2]
    if number.form != "plain":
        return False
    if following[:1] == ")" and number.value <= 20 and last in ("(", " ", "\n", ""):
        return last == "(" or not _OPEN_BRACKET.search(plain, max(0, number.start - 60), number.start)
    if last in ("[", " ", ",", "-") and _REFERENCE.search(plain, max(0, number.start - 40), number.start):
        return True
    return (number.start == 0 or last == "\n") and number.value < 100 and following in (". ", ") ", ".\n")


def _is_titled(prose: FoldedText, number: Number) -> bool:
    """Whether a number word is part of a name: a capital inside a sentence, beside a capital name ("Three Gorges", "World War Two")."""
    if not prose.raw[number.start].isupper():
        return False
    before = prose.plain[max(0, number.start - 4) : number.start].rstrip(" \"'(")
    if not before or before[-1] in ".!?:\n-":
        return False
    return prose.plain[number.end + 1 : number.end + 2].isupper() or prose.raw_word_before(number.start)[:1].isupper()


def is_year(prose: FoldedText, number: Number, *, noun_at: int | None) -> bool:
    """Whether a bare number is a year or a decade; `noun_at` is where the noun it would count begins."""
    word = prose.word_before(number.start)
    if number.form != "plain" or number.scaled or not 1000 <= number.value <= (2199 if word in ("by", "in", "until") else 2100):
        return number.form == "plain" and _COMPACT_DATE.fullmatch(prose.plain, number.start, number.end) is not None
    if number.end - number.start != 4:
        return False
    if noun_at is None:
        return number.value >= 1400 or word in ("in", "year", "since")
    if 1900 <= number.value <= 2060:
        return bound_before(prose, number.start) is None
    return 1700 <= number.value <= 2060 and (not word or word in _YEAR_WORDS or prose.raw[noun_at].isupper())


def is_small_talk(prose: FoldedText, number: Number) -> bool:
    """Whether a small number without a unit is near words of dates and clock times: "at 7 tomorrow"."""
    if number.scaled or number.value > 31 or number.form not in ("plain", "words", "decimal", "fraction"):
        return False
    start, end = max(0, number.start - 60), number.end + 60
    return _TIME_TALK.search(prose.low, start, end) is not None or _DATE_TALK.search(prose.plain, start, end) is not None


def is_pronoun(prose: FoldedText, number: Number) -> bool:
    """Whether a number word refers back to somebody: "the two", "these three"."""
    return number.form == "words" and not number.scaled and number.value <= 12 and prose.word_before(number.start) in _DEFINITE
