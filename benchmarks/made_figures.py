"""Scores `find_figures` on sentences that are made from grammar, so that the right figures are known and nothing can be fitted to them.

    python benchmarks/made_figures.py [--show N]           the dev part, by construction, worst first, with N examples of each fault
    python benchmarks/made_figures.py --set-aside          the other part: totals and constructions, never a sentence
    python benchmarks/made_figures.py --sentences FILE     writes the dev part as JSON lines

Two thirds of the sentences are dev. The other third is set aside: it has words that dev has not, and all constructions of
made_set_aside.py, which dev has not either. Who mends rules reads neither that file nor made_words_set_aside.yaml.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import made_changes  # noqa: F401  # registers its constructions
import made_counts  # noqa: F401
import made_lists  # noqa: F401
import made_set_aside  # noqa: F401
import numpy as np
from made_writer import SET_ASIDE_ONLY, SHARED, UNSCORED, Construction, Gold, Sentence, Writer

from summarise.evals.statistics import interval, resampled
from summarise.figures import Figure, find_figures

SEED = "made figures 1"
PARTS: dict[str, tuple[Mapping[str, Construction], int]] = {
    "dev": (SHARED, 205),
    "set aside": (SHARED | SET_ASIDE_ONLY, 84),
}
"""The constructions of a part, and how many sentences it has of each: about two thirds and one third of 22,000."""
TRIES = 60
"""How many times the sentences that are wanted may be written until enough of them differ."""
EXACT = Decimal("1e-9")
"""Of a value: a third has no last digit."""
COLUMNS = ("gold", "right", "value", "bound", "unit", "change", "changes", "per", "rates", "false", "sentences")


def made(part: str, each: int | None = None) -> Iterator[Sentence]:
    """The sentences of a part, `each` of every construction, no text twice; always the same."""
    constructions, usual = PARTS[part]
    wanted, seen = each or usual, set[str]()
    for name, construction in constructions.items():
        writer, start = Writer(part, f"{SEED}/{part}/{name}"), len(seen)
        for _ in range(TRIES * wanted):
            sentence = writer.finished(construction(writer), name)
            if sentence.text not in seen:
                seen.add(sentence.text)
                yield sentence
            if len(seen) == start + wanted:
                break
        else:
            raise ValueError(f"{name} has only {len(seen) - start} different sentences in {part}: give it more words, or ask for fewer")


@dataclass(frozen=True)
class Judgement:
    """What became of one gold figure; `found` is None where nothing was found in its place."""

    gold: Gold
    found: Figure | None

    @cached_property
    def value(self) -> bool:
        return self.found is not None and _same_value(self.gold, self.found)

    @cached_property
    def bound(self) -> bool:
        return self.found is not None and self.found.bound == self.gold.bound

    @cached_property
    def unit(self) -> bool:
        return self.found is not None and self.found.unit in self.gold.units and self.found.currency == self.gold.currency

    @property
    def right(self) -> bool:
        return self.value and self.bound and self.unit

    def tried(self, field: str) -> bool:
        """Whether `change` or `per` is scored here: the sentence or the rules say something of it."""
        gold, found = getattr(self.gold, field), getattr(self.found, field, None)
        return gold != UNSCORED and (gold is not None or found is not None)

    def agrees(self, field: str) -> bool:
        return self.found is not None and bool(getattr(self.gold, field) == getattr(self.found, field))

    def faults(self) -> Iterator[str]:
        """What is wrong, by kind."""
        gold, found = self.gold, self.found
        if found is None:
            yield "not found"
            return
        if not self.value:
            yield _value_fault(gold, found)
        if not self.bound and "range" not in (gold.bound, found.bound):
            yield f"bound {found.bound} for {gold.bound}"
        if found.currency != gold.currency:
            yield "currency missing" if found.currency is None else "currency wrong"
        elif not self.unit:
            yield "unit missing" if found.unit is None else "unit wrong" if any(gold.units) else "unit where there is none"
        for field in ("change", "per"):
            if self.tried(field) and not self.agrees(field):
                yield f"{field} {getattr(found, field) or 'none'} for {getattr(gold, field) or 'none'}"


def _same_value(gold: Gold, found: Figure) -> bool:
    low, high = (found.low, found.high) if found.value is None else (found.value, found.value)
    if low is None or high is None:
        return False
    return all(abs(a - b) <= EXACT * max(1, abs(a)) for a, b in ((gold.low, low), (gold.high, high)))


def _value_fault(gold: Gold, found: Figure) -> str:
    if found.bound == "range":
        return "range has another end" if gold.bound == "range" else "two numbers read as a range"
    return "range read as one number" if gold.bound == "range" else "value wrong"


@dataclass(frozen=True)
class Result:
    """A sentence with the judgements of its figures, and what was found where nothing is."""

    sentence: Sentence
    judged: tuple[Judgement, ...]
    false: tuple[Figure, ...]

    def counts(self) -> list[int]:
        """In the order of COLUMNS; bound and unit count only where the value is right."""
        valued = [one for one in self.judged if one.value]
        row = [len(self.judged), sum(one.right for one in valued), len(valued)]
        row += [sum(one.bound for one in valued), sum(one.unit for one in valued)]
        for field in ("change", "per"):
            tried = [one for one in self.judged if one.tried(field)]
            row += [sum(one.agrees(field) for one in tried), len(tried)]
        return [*row, len(self.false), 1]

    def faults(self) -> Iterator[tuple[str, str]]:
        """The kind of each fault, and what it is about."""
        for one in self.judged:
            for kind in one.faults():
                yield kind, f"{_gold_words(one.gold)}; found {_found_words(one.found)}"
        for figure in self.false:
            yield "false figure", _found_words(figure)


def _gold_words(gold: Gold) -> str:
    low, high = (f"{end.normalize():,.9f}".rstrip("0").rstrip(".") for end in (gold.low, gold.high))
    parts = [low if gold.bound != "range" else f"{low}..{high}", gold.bound]
    parts += [gold.currency or "", " or ".join(str(unit) for unit in gold.units if unit)]
    parts += [f"per {gold.per}" if gold.per else "", gold.change or ""]
    return f"“{gold.quote}” is {' '.join(filter(None, parts))}"


def _found_words(found: Figure | None) -> str:
    if found is None:
        return "nothing"
    value = f"{found.low:,f}..{found.high:,f}" if found.value is None else f"{found.value:,f}"
    parts = [value, found.bound, found.currency or "", found.unit or "", f"per {found.per}" if found.per else "", found.change or ""]
    return f"“{found.quote}” {' '.join(filter(None, parts))}"


def judge(sentence: Sentence) -> Result:
    """Each gold figure takes the found one that overlaps it, one with its value before others; what is left is false."""
    left = find_figures(sentence.text)
    judged = []
    for gold in sentence.figures:
        near = [one for one in left if one.start < gold.end and gold.start < one.end]
        best = max(near, key=lambda one: (_same_value(gold, one), min(one.end, gold.end) - max(one.start, gold.start)), default=None)
        left = [one for one in left if one is not best]
        if not gold.optional:
            judged.append(Judgement(gold, best))
    return Result(sentence, tuple(judged), tuple(left))


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def _interval(counts: np.ndarray, part: str, whole: str) -> str:
    """The 95 % interval of one sum over another; the rows are what is drawn."""
    if not counts[:, COLUMNS.index(whole)].sum():
        return ""
    drawn = resampled(counts, seed=1, resamples=1000)
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = interval(drawn[:, COLUMNS.index(part)] / drawn[:, COLUMNS.index(whole)])
    return f"[{low:.3f}, {high:.3f}]"


HEADER = f"{'construction':34} {'gold':>6} {'right':>6} {'95 %':>14} " + " ".join(
    f"{name:>6}" for name in ("value", "bound", "unit", "change", "per", "false")
)


def _row(name: str, counts: np.ndarray) -> str:
    total = dict(zip(COLUMNS, counts.sum(axis=0), strict=True))
    shares = (("value", "gold"), ("bound", "value"), ("unit", "value"), ("change", "changes"), ("per", "rates"), ("false", "sentences"))
    first = f"{name:34} {total['gold']:6.0f} {_share(total['right'], total['gold']):>6} {_interval(counts, 'right', 'gold'):>14}"
    return " ".join([first, *(f"{_share(total[part], total[whole]):>6}" for part, whole in shares)])


def _worst_first(results: Mapping[str, Sequence[Result]]) -> list[str]:
    def goodness(name: str) -> tuple[float, float]:
        total = dict(zip(COLUMNS, np.sum([one.counts() for one in results[name]], axis=0), strict=True))
        right = total["right"] / total["gold"] if total["gold"] else 1.0
        false = total["false"] / total["sentences"]
        return right - false, right

    return sorted(results, key=goodness)


def print_table(results: Mapping[str, Sequence[Result]]) -> None:
    """All constructions, worst first, and the total, whose interval is over constructions."""
    print(HEADER)
    sums = []
    for name in _worst_first(results):
        counts = np.array([one.counts() for one in results[name]], dtype=np.float64)
        sums.append(counts.sum(axis=0))
        print(_row(name, counts))
    total = np.array(sums)
    print(_row("total", total))
    print(
        f"false figures a sentence: 95 % {_interval(total, 'false', 'sentences')}; bound and unit are of the figures with the right value"
    )


def print_faults(results: Mapping[str, Sequence[Result]], show: int) -> None:
    """The faults of each construction by kind, most frequent first, `show` examples of each."""
    kinds: Counter[str] = Counter()
    for name in _worst_first(results):
        examples: dict[str, list[str]] = defaultdict(list)
        for one in results[name]:
            for kind, words in one.faults():
                examples[kind].append(f"    {one.sentence.text}\n      {words}")
        kinds.update({kind: len(lines) for kind, lines in examples.items()})
        for kind, lines in sorted(examples.items(), key=lambda item: -len(item[1])):
            print(f"\n{name}: {kind}: {len(lines)}", *lines[:show], sep="\n")
    print("\nall faults by kind", *(f"{count:6} {kind}" for kind, count in kinds.most_common()), sep="\n")


def main() -> int:
    """Makes the sentences, judges them and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N dev sentences for each kind of fault")
    parser.add_argument("--set-aside", action="store_true", help="score the other part; prints no sentences")
    parser.add_argument("--sentences", type=Path, metavar="FILE", help="write the dev part as JSON lines and score nothing")
    arguments = parser.parse_args()
    if arguments.set_aside and (arguments.show or arguments.sentences):
        parser.error("the sentences that are set aside are not shown")
    if arguments.sentences:
        lines = (json.dumps(sentence.as_json(), ensure_ascii=False) + "\n" for sentence in made("dev"))
        arguments.sentences.write_text("".join(lines), encoding="utf-8")
        return 0
    results: dict[str, list[Result]] = defaultdict(list)
    for sentence in made("set aside" if arguments.set_aside else "dev"):
        results[sentence.construction].append(judge(sentence))
    print_table(results)
    if arguments.show:
        print_faults(results, arguments.show)
    return 0


if __name__ == "__main__":
    sys.exit(main())
