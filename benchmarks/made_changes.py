"""Constructions of changes, levels and ranges, which both halves of the made sentences have, each in words of its own.

The figures follow docs/figures.md. Where the guide leaves a unit open ("40 to 50 of the staff"), all units that a careful reader may
give are right.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from made_writer import SCALES, UNSCORED, Noun, Number, Writer, article, shared, spelled

# Change and level


@shared
def minor_change_to_level(w: Writer) -> str:
    """fell 12p to 340p"""
    minor, (verb, way), company = w.word("minors"), w.moved(), w.word("companies")
    form = w.pick(*minor["forms"])
    by, level = w.pick(w.digits(2, 60), w.decimal(1, 40)), w.digits(90, 980)
    unit = {"currency": minor["code"], "units": (minor["unit"],)}
    amount = w.figure(by.text + form, by.value, change=way, **unit)
    reached = w.figure(level.text + form, level.value, **unit)
    return w.reported(
        w.pick(f"shares in {company} {verb} {w.pick('', 'by ')}{amount} to {reached}", f"{company} {verb} {amount} to {reached}")
    )


@shared
def bare_change_to_level(w: Writer) -> str:
    """rose by 12 to 340"""
    (verb, way), subject, by, level = w.moved(0.3), w.word("levels"), w.whole(2, 90), w.digits(200, 9_000)
    clause = f"{subject} {verb} by {w.bare(by, change=way)} to {w.bare(level)}"
    return w.pick(w.reported(clause), f"{clause} {w.when()}.")


@shared
def points_and_percent_to_level(w: Writer) -> str:
    """climbed 4.1 points, or 0.3 percent, to 1,905.20"""
    (verb, way), subject = w.moved(), w.word("indices")
    level, percent = w.pick(w.decimal(1_200, 9_800, 2), w.digits(1_200, 38_000), w.decimal(300, 990, 1)), w.decimal(0, 4, w.pick(1, 2))
    points = (level.value * percent.value / 100).quantize(Decimal(w.pick("0.1", "0.01")))
    amount = w.figure(f"{points:,} points", points, unit="point", change=way)
    share = w.rate(percent, change=way)
    reached = w.bare(level, units=(None, "point"))
    return w.reported(
        w.pick(
            f"{subject} {verb} {amount}, or {share}, to {reached}",
            f"{subject} {verb} {amount}, or {share}, to close at {reached}",
            f"{subject} {verb} {amount} ({share}) to {reached}",
            f"{subject} {verb} {share}, or {amount}, to end at {reached}",
        )
    )


@shared
def percent_change_to_money(w: Writer) -> str:
    """rose 5 percent to $3.2 million"""
    (verb, way), subject = w.moved(), w.word("budgets")
    share, level = w.rate(w.percentage(), change=way), w.sum(w.large())
    verb = w.pick(f"{verb}", f"{verb} by", f"{verb} {w.word('adverbs')} by")
    return w.reported(w.pick(f"{subject} {verb} {share} to {level}", f"{subject} {verb} {share} {w.when()} to {level}"))


@shared
def points_change_to_percent(w: Writer) -> str:
    """fell 3 percentage points to 12 percent"""
    (verb, way), subject, level = w.moved(), w.word("percentages"), w.rate(w.pick(w.decimal, w.digits)(11, 60))
    unit, number = w.pick(("percentage point", w.whole(2, 9)), ("percentage point", w.decimal(0, 6)), ("basis point", w.digits(10, 90)))
    amount = w.figure(f"{number.text} {unit}s", number.value, unit=unit, change=way)
    return w.reported(w.pick(f"{subject} {verb} {amount} to {level}", f"{subject} {verb} by {amount} to {level}"))


@shared
def from_to_money(w: Writer) -> str:
    """rose from $100 to $2 million"""
    (verb, way), currency = w.moved(0.3), w.word("currencies")
    # Were the scale spread, the price would move the other way.
    low, high = w.in_currency(w.digits(100, 900), currency, "sign"), w.in_currency(w.scaled("million"), currency, "sign")
    ends = (w.sum(low), w.sum(high)) if way == "up" else (w.sum(high), w.sum(low))
    return w.reported(f"{w.word('prices')} {verb} from {ends[0]} to {ends[1]}")


@shared
def from_to_count(w: Writer) -> str:
    """rose from 240 ships to 273; rose from 240 to 273 tonnes"""
    verb, way = w.moved(0.3)
    ends = w.ascending(partial(w.pick(w.digits, w.digits, w.whole), 20, 9_000))
    first, last = ends if way == "up" else ends[::-1]
    noun = w.noun("measures")
    pair = w.pick(
        (w.count(first, noun), w.count(last, noun)),
        (w.bare(first, units=noun.units), w.count(last, noun)),
        (w.count(first, noun), w.bare(last, units=noun.units)),
    )
    time = w.pick("", f" {w.when()}", " in a year")
    return f"{w.word('outputs')} {verb} from {pair[0]} to {pair[1]}{time}."


@shared
def to_level_from_level(w: Writer) -> str:
    """rose to 273 tonnes from 240"""
    (verb, way), noun = w.moved(0.3), w.noun("measures")
    ends = w.ascending(partial(w.digits, 20, 9_000))
    first, last = ends if way == "up" else ends[::-1]
    before = w.pick(w.bare(first, units=noun.units), w.count(first, noun))
    return w.reported(
        f"{w.word('outputs')} {verb} to {w.count(last, noun)} from {before}{w.pick('', ' a year earlier', ' the year before')}"
    )


@shared
def up_from_level(w: Writer) -> str:
    """3.9 million cars, up from 2.4 million"""
    noun, body = w.noun(), w.word("companies")
    first, last = w.ascending(w.pick(partial(w.digits, 20, 9_000), partial(w.scaled, "million")))
    way = w.pick("up", "down")
    now, then = (last, first) if way == "up" else (first, last)
    verb = w.pick("counted", "had", "listed")
    return w.reported(f"{body} {verb} {w.count(now, noun)}, {way} from {w.bare(then, units=noun.or_none)}{w.pick('', ' a year earlier')}")


@shared
def driven_change_to_level(w: Writer) -> str:
    """raised the fee by $5 to $30"""
    way, currency, body = w.pick("up", "down"), w.word("currencies"), w.word("bodies")
    numbers = w.pick((w.digits(2, 60), w.digits(70, 900)), (w.decimal(1, 20, 2), w.decimal(21, 90, 2)))
    by, level = (w.in_currency(number, currency, "sign") for number in numbers)
    verb, thing = w.word(f"drives {way}"), w.pick("fee", "daily charge", "fine", "deposit")
    end = w.pick("", f" to {w.sum(level)}")
    return w.reported(f"{body} {verb} the {thing} by {w.sum(by, change=way)}{end}")


@shared
def change_as_noun(w: Writer) -> str:
    """a 5% rise in rents"""
    way = w.pick("up", "down")
    noun, share = w.word(f"moves {way}")["noun"], w.percentage()
    thing = w.pick("rents", "wages", "water use", "bread prices", "visits")
    whole, before = w.rate(share, change=way), article(share.text).split()[0]
    return w.reported(
        w.pick(
            f"{w.word('bodies')} recorded {before} {whole} {noun} in {thing}",
            f"{w.word('bodies')} recorded {article(noun)} of {whole} in {thing}",
            f"there was {article(noun)} in {thing} of {whole}",
        )
    )


@shared
def change_alone(w: Writer) -> str:
    """rents rose 5 percent; had risen by 40 tonnes; will fall 3 percent"""
    form, way = w.pick("past", "perfect", "base"), w.pick("up", "down")
    verb, before = w.word(f"moves {way}")[form], {"past": "", "perfect": "had ", "base": "will "}[form]
    subject, noun = w.word("outputs"), w.noun("measures")
    number = w.digits(20, 900)
    amount = w.pick(w.rate(w.percentage(), change=way), w.figure(f"{number.text} {noun.many}", number.value, units=noun.units, change=way))
    return w.reported(f"{subject} {before}{verb} {w.pick('', 'by ')}{amount}", timed=form == "past")


@shared
def level_then_change(w: Writer) -> str:
    """reached $3.2 million, a rise of 5 percent"""
    way = w.pick("up", "down")
    change, share = w.word(f"moves {way}")["noun"], w.rate(w.percentage(), change=way)
    level = w.pick(
        f"{w.word('budgets')} {w.pick('was', 'reached', 'came to')} {w.sum(w.large())}", f"{w.word('prices')} was {w.sum(w.small())}"
    )
    return w.reported(f"{level}, {article(change)} of {share}{w.pick('', ' in a year', ' on the year before')}")


@shared
def base_before_level(w: Writer) -> str:
    """from 240 tonnes, output rose to 273"""
    (verb, way), noun = w.moved(0.3), w.noun("measures")
    ends = w.ascending(partial(w.digits, 20, 9_000))
    first, last = ends if way == "up" else ends[::-1]
    reached = w.pick(w.bare(last, units=noun.units), w.count(last, noun))
    return f"from {w.count(first, noun)}{w.pick('', ' a year earlier', ' the year before')}, {w.word('outputs')} {verb} to {reached}."


@shared
def level_against_level(w: Writer) -> str:
    """273 tonnes, against 240 a year earlier"""
    noun, verb = w.noun("measures"), w.pick("was", "came to", "reached", "stood at")
    now, then = w.digits(20, 9_000), w.digits(20, 9_000)
    joint = w.pick(", against ", ", compared with ", " compared to ", " versus ")
    end = w.pick(w.bare(then, units=noun.units), w.count(then, noun))
    return (
        f"{w.word('outputs')} {verb} {w.count(now, noun)}{joint}{end} {w.pick('a year earlier', 'the year before', 'in the same month')}."
    )


@shared
def level_and_difference(w: Writer) -> str:
    """12 ships, three fewer than before"""
    noun, now, by = w.noun(), w.digits(60, 900), w.whole(2, 50)
    than = w.pick("the year before", "before the storm", "at the start", "planned")
    word = w.pick("more", "fewer")
    return w.reported(
        f"{w.word('bodies')} has {w.count(now, noun)}, {w.bare(by, units=noun.or_none, change=UNSCORED)} {word} than {than}",
        timed=False,
    )


@shared
def number_beside_percent(w: Writer) -> str:
    """close at 15,210, 12 per cent above its level in June"""
    level, share = w.bare(w.digits(2_100, 38_000), units=(None, "point")), w.rate(w.percentage(), change=UNSCORED)
    end = w.pick("close at", "end at", "open at", "finish at")
    base = w.pick("its level in June", "where it began", "its low of the winter", "its average")
    return w.reported(f"{w.word('indices')} was seen to {end} {level}, {share} {w.pick('above', 'below')} {base}")


@shared
def dash_before_difference(w: Writer) -> str:
    """$544 billion -- $105 billion more than last year"""
    dash, than = w.pick(" -- ", " – ", " — ", "—"), w.pick("last year", "in the last budget", "the year before", "planned")
    if w.likely(0.5):
        currency = w.word("currencies")
        scale = w.pick("million", "billion")
        numbers = (Number(f"{number.text} {scale}", number.value * SCALES[scale]) for number in (w.digits(41, 980), w.digits(2, 38)))
        first, second = (w.in_currency(number, currency, "sign") for number in numbers)
        money = f"{w.sum(first)}{dash}{w.sum(second, change=UNSCORED)} {w.pick('more', 'less')} than {than}"
        return f"{w.word('budgets')} {w.pick('was', 'came to', 'reached')} {money}."
    noun = w.noun()
    more = w.bare(w.whole(2, 90), units=noun.or_none, change=UNSCORED)
    return f"{w.word('bodies')} counted {w.count(w.digits(100, 900), noun)}{dash}{more} {w.pick('more', 'fewer')} than {than}."


# Ranges


def _range(w: Writer, ends: tuple[Number, Number], middle: str, noun: Noun) -> str:
    return w.figure(f"{ends[0].text}{middle}{ends[1].text} {noun.many}", ends[0].value, ends[1].value, units=noun.units)


def _ends(w: Writer) -> tuple[Number, Number]:
    kinds = ((w.digits, 3, 900), (w.whole, 2, 20), (w.digits, 1_000, 90_000), (w.lettered, 2, 60), (w.decimal, 2, 60))
    return w.ascending(partial(*w.pick(*kinds)))


@shared
def range_between_and(w: Writer) -> str:
    """between 15 and 22 ships"""
    noun = w.noun("measures")
    return w.reported(f"{w.word('bodies')} {w.pick('needed', 'ordered', 'bought')} between {_range(w, _ends(w), ' and ', noun)}")


@shared
def range_between_scaled_money(w: Writer) -> str:
    """between 4.1 and 4.8 billion dollars"""
    currency, scale = w.word("currencies"), w.pick("million", "billion")
    low, high = w.ascending(partial(w.decimal, 1, 90) if w.likely(0.5) else partial(w.digits, 2, 90))
    size = SCALES[scale]
    name, sign = currency["name"], currency["sign"]
    text = w.pick(
        f"{low.text} and {high.text} {scale} {name}",
        f"{sign}{low.text} and {sign}{high.text} {scale}",
        f"{low.text} {scale} and {high.text} {scale} {name}",
        f"{sign}{low.text} {scale} and {sign}{high.text} {scale}",
    )
    amount = w.figure(text, low.value * size, high.value * size, currency=currency["code"])
    return w.reported(f"the repairs will cost {w.pick('somewhere ', '')}between {amount}", timed=False)


@shared
def range_to(w: Writer) -> str:
    """30 to 40 ships"""
    noun = w.noun()
    ends = w.ascending(partial(*w.pick((w.digits, 14, 900), (w.lettered, 2, 60), (w.digits, 1_000, 90_000))))
    place = w.pick("", f" near {w.word('places')}", f" in {w.word('places')}")
    return w.reported(f"{w.word('bodies')} {w.pick('will send', 'expects', 'keeps')} {_range(w, ends, ' to ', noun)}{place}", timed=False)


@shared
def range_with_dash(w: Writer) -> str:
    """30-40 ships"""
    noun = w.pick(w.noun(), w.noun("measures"))
    ends = w.ascending(partial(w.digits, 3, 900))
    return w.reported(f"{w.word('bodies')} {w.pick('needed', 'expected', 'ordered')} {_range(w, ends, w.pick('-', '–'), noun)}")


@shared
def range_with_or(w: Writer) -> str:
    """three or four years"""
    noun, low = w.noun("spans"), w.chance.randint(2, 11)
    form = w.pick(spelled, str)
    time = _range(w, (Number(form(low), Decimal(low)), Number(form(low + 1), Decimal(low + 1))), " or ", noun)
    task = w.pick("work", "trial", "repair", "study", "strike", "search")
    verb = w.pick("took", "will take", "may take", "lasted")
    return w.reported(w.pick(f"the {task} {verb} {time}", f"{w.word('bodies')} will wait {time}"), timed=False)


@shared
def range_of_a_whole(w: Writer) -> str:
    """40 to 50 of the staff"""
    noun, (low, high) = w.noun(), w.ascending(partial(w.digits, 14, 400))
    middle = w.pick(" to ", "-", "–")
    share = w.figure(f"{low.text}{middle}{high.text}", low.value, high.value, units=noun.or_none)
    return w.reported(
        f"{w.pick('', 'only ')}{share} of {w.pick('its', 'the')} {noun.many} {w.pick('were lost', 'came back', 'were there')}"
    )


@shared
def range_before_a_noun(w: Writer) -> str:
    """an 8- to 16-metre boat; the four- to five-year plan"""
    if w.likely(0.3):
        low, span = w.chance.randint(2, 8), w.noun("spans")
        form = w.pick(spelled, str)
        time = w.figure(f"{form(low)}- {w.pick('to', 'or')} {form(low + 1)}-{span.one}", low, low + 1, unit=span.one)
        return w.reported(f"{w.word('bodies')} {w.pick('approved', 'rejected', 'drew up')} the {time} {w.pick('plan', 'course', 'trial')}")
    unit, (low, high) = w.noun("lengths"), w.ascending(partial(w.digits, 2, 90))
    before = article(low.text).split()[0]
    middle = w.pick("- to ", "-to-", " to ")
    size = w.figure(f"{low.text}{middle}{high.text}-{unit.one}", low.value, high.value, unit=unit.one)
    return w.reported(f"{w.word('bodies')} {w.pick('bought', 'planned', 'ordered')} {before} {size} {w.word('vehicles')}")


@shared
def range_with_own_scales(w: Writer) -> str:
    """$500 to $2 million"""
    currency = w.word("currencies")
    low, high = w.pick(w.digits(100, 900), w.digits(10_000, 900_000)), w.scaled("million")
    first, last = w.pick(("", " to "), ("between ", " and "))
    sign = currency["sign"]
    amount = w.figure(f"{sign}{low.text}{last}{sign}{high.text}", low.value, high.value, currency=currency["code"])
    return w.reported(
        f"{w.pick('each case', 'a licence', 'such a painting')} {w.pick('costs', 'is worth', 'brings in')} {first}{amount}", timed=False
    )


@shared
def range_of_percent(w: Writer) -> str:
    """3.2 to 4.1 per cent"""
    low, high = w.ascending(partial(*w.pick((w.decimal, 2, 40), (w.digits, 2, 60))))
    percent = w.percent(low)
    first, last = w.pick(("", " to "), ("between ", " and "), ("", "-"), ("", "–"), ("from ", " to "))
    text = w.pick(f"{low.text}{last}{high.text}{percent}", f"{low.text}{percent}{last}{high.text}{percent}")
    share = w.figure(text, low.value, high.value, unit="percent")
    return w.reported(f"{w.word('percentages')} {w.pick('is', 'will be', 'was')} {first}{share}", timed=False)


@shared
def range_from_to(w: Writer) -> str:
    """ranging from 8 to 16 metres"""
    unit, (low, high) = w.noun("lengths"), w.ascending(partial(w.digits, 2, 90))
    things = w.pick("boats", "tunnels", "poles", "cables")
    verb = w.pick("are from", "range from", "measure from", "vary from")
    return w.reported(f"the {things} {verb} {_range(w, (low, high), ' to ', unit)} {w.pick('in length', 'long')}", timed=False)


@shared
def range_of_money_with_dash(w: Writer) -> str:
    """$3-5 billion; £40–£50"""
    currency, (low, high) = w.word("currencies"), w.ascending(partial(w.digits, 2, 90))
    dash, sign = w.pick("-", "–", " to "), currency["sign"]
    scale = w.pick(" million", " billion", "m", "bn")
    size = SCALES[scale.strip()]
    text, size = w.pick(
        (f"{sign}{low.text}{dash}{high.text}{scale}", size),
        (f"{sign}{low.text}{scale}{dash}{sign}{high.text}{scale}", size),
        (f"{sign}{low.text}{dash}{sign}{high.text}", 1),
    )
    amount = w.figure(text, low.value * size, high.value * size, currency=currency["code"])
    return w.reported(f"{w.word('bodies')} {w.pick('expected to pay', 'set aside', 'was fined')} {amount}")
