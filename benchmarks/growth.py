"""How much longer ten times the text takes: every pattern of tests/long_texts.py through every command, in CPU time.

    python benchmarks/growth.py                                             # all commands, 10,000 and 100,000 characters
    python benchmarks/growth.py --commands run,show --sizes 100000,1000000 --patterns 20

Prints what grows more than `LINEAR`-fold for ten times the text, and what does not end in time. Exit code 1 where anything does.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from long_texts import PATTERNS, repeated

from summarise import prompt
from summarise.article import Article
from summarise.clients.mock.client import draft
from summarise.clients.protocol import Answer
from summarise.clients.remote.response import unfenced
from summarise.document import Document
from summarise.errors import InputError, SummariseError
from summarise.ground import settle
from summarise.pipeline import assemble
from summarise.reading.input import Input
from summarise.reading.options import ReadOptions
from summarise.reading.reader import _READERS
from summarise.render import terminal as display
from summarise.schema import MOST_CLAIMS, MOST_FIGURES, MOST_MISSED, MOST_STANCES, Summary

LINEAR = 12.0
NOISE = 0.05
"""Seconds of CPU below which a time says nothing about growth."""
PATIENCE = 60
"""Seconds of CPU for one text."""


# --- the commands, each in one process: what it does with a text ---------------------------------------------------------


def summary(text: str, *contents: str) -> Summary:
    document = Document.of(Article(text, published="2024-05-12"))
    answers = contents or (draft(document).model_dump_json(),)
    answer = Answer(answers, client="mock", attempts=0, input_tokens=0, output_tokens=0, cost_usd=0.0, seconds=0.0)
    return assemble(document, prompt.load(), settle(answers, document), [answer], with_text=True)


def run(text: str) -> None:
    summary(text).model_dump_json()


def ask(text: str) -> None:
    """What a model would be sent."""
    document = Document.of(Article(text))
    _ = prompt.Request(document, prompt.load(), 1, len(document.sentences)).text


def show(text: str) -> None:
    item = summary(text)
    for colour in (False, True):
        sum(map(len, display.show(item, 80, colour, text=text, with_text=True)))


def reading(format: str, form: Callable[[str], str]) -> Callable[[str], None]:
    """Reads `form` of a text as a file of this format."""

    def read(text: str) -> None:
        source = Input(io.BytesIO(form(text).encode()), zipped=False, max_bytes=20_000_000)
        with suppress(InputError):  # many a pattern is no article, which must be said as fast
            list(_READERS[format](source, ReadOptions()))

    return read


def answering(form: Callable[[str], str]) -> Callable[[str], None]:
    """Settles `form` of a text as the answer of a model about an ordinary article."""

    def answer(text: str) -> None:
        with suppress(SummariseError):  # an answer may be refused
            summary(_ARTICLE, unfenced(form(text)))

    return answer


def _drafted(**fields: object) -> str:
    return json.dumps({"gist": "", "claims": [], "stances": [], "figures": [], "missed_figures": []} | fields)


def _claims(text: str) -> str:
    size = max(1, len(text) // MOST_CLAIMS)
    claims = [
        {"text": text[n * size : (n + 1) * size], "speaker": text[:size], "mode": "asserts", "sentences": [1]} for n in range(MOST_CLAIMS)
    ]
    return _drafted(claims=claims, gist=text)


def _stances(text: str) -> str:
    stance = {"holder": text[:200], "target": text[-200:], "polarity": "against", "sentences": [1, 2]}
    return _drafted(stances=[stance] * MOST_STANCES, gist=text[:800])


def _figures(text: str) -> str:
    said = {"measure": text[:200], "as_of": "2024", "speaker": text[:200]}
    missed = [{"sentence": 1, "quote": text[n : n + 200], **said} for n in range(MOST_MISSED)]
    return _drafted(figures=[{"id": f"f{n}", **said} for n in range(MOST_FIGURES)], missed_figures=missed)


_ARTICLE = repeated("Smith said the plan would cost $1bn. Jones opposed the plan. ", 5_000)
_EACH = "".join

COMMANDS: dict[str, Callable[[str], None]] = {
    "run": run,
    "show": show,
    "ask": ask,
    "read-txt": reading("txt", str),
    "read-front": reading("md", lambda text: f"---\ntitle: {text}\n---\n{text}"),
    "read-yaml": reading("md", lambda text: f"---\n{text}\n---\n{text}"),
    "read-csv": reading("csv", lambda text: f"id,text\n1,{text}\n"),
    "read-jsonl": reading("jsonl", lambda text: json.dumps({"text": text, "title": text})),
    "read-json": reading("json", str),
    "html-text": reading("html", lambda text: f"<html><body><article><p>{text}</p></article></body></html>"),
    "html-elements": reading("html", lambda text: "<html><body>" + _EACH(f"<p>{part}</p>" for part in _parts(text)) + "</body></html>"),
    "html-unclosed": reading("html", lambda text: "<html><body>" + _EACH(f"<div><b>{part}" for part in _parts(text))),
    "html-attributes": reading(
        "html", lambda text: "<html><body>" + _EACH(f'<p style="{part}" title="{part}">A.</p>' for part in _parts(text))
    ),
    "html-comments": reading("html", lambda text: f"<html><!--{text}--><body><p>The council said no.</p><!--{text}"),
    "html-script": reading("html", lambda text: f"<html><script>{text}</script><body><p>The council said no.</p><style>{text}</style>"),
    "html-head": reading("html", lambda text: f'<html><head><meta name="date" content="{text}"><title>{text}</title></head><p>No.'),
    "html-raw": reading("html", str),
    "html-pre": reading("html", lambda text: f"<html><body><pre>{text}</pre><table><tr>{text}</tr></table></body></html>"),
    "answer-text": answering(str),
    "answer-fenced": answering(lambda text: f"```json\n{text}\n```"),
    "answer-claims": answering(_claims),
    "answer-stances": answering(_stances),
    "answer-figures": answering(_figures),
}
"""What is measured, by name; add more where another part of the program reads whole texts."""


def _parts(text: str) -> Iterator[str]:
    return (text[at : at + 40] for at in range(0, len(text), 40))


# --- measuring ------------------------------------------------------------------------------------------------------------


class Time(NamedTuple):
    """Seconds of CPU; `ended` is False where the command was stopped, or failed."""

    seconds: float
    ended: bool


def cpu(command: Callable[[str], None], text: str) -> Time:
    """Runs a command in a child of its own, which shares nothing learnt from other texts."""
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE))
        try:
            command(text)
            os._exit(0)
        except Exception as error:  # noqa: BLE001  # whatever it is, the other patterns go on
            print(f"{type(error).__name__}: {error}"[:300], file=sys.stderr, flush=True)
        os._exit(1)
    _, status, used = os.wait4(child, 0)
    return Time(used.ru_utime + used.ru_stime, status == 0)


def growth(command: Callable[[str], None], pattern: str, small: int, large: int) -> tuple[float, Time]:
    """The growth for ten times the text, and the time of the large one; what looks too much is measured again."""
    times = [cpu(command, repeated(pattern, size)) for size in (small, large)]
    found = _growth(times, large / small)
    if found > LINEAR and times[1].ended:
        again = [cpu(command, repeated(pattern, size)) for size in (small, large)]
        times = [min(pair) for pair in zip(times, again, strict=True)]
        found = _growth(times, large / small)
    return found, times[1]


def _growth(times: list[Time], ratio: float) -> float:
    if not times[1].ended:
        return float("inf")
    return max(times[1].seconds, NOISE) / max(times[0].seconds, NOISE) * 10 / ratio


def main() -> int:
    """Prints a line for each command and pattern that grows too much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commands", default=",".join(COMMANDS), help="names, with commas")
    parser.add_argument("--sizes", default="10000,100000", help="characters, with commas, ascending")
    parser.add_argument("--patterns", type=int, metavar="N", help="only the first N")
    parser.add_argument("--only", help="the patterns that hold this")
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    patterns = [p for p in PATTERNS[: arguments.patterns] if arguments.only is None or arguments.only in p]
    found = 0
    for name in arguments.commands.split(","):
        command, total = COMMANDS[name], 0.0
        command(_ARTICLE)  # loads and compiles what is loaded and compiled once
        for pattern in patterns:
            for small, large in pairwise(sizes):
                times, taken = growth(command, pattern, small, large)
                total += taken.seconds
                if times > LINEAR:
                    found += 1
                    print(f"{name:16} {large:>9,} {times:8.1f}x {taken.seconds:7.2f} s  {pattern!r}", flush=True)
        print(f"{name:16} {len(patterns)} patterns, {total:.1f} s", flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
