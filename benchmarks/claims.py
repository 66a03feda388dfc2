"""Scores of the offline client on benchmarks of attribution and key sentences made by others, beside the figures of other systems.

    python benchmarks/claims.py [--data ../shared/benchmarks/claims]

Needs numpy and scipy for the scorer that comes with the data. Only development halves are read; the figures of the other systems
are those of the data's README, measured on the test halves. Intervals are 95 % percentile bootstraps over articles.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from summarise.article import Article
from summarise.clients.mock import attributions, rank
from summarise.clients.mock.attribution import Attribution
from summarise.clients.mock.claims import choose
from summarise.clients.mock.parsed_document import ParsedDocument
from summarise.document import Document, Sentence

DRAWS = 500
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "benchmarks" / "claims")
    data = parser.parse_args().data
    if not (data / "score.py").is_file():
        sys.exit(f"{data}: no score.py there; give the folder of the benchmarks with --data")
    sys.path.insert(0, str(data))
    score, lib = importlib.import_module("score"), importlib.import_module("lib")
    print(f"{'measure':<44}{'here':>7}  {'95 %':<14}{'others (test halves)'}")
    attribution(score, read(data, "polnear_dev"))
    ranking(score, lib, read(data, "realsumm_dev"))


def read(data: Path, name: str) -> list[Row]:
    return [json.loads(line) for line in (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def show(what: str, value: float, interval: tuple[float, float] | None, others: str) -> None:
    between = f"[{interval[0]:.3f}, {interval[1]:.3f}]" if interval else ""
    print(f"{what:<44}{value:>7.3f}  {between:<14} {others}")


def bootstrap(items: Sequence[Any], metric: Callable[[Sequence[Any]], float]) -> tuple[float, float]:
    draw = random.Random(20)
    values = sorted(metric(draw.choices(items, k=len(items))) for _ in range(DRAWS))
    return values[int(DRAWS * 0.025)], values[int(DRAWS * 0.975) - 1]


# --- who says what ----------------------------------------------------------------------------------------------------


def attribution(score: Any, rows: list[Row]) -> None:
    documents = [Document.of(Article(row["text"])) for row in rows]
    start = time.process_time()
    parsed = [ParsedDocument.of(document) for document in documents]
    predicted = {row["id"]: attributed(one, attributions(one)) for row, one in zip(rows, parsed, strict=True)}
    seconds = time.process_time() - start
    counts = [attribution_counts(score, row, predicted[row["id"]]) for row in rows]
    show(
        "attribution span F1, IoU >= .5 (PolNeAR)", _f1(counts), bootstrap(counts, _f1), "GenderGapTracker .501, cue regex .578, people .79"
    )
    show("speaker right among matched, lenient", _share(3)(counts), bootstrap(counts, _share(3)), ".883, regex .889, people .91")
    show("speaker right among matched, strict", _share(4)(counts), bootstrap(counts, _share(4)), ".836, regex .776, people .87")
    both = _f1(counts) * _share(3)(counts)
    show("both (F1 x lenient)", both, None, ".443, regex .514, people .72")
    print(f"  {len(rows)} articles in {seconds:.2f} CPU s: {len(rows) / seconds:.0f} a second")


def attributed(parsed: ParsedDocument, found: Sequence[Attribution]) -> list[Row]:
    """The attributions as rows that the benchmark's scorer reads."""
    return [{"spans": one.spans, "speaker": _source(parsed, one)} for one in found]


def _source(parsed: ParsedDocument, found: Attribution) -> str | None:
    """The whole phrase, with what stands in apposition: the benchmark wants it as the article has it, not as a name."""
    if found.source is None:
        return None
    tokens = parsed.tokens
    text = tokens.phrase(found.source.start, found.source.stop)
    if found.source.stop - found.source.start == 1 and tokens.lows[found.source.start] == tokens.words[found.source.start]:
        return text
    sentence = parsed.sentences[found.sentence - 1]
    if found.kind == "according" and found.cue_at == tokens.between(sentence.start, sentence.end)[0]:
        return text  # "According to Roe, the bank …": behind the comma the statement begins
    end = tokens.ends[found.source.stop - 1]
    closes = tokens.starts[found.cue_at] if found.cue_at >= found.source.stop else sentence.end
    return text + _aside(parsed.text[end:closes], before_cue=found.cue_at >= found.source.stop)


