"""How the time of compare, report, eval and the exports grows with the text and with the number of items.

    python benchmarks/growth_many.py [COMMAND ...] [--sizes 10000 100000] [--patterns N] [--slow 60]

Every command is run on texts that repeat one pattern, and on summaries and gold with many items, each at ten times the size of the time
before, in a process of its own. Growth above 12, where the longer run takes over 50 ms, is listed at the end.
"""

# ruff: noqa: E402

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from evals_made import perfect
from long_texts import PATTERNS
from many_items import GOLD_HEAD, ITEMS, claim, figure, labels, span, stance, summary

from summarise.compare.comparison import compare
from summarise.evals.evaluate import evaluate
from summarise.evals.gold.read import parsed
from summarise.evals.outputs import parse_lines
from summarise.evals.report import report as eval_report
from summarise.evals.results import from_json, to_json
from summarise.export.formats import open_writer
from summarise.export.layers import LAYERS
from summarise.render.comparison import (
    comparison_html,
    comparison_lines,
)
from summarise.render.report import report
from summarise.schema import (
    Summary,
    read_summaries,
)
from summarise.text.yaml_nodes import Problems

MOST_GROWTH, NOISE = 12.0, 0.05
# The clock of a process may tick in steps of 4 ms: what takes less than a few of them is taken for so much.
TICKS = 0.02
# What the shared patterns have not: no two words alike, numbers that all differ, and names that all differ.
COUNTED = ("w{} ", "Anna{} said ", "The price rose by {}% in May. ", "{} ", "$1.{} bn ", "N{}. ", "by Ben{} ", "“no {}” ")
Work = Callable[[], object]


