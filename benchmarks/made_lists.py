"""Constructions of lists, shares and pairs, and of numbers that are no figures, which both halves of the made sentences have.

The figures follow docs/figures.md. Where the guide leaves a unit open, all units that a careful reader may give are right.
"""

from __future__ import annotations

from decimal import Decimal

from made_writer import SCALES, Money, Noun, Writer, article, shared, spelled

# Lists, shares and pairs


@shared
def list_with_one_unit(w: Writer) -> str:
    """three, five and nine ships"""
    noun = w.noun()
    numbers = [w.whole(2, 60) for _ in range(w.pick(2, 3, 3))]
    firsts = ", ".join(w.bare(number, units=noun.units) for number in numbers[:-1])
    owners = w.pick("the firms", "the rivals", "they")
    return w.reported(
        f"{owners} {w.pick('sold', 'ordered', 'counted')} {firsts} and {w.count(numbers[-1], noun)}{w.pick('', ' respectively')}"
    )


@shared
def list_with_own_nouns(w: Writer) -> str:
    """12 ships, 30 cars and nine buses"""
    nouns = w.nouns(w.pick("things", "people"), w.pick(2, 3))
    *firsts, last = (w.count(w.whole(2, 400), noun) for noun in nouns)
    verb = w.pick("were lost", "were counted", "went missing")
    return w.reported(
        w.pick(f"{', '.join(firsts)} and {last} {verb}", f"{w.word('bodies')} {w.pick('named', 'found')} {', '.join(firsts)} and {last}")
    )


@shared
def dead_and_wounded(w: Writer) -> str:
    """four dead and 120 wounded; two crewmembers and 10 U.S. citizens"""
    states = {"dead": ("dead", "person", None), "wounded": ("wounded", "person", None), "missing": ("missing", "person", None)}
    first, second = w.chance.sample(sorted(states), 2)
    origin = w.pick("U.S.", "French", "British", "Chinese", "Irish")
    noun = w.noun("foreigners")
    crew = w.noun("people")
    number = w.whole(2, 90)
    foreign = w.figure(f"{number.text} {origin} {noun.many}", number.value, units=(f"{origin} {noun.one}", *noun.units))
    left, right = w.whole(2, 60), w.whole(13, 300)
    one = w.figure(f"{left.text} {first}", left.value, units=states[first])
    other = w.figure(f"{right.text} {second}", right.value, units=states[second])
    pair = w.pick(f"{one} and {other}", f"{w.count(left, crew)} and {foreign}")
    return w.reported(w.pick(f"the {w.pick('crash', 'storm', 'fire', 'attack')} left {pair}", f"the list named {pair}"))


@shared
def some_of_many(w: Writer) -> str:
    """five of the 12 ships; 12 out of 40 schools"""
    noun, (few, many) = w.noun(), w.ascending(lambda: w.whole(3, 300))
    part = w.bare(few, units=noun.or_none)
    middle = w.pick("of the", "of its", "of", "out of", "of a total of")
    verb = w.pick("sank" if noun.one in ("ship", "barge") else "were lost", "were saved", "came back")
    return w.reported(f"{part} {middle} {w.count(many, noun)} {verb}")


@shared
def percent_of_a_whole(w: Writer) -> str:
    """12 percent of the staff"""
    share, noun = w.rate(w.pick(w.percentage(), w.lettered(2, 60))), w.noun("people")
    whole = w.pick("the staff", "the harvest", f"all {noun.many}", f"its {noun.many}", "the national income")
    return w.reported(
        w.pick(f"{share} of {whole} {w.pick('may be lost', 'will go')}", f"{w.word('bodies')} kept {share} of {whole}"), timed=False
    )


@shared
def vote_counts(w: Writer) -> str:
    """voted 54 to 43; by 54 votes to 43"""
    low, high = w.ascending(lambda: w.digits(20, 400))
    vote = Noun("vote", "votes", ("vote",))
    votes = vote.or_none
    return w.reported(
        w.pick(
            f"members voted {w.bare(high, units=votes)} to {w.bare(low, units=votes)} to {w.pick('strike', 'leave', 'sell the land')}",
            f"{w.word('parties')} won by {w.count(high, vote)} to {w.bare(low, units=votes)}",
            f"{w.word('parties')} lost by {w.count(low, vote)} to {w.bare(high, units=votes)}",
        )
    )


@shared
def poll_pair(w: Writer) -> str:
    """led by 52 percent to 48 percent"""
    low, high = w.digits(20, 39), w.digits(41, 60)
    percent = w.percent(low)
    last = w.figure(low.text + percent, low.value, unit="percent")
    first = w.pick(w.figure(high.text + percent, high.value, unit="percent"), w.bare(high, unit="percent"))
    return w.reported(
        f"{w.word('parties')} {w.pick('led by', 'was ahead by', 'won by')} {first} to {last}{w.pick('', ' in the poll', ' in the survey')}"
    )


