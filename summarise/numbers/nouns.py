"""The noun that a number counts: "38 separate agreements" counts agreements."""

from __future__ import annotations

import re
from typing import NamedTuple

_IRREGULAR = {
    "people": "person", "men": "man", "women": "woman", "children": "child", "feet": "foot", "teeth": "tooth", "mice": "mouse", "geese": "goose",
    "lives": "life", "wives": "wife", "knives": "knife", "wolves": "wolf", "leaves": "leaf", "halves": "half", "loaves": "loaf", "shelves": "shelf",
    "thieves": "thief", "selves": "self", "calves": "calf", "criteria": "criterion", "phenomena": "phenomenon", "bacteria": "bacterium",
    "viruses": "virus", "buses": "bus", "indices": "index", "matrices": "matrix", "vertices": "vertex", "analyses": "analysis", "crises": "crisis",
    "hypotheses": "hypothesis", "theses": "thesis", "bases": "base", "species": "species", "series": "series", "aircraft": "aircraft", "sheep": "sheep",
    "fish": "fish", "deer": "deer", "personnel": "personnel", "troops": "troop", "movies": "movie", "cookies": "cookie", "rookies": "rookie",
    "zombies": "zombie", "calories": "calorie", "ties": "tie", "lies": "lie", "pies": "pie", "headquarters": "headquarters", "crossroads": "crossroads",
    "police": "police", "staff": "staff", "data": "datum", "media": "medium", "offspring": "offspring", "spacecraft": "spacecraft", "gas": "gas",
    "heroes": "hero", "potatoes": "potato", "tomatoes": "tomato", "cases": "case", "houses": "house", "horses": "horse", "nurses": "nurse", "axes": "axis",
    "courses": "course", "causes": "cause", "phases": "phase", "purchases": "purchase", "diseases": "disease", "increases": "increase", "licenses": "license",
    "expenses": "expense", "responses": "response", "purposes": "purpose", "clauses": "clause", "databases": "database", "warehouses": "warehouse",
    "bonuses": "bonus", "campuses": "campus", "statuses": "status", "caches": "cache", "aches": "ache", "headaches": "headache",
    "fishermen": "fisherman", "policemen": "policeman", "businessmen": "businessman", "congressmen": "congressman", "servicemen": "serviceman",
    "gunmen": "gunman", "firemen": "fireman", "women's": "woman", "grandchildren": "grandchild", "schoolchildren": "schoolchild",
}  # fmt: skip
_NO_PLURAL = frozenset(
    """his its this is was has does us as yes plus versus less unless across perhaps thus news always towards besides afterwards whereas
    previous various famous serious obvious continuous others ours yours theirs hers lens process access success press business stress loss class
    cross glass mass pass address progress congress express princess dress boss bus gas campus virus status bonus census focus chorus genius radius
    minus surplus consensus analysis basis crisis thesis emphasis diagnosis physics politics economics mathematics athletics ethics overseas
    sometimes nowadays indoors outdoors downstairs upstairs says gets makes takes goes comes gives sees wants needs means becomes seems remains includes
    sits adds lies runs shows tells keeps lets puts begins starts stands plays falls rises costs is' was' jobless countless endless wireless regardless
    nevertheless nonetheless doubtless james charles paris texas kansas illinois arkansas los las des les dallas thomas jesus christmas laos
    wales athens brussels dubious tedious anxious jobs' plc""".split()
) - {"costs", "needs", "plays", "shows", "runs", "starts", "falls", "stands"}
STOP_WORDS = frozenset(
    """the a an and or but nor so yet if then than that which who whom whose what when where while because since as at by for from in into of off on onto
    out over per through to toward towards under until up upon with within without between among against during before after about above below
    is are was were be been being am has have had having do does did will would shall should can could may might must not no this these those it its
    he she they we i you his her their our my your him them us me there here also just only even still already ago later earlier each every both either
    neither some any all none one two three four five six seven eight nine ten who's that's it's according including down back away versus vs plus
    compared said says told too very more most less least such like how why percent per cent via amid despite except near inside outside
    across along around behind beyond toward unlike until worth apart ahead tomorrow yesterday today tonight monday tuesday wednesday
    thursday friday saturday sunday january february march april june july august september october november december respectively
    am pm ad bc bce ce gmt est edt pst pdt utc""".split()
)
# Words after a number that may stand before the noun it counts although they end the phrase elsewhere.
_MAY_LEAD = frozenset("more most".split())
_VERBS = frozenset(
    """went left came took made got gave saw said told ran won lost led met sat died fell rose grew held found became began brought bought built
    sold sent spent paid kept knew thought felt fought caught taught lived worked played moved finish finishes remain need want have""".split()
)
_ADJECTIVE_ENDINGS = ("al", "ic", "ive", "ous", "ful", "able", "ible", "ary", "ed", "ing", "ian", "ish", "ese", "est", "less", "ly", "like", "ern", "ical", "ant", "lar", "can")
_ADJECTIVES = frozenset(
    """separate straight new old big large small long short high low good bad great young early late main major minor other more most different similar same such
    extra further additional total full empty free open single double joint key top best worst first last next public private poor rich strong weak hot cold
    black white red green blue yellow heavy light fast slow deep wide tall thick thin dead live alive whole rare common complete concrete remote prime
    distinct recent current present frequent urgent violent silent innocent independent prominent permanent ancient consecutive dutch french german greek
    swiss polish czech british irish welsh scots danish swedish israeli iraqi pakistani afghan thai smaller larger bigger older younger newer higher lower
    better worse cheaper longer shorter senior junior super extreme fresh clean clear dry wet raw safe sick spare square round smart soft hard solid soviet
    unique various certain mere random foreign modern urban human female male adult elder elderly military civilian nuclear
    state-of-the-art world-class so-called combined and or of""".split()
)
_ING_NOUNS = frozenset("lightning building housing shipping training wedding mining trading hearing painting meeting wing string ring king spring morning evening drawing boxing fishing marketing advertising engineering manufacturing parking banking".split())
_WORD = re.compile(r"(?P<gap> {1,2}|\n(?=[a-z])|-)?(?P<word>[^\W\d_][\w'&]*(?:-[^\W\d_][\w']*)*)")
_POSSESSIVE = re.compile(r"'s?$")
_LONGEST = 6
# Singular nouns that a number may stand right before: "a 12 page report", "three-member panel".
_SINGULARS = frozenset(
    """page member story storey bedroom bathroom seat man woman person door point cylinder speed game match win lap set hole way part step stage
    star room unit city state nation country party team player person judge vote car lane wheel door ship vessel aircraft crew bed floor
    piece pack item card track song episode season chapter volume course digit figure letter word line sided fold hit run goal try minute gear
    shot round night stop time ball pitch loss yard""".split()
)


