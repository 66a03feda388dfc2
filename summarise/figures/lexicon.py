"""The lexicon: number words, word classes and counted nouns that the rules ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from summarise.figures.model import pattern

ONES = {word: value for value, word in enumerate("zero one two three four five six seven eight nine".split())} | {"naught": 0, "nought": 0}
TEENS = {
    word: value
    for value, word in enumerate("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), start=10)
}
TENS = {word: value * 10 for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)} | {
    "fourty": 40
}

SCALES = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "quadrillion": 10**15,
    "quintillion": 10**18,
    "lakh": 10**5,
    "lac": 10**5,
    "crore": 10**7,
    "koti": 10**7,
}
DOZEN = {"dozen": 12, "doz": 12, "dz": 12}

# Scales that follow digits only: "1.4bn", "3mil", "12 lkhs".
SHORT_SCALES = {
    "mn": 10**6,
    "mln": 10**6,
    "mil": 10**6,
    "mio": 10**6,
    "bn": 10**9,
    "bln": 10**9,
    "bil": 10**9,
    "tn": 10**12,
    "trn": 10**12,
    "tln": 10**12,
    "lkh": 10**5,
    "lkhs": 10**5,
    "cr": 10**7,
}
# Letters that mean a scale only where the place allows it; see scales.py.
LETTER_SCALES = {"k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12, "g": 10**9}
HAN_SCALES = {"十": 10, "百": 10**2, "千": 10**3, "万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}

_PARTS = "half third quarter fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
PARTS = {word: value for value, word in enumerate(_PARTS, start=2)} | {
    "fourth": 4,
    "sixteenth": 16,
    "twentieth": 20,
    "thirtieth": 30,
    "hundredth": 100,
    "thousandth": 1000,
    "millionth": 10**6,
    "billionth": 10**9,
    "trillionth": 10**12,
}
PART_PLURALS = {("halves" if word == "half" else word + "s"): value for word, value in PARTS.items()}

ORDINALS = (
    {
        word: value
        for value, word in enumerate(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
            "sixteenth seventeenth eighteenth nineteenth".split(),
            start=1,
        )
    }
    | {
        word: value * 10
        for value, word in enumerate("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth".split(), start=2)
    }
    | {"hundredth": 100, "thousandth": 1000, "millionth": 10**6}
)

# "dozens of", "tens of thousands of": from one to ten of them.
VAGUE = {
    "dozens": 12,
    "tens": 10,
    "scores": 20,
    "hundreds": 100,
    "thousands": 10**3,
    "millions": 10**6,
    "billions": 10**9,
    "trillions": 10**12,
}

VULGAR = {
    pair[0]: (int(pair[1:].split("/")[0]), int(pair.split("/")[1]))
    for pair in "½1/2 ⅓1/3 ⅔2/3 ¼1/4 ¾3/4 ⅕1/5 ⅖2/5 ⅗3/5 ⅘4/5 ⅙1/6 ⅚5/6 ⅛1/8 ⅜3/8 ⅝5/8 ⅞7/8 ⅐1/7 ⅑1/9 ⅒1/10".split()
}

MONTHS = {
    word: index % 12 + 1
    for index, word in enumerate(
        "january february march april may june july august september october november december "
        "jan feb mar apr may jun jul aug sep oct nov dec".split()
    )
} | {"sept": 9}
DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun".split())


def ratio(above: int | Decimal, below: int) -> Decimal:
    """A quotient as fifteen significant digits, so that a third is the same number however it is written."""
    value = Decimal(above) / Decimal(below)
    return value if value == value.to_integral_value() else round_15(value)


def round_15(value: Decimal) -> Decimal:
    """`value` with fifteen significant digits: the most that a JSON number keeps exactly."""
    return value if len(value.as_tuple().digits) <= 15 else Decimal(f"{value:.14e}").normalize()


def tidy(value: Decimal) -> Decimal:
    """The same number without trailing zeros or exponent."""
    if value.as_tuple().exponent == 0:
        return value
    return Decimal(int(value)) if value == value.to_integral_value() and value.adjusted() < 60 else value.normalize()


# Plurals that no rule of spelling turns into their singular.
IRREGULAR_PLURALS = dict(
    pair.split(":")
    for pair in """
    people:person others:person men:man women:woman children:child feet:foot teeth:tooth mice:mouse geese:goose lives:life wives:wife
    knives:knife wolves:wolf leaves:leaf halves:half loaves:loaf shelves:shelf thieves:thief selves:self calves:calf
    criteria:criterion phenomena:phenomenon bacteria:bacterium viruses:virus buses:bus indices:index matrices:matrix
    vertices:vertex analyses:analysis crises:crisis hypotheses:hypothesis theses:thesis bases:base species:species series:series
    aircraft:aircraft sheep:sheep fish:fish deer:deer personnel:personnel troops:troop movies:movie cookies:cookie rookies:rookie
    zombies:zombie calories:calorie ties:tie lies:lie pies:pie headquarters:headquarters crossroads:crossroads police:police
    staff:staff data:datum media:medium offspring:offspring spacecraft:spacecraft gas:gas heroes:hero potatoes:potato
    tomatoes:tomato cases:case houses:house horses:horse nurses:nurse axes:axis courses:course causes:cause phases:phase
    purchases:purchase diseases:disease increases:increase licenses:license expenses:expense responses:response purposes:purpose
    clauses:clause databases:database warehouses:warehouse bonuses:bonus campuses:campus statuses:status caches:cache aches:ache
    headaches:headache fishermen:fisherman policemen:policeman businessmen:businessman congressmen:congressman
    servicemen:serviceman gunmen:gunman firemen:fireman women's:woman grandchildren:grandchild schoolchildren:schoolchild
    """.split()
)

# Words that end in s and are no plural nouns.
NO_PLURALS = frozenset(
    """
    access across address adds afterwards always analysis anxious arkansas as athens athletics basis becomes begins besides bonus
    boss brussels bus business campus census charles chorus christmas class comes congress consensus continuous countless crisis
    cross dallas des diagnosis does doubtless downstairs dress dubious economics emphasis endless ethics express famous focus gas
    genius gets gives glass goes has hers his illinois includes indoors is is' its james jesus jobless jobs' kansas keeps laos las
    lens les less lets lies los loss makes mass mathematics means minus nevertheless news nonetheless nowadays obvious ours
    outdoors overseas paris pass perhaps physics plc plus politics press previous princess process progress puts radius regardless
    remains rises says seems sees serious sits sometimes status stress success surplus takes tedious tells texas theirs thesis
    this thomas thus towards unless upstairs us various versus virus wales wants was was' whereas wireless yes yours
    """.split()
)

# Words that end the noun phrase after a number.
STOP_WORDS = frozenset(
    """
    a about above according across ad after against ago ahead all along already also am amid among an and any apart april are
    around as at august away back bc bce be because been before behind being below between beyond both but by can ce cent compared
    could december despite did do does down during each earlier edt eight either est even every except february five for four
    friday from gmt had has have having he her here him his how i if in including inside into is it it's its january july june
    just later least less like march may me might monday more most must my near neither nine no none nor not november october of
    off on one only onto or our out outside over pdt per percent plus pm pst respectively said saturday says september seven shall
    she should since six so some still such sunday ten than that that's the their them then there these they this those three
    through thursday to today told tomorrow tonight too toward towards tuesday two under unlike until up upon us utc versus very
    via vs was we wednesday were what when where which while who who's whom whose why will with within without worth would
    yesterday yet you your
    """.split()
)

# Verbs that follow a counted noun so often that they end its phrase.
PAST_VERBS = frozenset(
    """
    became began bought brought built came caught died fell felt finish finishes fought found gave got grew have held kept knew
    led left lived lost made met moved need paid played ran remain rose said sat saw sent sold spent taught thought told took want
    went won worked
    """.split()
)

# Adjectives without the ending of one.
ADJECTIVES = frozenset(
    """
    additional adult afghan alive ancient and bad best better big bigger black blue british certain cheaper civilian clean clear
    cold combined common complete concrete consecutive current czech danish dead deep different distinct double dry dutch early
    elder elderly empty extra extreme fast female first foreign free french frequent fresh full further german good great greek
    green hard heavy high higher hot human independent innocent iraqi irish israeli joint junior key large larger last late light
    live long longer low lower main major male mere military minor modern more most new newer next nuclear of old older open or
    other pakistani permanent polish poor present prime private prominent public random rare raw recent red remote rich round safe
    same scots senior separate short shorter sick silent similar single slow small smaller smart so-called soft solid soviet spare
    square state-of-the-art straight strong such super swedish swiss tall thai thick thin top total unique urban urgent various
    violent weak welsh wet white whole wide world-class worse worst yellow young younger
    """.split()
)

# Nouns that look like participles.
ING_NOUNS = frozenset(
    """
    advertising banking boxing building drawing engineering evening fishing hearing housing king lightning manufacturing marketing
    meeting mining morning painting parking ring shipping spring string trading training wedding wing
    """.split()
)

# Singular nouns that a number may stand right before: "a 12 page report".
SINGULARS = frozenset(
    """
    aircraft ball bathroom bed bedroom car card chapter city country course crew cylinder digit door episode figure floor fold
    game gear goal hit hole item judge lane lap letter line loss man match member minute nation night pack page part party person
    piece pitch player point room round run season seat set ship shot sided song speed stage star state step stop storey story
    team time track try unit vessel volume vote way wheel win woman word yard
    """.split()
)

# Forms of to be, to have, to do, and the modal verbs.
AUXILIARIES = frozenset(
    """
    're 's 've are aren't be been being can can't could couldn't did didn't do does doesn't don't had hadn't has hasn't have
    haven't having is isn't may might must shall should was wasn't were weren't will won't would wouldn't
    """.split()
)

# Words and marks that part one clause from the next.
BOUNDARIES = frozenset(
    """
    ! " ( ) , . : ; ? after although and as because before but if or since so than that though until versus when where whereas
    whether which while who whose
    """.split()
)

# Words that a phrase loses at its ends.
FILLERS = frozenset(
    """
    a about ago all almost already also altogether an around at both each earlier even ever far he her here his however i in
    it its just last least maybe meanwhile month more most my nearly next no not now only our out over perhaps previously
    recently she so some something still than that the their then there these they this those to together total up we week
    well year you your
    """.split()
)

# Nouns of time: they say when, not what.
TIMES = frozenset(
    """
    afternoon april august century day days decade december end evening february friday january july june march may moment monday
    month months morning november october quarter saturday september sunday thursday time tuesday wednesday week weeks year years
    """.split()
)

# Words that end the phrase after a figure: "90 miles wide".
DIMENSIONS = frozenset(
    """
    ago apart away deep down each earlier high higher instead later less long lower more off old right tall thick up wide
    """.split()
)

# Words that number what follows them: "page 12", "Boeing 737", "S&P 500".
LABELS = frozenset(
    """
    act agenda airbus amendment android annex answer apartment apollo appendix apt area art article asx autumn bay bill bldg block
    boeing box building bus cac case cat category celsius ch channel chapter class clause code covid csi cy dax day district div
    division doi dow en ep episode eq eqs equation example exit experiment ext extension fall fax fig figs figure figures file
    flight formula fortune fragment ftse fy galaxy game gate grade group highway hole hwy id interstate ios ipad iphone isbn iso
    issn item kospi lane lemma level line lot mark method mk model nasdaq nikkei no nos note number office page pages para
    paragraph part pg phase phone pier platform playstation plot pp prop proposition psalm psalms python q question ref resolution
    rfc rm road room round route row rt rule russell s&p sample sars schedule scp season seat sec section series sheet slide sp
    species spring stage step stoxx studio suite summer sy ta tab table tables team tel terminal theorem tier title topix track
    tsx type unit v ver verse version vision vol volume ward week windows winter xbox year zip zone zones
    """.split()
)

# Words that may begin with a capital before a number and are no names.
OPENERS = frozenset(
    """
    a about above add adds after against all almost also altogether among an and another any approximately are around as at
    attendance be because been before below between both but buy buys by can contains convert costs could currently did do does
    during each earn even every exactly few fewer find first for found from get gets give gives got had has have he her here his
    however i if in including into is it its just last least less make makes many may meanwhile might minus more most must my
    nearly needs next no nor not now of off on only onto or other our out output over overall per please plus population precisely
    production profit put requires revenue roughly said sales says sells several shall she should since so sold some spend still
    take takes than that the their them then there these they this those through to today took total toward towards turnover under
    until up upon was we weighs were what when where which while who will with within without would yesterday yet you your
    """.split()
)

# Words before a bare number that do not make it a label: "the team won 42".
NOT_NUMBERED = frozenset(
    """
    about above age all almost also another approximately are around average back be beat been below between both cost costs count
    down equal equals even exactly factor figure find from further gave get got had has have high hit hold index into is just
    least left less level like limit lost low made mark met minus more most nearly number off only onto out over plus price put
    ran range rate reach record roughly saw score scored see sold some still sum take than then through till times took total
    under until value was were what when where which with within won worth
    """.split()
)

# After these a four-digit number is a year even where a noun follows.
YEAR_WORDS = frozenset(
    """
    a after an and around at autumn before between by calendar circa during early fall fiscal for from her his in its last late
    mid next of on or our since spring summer than that the their this through till to until winter year
    """.split()
) | frozenset(MONTHS)

# Verbs that part the subject of a clause from its figure.
CLAUSE_VERBS = frozenset(
    """
    asks foresee foresees foresaw lists hears heard knows knew burn burns excluding tell credits cites saves fetches carries
    wrote writes chose chooses drew drove flew rode sank sang stole swam tore threw wore builds lends lent speaks spoke meant stores
    said says say told tells expects expect expected announced announces reported reports posted posts sold sells sell bought
    buys paid pays pay cost costs made makes make took takes take gave gives give got gets get set sets put puts held holds hold
    kept keeps ran runs run led leads saw sees see found finds became becomes become began begins stood stands stand came comes
    come went goes go remains remain amounted amounts totalled totaled totals reached reaches hit hits won wins spent spends
    spend sent sends signed signs sign agreed agrees includes include offers offer plans plan needs need wants want uses use
    produces produce employs employ sits shows show estimates estimated launched launches contains contain features boasts
    weighs weighed measures measured averaged averages owns own operates performed delivered delivers received receives earned
    earns scored killed injured opened closed ended ends finished started starts works work lives live let lets covers covered
    provides provided allows allowed requires required handles serves faces means pulled raised cut cuts reduced lowered hiked
    lifted boosted added adds approved acquired acquires completed charges charged fined awarded invested backed planned
    proposed sought seeks withdraw tap bring brings brought fell range ranges ranged trades traded trading valued priced equals
    equal struck stretches stretched extends extended lasts lasted carry carries carried deepened saves save
    """.split()
)

# Verbs and adverbs of a rise, whose object is the amount: "rose 5%".
RISES = frozenset(
    """
    rose rise rises rising risen grew grow grows growing grown increase increases increased increasing climb climbs climbed
    climbing jump jumps jumped jumping gain gains gained gaining soar soars soared soaring surge surges surged surging advance
    advances advanced advancing rally rallies rallied rallying expand expands expanded expanding swell swells swelled spike
    spikes spiked spiking appreciate appreciated strengthen strengthened accelerate accelerated rebound rebounds rebounded
    skyrocket skyrocketed leap leapt leaps balloon ballooned up
    """.split()
)

# The same for a fall: "lost 5 points".
FALLS = frozenset(
    """
    fell fall falls falling fallen drop drops dropped dropping decline declines declined declining decrease decreases decreased
    decreasing slip slips slipped slipping slide slides slid sliding plunge plunges plunged plunging tumble tumbles tumbled
    tumbling sink sinks sank sunk sinking shrink shrinks shrank shrunk shrinking lose loses lost losing shed sheds shedding
    plummet plummets plummeted plummeting contract contracts contracted contracting dip dips dipped dipping ease eases eased
    easing slump slumps slumped slumping weaken weakened weakens retreat retreated retreats slow slowed slows depreciate
    depreciated crash crashed collapse collapsed down
    """.split()
)

# Verbs that make something else rise by an amount: "raised rates by 5%".
RAISES = frozenset(
    """
    raise raises raised raising boost boosts boosted boosting hike hikes hiked hiking lift lifts lifted lifting add adds added
    improve improved extend extended widen widened
    """.split()
)

# The same for a fall: "cut rates by 5%".
CUTS = frozenset(
    """
    cut cuts cutting reduce reduces reduced reducing lower lowers lowered lowering slash slashes slashed slashing trim trims
    trimmed narrow narrowed shorten shortened
    """.split()
)

# What may stand between a verb of change and its amount.
BETWEEN_CHANGE = frozenset(
    """
    by an a another further additional extra more than less about around roughly approximately nearly almost some over just only
    as much many at least up to well slightly sharply modestly steadily rapidly strongly significantly dramatically marginally
    its even close estimated record or trending upwards upward downwards downward higher lower edging edged whopping massive
    staggering
    """.split()
)

# After these "up" is part of the verb: "gave up 517 yards".
PARTICLE_VERBS = frozenset(
    """
    gave give gives giving given set sets setting made make makes making took take takes taking picked pick picking came come
    line lined signed sign follow open opened opening sat sit use used using buy bought buying
    """.split()
)

# After "m" glued to a number these words speak of metres.
AFTER_METRES = STOP_WORDS | frozenset(
    """
    long wide high tall deep thick away above below from to of in at and or x by race sprint freestyle hurdles relay final
    butterfly backstroke breaststroke swim tower drop dash run pool radius diameter mark line band range wave waves height depth
    length width distance per north south east west apart tall, further closer underground underwater on off the with but across
    """.split()
)

# Words that a hyphen ties to a number without making it a code: "sub-7 nanometre".
HYPHENED = frozenset(
    """
    sub minus plus mid pre post now then nearly about over under per to and or a an non almost up the top final age ages super
    around
    """.split()
)


# Words after a number that may stand before the noun it counts although they end the phrase elsewhere.
_MAY_LEAD = frozenset("more most".split())
_ADJECTIVE_ENDINGS = (
    "al",
    "ic",
    "ive",
    "ous",
    "ful",
    "able",
    "ible",
    "ary",
    "ed",
    "ing",
    "ian",
    "ish",
    "ese",
    "est",
    "less",
    "ly",
    "like",
    "ern",
    "ical",
    "ant",
    "lar",
    "can",
)
_WORD = pattern(r"(?P<gap> {1,2}|\n(?=[a-z])|-)?(?P<word>[^\W\d_][\w'&]{0,40}(?:-[^\W\d_][\w']{0,40}){0,4})")
_LONGEST = 6


class Counted(NamedTuple):
    """A counted noun: where its phrase begins and where it ends, its singular head, and the phrase in lower case."""

    start: int
    end: int
    head: str
    phrase: str


def singular(word: str) -> str:
    """The singular of a lower-case noun; a word that is no plural comes back as it is."""
    if word in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[word]
    if len(word) < 4 or word in NO_PLURALS or word.endswith(("ss", "us", "is")) or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]


def is_plural(word: str) -> bool:
    """Whether a lower-case word has the look of a plural noun."""
    return word in IRREGULAR_PLURALS or (
        len(word) > 3 and word.endswith("s") and word not in NO_PLURALS and not word.endswith(("ss", "us", "is", "ous", "'s"))
    )


def counted(low: str, start: int, *, single: bool) -> Counted | None:
    """The noun phrase that a number ending at `start` counts; `single` when the number is one."""
    words = _phrase(low, start)
    if not words:
        return None
    if single:
        return _single(low, words)
    for index, (_, end, word) in enumerate(words):
        if is_plural(word):
            return Counted(words[0][0], end, _compound(words, index), low[words[0][0] : end])
        if index == 0 and word in SINGULARS:
            return Counted(words[0][0], end, word, word)
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
    return word in ADJECTIVES or "-" in word or (word.endswith(_ADJECTIVE_ENDINGS) and word not in ING_NOUNS)


def _phrase(low: str, start: int) -> list[tuple[int, int, str]]:
    """The words after a number up to one that cannot belong to what it counts."""
    words: list[tuple[int, int, str]] = []
    position = start
    while len(words) < _LONGEST:
        match = _WORD.match(low, position)
        if not match or not match["gap"]:
            break
        word = match["word"]
        leads = word in _MAY_LEAD and not words
        links = word in ("and", "or") and 0 < len(words) < 3
        if (word in STOP_WORDS and not leads and not links) or word in PAST_VERBS:
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
    return None if word in ADJECTIVES or word in ("additional", "special") else Counted(words[0][0], end, word, low[words[0][0] : end])
