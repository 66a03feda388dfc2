"""Money: currencies by sign, code and name, and the amount that they belong to."""

from __future__ import annotations

import re
from typing import NamedTuple

from summarise.figures.model import Prose, leading_letters, pattern

# code: adjectives (comma) ; singular, plurals (comma) ; "!" when the bare name means this one
_TABLE = """
AED: uae, emirati, united arab emirates; dirham, dirhams !
AFN: afghan; afghani, afghanis !
ALL: albanian; lek, leks !
AMD: armenian; dram, drams !
AOA: angolan; kwanza, kwanzas !
ARS: argentine, argentinian, argentinean; peso, pesos
AUD: australian, aussie; dollar, dollars
ANG: antillean, curaçao; guilder, guilders
AWG: aruban; florin, florins
AZN: azerbaijani, azeri; manat, manats !
BAM: bosnian, convertible; mark, marks
BBD: barbadian, barbados; dollar, dollars
BDT: bangladeshi; taka, takas !
BGN: bulgarian; lev, leva, levs !
BHD: bahraini, bahrain; dinar, dinars
BIF: burundian; franc, francs
BMD: bermudan, bermudian, bermuda; dollar, dollars
BND: brunei; dollar, dollars
BOB: bolivian; boliviano, bolivianos !
BRL: brazilian, brazil; real, reais, reals
BSD: bahamian; dollar, dollars
BTN: bhutanese; ngultrum, ngultrums !
BWP: botswana, botswanan; pula, pulas !
BYN: belarusian, belarus; ruble, rubles, rouble, roubles
BZD: belize; dollar, dollars
CAD: canadian; dollar, dollars
CDF: congolese; franc, francs
CHF: swiss; franc, francs !
CLP: chilean; peso, pesos
CNY: chinese, china; yuan, yuans, renminbi, rmb, kuai !
COP: colombian; peso, pesos
CRC: costa rican; colon, colons, colones
SVC: salvadoran; colon, colons, colones
CUP: cuban; peso, pesos
CVE: cape verdean; escudo, escudos
CZK: czech; koruna, korunas, koruny, korun, crown, crowns !
DJF: djiboutian; franc, francs
DKK: danish; krone, kroner, krones, crown, crowns !
DOP: dominican; peso, pesos
DZD: algerian; dinar, dinars
EGP: egyptian; pound, pounds, genih, genihat masriya
ERN: eritrean; nakfa, nakfas !
ETB: ethiopian; birr, birrs !
EUR: ; euro, euros !
FJD: fijian, fiji; dollar, dollars
FKP: falkland islands; pound, pounds
GBP: british, uk, english; pound sterling, pounds sterling, pound, pounds, quid, sterling !
GEL: georgian; lari, laris !
GHS: ghanaian, ghana; cedi, cedis !
GIP: gibraltar; pound, pounds
GMD: gambian; dalasi, dalasis !
GNF: guinean; franc, francs
GTQ: guatemalan; quetzal, quetzals, quetzales !
GYD: guyanese, guyana; dollar, dollars
HKD: hong kong; dollar, dollars
HNL: honduran; lempira, lempiras !
HTG: haitian; gourde, gourdes !
HUF: hungarian; forint, forints !
IDR: indonesian; rupiah, rupiahs !
ILS: israeli, israeli new, new israeli, new; shekel, shekels, sheqel, sheqels, nis !
INR: indian; rupee, rupees !
IQD: iraqi; dinar, dinars
IRR: iranian; rial, rials !
ISK: icelandic; krona, kronas, kronur, crown, crowns
JMD: jamaican; dollar, dollars
JOD: jordanian; dinar, dinars
JPY: japanese; yen, yens !
KES: kenyan, kenya; shilling, shillings
KGS: kyrgyz, kyrgyzstani; som, soms !
KHR: cambodian; riel, riels !
KMF: comorian; franc, francs
KPW: north korean; won
KRW: south korean, korean; won !
KWD: kuwaiti, kuwait; dinar, dinars
KYD: cayman, cayman islands; dollar, dollars
KZT: kazakh, kazakhstani; tenge, tenges !
LAK: lao, laotian; kip, kips !
LBP: lebanese; pound, pounds, lira, liras
LKR: sri lankan; rupee, rupees
LRD: liberian; dollar, dollars
LSL: lesotho; loti, maloti !
LYD: libyan; dinar, dinars
MAD: moroccan; dirham, dirhams
MDL: moldovan; leu, lei
MGA: malagasy; ariary, ariaries !
MKD: macedonian; denar, denars, denari !
MMK: myanmar, burmese; kyat, kyats !
MNT: mongolian; tugrik, tugriks, togrog, togrogs !
MOP: macanese, macau, macao; pataca, patacas !
MRU: mauritanian; ouguiya, ouguiyas !
MUR: mauritian; rupee, rupees
MVR: maldivian; rufiyaa, rufiyaas !
MWK: malawian, malawi; kwacha, kwachas
MXN: mexican; peso, pesos !
MYR: malaysian, malaysia; ringgit, ringgits !
MZN: mozambican; metical, meticals, meticais !
NAD: namibian, namibia; dollar, dollars
NGN: nigerian; naira, nairas !
NIO: nicaraguan; cordoba, cordobas !
NOK: norwegian; krone, kroner, krones, crown, crowns
NPR: nepalese, nepali; rupee, rupees
NZD: new zealand, nz, kiwi; dollar, dollars
OMR: omani; rial, rials, riyal, riyals
PAB: panamanian; balboa, balboas !
PEN: peruvian; sol, soles
PGK: papua new guinean, papua new guinea; kina, kinas !
PHP: philippine, filipino; peso, pesos
PKR: pakistani, pakistan; rupee, rupees
PLN: polish; zloty, zlotys, zlotych !
PYG: paraguayan; guarani, guaranis, guaranies !
QAR: qatari, qatar; riyal, riyals, rial, rials
RON: romanian; leu, lei, leus !
RSD: serbian; dinar, dinars
RUB: russian, russia; ruble, rubles, rouble, roubles !
RWF: rwandan, rwanda; franc, francs
SAR: saudi, saudi arabian; riyal, riyals, rial, rials !
SBD: solomon islands; dollar, dollars
SCR: seychellois, seychelles; rupee, rupees
SDG: sudanese; pound, pounds
SEK: swedish; krona, kronor, kronas, krone, kroner, crown, crowns !
SGD: singapore, singaporean; dollar, dollars
SHP: st helena; pound, pounds
SLE: sierra leonean; leone, leones !
SOS: somali; shilling, shillings
SRD: surinamese, suriname; dollar, dollars
SSP: south sudanese; pound, pounds
STN: sao tome; dobra, dobras !
SYP: syrian; pound, pounds, lira, liras
SZL: swazi; lilangeni, emalangeni !
THB: thai, thailand; baht, bahts !
TJS: tajik, tajikistani; somoni, somonis !
TMT: turkmen; manat, manats
TND: tunisian; dinar, dinars
TOP: tongan; paanga !
TRY: turkish; lira, liras !
TTD: trinidad, trinidadian, trinidad and tobago; dollar, dollars
TWD: taiwan, taiwanese, new taiwan; dollar, dollars
TZS: tanzanian, tanzania; shilling, shillings
UAH: ukrainian, ukraine; hryvnia, hryvnias, hryvnya, hryvnyas, hryven !
UGX: ugandan, uganda; shilling, shillings
USD: us, u.s., american, united states; dollar, dollars, greenback, greenbacks, buck, bucks !
UYU: uruguayan; peso, pesos
UZS: uzbek, uzbekistani; sum, soum, soums
VES: venezuelan; bolivar, bolivars, bolivares !
VND: vietnamese, vietnam; dong, dongs !
VUV: vanuatu; vatu !
WST: samoan; tala
XAF: central african cfa; franc, francs
XCD: east caribbean; dollar, dollars
XCG: caribbean; guilder, guilders
XOF: west african cfa, cfa; franc, francs
XPF: cfp; franc, francs
YER: yemeni; rial, rials, riyal, riyals
ZAR: south african; rand, rands !
ZMW: zambian; kwacha, kwachas
ZWG: zimbabwean; zig, zigs
ZWL: zimbabwe, zimbabwean; dollar, dollars
ATS: austrian; schilling, schillings !
BEF: belgian; franc, francs
DEM: german, west german, deutsche; mark, marks, deutschmark, deutschmarks, deutschemark, deutschemarks, d-mark, d-marks !
ESP: spanish; peseta, pesetas !
FIM: finnish; markka, markkaa, markkas !
FRF: french; franc, francs
GRD: greek; drachma, drachmas !
IEP: irish; punt, punts, pound, pounds !
ITL: italian; lira, lire !
NLG: dutch, netherlands; guilder, guilders !
PTE: portuguese; escudo, escudos !
"""

