"""Facts about the money of the world: codes of ISO 4217, what people call them, and their signs."""

from __future__ import annotations

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
