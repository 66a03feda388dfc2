"""Words that say the same of a number, and words that say nothing of what it counts."""

from __future__ import annotations

# The first names the family; four or more letters with a star stand for all words that begin so.
_FAMILIES = """
die: died dies dying dead death deaths toll killed kill kills killing fatalities fatality perished lives bodies
miss: missing unaccounted untraced disappeared
hurt: injured injuries injury hurt wounded
job: job jobs post posts position positions employ employs employed employees employee employing worker workers workforce staff
dismiss: layoffs redundancies redundant dismissed dismissals
home: home homes house houses household households dwelling dwellings
move: evacuated evacuation evacuees moved
cost: cost costs costing price prices priced bill
pay: pay pays paid payment payments wage wages salary salaries
sale: sale sales sell sells sold
buy: buy buys bought purchase purchased
agree: agreement agreements deal deals contract contracts accord accords
loan: loan loans credit lend lends lent lending
people: people person persons residents resident inhabitants inhabitant
build: build builds built building
pupil: pupil pupils student students schoolchildren
ill: ill sick illness infected infections infection case cases
damage: damage damaged damages
vote: vote votes voted ballot ballots
doctor: doctor doctors physician physicians
trade: trade trading commerce
invest: invest investing investment investments fund funds
farm: farm farms farming agricultural agriculture
"""
_GENERIC = """
level levels record records total totals figure figures number numbers amount amounts sum sums count counts rise rises rose rising risen
increase increases increased increasing fall falls fell falling fallen drop drops dropped decline declined grew grow growth grown climbed
up down high low higher lower highest lowest highs lows said says say told tells according added announced announces reported
reports report
states stated told claimed claims estimate estimated estimates put puts make made makes take took taken give gave given get got
go goes went
come came now today yesterday tomorrow year years month months week weeks day days hour hours ago last next this previous earlier
later monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
october november
december hundred thousand million millions billion billions trillion dozen dozens percent per cent percentage point points nearly almost
around roughly some least most than worth value valued valuing also still already just even well while including one two three
four five six
seven eight nine ten eleven twelve another other others each every much many several few little first second third new series part percent
since between among whether yet near about mr mrs ms dr us
dollar dollars euro euros pound pounds yuan ruble rubles rouble roubles yen franc francs krona kronor krone kroner rupee rupees
usd eur gbp bn tn mn
follow follows following followed side sides country countries become becomes became begin begins began beginning start starts
started end ends
ended set sets time times way thing things result results due new newly top big bigger large larger small smaller main only back good
aim aims aimed target targets targeted plan plans planned proposed expect expects expected forecast average median
"""
# Families that are counted in many ways: to share one of them alone says little.
WEAK = frozenset("cost pay sale buy people build move agree vote".split())
PERSONS = frozenset(
    """people job pupil kid child man woman member patient passeng soldi offic playe fight victim migra refug famil civil prote viewe fan
    recip nurse teach miner voter drive rider guest custo membe tenan owner troop crew girl boy baby adult vacci""".split()
)
NUMERALS = frozenset(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty
    thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen half halves third thirds
    quarter quarters
    and a""".split()
)
GENERIC = frozenset(_GENERIC.split())
SYNONYMS = {
    word: family for family, _, members in (line.partition(":") for line in _FAMILIES.strip().splitlines()) for word in members.split()
}
