"""A gold file made for tests, and outputs to score against it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from summarise.evals.evaluate import evaluate
from summarise.evals.gold.model import Gold
from summarise.evals.gold.read import parsed
from summarise.evals.outputs import Output, parse_output
from summarise.evals.results import Result
from summarise.text.yaml_nodes import Problems

GOLD = """\
format: 1
id: reservoir
title: Villagers split over reservoir
published: 2030-05-02
cluster: water
labelled: {by: [ana, ben], on: 2030-05-20, guidelines: 3}
complete: [claims, stances, figures]
text: |
  The water board wants to flood the Arrow valley, its director, Ines Moro, told villagers on Monday.
  "The reservoir will supply at least 90,000 homes a day by 2036," Moro said.
  It would cost 2.5 billion euros, 12% more than planned, according to the auditor Karel Dietz.
  Farmer Tom Birk called the reservoir "a grave for good soil" and demanded that old pipes be mended first.
  The mayor said she had not made up her mind about the reservoir.
  Birk denied that he had been offered money for his land.
  Between 300 and 350 people came to the meeting in April.
entities:
  moro: [Ines Moro, Moro]
  board: [water board, the water board]
  auditor: [Karel Dietz, Dietz, the auditor Karel Dietz]
  birk: [Tom Birk, Birk, farmer Tom Birk]
  mayor: [The mayor, mayor]
  reservoir: [the reservoir, reservoir, flooding the valley]
  pipes: [old pipes, mending the pipes]
claims:
- id: c1
  key: yes
  text: The reservoir will supply at least 90,000 homes a day by 2036.
  speaker: moro
  mode: predicts
  quote: The reservoir will supply at least 90,000 homes a day by 2036
- id: c2
  key: yes
  text: The reservoir would cost 2.5 billion euros, 12% more than planned.
  speaker: auditor
  quote: It would cost 2.5 billion euros, 12% more than planned
- id: c3
  text: Old pipes should be mended first.
  speaker: birk
  mode: demands
  quote: demanded that old pipes be mended first
- id: c4
  text: Tom Birk was not offered money for his land.
  speaker: birk
  mode: denies
  quote: denied that he had been offered money for his land
- id: c5
  optional: yes
  text: Between 300 and 350 people came to the meeting.
  speaker: author
  quote: Between 300 and 350 people came to the meeting
stances:
- {holder: board, target: reservoir, polarity: favour, quote: wants to flood the Arrow valley}
- {holder: birk, target: reservoir, polarity: against, quote: a grave for good soil}
- {holder: mayor, target: reservoir, polarity: neutral, quote: had not made up her mind}
- {holder: birk, target: pipes, polarity: favour, quote: demanded that old pipes be mended, optional: yes}
figures:
- quote: at least 90,000 homes a day
  value: 90000
  unit: home
  per: day
  bound: at_least
  measure: homes supplied by the reservoir
  as_of: 2036
  speaker: moro
- quote: 2.5 billion euros
  value: 2500000000
  currency: EUR
  measure: cost of the reservoir
  accept: {measure: [price of the dam]}
  speaker: auditor
- quote: 12%
  value: 12
  unit: percent
  measure: rise in cost over plan
  speaker: auditor
- quote: Between 300 and 350 people
  value: 300..350
  unit: person
  bound: range
  measure: people at the meeting
  as_of: 2030-04
"""


def gold(yaml: str = GOLD) -> Gold:
    """The Gold in `yaml`, which must be without a fault."""
    faults = Problems("made.yaml")
    found = parsed(yaml, faults)
    assert found is not None, [str(fault) for fault in faults.errors]
    return found


def faults_of(yaml: str, file: str = "broken.yaml") -> list[str]:
    """What is wrong with a gold file."""
    faults = Problems(file)
    assert parsed(yaml, faults) is None
    return [str(fault) for fault in sorted(faults.errors)]


def perfect(of: Gold | None = None) -> dict[str, Any]:
    """A line of JSON that says exactly what gold says, without what is optional."""
    of = of or gold()

    def common(label: Any) -> dict[str, Any]:
        return {"id": label.id, "evidence": [_span(of, *run) for run in label.spans[0]]}

    return {
        "article": {"id": of.id},
        "gist": "A reservoir is planned.",
        "claims": [{**common(c), "text": c.text, "speaker": _name(c.speaker), "mode": c.mode} for c in of.labels.claims if not c.optional],
        "stances": [
            {**common(s), "holder": _name(s.holder), "target": s.target.names[0], "polarity": s.polarity}
            for s in of.labels.stances
            if not s.optional
        ],
        "figures": [_figure(of, f) for f in of.labels.figures if not f.optional],
        "run": {"client": "made", "model": "perfect", "input_tokens": 10, "output_tokens": 5, "cost_usd": 0.5, "seconds": 2.0},
    }


def scored(*lines: dict[str, Any], of: Gold | None = None, resamples: int = 50) -> Result:
    """The Result of outputs of one article."""
    return evaluate([of or gold()], [output(line) for line in lines], resamples=resamples)


def values(result: Result) -> dict[str, float | None]:
    return {estimate.metric: estimate.value for estimate in result.estimates}


def output(line: dict[str, Any]) -> Output:
    return parse_output(json.loads(json.dumps(line)))


def changed(change: Callable[[dict[str, Any]], object], line: dict[str, Any] | None = None) -> dict[str, Any]:
    """A copy of `line`, or of the perfect one, with something changed."""
    made = copy.deepcopy(line or perfect())
    change(made)
    return made


def evidence(*quotes: str) -> list[dict[str, Any]]:
    return [{"quote": quote} for quote in quotes]


def _figure(of: Gold, figure: Any) -> dict[str, Any]:
    ((start, end),) = figure.spans[0]
    amount = figure.amounts[0]
    numbers = {key: None if number is None else int(number) for key, number in amount._asdict().items()}
    plain = {key: getattr(figure, key) for key in ("bound", "unit", "currency", "per", "measure", "as_of")}
    return {"id": figure.id, **_span(of, start, end), **numbers, **plain, "speaker": _name(figure.speaker)}


def _name(names: Any) -> str | None:
    return None if names is None or names.is_author else names.names[0]


def _span(of: Gold, start: int, end: int) -> dict[str, Any]:
    return {"start": start, "end": end, "quote": of.text[start:end]}
