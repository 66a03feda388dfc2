"""Constructions of counts, money, fractions, rates, bounds and measures, which both halves of the made sentences have.

The figures follow docs/figures.md. Where the guide leaves a unit open, all units that a careful reader may give are right.
"""

from __future__ import annotations

from decimal import Decimal
from math import gcd

from made_writer import SCALES, UNSCORED, Writer, article, shared, spelled

# Money and scales


@shared
def money_in_all_forms(w: Writer) -> str:
    """$3.2 million; EUR 3.2m; 12 million Danish kroner"""
    verb = w.pick("paid", "spent", "lent", "raised", "set aside")
    amount = w.pick(w.sum(w.large()), w.sum(w.small()))
    return w.reported(f"{w.word('companies')} {verb} {amount} for {w.pick('the land', 'repairs', 'a new roof', 'the rights')}")


@shared
def scale_letter_before_currency_name(w: Writer) -> str:
    """1.9m Danish kroner"""
    currency = w.word("currencies")
    number = w.scaled("m", "bn", "k")
    amount = w.figure(f"{number.text} {w.pick(currency['adjective'], currency['name'])}", number.value, currency=currency["code"])
    return w.reported(
        w.pick(f"{w.word('budgets')} came to {amount}", f"exports of {amount} were recorded", f"{w.word('companies')} owed {amount} in tax")
    )


@shared
def scale_letter_before_people(w: Writer) -> str:
    """1.2m passengers; 12k workers"""
    noun = w.noun("people")
    count = w.count(w.scaled("m", "k", "bn", "m"), noun)
    return w.reported(w.pick(f"{w.word('companies')} counted {count}", f"{count} came to {w.word('places')}", f"a total of {count} signed"))


@shared
def adjective_money(w: Writer) -> str:
    """a $40 million loan"""
    number, currency = w.digits(12, 79), w.word("currencies")
    joint, scale = w.pick((" ", "million"), ("-", "million"), (" ", "billion"), ("", "m"), ("", "bn"))
    sign = currency["sign"]
    amount = w.figure(f"{sign}{number.text}{joint}{scale}", number.value * SCALES[scale], currency=currency["code"])
    verb = w.pick("agreed to", "approved", "rejected", "signed")
    return w.reported(f"{w.word('bodies')} {verb} {w.pick('the', 'this')} {amount} {w.word('plans')}")


# Words and fractions


@shared
def compound_words(w: Writer) -> str:
    """three hundred and five ships"""
    noun = w.noun()
    number = w.pick(w.lettered(21, 99), w.lettered(101, 999), w.lettered(1_000, 99_999))
    count = w.count(number, noun)
    return w.reported(
        w.pick(
            f"{count} {w.pick('were counted', 'were hit', 'returned')}",
            f"{w.word('bodies')} {w.pick('closed' if noun.one in ('school', 'clinic') else 'counted', 'had')} {count}",
        )
    )


@shared
def number_and_a_half(w: Writer) -> str:
    """two-and-a-half years; three and a quarter hours; four-and-a-half million dollars"""
    whole, noun = w.chance.randint(2, 12), w.pick(w.noun("spans"), w.noun("measures"))
    part, size = w.pick(("half", "0.5"), ("half", "0.5"), ("quarter", "0.25"))
    joint = w.pick("-", " ")
    text, value = f"{spelled(whole)}{joint}and{joint}a{joint}{part}", whole + Decimal(size)
    if w.likely(0.3):
        currency, scale = w.word("currencies"), w.pick("million", "billion")
        amount = w.figure(f"{text} {scale} {currency['name']}", value * SCALES[scale], currency=currency["code"])
        return w.reported(f"{w.word('bodies')} {w.pick('spent', 'raised', 'borrowed')} {amount}")
    amount = w.figure(f"{text} {noun.many}", value, units=noun.units)
    return w.reported(f"{w.word('bodies')} {w.pick('needed', 'offered', 'asked for')} {amount}")


@shared
def one_in_many(w: Writer) -> str:
    """one in twenty-one children"""
    noun, most = w.noun("people"), w.chance.randint(3, 60)
    many = w.pick(spelled(most), spelled(most), str(most)) if most > 12 else spelled(most)
    middle = w.pick(" in ", " in ", " out of ", " in every ")
    share = w.figure(f"one{middle}{many}", Decimal(1) / most, units=noun.or_none)
    return w.reported(f"{share} {noun.many} {w.pick('stayed at home', 'is left-handed', 'was ill', 'sleeps badly')}", timed=False)


@shared
def fraction_of_a_whole(w: Writer) -> str:
    """a third of the homes; two-thirds of its ships"""
    noun = w.noun()
    names = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10, "eighth": 8, "seventh": 7}
    name, most = w.pick(*names.items())
    many = w.pick(1, *(n for n in range(1, min(most, 5)) if gcd(n, most) == 1))
    text = w.pick(article(name), f"one {name}") if many == 1 else f"{spelled(many)}{w.pick('-', ' ')}{name}s"
    share = w.figure(text, Decimal(many) / most, units=noun.or_none)
    whole = w.pick(f"the {noun.many}", f"its {noun.many}", f"all {noun.many} in {w.word('places')}")
    return w.reported(w.pick(f"{share} of {whole} {w.pick('were damaged', 'came back')}", f"{w.word('bodies')} kept {share} of {whole}"))


