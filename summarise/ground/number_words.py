"""Number words that the rules for English do not read: several run together, or of another language."""

from __future__ import annotations

import re

_ENGLISH = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
    twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion
"""
_OTHERS = """
    zwei drei vier fünf funf fuenf sechs sieben acht neun zehn zwölf zwoelf zwanzig dreissig dreißig vierzig fünfzig sechzig siebzig achtzig
    neunzig hundert tausend millionen milliarde milliarden dutzend
    deux trois quatre cinq sept huit neuf onze douze treize quatorze quinze vingt vingts trente quarante cinquante soixante cents mille
    millier milliers milliard milliards douzaine
    uno dos tres cuatro cinco siete ocho nueve diez doce trece catorce quince veinte treinta cuarenta cincuenta sesenta setenta ochenta
    noventa ciento cien cientos doscientos trescientos quinientos quinientas mil millón millon millones docena
    dois duas três quatro oito nove dez doze vinte trinta quarenta cinquenta sessenta oitenta cem cento quinhentos milhão milhao milhões
    milhoes bilhão bilhões mil
    quattro cinque sette otto dieci undici dodici venti trenta quaranta cinquanta sessanta settanta ottanta novanta duecento cinquecento
    mila milione milioni miliardo miliardi
    twee drie vijf zes zeven negen tien twaalf twintig dertig veertig vijftig zestig zeventig tachtig negentig honderd duizend miljoen
    miljard
    tjugo trettio femtio hundra tusen miljon miljoner miljard femti hundre millioner pięć dziesięć sto tysiąc tysięcy milion milionów
"""
_LINKS = "und|et|y|e|en|and"
# Parts of a word too short, or too English, to be looked for by themselves.
_INSIDE_ONLY = "ein|eins|eine|elf|six|dix|cent|cento|due|sei|tre|sto|one|und"


def _any(words: str) -> str:
    return "|".join(sorted(set(words.split()), key=len, reverse=True))


RUN_TOGETHER = re.compile(rf"(?:{_any(_ENGLISH)})(?:(?:and)?(?:{_any(_ENGLISH)}))+")
"""Two or more English number words in one ("fivehundredmillion")."""
FOREIGN = re.compile(rf"(?:(?:{_INSIDE_ONLY})(?:{_LINKS})?)*(?:{_any(_OTHERS)})(?:(?:{_LINKS})?(?:{_any(_OTHERS)}|{_INSIDE_ONLY}))*")
"""A number word of German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Norwegian or Polish, or several in one."""
ROMAN = re.compile(
    r"(?!(?:mm|cm|ml|cl|dl|cc|mix|di|mi|dim|lid|vi|dc|dvd|cd|md|xi)\Z)(?=[ivxlcdm]{2})m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
)
"""A Roman number of two letters or more, but for units and words."""
