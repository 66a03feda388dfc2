"""Wording: the words, signs and short amounts that all views share."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Context, Decimal
from typing import TYPE_CHECKING

from summarise.text.sanitise import one_line

if TYPE_CHECKING:
    from summarise.schema import ArticleInfo, CitedFigure, Dropped, Summary


_SCALES = ((12, "tn"), (9, "bn"), (6, "M"))
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "RUB": "₽", "KRW": "₩", "ILS": "₪", "UAH": "₴", "TRY": "₺"}
BOUNDS = {"about": "≈", "at_least": "≥", "at_most": "≤", "more_than": ">", "less_than": "<"}
_CHANGES = {"up": "↑ ", "down": "↓ "}
_UNITS = {"percent": " %", "percentage point": " pp"}
_LONGEST = 15  # digits; so many a double holds exactly
_EXACT = Context(prec=1000)  # more digits than a Summary's numbers can have


def amount(figure: CitedFigure) -> str:
    """The number of a figure: "$966.43 M", "≥ 3.5 %", "10–12", "€60/barrel". "—" where there is none.

    Units other than percent are not in it (see `measured`). Exact, unless it ends in "…": then digits were cut.
    """
    if figure.value is not None:
        number = humanised(figure.value)
    elif figure.low is None and figure.high is None:
        return "—"
    else:
        number = "–".join("?" if end is None else humanised(end) for end in (figure.low, figure.high))
    per = f"/{one_line(figure.per)}" if figure.per else ""
    bound = f"{BOUNDS[figure.bound]} " if figure.bound in BOUNDS else ""
    return _CHANGES.get(figure.change or "", "") + bound + _with_unit(number, figure) + per


def measured(figure: CitedFigure) -> str:
    """The measure of a figure, with its unit where neither measure nor amount names it; "" where there is neither."""
    measure, unit = one_line(figure.measure or ""), one_line(figure.unit or "")
    if not unit or unit in _UNITS or unit.casefold() in measure.casefold():
        return measure
    return f"{measure} ({unit})" if measure else unit


def humanised(value: Decimal) -> str:
    """`value` in at most 15 digits, such as "966.43 M"; "…" at the end where digits were cut."""
    if not value:
        return "0"
    sign = "-" if value < 0 else ""
    value = value.copy_abs()
    if value.adjusted() >= _LONGEST or value.adjusted() < -6:
        return sign + _scientific(value)
    for power, name in _SCALES:
        scaled = value.scaleb(-power, _EXACT)
        if scaled >= 1 and _decimals(scaled) <= 3:
            return f"{sign}{_plain(scaled)} {name}"
    return sign + _plain(value)


def exact(value: Decimal) -> str:
    """All digits, without exponent or trailing zeros: "1400000000", "0.5"."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _with_unit(number: str, figure: CitedFigure) -> str:
    if figure.currency:
        code = one_line(figure.currency)
        sign = "-" if number.startswith("-") else ""
        number = sign + _SIGNS.get(code, f"{code} ") + number.removeprefix("-")
    return number + _UNITS.get(figure.unit or "", "")


def _plain(value: Decimal) -> str:
    whole, _, fraction = exact(value).partition(".")
    kept = fraction[: max(0, _LONGEST - len(whole))]
    number = f"{int(whole):,}" + (f".{kept}" if kept else "")
    return number if kept == fraction else f"{number}…"


def _scientific(value: Decimal) -> str:
    digits = "".join(map(str, value.as_tuple().digits)).rstrip("0")
    kept = digits[:_LONGEST]
    number = kept[0] + (f".{kept[1:]}" if kept[1:] else "") + f"e{value.adjusted()}"
    return number if kept == digits else f"{number}…"


def _decimals(value: Decimal) -> int:
    return len(exact(value).partition(".")[2])


STANCE = {"favour": "is for", "against": "is against", "neutral": "is neutral on", "mixed": "is divided on"}
ARROWS = {"favour": "▲", "against": "▼", "neutral": "●", "mixed": "◆"}
UNKNOWN = "—"


def heading(article: ArticleInfo) -> str:
    """The title; the id where there is none."""
    return article.title or article.id


def byline(article: ArticleInfo) -> list[str]:
    """Source and date, where they are known."""
    return [part for part in (article.source, article.published) if part]


def speaker(name: str | None) -> str:
    return "the article" if name is None else name


def holder(name: str | None) -> str:
    return "the author" if name is None else name


def dropped(item: Dropped) -> str:
    """A dropped item and the reason, in one sentence."""
    return f"{item.kind.replace('_', ' ')}: {item.why}"


def grounded(summary: Summary) -> tuple[int, int]:
    """The number of items that were kept, and of all items of the answer."""
    kept = len(summary.claims) + len(summary.stances) + len(summary.figures)
    lost = sum(item.kind not in {"gist", "field"} for item in summary.checks.dropped)
    return kept, kept + lost


def remarks(summary: Summary) -> Iterator[str]:
    """The dropped items, then the warnings."""
    yield from map(dropped, summary.checks.dropped)
    yield from summary.checks.warnings


def stances(summary: Summary) -> str:
    """The stances in short: "Xi → Russia ▲  author → sanctions ▼"."""
    return "  ".join(f"{s.holder or 'author'} → {s.target} {ARROWS[s.polarity]}" for s in summary.stances) or UNKNOWN
