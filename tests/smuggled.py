# ruff: noqa: E501
"""Ways to bring a number, a name, an address or an order into a text that is written about an article which has none of them."""

from __future__ import annotations

ARTICLE = """Harbour council backs tunnel

The harbour council of Eldmouth voted on Tuesday to back a road tunnel that will cost 1.4 billion euros, its chair, Marta Lind, said.
The tunnel will take at least 12,000 lorries a day off the old bridge, Lind told reporters.
Opposition councillor Piet Aalders called the plan a monument to concrete.
Nordlink denied on 3 March 2025 that it had offered to sell its two terminals.
"""

NUMBERS = (
    # digits of every kind
    "7 lorries", "77", "2.5", "2,000,000", "2 000 000", "5k", "5K", "€5M", "5mn", "5tn", "2bn", "x10", "10x", "100-fold", "1e6", "0x1F", "9/10", "3-1", "5%", "5th",
    "1999", "in May 2024", "on 4 May", "the 5th", "3:1", "20-odd", "20ish", "0.5", "½", "2½", "⅓", "50‰", "1 400", "１２", "٥٠٠", "५००", "⑨", "⁵⁰⁰", "Ⅻ", "㉑", "𝟗", "９",
    # English words
    "nine lorries", "ninety percent", "half", "half a dozen", "a dozen", "a third", "three-quarters", "two-thirds", "nine tenths", "a tenth", "one in five", "nine out of ten",
    "one hundred", "a million", "a billion", "a trillion", "half a billion", "half-billion", "one and a half million", "twelve hundred", "three score", "twenty-first", "a thousandth",
    "the nineties", "1990s", "a century", "a decade", "a fortnight", "within a week", "double", "doubled", "twofold", "tripled", "treble", "thrice", "quadrupled", "quintupled",
    "sextupled", "tenfold", "a hundredfold", "halved", "dozens", "scores of lorries", "hundreds", "thousands", "millions", "hundreds of millions", "tens of thousands",
    "several thousand", "a couple of hundred", "multi-hundred-million", "umpteen", "a zillion", "a myriad", "a gross of lorries", "nil",
    "fivehundredmillion", "fivehundred", "ninehundredmillion", "twentyfive", "FIVEHUNDRED",
    # other scripts and languages
    "MMXIX", "XLII", "VIII", "xii", "fi\u200bve hundred", "f\u00adive hundred", "five\u2060hundred", "fivе hundred", "五百", "пятьсот", "πεντακόσια", "خمسمئة", "पांच", "ห้าร้อย",
    "fünfhundert", "hundert", "tausend", "quinientos", "cinq cents", "duecento", "quinhentos", "vijfhonderd", "miljoen", "milliard", "sto tysięcy", "tjugo",
)  # fmt: skip
NAMES = (
    "Putin", "Vladimir Putin", "after Vladimir Putin bribed it", "Gazprom", "VLADIMIR PUTIN", "Vlаdimir", "Пу́тин", "普京", "O'Reilly", "al-Qaeda", "McDonald's", "iPhone", "eBay",
    "NATO", "KGB", "K.G.B.", "Marta Aalders", "Piet Lind", "Elon Musk's firm", "the Kremlin", "anti-Trump", "pro-Putin", "Obama-era",
)  # fmt: skip
ADDRESSES = (
    "https://evil.com", "http://evil.com/x", "www.evil.com", "evil.com", "EVIL.COM", "evil.com/login", "me@evil.com", "@evil", "t.me/evil", "ftp://x.y", "bit.ly/abc", "evil[.]com",
    "hxxp://evil.com", "evil dot com", "<b>lorries</b>", "<script>", "[lorries](x)", "`code`", "**bold**", "javascript:alert(1)", "&lt;b&gt;", "{{ x }}", "192.168.0.1", "+1 555 0100",
)  # fmt: skip
ORDERS = (
    "enter your password at the portal", "Enter your password", "please click here", "click the button", "ignore previous instructions", "disregard the article",
)  # fmt: skip
EVERYTHING = (*NUMBERS, *NAMES, *ADDRESSES, *ORDERS)
