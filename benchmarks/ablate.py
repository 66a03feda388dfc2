"""What each rule of the offline client is worth: every rule switched off in turn, and the scores before and after.

    python benchmarks/ablate.py [--data ../shared/benchmarks/claims] [--pages FOLDER] [--only PATTERN] [--unused]

A rule is anything in summarise/clients/mock that can be switched off without changing the rest: a list of words/*.txt or of the code
(made empty), a pattern (made to match nothing), a weight (made 0), a function (made to find nothing, or, where it answers yes or no, to
say always the one or always the other). With --unused, which names all that can be switched off without changing any output, also an
operand of `and` or `or` and an `if` without `else` (left out). Rules are found in the syntax trees: nothing has to be listed.

Data: PolNeAR and REALSumm, their development halves, and the articles with gold labels in evals/gold. The effect of a rule is the score
with it less the score without it; intervals are 95 % paired percentile bootstraps over documents, with a fixed seed. Each rule is tried
in a forked process, because a client with half its rules may run for ever: after `SECONDS` it is ended, and the rule counts as vital.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import json
import os
import pickle
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any

import claims
import numpy as np

from summarise.article import Article
from summarise.clients import mock
from summarise.clients.mock import attributions, client, draft, lexicon
from summarise.clients.mock.attribution import Attribution
from summarise.clients.mock.parsed_document import ParsedDocument
from summarise.clients.protocol import Answer
from summarise.document import Document
from summarise.evals.gold.model import Gold
from summarise.evals.gold.read import read_gold
from summarise.evals.metrics import METRICS, CountTable, columns
from summarise.evals.outputs import parse_line
from summarise.evals.scorer import score
from summarise.ground import settle
from summarise.pipeline import assemble
from summarise.prompt import load
from summarise.reading import read

DRAWS = 1000
SECONDS = 30
MODULES = [importlib.import_module(f"{mock.__name__}.{found.name}") for found in pkgutil.iter_modules(mock.__path__)]
Counts = Mapping[str, float]


# --- documents and scores ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """A document, and what gives its counts: asked with the attributions found in it, as rows of the benchmark, and its draft."""

    kind: str
    document: Document
    count: Callable[[list[claims.Row], str], Counts]

    def outcome(self) -> tuple[str, list[claims.Row]]:
        """The draft in JSON, and the attributions."""
        recorded: list[tuple[ParsedDocument, list[Attribution]]] = []
        client.attributions = lambda parsed: recorded.append((parsed, attributions(parsed))) or recorded[0][1]
        return draft(self.document).model_dump_json(), claims.attributed(*recorded[0])


def samples(data: Path, pages: Path) -> list[Sample]:
    """All documents; `pages` holds articles with what stands around them on the web, which are looked at for changes, but not scored."""
    sys.path.insert(0, str(data))
    scorer, lib = importlib.import_module("score"), importlib.import_module("lib")
    polnear, realsumm = claims.read(data, "polnear_dev"), claims.read(data, "realsumm_dev")
    gold = read_gold([Path(__file__).resolve().parents[1] / "evals" / "gold"], lambda path: next(iter(read([str(path)]))))
    articles = [Article(file.read_text(encoding="utf-8")) for file in sorted(pages.glob("*.txt"))]
    return [
        *(_labelled(one) for one in gold),
        *(Sample("pages", Document.of(article), lambda *_: {}) for article in articles),
        *(_with_attributions(scorer, row) for row in polnear),
        *(_with_key_sentences(scorer, lib, row) for row in realsumm),
    ]


def _labelled(gold: Gold) -> Sample:
    document = Document.of(Article(gold.text, id=gold.id, title=gold.title))

    def count(_: object, content: str) -> Counts:
        answer = Answer((content,), client="mock", attempts=0, input_tokens=0, output_tokens=0, cost_usd=0.0, seconds=0.0)
        summary = assemble(document, load(), settle([content], document), [answer])
        return score(gold, parse_line(summary.model_dump_json())).counts

    return Sample("evals", document, count)


def _with_attributions(scorer: Any, row: claims.Row) -> Sample:
    names = ("gold", "found", "matched", "lenient", "strict")
    return Sample(
        "PolNeAR",
        Document.of(Article(row["text"])),
        lambda found, _: dict(zip(names, claims.attribution_counts(scorer, row, found), strict=True)),
    )


def _with_key_sentences(scorer: Any, lib: Any, row: claims.Row) -> Sample:
    def count(*_: object) -> Counts:
        found = claims.ranked(scorer, lib, row)
        return {"ranked": 1, "precision": found[0][0], "recall": found[0][1]} if found else {}

    return Sample("REALSumm", Document.of(Article(row["text"])), count)


def _over(above: str, *below: str, times: int = 1) -> Callable[[Any], Any]:
    return lambda count: times * count(above) / sum(count(name) for name in below)


def _of_evals(name: str) -> tuple[str, Callable[[Any], Any]]:
    return "evals", METRICS[name].of


MEASURES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "attribution F1": ("PolNeAR", _over("matched", "gold", "found", times=2)),
    "speaker": ("PolNeAR", _over("lenient", "matched")),
    "MAP": ("REALSumm", _over("precision", "ranked")),
    "recall": ("REALSumm", _over("recall", "ranked")),
    "claims F1": _of_evals("claims.f1"),
    "claim speaker": _of_evals("claims.speaker"),
    "claim mode": _of_evals("claims.mode"),
    "key claims at k": _of_evals("claims.key_at_k"),
    "stance F1": _of_evals("stances.f1"),
    "measure F1": _of_evals("figures.measure"),
    "figure speaker": _of_evals("figures.speaker"),
}


class Scores:
    """Each measure of all documents (row 0) and of the documents of each draw; the draws are the same for whatever is scored."""

    def __init__(self, kinds: Sequence[str]) -> None:
        random = np.random.default_rng(20)
        self._rows: dict[str, list[int]] = {kind: [n for n, one in enumerate(kinds) if one == kind] for kind in dict.fromkeys(kinds)}
        self._weights = {kind: self._drawn(random, len(rows)) for kind, rows in self._rows.items()}

    @staticmethod
    def _drawn(random: np.random.Generator, size: int) -> Any:
        return np.vstack([np.ones(size), random.multinomial(size, [1 / size] * size, size=DRAWS)])

    def of(self, counts: Sequence[Counts]) -> dict[str, Any]:
        summed = {}
        for kind in {kind for kind, _ in MEASURES.values()}:
            rows = self._rows[kind]
            table = CountTable([counts[n] for n in rows], ["" for _ in rows])
            summed[kind] = columns(self._weights[kind] @ table.articles, table.names)
        return {name: formula(summed[kind]) for name, (kind, formula) in MEASURES.items()}


# --- rules ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """`where` is a file and a function or list of it, `what` the part of it that `off` switches off, in this process and for good."""

    where: str
    what: str
    off: Callable[[], None]
    is_fine: bool = False
    line: tuple[str, int] | None = None
    """What must be run for the rule to matter; None for what may matter anywhere."""


def rules() -> Iterator[Rule]:
    yield from _word_lists()
    for module in MODULES:
        yield from _constants(module)
        yield from _code(module)


def _word_lists() -> Iterator[Rule]:
    for file in sorted(Path(lexicon.__file__ or "").parent.joinpath("words").glob("*.txt")):
        if file.stem != "irregular":
            for title in lexicon.sections(file.stem):
                yield Rule(f"words/{file.name}", f"[{title}]", lambda name=file.stem, title=title: _empty_list(name, title))


def _empty_list(name: str, title: str) -> None:
    lexicon.sections(name)[title] = ()


def _constants(module: ModuleType) -> Iterator[Rule]:
    """Lists, patterns and weights of a module."""
    for name, value in vars(module).items():
        nothing = {frozenset: frozenset(), re.Pattern: re.compile(r"(?!)"), float: 0.0}.get(type(value))
        if nothing is not None and name.isupper():
            yield Rule(_place(module), name, lambda name=name, value=value, nothing=nothing: _rebind(name, value, nothing))


def _place(module: ModuleType) -> str:
    return f"{module.__name__.rpartition('.')[2]}.py"


def _rebind(name: str, value: object, other: object) -> None:
    for module in MODULES:
        if vars(module).get(name) is value:
            setattr(module, name, other)


def _code(module: ModuleType) -> Iterator[Rule]:
    """Functions, operands and conditions. The mutated function is compiled from a changed tree, and its code put into the running one."""
    tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
    for path, function in _functions(tree, ()):
        place = f"{_place(module)} {'.'.join(path)}"
        for what, change, is_fine, line in _changes(function):
            off = lambda path=path, function=function, change=change: _recompile(module, tree, path, function, change)  # noqa: E731
            yield Rule(place, what, off, is_fine, (module.__file__ or "", line))


def _functions(tree: ast.AST, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], ast.FunctionDef]]:
    for node in getattr(tree, "body", []):
        if isinstance(node, ast.ClassDef):
            yield from _functions(node, (*path, node.name))
        elif isinstance(node, ast.FunctionDef):
            yield (*path, node.name), node


Change = Callable[[ast.AST], None]


def _changes(function: ast.FunctionDef) -> Iterator[tuple[str, Change, bool, int]]:
    """What can be switched off, and how to do so in a copy of the function, whose nodes stand in the same order."""
    for value in _nothings(function):
        yield f"always {value}", lambda root, value=value: _answer(root, value), False, _first_line(function)
    for n, node in enumerate(ast.walk(function)):
        if isinstance(node, ast.BoolOp):
            for k, operand in enumerate(node.values):
                yield _clipped(operand), lambda root, n=n, k=k: _leave_out(_nth(root, n), k), True, operand.lineno
        elif isinstance(node, ast.If) and not node.orelse:
            yield f"if {_clipped(node.test)}", lambda root, n=n: _decide(_nth(root, n), False), True, node.body[0].lineno
        elif isinstance(node, ast.IfExp):
            for what in ("body", "orelse"):
                yield f"{_clipped(node)}: {what}", lambda root, n=n, what=what: _decide(_nth(root, n), what == "orelse"), True, node.lineno


def _first_line(function: ast.FunctionDef) -> int:
    """That of the first statement that is no docstring."""
    return function.body[1 if len(function.body) > 1 and ast.get_docstring(function) else 0].lineno


def _leave_out(node: ast.BoolOp, k: int) -> None:
    node.values[k] = ast.Constant(isinstance(node.op, ast.And))


def _decide(node: Any, value: bool) -> None:
    node.test = ast.Constant(value)


def _nothings(function: ast.FunctionDef) -> list[str]:
    returns = ast.unparse(function.returns) if function.returns else "None"
    if returns == "bool":
        return ["False", "True"]
    kinds = {"int": "0", "float": "0.0", "list": "[]", "frozenset": "frozenset()", "dict": "{}", "Iterator": "iter(())"}
    nothing = "None" if returns.endswith("| None") else kinds.get(returns.partition("[")[0])
    return [nothing] if nothing else []


def _answer(root: Any, value: str) -> None:
    generates = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(root))
    root.body = ast.parse("return\nyield" if generates else f"return {value}").body


def _nth(root: ast.AST, n: int) -> Any:
    return next(node for at, node in enumerate(ast.walk(root)) if at == n)


def _clipped(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 70 else f"{text[:69]}…"


def _recompile(module: ModuleType, tree: ast.Module, path: tuple[str, ...], function: ast.FunctionDef, change: Change) -> None:
    changed, places = copy.deepcopy(tree), [node for _, node in _functions(tree, ())]
    change([node for _, node in _functions(changed, ())][places.index(function)])
    scratch = {"__name__": module.__name__}
    exec(compile(ast.fix_missing_locations(changed), module.__file__ or "", "exec"), scratch)
    _function(vars(module), path).__code__ = _function(scratch, path).__code__


def _function(names: Mapping[str, Any], path: tuple[str, ...]) -> FunctionType:
    """The plain function behind a method, a property or a cached function."""
    for name in path[:-1]:
        names = vars(names[name])
    found = names[path[-1]]
    for wrapper in ("func", "fget", "__func__", "__wrapped__"):
        found = getattr(found, wrapper, found)
    plain: FunctionType = found
    return plain


def _forget() -> None:
    """Empties every cache of the client but that of the word lists."""
    for module in MODULES:
        for value in vars(module).values():
            if hasattr(value, "cache_clear") and value is not lexicon.sections:
                value.cache_clear()


# --- trials -----------------------------------------------------------------------------------------------------------


def _lines_run(sample: Sample) -> frozenset[tuple[str, int]]:
    """The lines of the client, by file, that a draft of this document runs."""
    files, found = {module.__file__ for module in MODULES}, set()

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename not in files:
            return None
        if event == "line":
            found.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    _forget()
    sys.settrace(trace)
    try:
        sample.outcome()
    finally:
        sys.settrace(None)
    return frozenset(found)


class Bench:
    def __init__(self, found: Sequence[Sample]) -> None:
        self.samples = found
        self.outcomes = [sample.outcome() for sample in found]
        self.counts = [sample.count(rows, content) for sample, (content, rows) in zip(found, self.outcomes, strict=True)]
        self.lines = [_lines_run(sample) for sample in found]
        self.scores = Scores([sample.kind for sample in found])
        self.full = self.scores.of(self.counts)

    def is_unused(self, rule: Rule) -> bool:
        """Whether no document comes out otherwise without a rule."""
        return self._in_child(rule, most=1) == {}

    def effects(self, rule: Rule) -> tuple[int | None, dict[str, tuple[float, float, float]]]:
        """How many documents come out otherwise without a rule (None: it ends with an error), and its effects with their intervals."""
        changed = self._in_child(rule, most=len(self.samples))
        if changed is None:
            return None, {}
        without = self.scores.of([changed.get(n, counts) for n, counts in enumerate(self.counts)])
        effects = {}
        for name, values in self.full.items():
            differences = values - without[name]
            low, high = np.nanpercentile(differences[1:], [2.5, 97.5])
            effects[name] = (float(differences[0]), float(low), float(high))
        return len(changed), effects

    def _in_child(self, rule: Rule, most: int) -> dict[int, Counts] | None:
        """The counts of the first `most` documents that come out otherwise without a rule; None where it ends with an error."""
        receive, send = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(receive)
            signal.alarm(SECONDS)
            try:
                with os.fdopen(send, "wb") as pipe:
                    pickle.dump(self._changed(rule, most), pipe)
            except Exception:  # noqa: BLE001 - half a client may fail in any way
                os._exit(1)
            os._exit(0)
        os.close(send)
        with os.fdopen(receive, "rb") as pipe:
            answer = pipe.read()
        _, status = os.waitpid(child, 0)
        return pickle.loads(answer) if status == 0 else None

    def _changed(self, rule: Rule, most: int) -> dict[int, Counts]:
        rule.off()
        _forget()
        found: dict[int, Counts] = {}
        for n, sample in enumerate(self.samples):
            if rule.line is None or rule.line in self.lines[n]:
                content, rows = sample.outcome()
                if (content, rows) != self.outcomes[n]:
                    found[n] = sample.count(rows, content)
                    if len(found) == most:
                        break
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "benchmarks" / "claims")
    parser.add_argument("--pages", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "articles")
    parser.add_argument("--only", default="", help="a regular expression: try only rules of such places")
    parser.add_argument("--unused", action="store_true", help="name all that can be switched off without any change, operands too")
    arguments = parser.parse_args()
    if not (arguments.data / "score.py").is_file():
        sys.exit(f"{arguments.data}: no score.py there; give the folder of the benchmarks with --data")
    start = time.monotonic()
    bench = Bench(samples(arguments.data, arguments.pages))
    for name, values in bench.full.items():
        low, high = np.nanpercentile(values[1:], [2.5, 97.5])
        print(f"{name:<16}{values[0]:.3f} [{low:.3f}, {high:.3f}]", file=sys.stderr)
    found = [rule for rule in rules() if re.search(arguments.only, rule.where)]
    if arguments.unused:
        for rule in found:
            if bench.is_unused(rule):
                print(f"{rule.where}: {rule.what}", flush=True)
    else:
        for rule in found:
            if not rule.is_fine:
                print(json.dumps([rule.where, rule.what, *bench.effects(rule)]), flush=True)
    print(f"{len(found)} rules in {time.monotonic() - start:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
