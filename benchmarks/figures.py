"""Scores of `find_figures` on folders of annotated sentences, beside those of other systems.

    python benchmarks/figures.py --data ../shared/benchmarks/figures

The folder has `*.dev.jsonl` sets and the `score.py` that knows their format.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from summarise.figures import Figure, find_figures

DATA = Path(__file__).resolve().parents[2] / "shared" / "benchmarks" / "figures"
BOUNDS = {"exact": "=", "about": "~", "at_least": ">=", "at_most": "<=", "more_than": ">", "less_than": "<", "range": "range"}
# Set: best peer (value, value and unit), goal (value, value and unit), as the folder's README gives them.
PEERS = {
    "newsquant_fix": ("CQE .894 / .817", ".925 / .850"),
    "rquant": ("CQE .836 / .799", ".88 / .84"),
    "msunits": ("recognizers .917 / .795", ".93 / .85"),
    "msrange": ("quantulum3 .717", ".85"),
    "msnumber": ("recognizers .764", ".85"),
    "duckling": (".729", ".90"),
    "q3tests": (".702", ".85"),
    "measeval": (".606", ".65"),
    "grobid": (".805 / .600", ".83 / .62"),
    "negatives": ("CQE .204 false a document", ".10 false a document"),
}

HEADER = (
    f"{'set':14} {'value F1':>21} {'endpoints':>9} {'+unit':>21} {'bound':>6} {'change':>6} {'measure':>7} {'false/doc':>9}"
    "  best peer | goal"
)


def main() -> int:
    """Prints the table; without the data there is nothing to do, which is no error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the sets and score.py")
    parser.add_argument("--boot", type=int, default=1000, help="bootstrap samples for the 95 %% intervals")
    arguments = parser.parse_args()
    if not (arguments.data / "score.py").is_file():
        print(f"no benchmark data in {arguments.data}: nothing to score", file=sys.stderr)
        return 0
    score = _load(arguments.data / "score.py")
    print(HEADER)
    for path in _ordered(arguments.data):
        print(_line(score, path, arguments.boot))
    print(_speed(score, arguments.data))
    return 0


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("figure_score", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _ordered(data: Path) -> list[Path]:
    names = list(PEERS)
    return sorted(data.glob("*.dev.jsonl"), key=lambda path: names.index(_name(path)) if _name(path) in names else len(names))


def _name(path: Path) -> str:
    return path.name.removesuffix(".dev.jsonl")


def _line(score: ModuleType, path: Path, boot: int) -> str:
    gold = score.load(path)
    result = score.score(gold, {doc["id"]: [_row(figure) for figure in find_figures(doc["text"])] for doc in gold}, boot)
    intervals = result.get("ci", {})

    def cell(key: str, width: int, *, interval: bool = False) -> str:
        value = score.get(result, key)
        if value is None or (key != "fp_per_doc" and not result["n_gold"]):
            return "-".rjust(width)
        span = f" [{intervals[key][0]:.3f}, {intervals[key][1]:.3f}]" if interval and key in intervals else ""
        return f"{value:.3f}{span}".rjust(width)

    peer, goal = PEERS.get(_name(path), ("", ""))
    return (
        f"{_name(path):14} {cell('value', 21, interval=True)} {cell('endpoint', 9)} {cell('unit', 21, interval=True)} "
        f"{cell('bound_marked', 6)} {cell('change_marked', 6)} {cell('measures_f1', 7)} {cell('fp_per_doc', 9)}  {peer} | {goal}"
    )


def _row(figure: Figure) -> dict[str, Any]:
    unit = f"{figure.unit or figure.currency or ''} per {figure.per}".strip() if figure.per else figure.unit
    ends = (figure.low, figure.high, figure.value)
    low, high, value = (None if end is None else float(end) for end in ends)
    return {
        "start": figure.start,
        "end": figure.end,
        "quote": figure.quote,
        "value": value if value is not None else [low, high],
        "bound": BOUNDS[figure.bound],
        "unit": unit,
        "currency": figure.currency,
        "measures": figure.measure,
        "change": figure.change or "none",
    }


def _speed(score: ModuleType, data: Path) -> str:
    text = "\n".join(doc["text"] for path in _ordered(data) if _name(path) in ("newsquant_fix", "negatives") for doc in score.load(path))
    begun = time.process_time()
    found = len(find_figures(text))
    seconds = time.process_time() - begun
    rate = len(text) / seconds / 1000
    return f"speed: {rate:.0f}k characters a CPU second ({len(text)} characters, {found} figures; peer CQE 5.5k, goal 200k)"


if __name__ == "__main__":
    sys.exit(main())
