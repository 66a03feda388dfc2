"""Compare many articles: planted agreements and disagreements found or not, and the time it takes as their number grows.

    python benchmarks/compare.py [--articles 500] [--grow 8] [--seed 0]

Each round takes the articles of corpus/ under names of its own, so that it is another set of events, and writes second reports of six of
them: sentences with a figure, shortened and reworded, with the same number, a rounded one, or another. Whatever is called a disagreement
and was not planted counts as wrong, unless evals/groups.yaml, judged by hand, knows it in the articles themselves.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import yaml

from summarise import Article, Document, Summariser, read
from summarise.compare.comparison import Comparison, compare
from summarise.schema import Summary

ROOT = Path(__file__).parents[1]
_SECONDS = 6
_KINDS = ("agree", "disagree", "rounding")
_INSIDE = re.compile(r"(?<=[^\W_] )[A-ZÀ-Þ][a-zà-ÿ]{2,}\b")
_KEPT = frozenset(
    """January February March April June July August September October November December Monday Tuesday Wednesday Thursday Friday Saturday
    Sunday Russia China America American Chinese Russian Europe European Britain British Sweden Swedish Spain Spanish Canada Canadian
    Australia Australian""".split()
)
_WORDINGS = {
    "killed": "dead", "about": "around", "said": "stated", "people": "people", "houses": "homes", "destroyed": "wrecked", "jobs": "posts",
    "employs": "has a staff of", "cost": "price", "build": "construct", "large": "big", "children": "children", "nearly": "almost",
    "company": "firm", "show": "indicate", "shows": "indicates", "increase": "rise", "rose": "went up", "fell": "went down",
}  # fmt: skip
_LEADS = ("Officials confirmed that {}", "It emerged that {}", "{}", "According to a second report, {}", "As far as is known, {}")


@dataclass(frozen=True)
class Planted:
    """Two figures, each as (article, start), and what was done to the second."""

    first: tuple[str, int]
    second: tuple[str, int]
    kind: str


def corpus() -> list[Article]:
    return [item for item in read([str(ROOT / "corpus")]) if isinstance(item, Article)]


def made(articles: Sequence[Article], wanted: int, chance: random.Random) -> tuple[list[Article], list[Planted]]:
    """About `wanted` articles, and what is planted in them."""
    found: list[Article] = []
    planted: list[Planted] = []
    number = 0
    names = _names(articles)
    while len(found) < wanted:
        renamed = [_renamed(article, names, number) for article in articles]
        found += renamed
        for article in chance.sample(renamed, _SECONDS):
            second, pairs = _second(article, chance)
            if pairs:
                found.append(second)
                planted += pairs
        number += 1
    there = {article.id for article in found[:wanted]}
    return found[:wanted], [pair for pair in planted if {pair.first[0], pair.second[0]} <= there]


def _renamed(article: Article, names: Iterable[str], number: int) -> Article:
    """Every name gets an ending of its own, the same everywhere in the round; the day of publication and larger numbers are others."""
    ending = _ending(number)
    pattern = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, names), key=len, reverse=True)) + r")\b")

    def renamed(text: str | None) -> str:
        named = pattern.sub(lambda match: f"{match.group()}{ending}", text or "")
        named = _INSIDE.sub(lambda match: match.group() if _is_kept(match.group(), ending) else f"{match.group()}{ending}", named)
        return _DIGITS.sub(lambda match: _shifted(match, number), named)

    day = date.fromisoformat(article.published) + timedelta(days=9 * number) if article.published else None
    return replace(
        article,
        id=f"{article.id}-{number}",
        text=renamed(article.text),
        title=renamed(article.title) or None,
        published=day.isoformat() if day else (date(2025, 1, 1) + timedelta(days=9 * number)).isoformat(),
    )


def _is_kept(word: str, ending: str) -> bool:
    return word in _KEPT or word.endswith(ending)


def _shifted(match: re.Match[str], number: int) -> str:
    """Numbers of three digits and more differ between rounds; years and what is shorter do not."""
    written = match.group()
    digits = re.sub(r"\D", "", written)
    if len(digits) < 3 or not number or re.fullmatch(r"(?:1[5-9]|20)\d\d", written):
        return written
    moved = Decimal(written.replace(",", "")) * (100 + 3 * number) / 100
    return _written(moved.quantize(Decimal(1).scaleb(-len(written.partition(".")[2]))))


def _ending(number: int | str) -> str:
    return "q" + "".join(chr(97 + int(digit)) for digit in str(number))


def _names(articles: Iterable[Article]) -> set[str]:
    """Words that are written with a capital inside a sentence, and nowhere without."""
    texts = [text for article in articles for text in (article.text, article.title or "")]
    capital = {match.group() for text in texts for match in _INSIDE.finditer(text)}
    small = {match.group() for text in texts for match in re.finditer(r"\b[a-zà-ÿ]+\b", text)}
    return {name for name in capital if name.lower() not in small} - _KEPT


def _second(article: Article, chance: random.Random) -> tuple[Article, list[Planted]]:
    """A second report of the same event on the same day."""
    document = Document.of(article)
    one_each = [(s, [m for m in document.mentions if s.start <= m.figure.start < s.end]) for s in document.sentences]
    usable = [
        (s, ms[0].figure) for s, ms in one_each if s.start and len(ms) == 1 and 40 < s.end - s.start < 260 and _can_change(ms[0].figure)
    ]
    id_ = f"{article.id}-second"
    text, pairs = f"{article.title or 'A second report'}\n\n", []
    for sentence, figure in chance.sample(usable, min(6, len(usable))):
        kind = chance.choice(_KINDS if len(figure.value.normalize().as_tuple().digits) > 2 else _KINDS[:2])
        quote = _changed(figure, kind, chance)
        words = article.text[sentence.start : sentence.end]
        before, after = words[: figure.start - sentence.start], words[figure.end - sentence.start :]
        line = _reworded(before, chance, drop_first=True) + quote + _reworded(after, chance)
        lead = chance.choice(_LEADS)
        start = len(text) + lead.index("{}") + line.index(quote)
        start += len("about ") if kind == "rounding" else 0
        text += lead.format(line) + "\n\n"
        pairs.append(Planted((article.id, figure.start), (id_, start), kind))
    return replace(article, id=id_, text=text, source="The Second Report"), pairs


def _can_change(figure: object) -> bool:
    value, bound = figure.value, figure.bound  # type: ignore[attr-defined]
    return value is not None and bound == "exact" and value >= 20 and re.search(r"\d", figure.quote) is not None  # type: ignore[attr-defined]


_DIGITS = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def _changed(figure: object, kind: str, chance: random.Random) -> str:
    """The quote of the figure with another number where one is wanted."""
    quote: str = figure.quote  # type: ignore[attr-defined]
    match = _DIGITS.search(quote)
    assert match
    number = Decimal(match.group().replace(",", ""))
    if kind == "agree":
        return quote
    if kind == "rounding":
        return f"about {quote.replace(match.group(), _written(_rough(number)))}"
    factor = Decimal(chance.choice(("0.6", "0.75", "1.3", "1.5")))
    return quote.replace(match.group(), _written((number * factor).quantize(Decimal(1) if number >= 10 else Decimal("0.1"))))


def _rough(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1).scaleb(number.adjusted() - 1)) + 0


def _written(number: Decimal) -> str:
    return f"{number:,f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:,f}"


def _reworded(words: str, chance: random.Random, *, drop_first: bool = False) -> str:
    """Some words in other words, some left out."""
    parts = re.split(r"(\s+)", words)
    if drop_first and parts and parts[0][:1].isupper() and parts[0].lower() in ("the", "but", "and", "in", "it", "a"):
        parts[0] = parts[0].lower()
    kept = [_WORDINGS.get(part, part) if chance.random() < 0.7 else part for part in parts if not _is_loose(part) or chance.random() < 0.6]
    return "".join(kept)


def _is_loose(part: str) -> bool:
    return part.lower() in {"also", "just", "still", "very", "only", "even", "now", "however", "really", "quite", "already"}


def summaries(articles: Sequence[Article]) -> list[Summary]:
    with Summariser() as summariser:
        return [item for item in summariser.iterate(articles) if isinstance(item, Summary)]


def called(comparison: Comparison) -> Iterator[tuple[str, tuple[str, int], tuple[str, int]]]:
    """Every pair of figures of one group: what is said of them, and where they are."""
    for group in comparison.figures:
        between = {(relation.first, relation.second): relation.verdict for relation in group.relations}
        for at, reading in enumerate(group.readings):
            for n, a in enumerate(reading.figures):
                yield from (("agree", _place(a), _place(b)) for b in reading.figures[n + 1 :])
                for other in range(at + 1, len(group.readings)):
                    verdict = between.get((at, other), "unsure")
                    yield from ((verdict, _place(a), _place(b)) for b in group.readings[other].figures)


def _place(cited: object) -> tuple[str, int]:
    return cited.source.summary.article.id, cited.figure.start  # type: ignore[attr-defined]


def known_conflicts(articles: Sequence[Article]) -> set[frozenset[tuple[str, str]]]:
    """Pairs of figures of the corpus that are labelled as disagreeing, each as (article, quote)."""
    path = ROOT / "evals" / "groups.yaml"
    labels = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {"groups": []}
    found = set()
    for group in labels["groups"]:
        for first, second, relation, *_ in group.get("relations", ()):
            if relation == "disagree":
                for a in group["readings"][first - 1]["figures"]:
                    found |= {frozenset([(a["in"], a["quote"]), (b["in"], b["quote"])]) for b in group["readings"][second - 1]["figures"]}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--grow", type=int, default=8, help="times as many for the second timing")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-v", "--verbose", action="store_true", help="show what was missed and what was wrong")
    options = parser.parse_args()
    base = corpus()
    small, planted = made(base, options.articles, random.Random(options.seed))
    found = summaries(small)
    comparison, seconds = _timed(found)
    _score(comparison, planted, found, known_conflicts(base), verbose=options.verbose)
    print(f"{len(found):,} articles: {seconds:.2f} s of CPU")
    if options.grow > 1:
        large, _ = made(base, options.articles * options.grow, random.Random(options.seed))
        _, more = _timed(summaries(large))
        print(f"{len(large):,} articles: {more:.2f} s of CPU, {more / seconds:.1f} times as much for {options.grow} times as many")


def _timed(found: Sequence[Summary]) -> tuple[Comparison, float]:
    start = time.process_time()
    comparison = compare(found)
    return comparison, time.process_time() - start


def _score(
    comparison: Comparison, planted: Sequence[Planted], found: Sequence[Summary], known: set[frozenset[tuple[str, str]]], *, verbose: bool
) -> None:
    figures = {(s.article.id, f.start): f for s in found for f in s.figures}
    there = [pair for pair in planted if pair.first in figures and pair.second in figures]
    print(f"planted: {len(planted)}, both figures read: {len(there)} ({Counter(pair.kind for pair in there)})")
    kinds = {frozenset((pair.first, pair.second)): pair.kind for pair in planted}
    origin = {pair.second: pair.first for pair in planted}
    verdicts = [(verdict, a, b) for verdict, a, b in called(comparison) if a[0] != b[0]]
    for kind in _KINDS:
        wanted = {places for places, k in kinds.items() if k == kind}
        said = {frozenset((a, b)) for verdict, a, b in verdicts if verdict == kind}
        wrong = [
            places for places in said - wanted if not (_is_right(places, kind, figures, known) or _follows(places, kind, figures, origin))
        ]
        precision = 1 - len(wrong) / len(said) if said else float("nan")
        print(f"{kind}: recall {len(said & wanted) / len(wanted):.3f} of {len(wanted)}, precision {precision:.3f} of {len(said)} pairs")
        if verbose:
            _tell(f"{kind} missed", wanted - said, figures)
            _tell(f"{kind} wrong", wrong, figures)


def _is_right(places: frozenset[tuple[str, int]], kind: str, figures: dict, known: set[frozenset[tuple[str, str]]]) -> bool:
    """Pairs that were not planted: the same number in one round, which are the articles themselves, or a conflict that was labelled."""
    a, b = (figures[place] for place in sorted(places))
    rounds = {re.sub(r"-second$", "", id_).rpartition("-")[2] for id_, _ in places}
    if len(rounds) > 1:
        # What no name tells apart is the same sentence to any reader.
        return not any(_is_renamed(figure.evidence[0].quote, rounds) for figure in (a, b))
    if kind in ("agree", "rounding"):
        return (a.value, a.low, a.high, a.currency) == (b.value, b.low, b.high, b.currency) or kind == "rounding"
    names = frozenset((re.sub(r"-\d+(?:-second)?$", "", id_), figures[id_, start].quote) for id_, start in places)
    return any(_same(names, pair) for pair in known)


def _follows(places: frozenset[tuple[str, int]], kind: str, figures: dict, origin: dict[tuple[str, int], tuple[str, int]]) -> bool:
    """Two second reports of one number, or one of them and the number said elsewhere: what was planted makes them disagree too."""
    originals = [figures.get(origin.get(place, place)) for place in places]
    one_round = len({re.sub(r"-second$", "", id_).rpartition("-")[2] for id_, _ in places}) == 1
    return kind == "disagree" and one_round and all(originals) and len({figure.value for figure in originals}) == 1


def _is_renamed(sentence: str, rounds: Iterable[str]) -> bool:
    endings = "|".join(map(_ending, rounds))
    return re.search(rf"\b[A-ZÀ-Þ][a-zà-ÿ]+(?:{endings})\b", sentence) is not None


def _same(names: frozenset[tuple[str, str]], known: frozenset[tuple[str, str]]) -> bool:
    return all(any(id_ == other and (quote in said or said in quote) for other, said in known) for id_, quote in names)


def _tell(title: str, places: object, figures: dict) -> None:
    for pair in sorted(map(sorted, places))[:400]:  # type: ignore[call-overload]
        print(" ", title)
        for place in pair:
            figure = figures.get(place)
            print("     ", place, figure and (figure.quote, figure.evidence[0].quote[:220]))


if __name__ == "__main__":
    main()
