"""Words that are numbers, scale words, and the letters that stand for them."""

from __future__ import annotations

from decimal import Decimal

ONES = {word: value for value, word in enumerate("zero one two three four five six seven eight nine".split())} | {"naught": 0, "nought": 0}
TEENS = {
    word: value
    for value, word in enumerate("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), start=10)
}
TENS = {word: value * 10 for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)} | {
    "fourty": 40
}

SCALES = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "quadrillion": 10**15,
    "quintillion": 10**18,
    "lakh": 10**5,
    "lac": 10**5,
    "crore": 10**7,
    "koti": 10**7,
}
DOZEN = {"dozen": 12, "doz": 12, "dz": 12}

# Scales that follow digits only: "1.4bn", "3mil", "12 lkhs".
SHORT_SCALES = {
    "mn": 10**6,
    "mln": 10**6,
    "mil": 10**6,
    "mio": 10**6,
    "bn": 10**9,
    "bln": 10**9,
    "bil": 10**9,
    "tn": 10**12,
    "trn": 10**12,
    "tln": 10**12,
    "lkh": 10**5,
    "lkhs": 10**5,
    "cr": 10**7,
}
# Letters that mean a scale only where the place allows it; see scales.py.
LETTER_SCALES = {"k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12, "g": 10**9}
HAN_SCALES = {"十": 10, "百": 10**2, "千": 10**3, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}

_PARTS = "half third quarter fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
PARTS = {word: value for value, word in enumerate(_PARTS, start=2)} | {
    "fourth": 4,
    "sixteenth": 16,
    "twentieth": 20,
    "thirtieth": 30,
    "hundredth": 100,
    "thousandth": 1000,
    "millionth": 10**6,
    "billionth": 10**9,
    "trillionth": 10**12,
}
PART_PLURALS = {("halves" if word == "half" else word + "s"): value for word, value in PARTS.items()}

ORDINALS = (
    {
        word: value
        for value, word in enumerate(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
            "sixteenth seventeenth eighteenth nineteenth".split(),
            start=1,
        )
    }
    | {
        word: value * 10
        for value, word in enumerate("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth".split(), start=2)
    }
    | {"hundredth": 100, "thousandth": 1000, "millionth": 10**6}
)

# "dozens of", "tens of thousands of": from one to ten of them.
VAGUE = {
    "dozens": 12,
    "tens": 10,
    "scores": 20,
    "hundreds": 100,
    "thousands": 10**3,
    "millions": 10**6,
    "billions": 10**9,
    "trillions": 10**12,
}

VULGAR = {
    pair[0]: (int(pair[1:].split("/")[0]), int(pair.split("/")[1]))
    for pair in "½1/2 ⅓1/3 ⅔2/3 ¼1/4 ¾3/4 ⅕1/5 ⅖2/5 ⅗3/5 ⅘4/5 ⅙1/6 ⅚5/6 ⅛1/8 ⅜3/8 ⅝5/8 ⅞7/8 ⅐1/7 ⅑1/9 ⅒1/10".split()
}

MONTHS = {
    word: index % 12 + 1
    for index, word in enumerate(
        "january february march april may june july august september october november december "
        "jan feb mar apr may jun jul aug sep oct nov dec".split()
    )
} | {"sept": 9}
DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun".split())


def ratio(above: int | Decimal, below: int) -> Decimal:
    """A quotient as fifteen significant digits, so that a third is the same number however it is written."""
    value = Decimal(above) / Decimal(below)
    return value if value == value.to_integral_value() else round_15(value)


def round_15(value: Decimal) -> Decimal:
    """`value` with fifteen significant digits: the most that a JSON number keeps exactly."""
    return value if len(value.as_tuple().digits) <= 15 else Decimal(f"{value:.14e}").normalize()


def tidy(value: Decimal) -> Decimal:
    """The same number without trailing zeros or exponent."""
    if value.as_tuple().exponent == 0:
        return value
    return Decimal(int(value)) if value == value.to_integral_value() and value.adjusted() < 60 else value.normalize()