class Counted(NamedTuple):
    """A counted noun: where it ends, its singular head, and the whole phrase as written."""

    end: int
    head: str
    phrase: str


def singular(word: str) -> str:
    """The singular of a lower-case noun; a word that is no plural comes back as it is."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or word in _NO_PLURAL or word.endswith(("ss", "us", "is")) or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]


def is_plural(word: str) -> bool:
    """Whether a lower-case word has the look of a plural noun."""
    return word in _IRREGULAR or (len(word) > 3 and word.endswith("s") and word not in _NO_PLURAL and not word.endswith(("ss", "us", "is", "ous", "'s")))


def counted(low: str, start: int, *, single: bool) -> Counted | None:
    """The noun phrase that a number ending at `start` counts; `single` when the number is one."""
    words = _phrase(low, start)
    if not words:
        return None
    if single:
        return _single(low, words)
    for index, (_, end, word) in enumerate(words):
        if is_plural(word):
            return Counted(end, _compound(words, index), low[words[0][0] : end])
        if index == 0 and word in _SINGULARS:
            return Counted(end, word, word)
    return None


def _compound(words: list[tuple[int, int, str]], index: int) -> str:
    """The head with the noun right before it: "heart transplant", but "agreement" of "bilateral agreements"."""
    head = singular(words[index][2])
    if not index or head in ("person", "man", "woman", "child"):
        return head
    before = words[index - 1][2]
    return head if is_adjective(before) or before in STOP_WORDS or "'" in before else f"{before} {head}"


def is_adjective(word: str) -> bool:
    """Whether a lower-case word has the look of an adjective or adverb."""
    return word in _ADJECTIVES or "-" in word or (word.endswith(_ADJECTIVE_ENDINGS) and word not in _ING_NOUNS)


def _phrase(low: str, start: int) -> list[tuple[int, int, str]]:
    """The words after a number up to one that cannot belong to what it counts."""
    words: list[tuple[int, int, str]] = []
    position = start
    while len(words) < _LONGEST:
        match = _WORD.match(low, position)
        if not match or not match["gap"]:
            break
        word = match["word"]
        if word in STOP_WORDS and not (word in _MAY_LEAD and not words):
            if not (word in ("and", "or") and words and len(words) < 3):
                break
        if word in _VERBS:
            break
        words.append((match.start("word"), match.end(), word))
        position = match.end()
    while words and words[-1][2] in ("and", "or"):
        words.pop()
    return words


def _single(low: str, words: list[tuple[int, int, str]]) -> Counted | None:
    candidates = [entry for entry in words if not entry[2].endswith(("ly", "'s"))][:3]
    if not candidates:
        return None
    _, end, word = candidates[0]
    if len(candidates) > 1 and is_adjective(word) and not word.endswith("al"):
        _, end, word = candidates[1]
    return None if word in _ADJECTIVES or word in ("additional", "special") else Counted(end, word, low[words[0][0] : end])