# Bare names that more than one table row claims, and what they mean without more.
_BARE_EXTRA = {
    "crown": "SEK",
    "crowns": "SEK",
    "lira": "TRY",
    "liras": "TRY",
    "dollar": "USD",
    "dollars": "USD",
    "pound": "GBP",
    "pounds": "GBP",
}

SIGNS = dict(
    pair.rsplit(":", 1)
    for pair in """
    $:USD £:GBP €:EUR ¥:JPY ₹:INR ₽:RUB ₩:KRW ₪:ILS ₫:VND ฿:THB ₱:PHP ₴:UAH ₺:TRY ₦:NGN ₡:CRC ₲:PYG ₵:GHS ₸:KZT ₮:MNT ₭:LAK
    ₼:AZN ₾:GEL ₨:INR 元:CNY 円:JPY 원:KRW ৳:BDT ៛:KHR ﷼:IRR ؋:AFN ֏:AMD ₤:GBP
    """.split()
)

# What stands before or after a dollar sign: US$, $US, A$, HK $.
DOLLARS = dict(
    pair.rsplit(":", 1)
    for pair in """
    us:USD u.s.:USD u.s:USD usd:USD a:AUD au:AUD aus:AUD aud:AUD c:CAD ca:CAD can:CAD cad:CAD cdn:CAD nz:NZD nzd:NZD hk:HKD
    hkd:HKD s:SGD sg:SGD sgd:SGD nt:TWD tw:TWD mx:MXN mex:MXN mxn:MXN r:BRL ec:XCD bz:BZD bd:BBD bds:BBD j:JMD ja:JMD tt:TTD
    fj:FJD z:ZWL n:NAD b:BND cl:CLP ar:ARS g:GYD l:LRD si:SBD rd:DOP col:COP cuc:CUP
    """.split()
)