@shared
def dozens(w: Writer) -> str:
    """half a dozen ships; two dozen children"""
    sizes = {"half a dozen": 6, "half-a-dozen": 6, "a dozen": 12, "two dozen": 24, "three dozen": 36, "four dozen": 48}
    noun, (text, value) = w.noun(), w.pick(*sizes.items())
    count = w.figure(f"{text} {noun.many}", value, units=noun.units)
    return w.reported(
        w.pick(
            f"{count} {w.pick('were moved', 'arrived', 'went missing')}", f"{w.word('bodies')} {w.pick('counted', 'sent', 'found')} {count}"
        )
    )


@shared
def vague_plurals(w: Writer) -> str:
    """hundreds of people; tens of thousands of ships"""
    noun, sizes = (
        w.noun(),
        {
            "dozens": (12, 120),
            "hundreds": (100, 1_000),
            "thousands": (1_000, 10_000),
            "tens of thousands": (10_000, 100_000),
            "hundreds of thousands": (100_000, 1_000_000),
            "millions": (1_000_000, 10_000_000),
        },
    )
    text, (low, high) = w.pick(*sizes.items())
    count = w.figure(f"{text} of {noun.many}", low, high, units=noun.units)
    verb = w.pick("were seen", "gathered", "were moved", "stood still")
    return w.reported(w.pick(f"{count} {verb} in {w.word('places')}", f"{w.word('bodies')} {w.pick('counted', 'sent out')} {count}"))


@shared
def half_of_what(w: Writer) -> str:
    """half of what the company earns"""
    share = w.figure("half", Decimal("0.5"), units=(None,))
    what = w.pick("earns", "owns", "sells", "asked for", "promised", "needs")
    return w.reported(
        w.pick(
            f"{share} of what {w.word('companies')} {what} {w.pick('goes to', 'comes from')} {w.pick('its owners', 'the state')}",
            f"{w.word('bodies')} {w.pick('received', 'kept', 'returned')} {share} of what {w.word('companies')} {what}",
        ),
        timed=False,
    )


# Rates


@shared
def price_per(w: Writer) -> str:
    """$40 a tonne; $40 per tonne; 80 cents a litre"""
    good, link = w.word("goods"), w.pick("a", "per", "per")
    link = article(good).split()[0] if link == "a" else link
    if w.likely(0.7):
        price = w.sum(w.small(), per=good)
    else:
        minor, number = w.word("minors"), w.digits(2, 98)
        price = w.figure(number.text + w.pick(*minor["forms"]), number.value, currency=minor["code"], unit=minor["unit"], per=good)
    thing = w.pick("wheat", "milk", "salt", "sand", "oil")
    return w.reported(f"{thing} {w.pick('costs', 'cost', 'sold for', 'sells at')} {price} {link} {good}", timed=False)


@shared
def price_each(w: Writer) -> str:
    """$40 each"""
    noun, count, price = w.noun("things"), w.whole(2, 300), w.sum(w.small(), per=UNSCORED)
    return w.reported(
        f"{w.word('companies')} {w.pick('bought', 'sold', 'rented')} {w.count(count, noun)} for {price} {w.pick('each', 'apiece')}"
    )


@shared
def amount_per_time(w: Writer) -> str:
    """400 tonnes a day; 300 cars per week"""
    noun, time = w.noun("measures", "things"), w.word("rates")
    link = w.pick("an" if time == "hour" else "a", "per", "every", "each")
    number = w.pick(w.digits(20, 9_000), w.scaled("million"), w.whole(3, 40))
    amount = w.figure(f"{number.text} {noun.many}", number.value, units=noun.units, per=time)
    return w.reported(f"{w.word('companies')} {w.pick('handles', 'makes', 'moved', 'will use')} {amount} {link} {time}", timed=False)


# Bounds

BOUNDS = {
    "about": ["about", "around", "nearly", "almost", "roughly", "some", "approximately"],
    "more_than": ["more than", "over"],
    "less_than": ["less than", "under", "below"],
    "at_least": ["at least", "a minimum of", "not less than"],
    "at_most": ["up to", "at most", "no more than", "a maximum of"],
}


@shared
def bound_before_count(w: Writer) -> str:
    """at least 30 ships"""
    bound, words = w.pick(*BOUNDS.items())
    noun, number = w.noun(), w.pick(w.digits(14, 900), w.scaled("million"), w.lettered(3, 60), w.digits(1_000, 90_000))
    word = w.pick(*words)
    word = "fewer than" if word in ("less than", "below") else word
    return w.reported(f"{w.word('bodies')} {w.pick('counted', 'sent', 'needed', 'had')} {word} {w.count(number, noun, bound=bound)}")