def text_of(pattern: str, size: int) -> str:
    if "{}" in pattern:
        return "".join(pattern.format(n) for n in range(size // len(pattern) + 1))[:size]
    return (pattern * (size // len(pattern) + 1))[:size]


# --- long texts -------------------------------------------------------------------------------------------------------


def long_evidence(text: str) -> list[Summary]:
    """Two articles whose text, and one piece of evidence of each item, is `text`."""
    whole, end = span(text), min(len(text), 12)
    return [
        summary(
            id,
            text,
            [claim(1, "The bridge would cost 12 million euros.", [whole])],
            [stance(1, "Anna Smith", "the bridge", [whole])],
            [figure(n, 12, span(text, at, at + 2), [whole], unit="euro") for n, at in enumerate((0, len(text) // 2, len(text) - end))],
        )
        for id in ("a", "b")
    ]


def long_claims(text: str) -> list[Summary]:
    own = f"The council said on Monday that {text}"
    return [summary(id, own, [claim(1, own, [span(own)], "the council"), claim(2, f"{own} not", [span(own)])]) for id in ("a", "b")]


def long_names(text: str) -> list[Summary]:
    return [
        summary(
            id,
            "It is so.",
            [claim(1, "It is so.", [], text)],
            [stance(1, text, text, []), stance(2, f"Anna {text}", f"the {text}", [])],
            [figure(1, 5, span("It is so.", 0, 2), [], speaker=text)],
        )
        for id in ("a", "b")
    ]


def long_measures(text: str) -> list[Summary]:
    body = "It rose by 5 to 12 million."
    places = [span(body, 11, 12), span(body, 16, 18)]
    known: list[dict[str, Any]] = [{"measure": text}, {"unit": text}, {"per": text}, {"as_of": text}, {"currency": text}, {"quote": text}]
    made = [figure(n, 5, places[n % 2], [span(body)], **each) for n, each in enumerate(known)]
    return [summary(id, body, figures=made) for id in ("a", "b")]


def long_heads(text: str) -> list[Summary]:
    made = summary("a", "It is so.", title=text, source=text, published=text, url=text, language=text)
    return [made.model_copy(update={"gist": text}), summary(text, "It is not so.", title=None, source=text)]


def many_places(text: str) -> list[Summary]:
    """The evidence of claims, stances and figures all over the text, one in a hundred characters."""
    cuts = range(0, max(1, len(text) - 99), 100)
    pieces = [span(text, at, at + 100) for at in cuts]
    return [
        summary(
            id,
            text,
            [claim(n, one.quote, [one]) for n, one in enumerate(pieces)],
            [stance(n, one.quote[:20], one.quote[20:40], [one]) for n, one in enumerate(pieces)],
            [
                figure(n, n, span(text, at, at + 5), [one], measure=one.quote[:30])
                for n, (at, one) in enumerate(zip(cuts, pieces, strict=True))
            ],
        )
        for id in ("a", "b")
    ]


SHAPES: dict[str, Callable[[str], list[Summary]]] = {
    "evidence": long_evidence,
    "claims": long_claims,
    "names": long_names,
    "measures": long_measures,
    "heads": long_heads,
    "places": many_places,
}

# --- commands ---------------------------------------------------------------------------------------------------------


def compared(items: Sequence[Summary]) -> Iterator[tuple[str, Work]]:
    """`compare` and `report` in all their formats, from a file of summaries; what is made before is not timed again."""
    folder = tempfile.mkdtemp()
    path = Path(folder, "made.jsonl")
    path.write_bytes(b"".join(item.to_json().encode() + b"\n" for item in items))
    kept: list[Any] = []
    yield "compare", lambda: kept.append(compare(list(read_summaries(path))))
    yield "compare -f json", lambda: [one.to_json() for one in kept]
    yield "compare -f table", lambda: list(comparison_lines(kept[0]))
    yield "compare -f markdown", lambda: [one.to_markdown() for one in kept]
    yield "notebook", lambda: comparison_html(kept[0])
    yield "report", lambda: report(kept[0])
    path.unlink()
    Path(folder).rmdir()


def exported(items: Sequence[Summary]) -> Iterator[tuple[str, Work]]:
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("jsonl", "csv", "md", "sqlite", "parquet"):
            for layer in LAYERS if suffix in ("csv", "parquet") else (None,):
                path = Path(folder, f"{layer or 'made'}.{suffix}")
                yield f"export {path.name}", lambda path=path, layer=layer: _export(items, path, layer)


def _export(items: Sequence[Summary], path: Path, layer: str | None) -> None:
    writer = open_writer(path, layer=layer)
    for item in items:
        writer.write(item)
    writer.close()


def scored(yaml: str, lines: Callable[[Any], list[dict[str, Any]]]) -> Iterator[tuple[str, Work]]:
    """`eval check`, `eval --summaries`, `eval compare`, `eval report`."""
    from summarise.evals.compare import compare as compare_results
    from summarise.evals.tables import comparison_table
    from summarise.render.table import lines as lines_of

    problems = Problems("made.yaml")
    kept: list[Any] = []
    yield "eval check", lambda: kept.append(parsed(yaml, problems))
    if kept[0] is None:
        return
    made = [json.dumps(line) for line in lines(kept[0])]
    yield "eval", lambda: kept.append(to_json(evaluate([kept[0]], parse_lines(made).outputs, resamples=20)))
    yield "eval: read the result", lambda: kept.append(from_json(kept[1]))
    yield "eval compare", lambda: list(lines_of(comparison_table(("a", "b"), compare_results(kept[2], kept[2]))))
    yield "eval report", lambda: eval_report([("a", kept[2]), ("b", kept[2])])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)


def long_gold(text: str) -> Iterator[tuple[str, Work]]:
    """Every field of gold and of an output is the text."""
    body = f"Anna Smith said it would cost 12 euros. {text} That was all."
    t, quote = _quoted(text), _quoted(f"{text} That was all")
    yaml = (
        f"{GOLD_HEAD}title: {t}\nsource: {t}\ntext: {_quoted(body)}\nentities:\n  anna: [Anna Smith, {_quoted('x ' + text)}]\n"
        f"claims:\n- {{text: {t}, speaker: anna, quote: {quote}, note: {t}, accept: {{text: [{_quoted('not ' + text)}]}}}}\n"
        f"stances:\n- {{holder: anna, target: {_quoted('plan ' + text)}, polarity: favour, quote: Anna Smith said}}\n"
        f"figures:\n- {{value: 12, unit: {_quoted('euro ' + text)}, per: {_quoted('day ' + text)}, measure: {t}, quote: 12 euros}}\n"
    )

    def lines(gold: Any) -> list[dict[str, Any]]:
        right = perfect(gold)
        claim, stance, figure = (right[layer][0] for layer in ("claims", "stances", "figures"))
        said = {"text": f"{text} no 5", "speaker": text, "mode": text, "evidence": [{"quote": f"{text} so"}]}
        held = {"holder": text, "target": text, "polarity": text, "evidence": [{"quote": text}]}
        cited = dict.fromkeys(("measure", "unit", "per", "currency", "as_of", "bound", "speaker"), f"{text} x")
        other = {"gist": text, "claims": [claim | said], "stances": [stance | held], "figures": [figure | cited]}
        return [right, right | other]

    yield from scored(yaml, lines)


def faulty_gold(text: str) -> Iterator[tuple[str, Work]]:
    """Gold in which nothing is right."""
    t, half = _quoted(text), _quoted(text[: len(text) // 2])
    claims = (
        f"{{text: {t}, speaker: {_quoted(text + ' x')}, mode: {t}, quote: {_quoted(text + ' nowhere')}, {_quoted('k' + text)}: {t}}}",
        f"{{quote: {t}}}",
        f"{{quote: {t}, nth: {t}}}",
        f"{{quote: {half}, nth: 99999}}",
    )
    yaml = (
        f"{GOLD_HEAD}text: {_quoted(f'It is so. {text} That was all.')}\n{t}: {t}\n"
        f"entities:\n  anna: [{t}, {t}]\n  {_quoted('a' + text)}: [Anna]\n"
        f"claims:\n"
        + "".join(f"- {claim}\n" for claim in claims)
        + f"figures:\n- {{value: {t}, currency: {t}, as_of: {t}, bound: {t}, quote: {t}}}\n"
    )
    yield from (("faulty " + name, work) for name, work in scored(yaml, lambda _: []))


def many_labels(form: str, count: int) -> Iterator[tuple[str, Work]]:
    def lines(gold: Any) -> list[dict[str, Any]]:
        right = perfect(gold)
        turned = [{**one, "evidence": other["evidence"]} for one, other in zip(right["claims"], reversed(right["claims"]), strict=True)]
        return [right, {**right, "claims": turned}]

    yield from scored(labels(form, count), lines)


def by_texts() -> dict[str, Callable[[str], Iterator[tuple[str, Work]]]]:
    made: dict[str, Callable[[str], Iterator[tuple[str, Work]]]] = {}
    for name, shape in SHAPES.items():
        made[f"compare {name}"] = lambda text, shape=shape: compared(shape(text))
        made[f"export {name}"] = lambda text, shape=shape: exported(shape(text))
    return made | {"gold": long_gold, "faulty gold": faulty_gold}


def by_items() -> dict[str, Callable[[int], Iterator[tuple[str, Work]]]]:
    made: dict[str, Callable[[int], Iterator[tuple[str, Work]]]] = {}
    for name, items in ITEMS.items():
        made[f"items: {name}"] = lambda count, items=items: compared(items(count))
    made["items: labels"] = lambda count: many_labels("The mill{0} of Name{0} sold tin to Ben{0}. ", count)
    made["items: labels alike"] = lambda count: many_labels("The council said that bridge {} would cost 12 million euros. ", count)
    return made


# --- measuring --------------------------------------------------------------------------------------------------------


def timed(steps: Callable[[], Iterator[tuple[str, Work]]], most: int) -> dict[str, float]:
    """CPU seconds of each step, in a process of its own that is killed after `most` of them; what it was at then has infinity."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))
        with os.fdopen(write, "w") as out, contextlib.redirect_stdout(io.StringIO()):
            for name, work in steps():
                gc.collect()
                print(name, file=out, end="\t", flush=True)
                start = time.process_time()
                try:
                    work()
                except Exception as error:  # noqa: BLE001  # told, and the next one measured
                    print(f"{type(error).__name__}: {error}"[:300], file=sys.stderr)
                    break
                print(time.process_time() - start, file=out, flush=True)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as lines:
        found = dict(line.rstrip("\n").split("\t") for line in lines)
    os.waitpid(child, 0)
    return {name: float(seconds) if seconds else float("inf") for name, seconds in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commands", nargs="*", help="those whose names hold one of these words")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--counts", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--every", type=int, default=1, help="take each n-th pattern only")
    parser.add_argument("--most", type=int, default=60, help="CPU seconds of one run")
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    listed: list[str] = []

    def wanted(name: str) -> bool:
        return not options.commands or any(word in name for word in options.commands)

    def grown(name: str, runs: Sequence[tuple[int, Callable[[], Iterator[tuple[str, Work]]]]]) -> None:
        before: dict[str, float] = {}
        for size, steps in runs:
            after = timed(steps, options.most)
            for step, seconds in after.items():
                growth = seconds / max(before.get(step, seconds), TICKS)
                line = f"{growth:8.1f}-fold to {seconds:8.3f} s at {size:>9,}  {name}: {step}"
                if options.verbose:
                    print(line, flush=True)
                if growth > MOST_GROWTH and seconds > NOISE:
                    listed.append(line)
                    print(line, flush=True)
            before = after
            if any(seconds == float("inf") for seconds in after.values()):
                break

    for name, command in by_texts().items():
        for pattern in [*PATTERNS[:: options.every], *COUNTED] if wanted(name) else ():
            grown(f"{name} {pattern!r}", [(size, lambda c=command, p=pattern, s=size: c(text_of(p, s))) for size in options.sizes])
    for name, items in by_items().items():
        if wanted(name):
            grown(name, [(count, lambda i=items, c=count: i(c)) for count in options.counts])
    print(f"\n{len(listed)} above {MOST_GROWTH:.0f}-fold")
    print("\n".join(sorted(listed, key=lambda line: line[32:])))


if __name__ == "__main__":
    main()