# Letters that are money only right before or right after the digits.
LETTERS = dict(
    pair.rsplit(":", 1)
    for pair in """
    rm:MYR rs:INR rs.:INR rp:IDR sfr:CHF sfr.:CHF kr:SEK skr:SEK nkr:NOK dkr:DKK tk:BDT ksh:KES kshs:KES tsh:TZS ush:UGX dm:DEM
    ff:FRF rmb:CNY nis:ILS ps:GBP le:EGP l.e:EGP l.e.:EGP zl:PLN kc:CZK ft:HUF stg:GBP y=:JPY
    """.split()
)

SUBUNITS = dict(
    pair.strip().split(":")
    for pair in """
    cent:cent, cents:cent, pence:penny, penny:penny, pennies:penny, kopek:kopek, kopeks:kopek, kopeck:kopek, kopecks:kopek,
    kopiyka:kopiyka, kopiykas:kopiyka, sen:sen, sens:sen, paise:paisa, paisa:paisa, fen:fen, dime:dime, dimes:dime, euro
    cents:cent, us cents:cent, u.s. cents:cent, canadian cents:cent, australian cents:cent, ore:ore, öre:öre, øre:øre
    """.split(",")
)


def _rows() -> list[tuple[str, list[str], list[str], bool]]:
    rows = []
    for line in _TABLE.strip().splitlines():
        code, rest = line.split(": ", 1) if ": " in line else line.split(":", 1)
        adjectives, names = rest.split(";")
        bare = names.rstrip().endswith("!")
        rows.append(
            (code, [a.strip() for a in adjectives.split(",") if a.strip()], [n.strip() for n in names.rstrip(" !").split(",")], bare)
        )
    return rows


def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    for code, adjectives, nouns, bare in _rows():
        for noun in nouns:
            for adjective in adjectives:
                names[f"{adjective} {noun}"] = code
                names.setdefault(f"{adjective}{noun}", code)
            if bare:
                names.setdefault(noun, code)
    return names | _BARE_EXTRA


CODES = frozenset(code for code, *_ in _rows())
NAMES = _names()


