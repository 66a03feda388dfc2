"""Constructions that only the set-aside part has: no rule may be written by them, so do not read on before you mend one."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from made_writer import SCALES, Number, Writer, set_aside_only


@set_aside_only
def closed_up_at_level(w: Writer) -> str:
    """closed up 3.1 percent at 1,905.20"""
    way = w.pick("up", "down")
    share = w.rate(w.percentage(), change=way)
    level = w.bare(w.decimal(1_200, 9_800, 2), units=(None, "point"))
    return w.reported(f"{w.word('indices')} {w.pick('closed', 'finished', 'ended')} {w.pick('', 'the day ')}{way} {share} at {level}")


@set_aside_only
def left_at_level_by_change(w: Writer) -> str:
    """the cut of $5 leaves the toll at $30"""
    currency = w.word("currencies")
    by, level = w.sum(w.small(currency), change="down"), w.sum(w.small(currency))
    return w.reported(
        f"{w.pick('a cut of', 'a reduction of')} {by} {w.pick('leaves', 'will leave', 'left')} {w.word('prices')} at {level}", timed=False
    )


@set_aside_only
def multiplied_from_to(w: Writer) -> str:
    """doubled from 240 to 480 feet"""
    noun, first = w.noun("measures"), w.digits(20, 900)
    verb, times = w.pick(("doubled", 2), ("tripled", 3), ("quadrupled", 4))
    last = Number(f"{first.value * times:,}", first.value * times)
    start = w.pick(w.count(first, noun), w.bare(first, units=noun.units))
    return f"{w.word('outputs')} {verb} from {start} to {w.count(last, noun)}{w.pick('', ' in a year', f' {w.when()}')}."


@set_aside_only
def change_in_brackets(w: Writer) -> str:
    """exports of $12m (up 4%)"""
    way = w.pick("up", "down")
    share = w.rate(w.percentage(), change=way)
    bracket = w.pick(f" ({way} {share})", f" ({way} by {share})", f", {way} {share},")
    return f"{w.word('companies')} {w.pick('declared', 'posted', 'booked')} income of {w.sum(w.large())}{bracket} {w.when()}."


@set_aside_only
def range_anywhere(w: Writer) -> str:
    """anywhere from 12 to 40 goats; somewhere between"""
    noun = w.noun()
    low, high = w.ascending(partial(*w.pick((w.digits, 14, 900), (w.lettered, 2, 60))))
    first, middle = w.pick(("anywhere from ", " to "), ("somewhere between ", " and "), ("anything between ", " and "))
    count = w.figure(f"{low.text}{middle}{high.text} {noun.many}", low.value, high.value, units=noun.units)
    return w.reported(f"{w.word('bodies')} {w.pick('will hire out', 'could lose', 'looked after')} {first}{count}", timed=False)


@set_aside_only
def range_of_two_bounds(w: Writer) -> str:
    """at least 30 but no more than 40 goats"""
    noun = w.noun()
    low, high = w.ascending(partial(w.digits, 14, 900))
    first, middle = w.pick(("more than ", " but fewer than "), ("at least ", " but no more than "), ("more than ", " and fewer than "))
    count = w.figure(f"{low.text}{middle}{high.text} {noun.many}", low.value, high.value, units=noun.units)
    return w.reported(f"{w.word('bodies')} {w.pick('looked after', 'took in', 'paid for')} {first}{count}")


@set_aside_only
def count_with_plus(w: Writer) -> str:
    """40-plus goats; 40+ nurses"""
    noun, number = w.noun(), w.digits(14, 900)
    count = w.figure(f"{number.text}{w.pick('-plus', '+', ' plus')} {noun.many}", number.value, bound="at_least", units=noun.units)
    return w.reported(f"{w.word('bodies')} {w.pick('hired', 'looked after', 'paid for')} {count}")


@set_aside_only
def rarer_bound_words(w: Writer) -> str:
    """in excess of 40 goats; close to, just under"""
    word, bound = w.pick(
        ("in excess of", "more_than"),
        ("upwards of", "more_than"),
        ("close to", "about"),
        ("just under", "less_than"),
        ("just over", "more_than"),
        ("an estimated", "about"),
        ("no fewer than", "at_least"),
        ("a little more than", "more_than"),
        ("well over", "more_than"),
        ("not more than", "at_most"),
        ("in the region of", "about"),
    )
    noun, number = w.noun(), w.pick(w.digits(14, 900), w.digits(1_000, 90_000), w.scaled("million"))
    return w.reported(f"{w.word('bodies')} {w.pick('hired', 'looked after', 'paid for')} {word} {w.count(number, noun, bound=bound)}")


@set_aside_only
def rate_with_slash(w: Writer) -> str:
    """C$4/gallon; 40 m/s"""
    good = w.word("goods")
    money = w.small()
    price = w.figure(f"{money.text}{w.pick('/', ' / ')}{good}", money.value, currency=money.code, per=good)
    return w.reported(
        f"{w.pick('barley', 'maize', 'syrup', 'gravel')} {w.pick('goes for', 'was priced at', 'traded at')} {price}", timed=False
    )


@set_aside_only
def size_of_a_fraction(w: Writer) -> str:
    """three-quarters of an hour; half a foot"""
    unit = w.pick(("hour", "an"), ("yard", "a"), ("gallon", "a"), ("acre", "an"), ("decade", "a"))
    text, value = w.pick(
        (f"half {unit[1]} {unit[0]}", "0.5"),
        (f"three-quarters of {unit[1]} {unit[0]}", "0.75"),
        (f"a quarter of {unit[1]} {unit[0]}", "0.25"),
        (f"{unit[1]} {unit[0]} and a half", "1.5"),
    )
    amount = w.figure(text, Decimal(value), unit=unit[0])
    return w.reported(f"{w.word('bodies')} {w.pick('gave up', 'asked for', 'won back', 'saved')} {w.pick('', 'only ')}{amount}")


@set_aside_only
def gap_after_a_clause(w: Writer) -> str:
    """Varga hired 12 nurses, and Quillon 15"""
    noun, (one, other) = w.noun(), w.words("companies", 2)
    first, second = w.whole(2, 300), w.whole(2, 300)
    time = w.pick("", f" {w.when()}")
    joint = w.pick(", and ", " and ", "; ")
    verb, comma = w.pick("hired", "took on", "paid for"), w.pick("", ",")
    return f"{one} {verb} {w.count(first, noun)}{joint}{other}{comma} {w.bare(second, units=noun.units)}{time}."


@set_aside_only
def shares_of_three(w: Writer) -> str:
    """the Nationalists at 42 percent, the alliance at 30 and the Greens at 12"""
    parties = w.words("parties", 3)
    first, *rest = w.digits(31, 46), w.digits(19, 29), w.digits(6, 17)
    at = w.pick("at", "on", "with")
    second, third = (w.bare(number, unit="percent") for number in rest)
    share = w.rate(first)
    return (
        f"The survey {w.pick('had', 'put', 'showed')} {parties[0]} {at} {share}, {parties[1]} {at} {second} and {parties[2]} {at} {third}."
    )


@set_aside_only
def further_counts(w: Writer) -> str:
    """another 12 goats; a further 40 nurses"""
    noun, number = w.noun(), w.whole(2, 900)
    more = w.pick("another", "a further", "an extra", "an additional")
    return w.reported(f"{w.word('bodies')} {w.pick('hired', 'looked after', 'paid for')} {more} {w.count(number, noun)}")


@set_aside_only
def quoted_speech(w: Writer) -> str:
    """“We lost 40 goats and $3 million,” she said"""
    noun, number = w.noun(), w.whole(2, 900)
    open_quote, close_quote = w.pick(("“", "”"), ('"', '"'))
    also = w.pick("", f" and {w.sum(w.large())}")
    speech = f"{w.pick('we hired out', 'they looked after', 'we wrote off')} {w.count(number, noun)}{also}"
    # The first letter is inside the quotation marks.
    return f"{open_quote}{speech[0].upper()}{speech[1:]},{close_quote} {w.word('names')} {w.pick('said', 'told reporters')} {w.when()}."


@set_aside_only
def headlines(w: Writer) -> str:
    """Pemberton to hire 300 nurses in C$12m push"""
    noun, number = w.noun("people"), w.digits(14, 9_000)
    currency, size = w.word("currencies"), w.pick(w.digits(12, 90), w.decimal(2, 9))
    amount = w.figure(f"{currency['sign']}{size.text}m", size.value * SCALES["m"], currency=currency["code"])
    verb, plan = w.pick("hire", "train", "house"), w.pick("push", "scheme", "move")
    return f"{w.word('companies')} to {verb} {w.count(number, noun)} in {amount} {plan}"


@set_aside_only
def seasons_and_roads(w: Writer) -> str:
    """Route 66, the A40, the 2014/15 season, Terminal 3"""
    year, number = w.chance.randint(1960, 2019), w.chance.randint(11, 98)
    place = w.pick(
        f"on Route {number}",
        f"near Highway {number}",
        f"on the A{number}",
        f"in the {year}/{(year + 1) % 100:02} season",
        f"in Terminal {number % 9 + 1}",
        f"in fiscal {year}",
        f"at {number} Mill Lane",
        f"on the night of {w.pick('May', 'June', 'October')} {number % 28 + 1}",
        f"in the early {year // 10 * 10}s",
    )
    return w.reported(f"{w.word('companies')} {w.pick('had its start', 'met its rivals', 'found new owners', 'was photographed')} {place}")
