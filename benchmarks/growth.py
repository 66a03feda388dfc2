"""How much longer each command takes for ten times as much: a longer text, or more items, labels or stored answers.

    python benchmarks/growth.py                                            # all commands, 10,000 and 100,000 characters
    python benchmarks/growth.py run compare --sizes 10000 100000 1000000 --patterns 120 --budget 100

Each command is run on texts that repeat one pattern of tests/long_texts.py, or on the items of tests/many_items.py. A step is timed in CPU
seconds (getrusage), in a child process of its own for each text, with the garbage collector as the program has it. Growth counts where
the longer run takes more than `NOISE`; above `LINEAR` it is measured up to four times more, and the shortest times are taken. Prints a
line for each growth above `LINEAR`, and for each step and size the worst growth. Exit code 1 where anything grows more than that.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from growth_commands import COMMANDS, Command, Steps
from long_texts import PATTERNS, repeated

from summarise.cli import GARBAGE_THRESHOLD
from summarise.errors import SummariseError

LINEAR = 12.0
NOISE = 0.05
"""Seconds below which the time of the longer run says nothing about growth."""
LEAST = 0.005
"""Seconds that the shorter run is taken for at least: below, a page fault or two are a large part of it."""
AGAIN = 4


class Case(NamedTuple):
    """The steps of a command, and what they are to be run on: `made` gives it in any size."""

    name: str
    steps: Callable[[Any], Steps]
    made: Callable[[int], Any]


def cases(command: Command, options: argparse.Namespace) -> list[Case]:
    """The cases of a command that the options ask for; N of M patterns are spread over all of them."""
    if command.kinds:
        return [Case(name, command.steps, made) for name, made in command.kinds.items() if not options.only or options.only in name]
    patterns = [pattern for pattern in PATTERNS if not options.only or options.only in pattern][:: options.every]
    return [Case(repr(pattern), command.steps, partial(repeated, pattern)) for pattern in patterns[: options.patterns]]


Times = dict[str, float]
"""CPU seconds of each step; infinite for one that failed or did not end in time."""


def timed(case: Case, size: int, patience: int) -> Times:
    """Runs the steps in a child process, which shares nothing learnt from other texts and is stopped after `patience` CPU seconds."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        resource.setrlimit(resource.RLIMIT_CPU, (patience, patience))
        try:
            _run(case.steps(case.made(size)), write)
        except Exception as error:  # noqa: BLE001  # whatever it is, the other cases go on
            print(f"{case.name}: {type(error).__name__}: {error}"[:300], file=sys.stderr, flush=True)
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as lines:
        found = dict(line.rstrip("\n").split("\t") for line in lines)
    os.waitpid(child, 0)
    return {step: float(seconds or "inf") for step, seconds in found.items()}


def _run(steps: Steps, write: int) -> None:
    """Writes the name of each step before it, and its seconds after it. What lies between two steps is not timed."""
    for name, work in steps:
        os.write(write, f"{name}\t".encode())
        start = _cpu()
        try:
            work()
        except SummariseError as error:  # a limit of the program, at which growth ends
            print(f"{name}: {error}"[:200], file=sys.stderr, flush=True)
            os.write(write, b"0\n")
            return
        os.write(write, f"{_cpu() - start}\n".encode())


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def growth(small: Times, large: Times, ratio: float) -> Times:
    """The growth of each step for ten times as much; 0 where the longer run is too short to tell, or was refused."""
    return {
        step: seconds / max(small.get(step, seconds), LEAST) * 10 / ratio if seconds > NOISE else 0.0 for step, seconds in large.items()
    }


class Measured(NamedTuple):
    case: Case
    small: Times
    large: Times
    growth: Times