_SIGN_CLASS = "".join(re.escape(sign) for sign in SIGNS if len(sign) == 1)
_BEFORE = pattern(
    rf"(?:(?<![^\W\d_])(?P<lead>[A-Za-z.]{{1,4}})(?P<space> ?))?(?P<sign>[{_SIGN_CLASS}])(?P<tail>[A-Z]{{1,3}})? ?-?$"
    rf"|(?<![^\W_])(?P<code>[A-Za-z]{{3}})[$€£]? ?$"
    rf"|(?<![^\W_])(?P<letters>{'|'.join(re.escape(word) for word in sorted(LETTERS, key=len, reverse=True))}) ?$"
    rf"|(?<![^\W_])(?P<name>ringgit|malaysia ringgits?|rupees|rupiah|naira|rand) $",
    re.IGNORECASE,
)
_MAY_BE_BEFORE = LETTERS.keys() | set("ringgit ringgits rupees rupiah naira rand".split())
_AFTER_SIGN = pattern(
    rf" ?(?:(?P<lead>US|A|AU|C|CA|NZ|HK|S|NT)(?=\$))?(?P<sign>[{_SIGN_CLASS}])(?!\.?\d)|(?P<c>¢| ?(?<=\d)c\b| ?(?<=\d)p\b(?!\.m))"
)
_AFTER_CODE = pattern(r"(?: |-|)(?P<size>[kKM])?(?P<code>[A-Z]{3})(?![A-Za-z\d])=?")
_CODE_LOW = pattern(r" (?P<code>[a-z]{3})(?![a-z])")
_WORDS = pattern(r"(?: {1,2}|-|\n(?=[a-z]))((?:[^\W\d_]|[.']){1,40})(?:[ -]([^\W\d_]+))?(?:[ -]([^\W\d_]+))?(?:[ -]([^\W\d_]+))?")
_IN_MONEY = pattern(r" in ((?:[a-z]+ )?(?:euros?|dollars|yen|yuan|pounds|rubles|roubles|rupees))\b")
_QUALIFIER = pattern(
    r" (US|U\.S\.|USD|CAD|AUD|NZD|HKD|SGD|Canadian|Australian|American|Singapore)(?![A-Za-z])(?! (?:dollar|firm|compan|govern|bank))"
)
_ADJECTIVES = {
    "us": "USD",
    "u.s.": "USD",
    "usd": "USD",
    "american": "USD",
    "cad": "CAD",
    "canadian": "CAD",
    "aud": "AUD",
    "australian": "AUD",
    "nzd": "NZD",
    "hkd": "HKD",
    "sgd": "SGD",
    "singapore": "SGD",
}
_FIRST = frozenset(phrase.split()[0] for phrase in [*NAMES, *SUBUNITS])
_MAY_BE_AFTER = {leading_letters(word) for word in _FIRST}
# Codes that are words of headlines: they need a number that looks like money.
_WORDLIKE = frozenset("ALL TOP TRY CUP SOS MOP MAD BAM PEN GEL LAK ERN STN BOB".split())
_LOW_CODES = frozenset("usd eur gbp cad aud nzd chf cny jpy inr rmb sek nok dkk hkd sgd myr".split())


class Money(NamedTuple):
    """Money found beside a number: where it begins or ends, its code, and the minor unit if the number counts those."""

    edge: int
    code: str | None
    subunit: str | None = None
    size: int = 1


_DOLLAR_CODES = "|".join(sorted({code.lower() for code in DOLLARS.values()}))
_ALL_IN = pattern(
    rf"\b(?:figures|amounts|prices|sums|values|costs)(?: (?:are|is|were|given|quoted|stated|shown|all|here)){{0,3}} in "
    rf"(?:the )?(?:(?P<whose>[a-z]+(?: [a-z]+)?) dollars?|(?P<code>{_DOLLAR_CODES}))\b"
)
_LETTER_WORDS = frozenset("asjznbglr")


def money_before(prose: Prose, start: int, floor: int, *, plain: bool) -> Money | None:
    """The sign, code or name right before the number at `start`; `plain` when the number is a short bare one."""
    last = prose.plain[start - 1 : start]
    if not last or ((last.isdigit() or last in ",;:()[]\"'/\n") and last != "="):
        return None
    left = max(floor, start - 18)
    before = prose.plain[left:start]
    match = _BEFORE.search(before) if _may_end_in_money(before) else None
    if not match:
        return None
    edge = left + match.start()
    if match["sign"]:
        return _signed(match, edge, left, glued=last != " ")
    if match["code"]:
        return _coded(match, edge, prose, plain=plain)
    if match["name"]:
        return Money(edge, NAMES.get(match["name"].lower()))
    return _lettered(match, edge, glued=last not in " ", plain=plain)


def _may_end_in_money(before: str) -> bool:
    """A cheap first look: most numbers stand after a word that is no money at all."""
    word = before.rstrip(" ").rpartition(" ")[2]
    return not word.isalpha() or len(word) == 3 or word.lower() in _MAY_BE_BEFORE


def _signed(match: re.Match[str], edge: int, left: int, *, glued: bool) -> Money:
    sign, lead, tail = match["sign"], (match["lead"] or "").lower(), (match["tail"] or "").lower()
    at_sign = Money(left + match.start("sign"), SIGNS[sign])
    if sign != "$":
        return at_sign
    if tail in DOLLARS:
        return Money(left + match.start("sign"), DOLLARS[tail])
    # "a $5 fine", "it costs us $5": there the sign stands at the digits.
    is_a_word = match["space"] and ((glued and match["lead"].islower()) or (lead in _LETTER_WORDS and match["lead"] != "S"))
    if lead in DOLLARS and not is_a_word:
        return Money(edge, DOLLARS[lead])
    return at_sign