@shared
def conversion_in_brackets(w: Writer) -> str:
    """12 miles (19 km); $40m (£31m)"""
    if w.likely(0.5):
        one, many, other, short, factor = w.word("conversions")
        first = w.digits(12, 900)
        value = (first.value * Decimal(str(factor))).quantize(Decimal("0.1") if factor < 0.1 else Decimal(1))
        both = f"{w.count(first, Noun(one, many, (one,)))} ({w.figure(f'{value:,} {short}', value, unit=other)})"
        return w.reported(f"{w.word('bodies')} {w.pick('asked for', 'needed', 'gave up')} {both}")
    one, two = w.words("currencies", 2)
    first, size = w.large(one, w.pick("sign", "name")), Decimal(one["worth"] / two["worth"])
    value = Decimal(f"{first.value * size:.2g}")
    scale = next((name for name in ("bn", "billion", "m", "million") if w.likely(0.5) and SCALES[name] <= value < 1000 * SCALES[name]), "")
    number = value / SCALES.get(scale, 1)
    text = f"{number.normalize():,f}{' ' if len(scale) > 2 else ''}{scale}"
    both = f"{w.sum(first)} ({w.pick('', 'or ')}{w.sum(Money(two['sign'] + text, value, two['code']))})"
    return w.reported(f"{w.word('companies')} {w.pick('paid', 'owed', 'won')} {both} {w.pick('in damages', 'for the land')}")


# No figures


@shared
def ages(w: Writer) -> str:
    """Ann Lee, 44, is a baker; aged 18 to 34"""
    age = w.chance.randint(19, 88)
    person, rest = w.word("names"), f"{w.pick('won', 'left', 'spoke')} in {w.word('places')}"
    return w.pick(
        f"{person}, {age}, {rest} {w.when()}.",
        f"{person}, {age}, {article(w.word('roles'))}, {rest}.",
        f"{person} ({age}) {rest} {w.when()}.",
        f"the {w.word('roles')}, aged {age}, {rest}.",
        f"the course is for those aged {w.chance.randint(6, 17)} to {age}, {w.word('sources')} said.",
    )


MONTHS = "January February March April May June July August September October November December".split()


@shared
def dates_and_times(w: Writer) -> str:
    """on 5 June 2019; at 10:30; the 1960s; 9/11; 2014-15"""
    day, month, year, hour = w.chance.randint(1, 28), w.pick(*MONTHS), w.chance.randint(1950, 2024), w.chance.randint(1, 11)
    minute = w.chance.randint(10, 59)
    when = w.pick(
        f"on {day} {month} {year}",
        f"on {month} {day}, {year}",
        f"in {month} {year}",
        f"in {year}",
        f"in the {year // 10 * 10}s",
        f"at {hour}:{minute}",
        f"at {hour}{w.pick('', ' ')}{w.pick('am', 'pm', 'a.m.', 'p.m.')}",
        f"at {spelled(hour)} o'clock",
        f"at {hour + 11:02}{minute} GMT",
        f"in {year}-{(year + 1) % 100:02}",
        f"between {year} and {year + 4}",
        f"from {year} to {year + 7}",
        "after 9/11",
    )
    return w.reported(f"{w.word('companies')} {w.pick('closed', 'opened', 'moved', 'was sold')} {when}")


@shared
def models_and_codes(w: Writer) -> str:
    """an F-16; flight BA 249; the S&P 500"""
    letter, number = w.pick(*"BCDFKNST"), w.chance.randint(11, 98)
    code = w.pick(
        "the S&P 500",
        f"a 5G {w.pick('phone', 'mast')}",
        f"the {letter}-{number}",
        f"a Boeing 7{w.chance.randint(0, 8)}7",
        f"the {letter}{number}",
        f"the Superjet-{number * 10}",
        f"flight {letter}A {number}",
        f"version {number % 10}.{number // 10}.1",
    )
    return w.reported(f"{w.word('companies')} {w.pick('tested', 'sold', 'lost', 'showed')} {code}{w.pick('', ' again', ' abroad')}")


@shared
def references(w: Writer) -> str:
    """Figure 4A; page 12; Article 5"""
    number, letter = w.chance.randint(2, 48), w.pick("", "", *"ABC")
    place = w.pick("Figure", "Table", "Chapter", "Article", "Section", "page", "Appendix", "Room", "Gate", "Platform", "Resolution")
    place = f"{place} {number}" + (letter if place in ("Figure", "Table", "Room", "Gate", "Platform") else "")
    verb = w.pick("points to", "refers to", "was named in", "is shown in")
    return w.reported(f"{w.word('companies')} {verb} {place}{w.pick('', ' of the report', ' again')}", timed=False)