def measured(case: Case, sizes: tuple[int, int], small: Times, patience: int) -> Measured:
    """One case at two sizes, again and again where it grows too much; `small` are its times at the first size, if they are known."""
    small = small or timed(case, sizes[0], patience)
    large = timed(case, sizes[1], patience)
    found = growth(small, large, sizes[1] / sizes[0])
    for _ in range(AGAIN):
        if not LINEAR < max(found.values(), default=0.0) < float("inf"):
            break
        small, large = (_shortest(known, timed(case, size, patience)) for known, size in zip((small, large), sizes, strict=True))
        found = growth(small, large, sizes[1] / sizes[0])
    return Measured(case, small, large, found)


def _shortest(one: Times, other: Times) -> Times:
    return {step: min(seconds, other.get(step, seconds)) for step, seconds in one.items()}


def walk(name: str, command: Command, options: argparse.Namespace) -> Iterator[tuple[int, list[Measured], int]]:
    """For each size but the first: what was measured, and how many cases were not, because the budget would not have been enough.

    What grew most from the size before comes first, so that a budget leaves out what is least likely to matter.
    """
    left = [(case, Times()) for case in cases(command, options)]
    sizes = (options.counts if command.kinds else options.sizes) or []
    for small, large in pairwise(sizes):
        found: list[Measured] = []
        spent = 0.0
        for case, times in left:
            if options.budget and spent + sum(times.values()) * large / small > options.budget:
                continue
            one = measured(case, (small, large), times, options.patience)
            _tell(name, one, large, options.verbose)
            spent += sum(one.large.values()) + (0 if times else sum(one.small.values()))
            found.append(one)
        yield large, found, len(left) - len(found)
        ended = [one for one in found if all(seconds < float("inf") for seconds in one.large.values())]
        ended.sort(key=lambda one: -max(one.growth.values(), default=0.0))
        left = [(one.case, one.large) for one in ended]


def _tell(name: str, one: Measured, size: int, everything: bool) -> None:
    for step, times in one.growth.items():
        if times > LINEAR or everything:
            print(f"{times:8.1f}-fold to {one.large[step]:8.3f} s at {size:>9,}  {name}: {step}  {one.case.name}", flush=True)


def summary(name: str, size: int, found: Sequence[Measured], missing: int) -> Iterator[str]:
    """A line for each step of a command that takes long enough: its worst growth to this size, and where; and how much was measured."""
    worst: dict[str, tuple[float, float, str]] = defaultdict(lambda: (0.0, 0.0, ""))
    for one in found:
        for step, times in one.growth.items():
            worst[step] = max(worst[step], (times, one.large[step], one.case.name))
    seconds = sum(sum(one.large.values()) for one in found)
    for step, (times, taken, case) in worst.items():
        if times:
            yield f"= {name}: {step:16} to {size:>9,}: at most {times:5.1f}-fold, {taken:7.2f} s  {case}"
    yield f"= {name} to {size:,}: {len(found)} measured, {missing} left out, {seconds:.0f} s"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commands", nargs="*", help=f"those whose names begin so (default: all): {', '.join(COMMANDS)}")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000], help="characters, ascending")
    parser.add_argument("--counts", type=int, nargs="+", default=[100, 1_000, 10_000], help="items, labels or records, ascending")
    parser.add_argument("--patterns", type=int, metavar="N", help="only the first N; they are in an order in which N are of all sorts")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each N-th pattern")
    parser.add_argument("--only", help="the patterns or kinds that hold this")
    parser.add_argument("--budget", type=float, help="CPU seconds for a command and size; what would take more is left out")
    parser.add_argument("--patience", type=int, default=120, help="CPU seconds after which one run is stopped")
    parser.add_argument("-v", "--verbose", action="store_true", help="a line for everything that is measured")
    options = parser.parse_args()
    gc.set_threshold(GARBAGE_THRESHOLD)
    above = 0
    for name, command in COMMANDS.items():
        if options.commands and not name.startswith(tuple(options.commands)):
            continue
        for _, work in command.first():
            work()  # loads and compiles what is loaded and compiled once
        for size, found, missing in walk(name, command, options):
            above += sum(times > LINEAR for one in found for times in one.growth.values())
            print("\n".join(summary(name, size, found, missing)), flush=True)
    print(f"{above} above {LINEAR:.0f}-fold")
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main())
