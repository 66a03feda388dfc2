"""Each rule of `find_figures` in sentences of our own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from summarise.figures import Figure, find_figures


def only(text: str, published: str | None = None) -> Figure:
    (figure,) = find_figures(text, published=published)
    assert text[figure.start : figure.end] == figure.quote
    return figure


def gist(text: str) -> list[tuple[str, str]]:
    found = find_figures(text)
    return [(figure.quote, f"{figure.low}..{figure.high}" if figure.value is None else str(figure.value)) for figure in found]


def units(text: str) -> list[tuple[str, str | None]]:
    return [(figure.quote, figure.unit) for figure in find_figures(text)]


def test_a_figure_has_its_place_value_and_unit() -> None:
    text = "The ministers signed 38 separate agreements."
    figure = only(text)
    assert (figure.start, figure.end, figure.value, figure.unit, figure.bound) == (21, 43, Decimal(38), "agreement", "exact")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,234,567 litres", "1234567"),
        ("12,34,567 litres", "1234567"),
        ("1 234 567 litres", "1234567"),
        ("1\u00a0234\u202f567 litres", "1234567"),
        ("1'234'567 litres", "1234567"),
        ("1.234,5 litres", "1234.5"),
        (".5 litres", "0.5"),
        ("1½ litres", "1.5"),
        ("1 1/2 litres", "1.5"),
        ("3/4 litre", "0.75"),
        ("1.2×10⁻³ litres", "0.0012"),
        ("1.2x10^6 litres", "1200000"),
        ("１２ litres", "12"),
        ("٣٤ litres", "34"),
        ("thirty-two litres", "32"),
        ("two and a half litres", "2.5"),
        ("three hundred and five litres", "305"),
        ("two thousand, four hundred litres", "2400"),
        ("three point two litres", "3.2"),
        ("a dozen litres", "12"),
        ("half a litre", "0.5"),
        ("a quarter of a litre", "0.25"),
        ("-5 litres", "-5"),
        ("−5 litres", "-5"),
        ("minus five litres", "-5"),
    ],
)
def test_a_number_is_read_however_it_is_written(written: str, value: str) -> None:
    figure = only(f"It held {written} yesterday.")
    assert (figure.quote, figure.value, figure.unit) == (written, Decimal(value), "litre")


@pytest.mark.parametrize("written", ["1.4 billion", "1.4bn", "1,400 million", "1.4 bn", "1.4B", "140 crore"])
def test_scale_words_and_letters_scale_the_value(written: str) -> None:
    assert only(f"They counted {written} people.").value == Decimal(1_400_000_000)


def test_a_letter_is_a_scale_or_a_unit_by_its_place() -> None:
    assert gist("sold 2.7m copies") == [("2.7m copies", "2700000")]
    assert [figure.unit for figure in find_figures("a wall 2.7m high")] == ["metre"]
    assert only("It paid £2.7m.").value == Decimal(2_700_000)


@pytest.mark.parametrize(
    ("written", "value", "currency"),
    [
        ("$5", "5", "USD"),
        ("US$20 billion", "20000000000", "USD"),
        ("$US20", "20", "USD"),
        ("A$7.50", "7.5", "AUD"),
        ("HK$90", "90", "HKD"),
        ("RM79", "79", "MYR"),
        ("€3.2m", "3200000", "EUR"),
        ("¥500 billion", "500000000000", "JPY"),
        ("₹40 crore", "400000000", "INR"),
        ("EUR50m", "50000000", "EUR"),
        ("USD 1,700", "1700", "USD"),
        ("150 billion yuan", "150000000000", "CNY"),
        ("12 Swedish kronor", "12", "SEK"),
        ("9.99 New Zealand dollars", "9.99", "NZD"),
        ("30 CHF", "30", "CHF"),
        ("thirteen dollars and forty-five cents", "13.45", "USD"),
        ("100万元", "1000000", "CNY"),
    ],
)
def test_money_is_known_by_sign_code_and_name(written: str, value: str, currency: str) -> None:
    figure = only(f"Visitors paid {written} for it.")
    assert (figure.quote, figure.value, figure.currency, figure.unit) == (written, Decimal(value), currency, None)


def test_pounds_are_money_or_weight_by_what_is_said() -> None:
    assert only("They spent 20 million pounds on the bridge.").currency == "GBP"
    assert only("The parcel weighs 20 pounds.").unit == "pound"


@pytest.mark.parametrize(
    ("written", "unit", "currency"),
    [
        ("19 cents", "cent", "USD"),
        ("19c", "cent", "USD"),
        ("164p", "penny", "GBP"),
        ("19 euro cents", "cent", "EUR"),
        ("19 Canadian cents", "cent", "CAD"),
    ],
)
def test_minor_units_keep_their_own_name(written: str, unit: str, currency: str) -> None:
    figure = only(f"Stamps cost {written} now.")
    assert (figure.quote, figure.unit, figure.currency) == (written, unit, currency)


@pytest.mark.parametrize(
    ("written", "unit", "per"),
    [("300 square km", "square kilometre", None), ("12 mtpa", "million tonnes", "year"), ("12 km/head", "kilometre", "person")],
)
def test_a_unit_is_read_in_each_of_its_short_forms(written: str, unit: str, per: str | None) -> None:
    figure = only(f"It has {written}, they say.")
    assert (figure.quote, figure.unit, figure.per) == (written, unit, per)


@pytest.mark.parametrize(
    ("written", "unit", "per"),
    [
        ("5 percent", "percent", None),
        ("5 per cent", "percent", None),
        ("5%", "percent", None),
        ("5 percentage points", "percentage point", None),
        ("25 basis points", "basis point", None),
        ("38 billion cubic meters", "cubic metre", None),
        ("500mg", "milligram", None),
        ("70 mph", "mile", "hour"),
        ("80 km/h", "kilometre", "hour"),
        ("800,000 barrels a day", "barrel", "day"),
        ("15 miles per hour", "mile", "hour"),
        ("300 sq m", "square metre", None),
        ("20°C", "degree Celsius", None),
        ("37 degrees Fahrenheit", "degree Fahrenheit", None),
        ("6 years old", "year", None),
        ("96 heart transplants", "heart transplant", None),
        ("two-fold", "time", None),
    ],
)
def test_a_unit_is_singular_and_a_rate_has_a_denominator(written: str, unit: str, per: str | None) -> None:
    figure = only(f"It was {written} then.")
    assert (figure.quote, figure.unit, figure.per) == (written, unit, per)


def test_money_rates_have_a_denominator_outside_the_quote() -> None:
    figure = only("Oil sold at $52 a barrel.")
    assert (figure.quote, figure.currency, figure.per) == ("$52", "USD", "barrel")
    assert only("It would ship 38 billion cubic metres of gas each year.").per == "year"


@pytest.mark.parametrize(
    ("words", "bound"),
    [
        ("about 40 ships", "about"),
        ("nearly 40 ships", "about"),
        ("40 or so ships", "about"),
        ("more than 40 ships", "more_than"),
        ("over 40 ships", "more_than"),
        ("fewer than 40 ships", "less_than"),
        ("at least 40 ships", "at_least"),
        ("40 or more ships", "at_least"),
        ("up to 40 ships", "at_most"),
        ("no more than 40 ships", "at_most"),
        ("40 ships", "exact"),
    ],
)
def test_bound_words_set_the_bound(words: str, bound: str) -> None:
    figure = only(f"They sent {words} north.")
    assert (figure.value, figure.unit, figure.bound) == (Decimal(40), "ship", bound)


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("between 15 and 22 ships", 15, 22),
        ("15 to 22 ships", 15, 22),
        ("15-22 ships", 15, 22),
        ("15–22 ships", 15, 22),
        ("eight to 10 ships", 8, 10),
        ("more than 30 and fewer than 40 ships", 30, 40),
    ],
)
def test_a_range_has_no_value_but_two_ends(words: str, low: int, high: int) -> None:
    figure = only(f"They sent {words} north.")
    assert (figure.value, figure.low, figure.high, figure.bound, figure.unit) == (None, Decimal(low), Decimal(high), "range", "ship")


def test_both_ends_of_a_range_take_the_scale() -> None:
    figure = only("A fine of $3-5 billion is likely.")
    assert (figure.low, figure.high, figure.currency) == (Decimal(3_000_000_000), Decimal(5_000_000_000), "USD")


def test_a_change_from_one_level_to_another_is_two_figures() -> None:
    assert gist("Exports rose from 240 tonnes to 273 tonnes.") == [("240 tonnes", "240"), ("273 tonnes", "273")]


def test_a_number_takes_the_unit_of_its_neighbour() -> None:
    assert [figure.unit for figure in find_figures("Sales reached 3.9 million headsets, up from 2.4 million.")] == ["headset", "headset"]
    assert [figure.unit for figure in find_figures("It comes with four-, five- and six-cylinder engines.")] == ["cylinder"] * 3


def test_one_in_five_is_a_fifth() -> None:
    figure = only("One in five voters stayed at home.")
    assert (figure.quote, figure.value) == ("One in five", Decimal("0.2"))


def test_dozens_are_a_vague_range() -> None:
    figure = only("Dozens of homes burned.")
    assert (figure.low, figure.high, figure.unit) == (Decimal(12), Decimal(120), "home")


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("Prices rose 5% in the spring.", "up"),
        ("Prices were down 5% in the spring.", "down"),
        ("Shares lost 5 points.", "down"),
        ("The bank cut its rate by 5 points.", "down"),
        ("Prices climbed to 5 euros.", None),
        ("They gave up 5 points.", None),
        ("A 5% rise is planned.", "up"),
    ],
)
def test_change_is_that_of_the_amount_and_not_of_the_level(text: str, change: str | None) -> None:
    assert only(text).change == change


@pytest.mark.parametrize(
    "text",
    [
        "They met on 5 June 2019 and in May.",
        "On June 5, 2019, they met.",
        "The 70th anniversary of World War II.",
        "The twenty-first meeting ended.",
        "It opens at 10:30 and closes at 7pm.",
        "It starts at five o'clock.",
        "The law of 1998 stands.",
        "Songs of the 1960s.",
        "The 2018 elections were close.",
        "They use 5G and fly a Boeing 737.",
        "The Superjet-100 and the V-12 were shown.",
        "See page 12, section 3 and Article 5.",
        "She took Route 66 and flight 370.",
        "They won 31-17.",
        "The bill passed on a 5-4 vote.",
        "Visit https://example.org/2019/12/a-7.html or mail a1@example.org.",
        "The server is 192.168.0.1 and runs v2.3.1.",
        "Call +44 20 7946 0958.",
        "Ann Lee, 44, is a baker.",
        "She is one of the best.",
        "No one knew, not this one.",
        "The two sides met.",
        "The Three Gorges dam.",
        "As shown before [12], the rule holds (3).",
        "1. Introduction\n2. Rules",
        "It stands at 12 Harbour Road.",
        "The first half and the second half.",
        "The report on 9/11 was read.",
        "The train left by 0930 GMT.",
        "They won by 3 to 1.",
        "Music of their 20s and 30s.",
    ],
)
def test_what_does_not_measure_is_no_figure(text: str) -> None:
    assert gist(text) == []


def test_a_number_that_json_cannot_hold_is_no_figure() -> None:
    assert gist("It weighs 1.2345678901234567 grams.") == []
    assert gist(f"It weighs {'7' * 31} grams.") == []


def test_the_measure_is_the_phrase_that_the_number_is_of() -> None:
    assert only("The town's budget fell 7%.").measure == "town's budget"
    assert only("Voters backed a 25% tax on imported cars.").measure == "tax on imported cars, Voters"
    assert only("The quake had a magnitude of 7.8.").measure == "magnitude, quake"
    assert [figure.measure for figure in find_figures("Exports rose 5% to 30 tonnes.")] == ["Exports", "Exports"]


def test_an_equivalent_in_brackets_has_the_bound_of_what_it_repeats() -> None:
    assert [figure.bound for figure in find_figures("It paid more than 3 million euros ($3.3 million).")] == ["more_than", "more_than"]


def test_the_same_change_in_other_words_goes_the_same_way() -> None:
    assert [figure.change for figure in find_figures("The index lost 5 points, or 1.2%.")] == ["down", "down"]


@pytest.mark.parametrize(
    ("text", "published", "as_of"),
    [
        ("Trade grew 24 percent last year.", "2019-06-10", "2018"),
        ("Trade grew 24 percent last year.", None, None),
        ("Trade grew 24 percent in May 2014.", None, "2014-05"),
        ("Trade grew 24 percent in 2014.", None, "2014"),
        ("Trade grew 24 percent on 3 March 2014.", None, "2014-03-03"),
        ("Trade grew 24 percent last month.", "2019-01", "2018-12"),
        ("Trade grew 24 percent yesterday.", "2019-03-01", "2019-02-28"),
        ("Trade grew 24 percent in November.", "2019-06", "2018-11"),
        ("Trade grew 24 percent last year.", "not a date", None),
    ],
)
def test_the_time_comes_from_the_sentence_and_the_date_of_the_article(text: str, published: str | None, as_of: str | None) -> None:
    assert only(text, published).as_of == as_of


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("The mill employs 730 people now; it had 1,200 in 1990.", [None, "1990"]),
        ("The mill employs 730 people now, up from 500 in 1990.", [None, "1990"]),
        ("They signed 32 leases in 2015 and 38 in 2014.", ["2015", "2014"]),
        ("In 2014 it had 38 farms and 32 farms in 2015.", ["2014", "2015"]),
        ("Sales rose from 10 million in 2015 to 12 million euros.", ["2015", None]),
        ("Sales rose from 10 million to 12 million euros in 2019.", [None, "2019"]),
        ("Sales rose 5% to 12 million euros in 2019.", ["2019", "2019"]),
        ("The mill makes 400 carts, and in 2031 it will make 500 of them.", [None, "2031"]),
        ("The mill employs 400 people, and made $5m in 2019.", [None, "2019"]),
        ("In 2015 they signed 38 leases, up from 32 a year earlier.", ["2015", "2014"]),
        ("Last year they signed 38 leases, up from 32 a year earlier.", ["2018", "2017"]),
        ("Exports of 5 tonnes last year compared with 4 tonnes in 2010.", ["2018", "2010"]),
        ("They want 90 megawatts more than they have today.", [None]),
    ],
)
def test_a_time_belongs_to_the_figure_whose_clause_it_stands_in(text: str, times: list[str | None]) -> None:
    assert [figure.as_of for figure in find_figures(text, published="2019-06-10")] == times


@pytest.mark.parametrize(
    "text",
    [
        "The firm, founded in 1990, sold 12 million phones.",
        "The 2015 treaty covers 38 harbours.",
        "Output fell 5%, the office said on 5 June.",
        "She said in May that 500 people had left.",
        "Since 2010 it has sold 12 million phones.",
    ],
)
def test_the_time_of_another_event_is_not_that_of_a_figure(text: str) -> None:
    assert only(text, "2019-06-10").as_of is None


@pytest.mark.parametrize(
    ("text", "as_of"),
    [
        ("The fee rose to 40 euros in April.", "2024-04"),
        ("The fee rose to 40 euros in July.", "2023-07"),
        ("The fee will rise to 40 euros in July.", "2024-07"),
        ("The fee goes up to 40 euros in July.", None),
        ("The fee will rise to 40 euros in April.", None),
        ("The fee rose to 40 euros last July.", "2023-07"),
        ("The fee is 40 euros in May.", "2024-05"),
    ],
)
def test_a_month_without_a_year_is_placed_by_the_tense_or_not_at_all(text: str, as_of: str | None) -> None:
    assert only(text, "2024-05-20").as_of == as_of


def test_a_share_has_no_unit_of_the_figure_before_it() -> None:
    assert units("The plant uses 1.2 terawatt hours, less than a tenth of it at night.") == [
        ("1.2 terawatt hours", "terawatt hour"),
        ("a tenth", None),
    ]


def test_a_number_counts_what_stands_behind_the_size_of_each() -> None:
    assert units("The mill filled five 20-litre drums.") == [("five", "drum"), ("20-litre", "litre")]


def test_two_numbers_of_one_scale_are_never_one_number() -> None:
    assert gist("It cost between three million and three and a half million dollars.") == [
        ("three million and three and a half million dollars", "3000000..3500000")
    ]
    assert gist("They lost three million, three and a half million euros.") == [
        ("three million", "3000000"),
        ("three and a half million euros", "3500000"),
    ]
    assert gist("It has two million three hundred thousand readers.") == [("two million three hundred thousand readers", "2300000")]


@pytest.mark.parametrize(
    ("text", "per"),
    [
        ("It cost $30,000 a case, they said.", ["case"]),
        ("It cost $5 a cup.", ["cup"]),
        ("It is worth 640 million kroner (about €86 million) a year.", ["year", "year"]),
        ("It was worth $5 million a year ago.", [None]),
        ("It raised $5 million a week later.", [None]),
        ("They paid $5 million a spokesman said.", [None]),
        ("It costs 4 cents per kilowatt hour.", ["kilowatt hour"]),
    ],
)
def test_a_sum_is_a_rate_only_where_the_phrase_says_so(text: str, per: list[str | None]) -> None:
    assert [figure.per for figure in find_figures(text)] == per


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("It bans any lamp stronger than 5 watts.", "more_than"),
        ("It bans any sheet thinner than 2 millimetres.", "less_than"),
        ("Other than 5 dogs it kept no animal.", "exact"),
        ("It was nearer £22 million.", "about"),
        ("The strike was over, 42 days late.", "exact"),
        ("That was 3.9% above the 206 tonnes of last year.", "exact"),
    ],
)
def test_comparatives_bound_and_what_only_looks_like_a_bound_does_not(text: str, bound: str) -> None:
    assert find_figures(text)[-1].bound == bound


def test_what_somebody_will_do_to_a_number_does_not_name_it() -> None:
    assert gist("Each case will infect 12 to 18 others.") == [("12 to 18 others", "12..18")]


def test_two_counts_of_a_vote_are_no_range() -> None:
    assert gist("Members voted 1,214 to 987 to strike.") == [("1,214", "1214"), ("987", "987")]


@pytest.mark.parametrize(
    ("note", "currency"),
    [
        ("All figures in Canadian dollars.", "CAD"),
        ("(Amounts are in Australian dollars)", "AUD"),
        ("Prices are given in NZ dollars.", "NZD"),
        ("All amounts are in SGD.", "SGD"),
        ("It was paid in Canadian dollars.", "USD"),
        ("All figures in tonnes.", "USD"),
    ],
)
def test_a_bare_dollar_sign_is_that_of_the_us_unless_the_article_says_otherwise(note: str, currency: str) -> None:
    found = find_figures(f"The mill cost $5 million, US$3 million and $US2 million.\n\n{note}")
    assert [figure.currency for figure in found] == [currency, "USD", "USD"]


def test_a_dollar_sign_after_a_lower_case_word_is_plain() -> None:
    assert [(f.quote, f.currency) for f in find_figures("A shot runs us $26. It sold for HK $30.")] == [("$26", "USD"), ("HK $30", "HKD")]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("According to Jane Roe, output fell to 30 tonnes.", "Jane Roe"),
        ("Output fell to 30 tonnes, Jane Roe of Acme Mills said.", "Jane Roe of Acme Mills"),
        ("Output fell to 30 tonnes, said the Mining Board.", "Mining Board"),
        ("Output fell to 30 tonnes, she said.", None),
        ("Output fell to 30 tonnes.", None),
    ],
)
def test_the_speaker_is_whom_the_sentence_names(text: str, speaker: str | None) -> None:
    assert only(text).speaker == speaker


def test_nothing_is_found_in_nothing() -> None:
    assert find_figures("") == []
