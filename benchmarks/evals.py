"""Time re-scoring: gold and outputs read, matched, counted, every metric with its interval, the result written.

    python benchmarks/evals.py [--articles 1000] [--beside COMMAND [--rounds 5]]

The articles are made up by rule: about 700 words, six claims, four stances and eight figures each. `--beside` runs the whole command
and another one (such as `inspect score LOG`, on a log of as many trivial samples) in turn, round after round, and prints the medians of
both and of their ratio in each round, of wall time and of CPU time. Wall time says nothing on a machine that is busy with something else.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_WORDS = """
    harbour council tunnel bridge ferry river budget board school road market union price plan night report winter north valley line
""".split()
_VERBS = "said warned denied told reporters added argued claimed promised noted".split()


def article(number: int, chance: random.Random) -> tuple[str, dict[str, object]]:
    """The gold file of one made-up article, and an output that gets about two thirds of it right."""
    people = [f"Person{chr(65 + at)} {_name(number)}" for at in range(4)]
    claims = [_sentence(chance, people[at % 4], 100 * number + 7 * at + 11) for at in range(14)]
    filler = [" ".join(chance.choices(_WORDS, k=18)).capitalize() + f" entry {_name(at)}." for at in range(25)]
    text = "\n".join(line for pair in zip(claims, filler[:14], strict=True) for line in pair) + "\n" + "\n".join(filler[14:]) + "\n"
    return _gold(number, text, claims, people), _output(number, text, claims, people, chance)


def _name(number: int) -> str:
    return "N" + "".join(chr(97 + int(digit)) for digit in str(number))


def _sentence(chance: random.Random, person: str, amount: int) -> str:
    return f"The {' '.join(chance.sample(_WORDS, 5))} will cost {amount:,} million euros in 2031, {person} {chance.choice(_VERBS)}."


def _amount(sentence: str) -> str:
    return sentence.split("will cost ")[1].split(" in 2031", maxsplit=1)[0]


def _value(sentence: str) -> int:
    return int(_amount(sentence).split()[0].replace(",", "")) * 1_000_000


def _gold(number: int, text: str, claims: list[str], people: list[str]) -> str:
    lines = ["format: 1", f"id: a{number}", f"cluster: c{number // 2}", "labelled: {by: [a, b], guidelines: 3}"]
    lines += ["complete: [claims, stances, figures]", "text: |", *(f"  {line}" for line in text.splitlines()), "entities:"]
    lines += [f"  p{at}: [{name}, {name.split()[0]}]" for at, name in enumerate(people)]
    lines += ["claims:"]
    for at, sentence in enumerate(claims[:6]):
        key = "  key: yes\n" if at < 2 else ""
        lines.append(f"- quote: {json.dumps(sentence)}\n{key}  text: {json.dumps(sentence)}\n  speaker: p{at % 4}")
    lines += ["stances:"]
    for at, sentence in enumerate(claims[:4]):
        target = " ".join(sentence.split()[1:4])
        lines.append(f"- {{holder: p{at % 4}, target: {target}, polarity: favour, quote: {json.dumps(sentence)}}}")
    lines += ["figures:"]
    for sentence in claims[:8]:
        measure = f"cost of {' '.join(sentence.split()[1:4])}"
        lines.append(f"- {{quote: {_amount(sentence)!r}, value: {_value(sentence)}, currency: EUR, measure: {measure}, as_of: 2031}}")
    return "\n".join(lines) + "\n"


def _output(number: int, text: str, claims: list[str], people: list[str], chance: random.Random) -> dict[str, object]:
    found = [sentence for sentence in claims if chance.random() < 0.6]
    return {
        "article": {"id": f"a{number}"},
        "gist": found[0] if found else "",
        "claims": [{"text": one, "speaker": chance.choice(people), "mode": "asserts", "evidence": [_span(text, one)]} for one in found[:7]],
        "stances": [
            {"holder": chance.choice(people), "target": " ".join(one.split()[1:4]), "polarity": "favour", "evidence": [_span(text, one)]}
            for one in found[:4]
        ],
        "figures": [
            {**_span(text, _amount(one)), "value": _value(one), "bound": "exact", "currency": "EUR", "measure": "cost", "as_of": "2031"}
            for one in found
        ],
        "run": {"model": "made up", "prompt": "none"},
    }


def _span(text: str, quote: str) -> dict[str, object]:
    start = text.index(quote)
    return {"start": start, "end": start + len(quote), "quote": quote}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=1000)
    options.add_argument("--beside", metavar="COMMAND")
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        gold, outputs = Path(folder, "gold"), Path(folder, "out.jsonl")
        gold.mkdir()
        chance, lines = random.Random(1), []
        for number in range(given.articles):
            labels, output = article(number, chance)
            Path(gold, f"{number}.yaml").write_text(labels, encoding="utf-8")
            lines.append(json.dumps(output))
        outputs.write_text("\n".join(lines), encoding="utf-8")
        words = [sys.executable, "-m", "summarise.cli", "eval", "--gold", str(gold), "--summaries", str(outputs), "-o", f"{folder}/r.json"]
        if not given.beside:
            stages(gold, outputs)
        wall, cpu = measured(words)
        print(f"the whole command: {wall:.2f} s, {cpu:.2f} s of CPU for {given.articles:,} articles", flush=True)
        if given.beside:
            beside(words, shlex.split(given.beside), given.rounds)


def beside(ours: list[str], theirs: list[str], rounds: int) -> None:
    """Both in turn, the one that begins changing with every round."""
    pairs = []
    for number in range(rounds):
        if number % 2:
            second, first = measured(theirs), measured(ours)
        else:
            first, second = measured(ours), measured(theirs)
        pairs.append((first, second))
        print(f"  ours {first[0]:.2f} s, {first[1]:.2f} s of CPU; theirs {second[0]:.2f} s, {second[1]:.2f} s of CPU", flush=True)
    for at, what in enumerate(("wall", "CPU")):
        mine, other = (statistics.median(pair[which][at] for pair in pairs) for which in (0, 1))
        ratio = statistics.median(first[at] / second[at] for first, second in pairs)
        print(f"{what}: ours {mine:.2f} s, theirs {other:.2f} s, ratio {ratio:.2f} (medians of {rounds} rounds)")


def stages(gold_folder: Path, outputs: Path) -> None:
    from summarise.evals.compare import compare
    from summarise.evals.evaluate import evaluate
    from summarise.evals.gold.read import read_gold
    from summarise.evals.outputs import read_outputs
    from summarise.evals.results import from_json, to_json
    from summarise.evals.statistics import estimates, seed_of

    begun = time.process_time()

    def done(what: str) -> None:
        nonlocal begun
        print(f"  {what}: {time.process_time() - begun:.2f} s")
        begun = time.process_time()

    gold = read_gold([gold_folder])
    done("gold read and checked")
    reading = read_outputs(outputs)
    done("outputs read")
    result = evaluate(gold, reading.outputs)
    done("scored, with intervals")
    text = to_json(result)
    done(f"result written ({len(text) / 1e6:.1f} MB)")
    again = from_json(text)
    done("result read")
    counts = [[run.counts for run in article.runs] for article in again.articles]
    assert tuple(estimates(counts, again.clusters, seed_of(again.signature.gold))) == result.estimates
    done("all intervals computed again from the counts in the result")
    compare(result, again)
    done("compared with itself")


def measured(words: list[str]) -> tuple[float, float]:
    """Seconds on the clock, and seconds of CPU, that a command took with all its processes."""
    before, begun = _cpu(), time.perf_counter()
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun, _cpu() - before


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
