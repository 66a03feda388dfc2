"""The gate: what a result must reach, read from gate.toml, and the verdict on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from summarise.errors import SettingsError
from summarise.evals.compare import Comparison
from summarise.evals.gold.form import did_you_mean
from summarise.evals.metrics import METRICS
from summarise.evals.results import Result
from summarise.evals.tables import number
from summarise.text.toml import brief, read_toml

_NUMBERS = ("floor", "ceiling", "max_drop", "alpha")
_MOST_FAILED = 1_000_000_000  # more articles than any gold has
_TOP = ("alpha", "max_failed", "baseline", "metrics")
Status = Literal["pass", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What one metric must keep to; None where nothing is asked. A drop is a change for the worse, whichever way that is."""

    metric: str
    alpha: float
    floor: float | None = None
    ceiling: float | None = None
    max_drop: float | None = None


@dataclass(frozen=True)
class Gate:
    """`baseline` is the result file to compare with, where the gate names one; `max_failed` is how many articles may fail."""

    rules: tuple[Rule, ...]
    max_failed: int = 0
    baseline: Path | None = None

    @property
    def tested(self) -> tuple[str, ...]:
        """The metrics whose drop is limited."""
        return tuple(rule.metric for rule in self.rules if rule.max_drop is not None)


@dataclass(frozen=True, slots=True)
class Finding:
    status: Status
    subject: str
    reason: str

    def __str__(self) -> str:
        return f"{_SIGNS[self.status]} {self.subject}: {self.reason}"


_SIGNS: Mapping[Status, str] = {"pass": "✓", "warn": "⚠", "fail": "✗"}


@dataclass(frozen=True)
class Verdict:
    """What is printed and the exit code both come from here."""

    findings: tuple[Finding, ...]
    strict: bool = False

    @property
    def passes(self) -> bool:
        return all(finding.status == "pass" or (finding.status == "warn" and not self.strict) for finding in self.findings)

    @property
    def exit_code(self) -> int:
        return 0 if self.passes else 1

    def lines(self) -> Iterator[str]:
        yield from map(str, self.findings)
        warned = sum(finding.status == "warn" for finding in self.findings)
        held = f"{'held' if self.passes else 'broken'}{f', {warned} warnings' if warned else ''}{' (strict)' if self.strict else ''}"
        yield f"gate: {held}"


def read_gate(path: Path) -> Gate:
    """Raises SettingsError for a file that cannot be read or that asks for what there is not."""
    data = read_toml(path)
    _known(path, data, _TOP)
    metrics = data.get("metrics", {})
    if not isinstance(metrics, dict) or not all(isinstance(limits, dict) for limits in metrics.values()):
        raise SettingsError(f"{path}: each metric is a table", hint='such as [metrics."claims.f1"]')
    alpha = _number(path, data, "alpha")
    rules = [_rule(path, name, limits, 0.05 if alpha is None else alpha) for name, limits in metrics.items()]
    failed, baseline = data.get("max_failed", 0), data.get("baseline")
    if isinstance(failed, bool) or not isinstance(failed, int) or not 0 <= failed <= _MOST_FAILED:
        raise SettingsError(f"{path}: max_failed is {brief(failed)}, but must be a whole number from 0 to {_MOST_FAILED:,}")
    if not (baseline is None or isinstance(baseline, str)):
        raise SettingsError(f"{path}: baseline is {brief(baseline)}, but must be a path")
    return Gate(tuple(rules), failed, None if baseline is None else path.parent / baseline)


def judge(gate: Gate, result: Result, comparison: Comparison | None = None, *, strict: bool = False) -> Verdict:
    """`comparison` is that of `result` with what was before; without one, no drop can be found."""
    findings = [_failed(gate, result)]
    for rule in gate.rules:
        findings += _limits(rule, result)
        if rule.max_drop is not None:
            findings.append(_drop(rule, rule.max_drop, comparison))
    return Verdict(tuple(findings), strict)


def _failed(gate: Gate, result: Result) -> Finding:
    count = len(result.failed)
    return Finding("fail" if count > gate.max_failed else "pass", "failed articles", f"{count}, at most {gate.max_failed} allowed")


def _limits(rule: Rule, result: Result) -> Iterator[Finding]:
    value = result.estimate(rule.metric).value
    for limit, name in ((rule.floor, "floor"), (rule.ceiling, "ceiling")):
        if limit is not None:
            # What cannot be computed has not been reached.
            held = value is not None and (value >= limit if name == "floor" else value <= limit)
            reason = f"{number(value)}, {name} {number(limit)}" if value is not None else f"undefined, {name} {number(limit)}"
            yield Finding("pass" if held else "fail", rule.metric, reason)


def _drop(rule: Rule, most: float, comparison: Comparison | None) -> Finding:
    if comparison is None:
        return Finding("warn", rule.metric, "max_drop needs a result to compare with: a baseline in the gate, or eval compare")
    found = comparison.difference(rule.metric)
    if found.a is None and found.drop is None:
        return Finding("pass", rule.metric, "was undefined before")
    if found.drop is None:
        return Finding("fail", rule.metric, f"was {number(found.a)}, is undefined")
    p = found.p_holm if found.p_holm is not None else found.p
    change = f"worse by {number(found.drop)}" if found.drop > 0 else f"better by {number(-found.drop)}" if found.drop < 0 else "unchanged"
    told = f"{change}, at most {number(most)} allowed, p {number(p)}"
    if found.drop <= most:
        return Finding("pass", rule.metric, told)
    if p is not None and p < rule.alpha:
        return Finding("fail", rule.metric, told)
    return Finding("warn", rule.metric, f"{told}: not significant at {rule.alpha:g}")


def _rule(path: Path, name: str, limits: Mapping[str, Any], alpha: float) -> Rule:
    if name not in METRICS:
        raise SettingsError(f"{path}: unknown metric '{name}'{did_you_mean(name, METRICS)}")
    _known(path, limits, _NUMBERS)
    numbers = {key: value for key in _NUMBERS if (value := _number(path, limits, key)) is not None}
    return Rule(name, **{"alpha": alpha, **numbers})


def _number(path: Path, table: Mapping[str, Any], key: str) -> float | None:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1 <= value <= 1:
        raise SettingsError(f"{path}: {key} is {brief(value)}, but must be a number from -1 to 1")
    return float(value)


def _known(path: Path, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in table:
        if key not in keys:
            raise SettingsError(f"{path}: unknown key '{key}'{did_you_mean(key, keys)}")