def _aside(rest: str, *, before_cue: bool) -> str:
    """The apposition at the head of `rest`, with its comma or brackets; "" for none. Before a cue it must reach up to it."""
    party = re.match(r" \([A-Z][\w.-]*\)", rest)
    head = party[0] if party else ""
    rest = rest[len(head) :]
    if before_cue:
        whole = re.fullmatch(r"(,\s[^\"“”;]{2,160}),(?:\s(?:also|has|have|had|later|then))*\s*", rest)
    else:
        abbreviated = r"(?:(?<=Mr)|(?<=Mrs)|(?<=Ms)|(?<=Dr)|(?<=[A-Z]))\."
        whole = re.match(rf"(,\s(?:an?|the|who|one|now|of|[a-z-]+)\s(?:[^,.;:\"“”]|{abbreviated}|\.(?=\w))*)(?=[,.;]|$)", rest)
    return head + (whole[1] if whole else "")


def attribution_counts(score: Any, row: Row, predicted: list[Row]) -> tuple[int, int, int, int, int]:
    pairs = score.match(row["claims"], predicted, row["text"], 0.5)
    right = [score.speaker_match(row["claims"][i]["speaker"], predicted[j]["speaker"]) for i, j, _ in pairs]
    return len(row["claims"]), len(predicted), len(pairs), sum(lenient for _, lenient in right), sum(strict for strict, _ in right)


def _f1(counts: Sequence[Sequence[int]]) -> float:
    return 2 * sum(c[2] for c in counts) / max(1, sum(c[0] + c[1] for c in counts))


def _share(column: int) -> Callable[[Sequence[Sequence[int]]], float]:
    return lambda counts: sum(c[column] for c in counts) / max(1, sum(c[2] for c in counts))


# --- key sentences ----------------------------------------------------------------------------------------------------


COVERED = 2 / 3


def ranking(score: Any, lib: Any, rows: list[Row]) -> None:
    """A text covers a content unit that it shares `COVERED` of the stems with. The labels behind the published figures are not
    part of the data, so the lead baseline is measured on ours too."""
    measured = [m for m in (ranked(score, lib, row) for row in rows) if m]
    for n, name in enumerate(("offline client", "lead")):
        parts = [m[n] for m in measured]
        show(f"key sentences MAP, {name} (REALSumm)", _mean(0)(parts), bootstrap(parts, _mean(0)), "other labels: TextRank .608, lead .505")
        show(f"content units in 3 sentences, {name}", _mean(1)(parts), bootstrap(parts, _mean(1)), "other labels: TextRank .365, lead .455")


def _mean(column: int) -> Callable[[Sequence[Sequence[float]]], float]:
    return lambda parts: sum(part[column] for part in parts) / len(parts)


def ranked(score: Any, lib: Any, row: Row) -> list[tuple[float, float]] | None:
    """Mean precision and recall in three of the offline client, and of the lead; None for an article that covers nothing."""
    text = row["text"]
    spans = [m.span() for m in re.finditer(r"\S.*?(?: [.?!](?: ''| \))*(?= |$)|$)", text)]
    parsed = ParsedDocument.of(Document(Article(text), tuple(Sentence(n, a, b, 0) for n, (a, b) in enumerate(spans, start=1)), ()))
    speaking = frozenset(found.sentence for found in attributions(parsed))
    units = [unit for unit in (set(lib.content(scu)) for scu in row["scus"]) if unit]
    held = [set(lib.content(text[a:b])) for a, b in spans]
    labels = [any(_covers(sentence, unit) for unit in units) for sentence in held]
    if not any(labels):
        return None
    ranking, first = rank(parsed, speaking), list(range(len(spans)))

    def measured(scores: Sequence[float], chosen: Sequence[int]) -> tuple[float, float]:
        together = set[str]().union(*(held[n] for n in chosen))
        return score.average_precision(labels, scores), sum(_covers(together, unit) for unit in units) / len(units)

    return [measured(ranking.scores, choose(ranking, 3)), measured([-n for n in first], first[:3])]


def _covers(held: set[str], unit: set[str]) -> bool:
    return len(unit & held) >= COVERED * len(unit)


if __name__ == "__main__":
    main()