@shared
def bound_before_money(w: Writer) -> str:
    """nearly $1 billion"""
    bound, words = w.pick(*BOUNDS.items())
    amount = f"{w.pick(*words)} {w.sum(w.large(), bound=bound)}"
    return w.reported(f"the {w.pick('repairs', 'move', 'sale')} will {w.pick('cost', 'bring in')} {amount}", timed=False)


@shared
def bound_after(w: Writer) -> str:
    """30 ships or more; 40 or so ships"""
    noun, number = w.noun(), w.pick(w.digits(20, 900), w.lettered(13, 60))
    text, bound = w.pick(
        (f"{number.text} {noun.many} or more", "at_least"),
        (f"{number.text} or more {noun.many}", "at_least"),
        (f"{number.text} or so {noun.many}", "about"),
        (f"{number.text} {noun.many} or fewer", "at_most"),
        (f"{number.text} {noun.many} at most", "at_most"),
        (f"{number.text} {noun.many} or so", "about"),
        (f"{number.text} {noun.many} at least", "at_least"),
    )
    return w.reported(
        f"{w.word('bodies')} {w.pick('needs', 'will send', 'expects')} {w.figure(text, number.value, bound=bound, units=noun.units)}",
        timed=False,
    )


# Measures


@shared
def abbreviated_measure(w: Writer) -> str:
    """12km; 40 kg"""
    unit, short = w.word("abbreviations")
    name, _, per = unit.partition(" per ")
    number = w.pick(w.digits(12, 900), w.decimal(2, 80))
    amount = w.figure(f"{number.text}{w.pick('', ' ')}{short}", number.value, unit=name, per=per or None)
    return w.reported(f"the {w.pick('reading', 'record', 'limit', 'result')} {w.pick('was', 'is')} {amount}", timed=False)


@shared
def hyphenated_measure(w: Writer) -> str:
    """the 12-kilometre road; this 40-day course"""
    unit, number = w.noun("lengths", "spans"), w.digits(12, 79)
    amount = w.figure(f"{number.text}-{unit.one}", number.value, unit=unit.one)
    verb = w.pick("closed", "built", "planned")
    return w.reported(f"{w.word('bodies')} {verb} {w.pick('the', 'this')} {amount} {w.pick('road', 'line', 'walk', 'course')}")


@shared
def temperatures(w: Writer) -> str:
    """minus 12 degrees Celsius; 31°C"""
    name, letter = w.pick(("Celsius", "C"), ("Celsius", "C"), ("Fahrenheit", "F"))
    number = w.digits(2, 40)
    sign = w.pick("", "", "minus ", "-", "−")
    form = w.pick(f" degrees {name}", f"°{letter}", f" °{letter}", "C" if name == "Celsius" and sign != "minus " else f"°{letter}")
    amount = w.figure(f"{sign}{number.text}{form}", -number.value if sign else number.value, unit=f"degree {name}")
    return w.reported(f"{w.word('weathers')} {w.word('readings')} {amount}")


@shared
def minus_percent(w: Writer) -> str:
    """growth of -3.2 percent"""
    number, sign = w.decimal(0, 9), w.pick("-", "−", "minus ")
    percent = w.pick(" percent", "%")
    amount = w.figure(f"{sign}{number.text}{percent}", -number.value, unit="percent")
    return w.reported(f"{w.word('growths')} {w.pick('was', 'came in at', 'will be')} {amount}", timed=False)


@shared
def hyphenated_noun(w: Writer) -> str:
    """a 12-member panel; the 40-seat hall"""
    number, (one, whole) = w.whole(11, 79), w.word("parts")
    size = w.figure(f"{number.text}-{one}", number.value, unit=one)
    return w.reported(f"{w.word('bodies')} {w.pick('opened', 'closed', 'praised')} the {size} {whole}")


@shared
def multiples(w: Writer) -> str:
    """three times the average; one and a half times what it was"""
    text, value = w.pick(
        *((spelled(n), n) for n in range(3, 13)), ("one and a half", "1.5"), ("two and a half", "2.5"), ("2.4", "2.4"), ("1.8", "1.8")
    )
    times = w.figure(f"{text} times", Decimal(value), unit="time")
    whole = w.pick("the average", "what it was", "the usual level", "that of the capital")
    return w.reported(f"{w.word('outputs')} {w.pick('is', 'was', 'will be')} {times} {whole}", timed=False)


@shared
def money_worth(w: Writer) -> str:
    """$3 million worth of machines; machines worth 12m Danish kroner"""
    noun, amount = w.noun("things"), w.large()
    return w.reported(
        w.pick(
            f"{w.word('companies')} {w.pick('sold', 'bought')} {w.sum(amount)} worth of {noun.many}",
            f"{w.word('companies')} {w.pick('sold', 'bought')} {noun.many} worth {w.sum(amount)}",
            f"{w.word('companies')} put its worth at {w.sum(amount)}",
        )
    )
