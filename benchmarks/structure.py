"""How large the package is, and how many of its modules one article and one gold label pass.

    python benchmarks/structure.py            # the table
    python benchmarks/structure.py --routes   # also the modules in the order in which each way enters them

Prints files, lines, the median of a file, files over `MOST_LINES`, the share of docstrings and comments, class names that stand for several
classes, and the length of three ways through the package: an article by the offline client, an article from recorded answers, a gold
file to its F1. A way is what the profiler sees of a command's second run, when everything is loaded and compiled.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import inspect
import io
import json
import statistics
import sys
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "summarise"
MOST_LINES = 420


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--routes", action="store_true", help="list the modules of each way")
    arguments = parser.parse_args()
    sizes()
    class_names()
    for name, command in ways():
        modules = route(command)
        print(f"{name:<44} {len(modules):>6} modules")
        if arguments.routes:
            print("  " + " > ".join(modules))


# --- size ---------------------------------------------------------------------------------------------------------------


def sizes() -> None:
    """Prints a line for each measure of the files."""
    lines = {path: path.read_text(encoding="utf-8").count("\n") for path in PACKAGE.rglob("*.py")}
    total = sum(lines.values())
    kinds = sum((kinds_of_lines(path.read_text(encoding="utf-8")) for path in lines), Counter[str]())
    print(f"{'files':<44} {len(lines):>6}")
    print(f"{'lines':<44} {total:>6,}")
    print(f"{'median of a file':<44} {statistics.median(lines.values()):>6}")
    for kind in ("docstring", "comment"):
        print(f"{f'lines of {kind}s':<44} {kinds[kind] / total:>6.1%}")
    long = sorted((count, path) for path, count in lines.items() if count > MOST_LINES)
    print(f"{f'files over {MOST_LINES} lines':<44} {len(long):>6} {', '.join(f'{p.relative_to(PACKAGE)} {n}' for n, p in long)}")


def kinds_of_lines(source: str) -> Counter[str]:
    """Lines of docstrings (a string that stands alone) and of comments (nothing else on the line)."""
    found = Counter(comment=sum(line.lstrip().startswith("#") for line in source.splitlines()))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            found["docstring"] += node.end_lineno - node.lineno + 1 if node.end_lineno else 1
    return found


def class_names() -> None:
    """Prints the names that more than one class bears."""
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(str(path.relative_to(PACKAGE)))
    shared = {name: places for name, places in homes.items() if len(places) > 1}
    print(f"{'class names that several classes share':<44} {len(shared):>6} standing for {sum(map(len, shared.values()))}")
    for name, places in sorted(shared.items()):
        print(f"  {name}: {', '.join(places)}")


# --- ways ---------------------------------------------------------------------------------------------------------------


def ways() -> Iterator[tuple[str, list[str]]]:
    """The commands whose modules are counted, on the first article that the first recording of cache/ answers."""
    recording = min((ROOT / "cache").glob("*.jsonl"))
    about = next(line["about"] for line in map(json.loads, recording.open(encoding="utf-8")) if line["status"] == "ok")
    article = str(next((ROOT / "corpus").glob(f"{about['article']}.*")))
    gold = str(ROOT / "evals" / "gold" / f"{about['article']}.yaml")
    asked = ["--model", about["model"], "--base-url", about["endpoint"], "--max-tokens", str(about["max_tokens"])]
    with tempfile.TemporaryDirectory() as folder:
        out = ["-q", "-o", f"{folder}/out.jsonl"]
        yield "one article, offline client", ["run", article, *out]
        yield "one article, recorded answers", ["run", article, *asked, "--replay", str(recording), *out]
        yield "one gold file to its F1", ["eval", "--gold", gold, "--summaries", f"{folder}/out.jsonl", "-q", "-o", f"{folder}/result.json"]


def route(words: list[str]) -> list[str]:
    """The modules whose functions a command calls, in the order in which they are entered first; a module that is only loaded is none."""
    from summarise.cli import main as command

    modules: dict[str, None] = {}

    def profile(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_flags & inspect.CO_OPTIMIZED and code.co_filename.startswith(str(PACKAGE)):
            modules[str(Path(code.co_filename).relative_to(PACKAGE))] = None

    with contextlib.redirect_stdout(io.StringIO()):
        command(words)
        threading.setprofile(profile)
        sys.setprofile(profile)
        try:
            code = command(words)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)
    if code:
        sys.exit(f"summarise {' '.join(words)} ended with {code}")
    return list(modules)


if __name__ == "__main__":
    main()