def _coded(match: re.Match[str], edge: int, prose: Prose, *, plain: bool) -> Money | None:
    word = match["code"]
    if word.upper() not in CODES or not (word.isupper() or word in _LOW_CODES) or (plain and word in _WORDLIKE):
        return _lettered_code(word, edge)
    return Money(edge, word.upper())


def _lettered_code(word: str, edge: int) -> Money | None:
    code = LETTERS.get(word.lower())
    return (
        Money(edge, code)
        if code and word in ("Rmb", "RMB", "rmb", "Sfr", "SFr", "NIS", "Nkr", "Skr", "Dkr", "Ksh", "KSh", "KSH", "Tsh", "TSh", "Ush", "USh")
        else None
    )


def _lettered(match: re.Match[str], edge: int, *, glued: bool, plain: bool) -> Money | None:
    word = match["letters"]
    if word.islower() and word not in ("y=",):
        return None
    if word == "PS" and not glued:
        return None
    if word.upper() in ("LE", "FT", "KC", "FF", "DM", "KR", "ZL", "STG") and plain:
        return None
    return Money(edge, LETTERS[word.lower()])


def money_after(prose: Prose, end: int) -> Money | None:
    """The sign, code or name after the number that ends at `end`."""
    following = prose.plain[end : end + 1]
    if not following or following in ".,;:)!?(":
        return None
    word = prose.letters_after(end)
    if len(word) > 4 and word.isascii() and following == " " and word not in _MAY_BE_AFTER:
        return None
    sign = _AFTER_SIGN.match(prose.plain, end)
    if sign:
        return _after_sign(sign)
    code = _AFTER_CODE.match(prose.plain, end)
    if code and code["code"] in CODES and code["code"] not in _WORDLIKE:
        size = {"k": 1000, "K": 1000, "M": 10**6}.get(code["size"] or "", 1)
        return Money(code.end(), code["code"], size=size)
    low_code = _CODE_LOW.match(prose.low, end)
    if low_code and low_code["code"] in _LOW_CODES:
        return Money(low_code.end(), {"rmb": "CNY"}.get(low_code["code"], low_code["code"].upper()))
    return _named(prose, end)


def _after_sign(match: re.Match[str]) -> Money:
    if match["c"]:
        return Money(match.end(), "GBP" if "p" in match["c"] else "USD", "penny" if "p" in match["c"] else "cent")
    lead = (match["lead"] or "").lower()
    return Money(match.end(), DOLLARS[lead] if lead else SIGNS[match["sign"]])


def _named(prose: Prose, end: int) -> Money | None:
    words = _WORDS.match(prose.low, end)
    if not words:
        return None
    first = words[1].rstrip(".'") if words[1] not in NAMES else words[1]
    if first in _FIRST or words[1] in _FIRST or words[1] == "u.s.":
        for count in (4, 3, 2, 1):
            if words[count] is None:
                continue
            phrase = " ".join(word for word in (words[i] for i in range(1, count + 1)) if word)
            found = _by_name(phrase.rstrip(".'"), words.end(count))
            if found:
                trim = len(phrase) - len(phrase.rstrip(".'"))
                return found._replace(edge=found.edge - trim)
    in_money = _IN_MONEY.match(prose.low, end)
    return Money(end, NAMES[in_money[1]]) if in_money and in_money[1] in NAMES else None


def _by_name(phrase: str, edge: int) -> Money | None:
    if phrase in NAMES:
        return Money(edge, NAMES[phrase])
    if phrase in SUBUNITS:
        return Money(edge, {"penny": "GBP", "cent": "USD"}.get(SUBUNITS[phrase]), SUBUNITS[phrase])
    return None


def dollar_of(prose: Prose) -> str:
    """Whose dollar a bare "$" is: that of the US unless the article says in so many words that its figures are in another's."""
    match = _ALL_IN.search(prose.low)
    if match is None:
        return "USD"
    return NAMES.get(f"{match['whose']} dollar") or DOLLARS.get(match["whose"]) or (match["code"] or "usd").upper()


def qualified(prose: Prose, end: int, code: str) -> Money | None:
    """ "$500 US", "$5 million Canadian": the word after a dollar amount that says whose dollars."""
    match = _QUALIFIER.match(prose.plain, end) if code == "USD" else None
    return Money(match.end(), _ADJECTIVES[match[1].lower()]) if match else None