@shared
def phones_and_ordinals(w: Writer) -> str:
    """call 0171 555 0143; the seventieth ship; the 12th"""
    line, number, noun = w.chance.randint(100, 999), w.chance.randint(4, 90), w.noun("things")
    ordinal = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number // 10 != 1 else 0, "th")
    return w.pick(
        f"guests of {w.word('companies')} may call 0171 {line} 01{number:02} {w.pick('at any time', 'for help')}.",
        f"{w.word('companies')} answers at +44 20 7946 0{line}.",
        w.reported(f"it was the {number}{ordinal} {noun.one} that {w.word('companies')} sold"),
        w.reported(f"{w.word('companies')} came {number}{ordinal} in {w.pick('the race', 'the ranking')}"),
        w.reported(f"{w.word('bodies')} lost its {w.pick('first', 'second', 'third', 'fifth', 'twentieth')} {noun.one}"),
    )


@shared
def scores(w: Writer) -> str:
    """won 3-1; a 2-2 draw; 5-4 vote"""
    (low, high), (home, away) = sorted(w.chance.sample(range(0, 9), 2)), w.words("clubs", 2)
    dash = w.pick("-", "–")
    return w.pick(
        f"{home} beat {away} {high}{dash}{low} {w.when()}.",
        f"{home} lost {low}{dash}{high} to {away} {w.when()}.",
        f"{home} won {high}{dash}{low} in {w.word('places')}.",
        f"{home} won by {spelled(high)} to {spelled(low)} {w.when()}.",
        f"a {high}{dash}{high} draw with {away} was enough for {home}.",
        f"the court upheld it on a {high + 1}{dash}{low} vote {w.when()}.",
    )


@shared
def time_apart(w: Writer) -> str:
    """one month later, and what may count as a duration: two years ago"""
    span, number = w.noun("spans"), w.whole(2, 12)
    amount = w.figure(f"{number.text} {span.many}", number.value, unit=span.one, optional=True)
    ago = f"{'an' if span.one == 'hour' else 'a'} {span.one} ago"
    apart = w.pick(f"one {span.one} {w.pick('later', 'earlier')}", ago, f"{amount} {w.pick('ago', 'later')}")
    event = w.pick("closed its doors", "opened again", "was sold", f"moved to {w.word('places')}")
    return w.reported(f"{w.word('companies')} {event} {apart}", timed=False)


@shared
def pronouns(w: Writer) -> str:
    """one of the ships; no one; one another; the two sides"""
    noun = w.noun()
    clause = w.pick(
        f"one of the {noun.many} was {w.pick('moved', 'found', 'lost', 'saved')} in {w.word('places')}",
        f"no one in {w.word('places')} was {w.pick('hurt', 'asked', 'told')}",
        f"{w.word('companies')} and {w.pick('the union', 'its rival')} blamed one another",
        f"the two sides met in {w.word('places')}",
        f"{w.word('companies')} was one of the {w.pick('best', 'oldest', 'largest')} in {w.word('places')}",
    )
    return w.reported(clause)


@shared
def parts_of_a_year(w: Writer) -> str:
    """in the first half; in the third quarter"""
    part = w.pick("first half", "second half", "first quarter", "second quarter", "third quarter", "fourth quarter")
    return w.reported(
        f"{w.word('companies')} {w.pick('made a loss', 'grew again', 'sold its mill', 'did well')} in the {part}", timed=False
    )


@shared
def date_beside_count(w: Writer) -> str:
    """on March 12, 300 workers left; in 2019 it had 40 ships"""
    noun, number = w.noun(), w.pick(w.digits(32, 900), w.lettered(32, 99))
    day, month, year = w.chance.randint(1, 28), w.pick(*MONTHS), w.chance.randint(1950, 2024)
    days = f"{day} {month}", f"{month} {day}", f"{day} {month} {year}", f"{month} {day}, {year}"
    date = w.pick(f"on {w.pick(*days)}", f"in {year}", f"in {month} {year}")
    verb = w.pick("were moved", "were counted", "were found")
    return w.pick(
        f"{date}, {w.count(number, noun)} {verb} in {w.word('places')}.",
        f"{date} {w.word('companies')} had {w.count(number, noun)}.",
        f"{w.count(number, noun)} {verb} {date}.",
        f"{w.word('companies')} had {w.count(number, noun)} {date}.",
    )
