"""The gate: what a result must reach, read from gate.toml, and the verdict on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError

from summarise.errors import SettingsError
from summarise.evals.compare import ResultComparison, number
from summarise.evals.metrics import METRICS
from summarise.evals.results import Result
from summarise.files import brief, read_toml
from summarise.text.yaml_nodes import did_you_mean, message_of

_MOST_FAILED = 1_000_000_000  # more articles than any gold has
_ALPHA = 0.05
Status = Literal["pass", "warn", "fail"]


def _share(value: object) -> float:
    # A flag is no number, although Python takes it for one.
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1 <= value <= 1:
        raise ValueError(f"{brief(value)} is not a number from -1 to 1")
    return float(value)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_FAILED:
        raise ValueError(f"{brief(value)} is not a whole number from 0 to {_MOST_FAILED:,}")
    return value


def _path(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{brief(value)} is not a path")
    return value


def _table(value: object) -> object:
    if not isinstance(value, dict):
        raise ValueError('each metric is a table, such as [metrics."claims.f1"]')
    return value


def _metric(name: str) -> str:
    if name not in METRICS:
        raise ValueError(f"unknown metric '{name}'{did_you_mean(name, METRICS)}")
    return name


_Share = Annotated[float, PlainValidator(_share)]


class _Limits(BaseModel):
    model_config = ConfigDict(extra="forbid")
    floor: _Share | None = None
    ceiling: _Share | None = None
    max_drop: _Share | None = None
    alpha: _Share | None = None


class _GateFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    alpha: _Share = _ALPHA
    max_failed: Annotated[int, PlainValidator(_count)] = 0
    baseline: Annotated[str, PlainValidator(_path)] | None = None
    metrics: Annotated[
        dict[Annotated[str, AfterValidator(_metric)], Annotated[_Limits, BeforeValidator(_table)]], BeforeValidator(_table)
    ] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """What one metric must keep to; None where nothing is asked. A drop is a change for the worse, whichever way that is."""

    metric: str
    alpha: float = _ALPHA
    floor: float | None = None
    ceiling: float | None = None
    max_drop: float | None = None


@dataclass(frozen=True)
class EvalGate:
    """`baseline` is the result file to compare with, where the gate names one; `max_failed` is how many articles may fail."""

    rules: tuple[Rule, ...]
    max_failed: int = 0
    baseline: Path | None = None

    @property
    def tested(self) -> tuple[str, ...]:
        """The metrics whose drop is limited."""
        return tuple(rule.metric for rule in self.rules if rule.max_drop is not None)


def read_gate(path: Path) -> EvalGate:
    """Raises SettingsError for a file that cannot be read or that asks for what there is not."""
    try:
        found = _GateFile.model_validate(read_toml(path))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"] if step != "[key]")
        raise SettingsError(f"{path}: {where}: {message_of(first, _GateFile)}") from error
    rules = [Rule(name, **{"alpha": found.alpha, **limits.model_dump(exclude_none=True)}) for name, limits in found.metrics.items()]
    return EvalGate(tuple(rules), found.max_failed, None if found.baseline is None else path.parent / found.baseline)


@dataclass(frozen=True, slots=True)
class Finding:
    status: Status
    subject: str
    reason: str

    def __str__(self) -> str:
        return f"{_SIGNS[self.status]} {self.subject}: {self.reason}"


_SIGNS: Mapping[Status, str] = {"pass": "✓", "warn": "⚠", "fail": "✗"}


@dataclass(frozen=True)
class GateVerdict:
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
        warnings = f", {warned} warning{'s' * (warned != 1)}" if warned else ""
        yield f"gate {'passed' if self.passes else 'failed'}{warnings}{' (strict)' if self.strict else ''}"


def judge(gate: EvalGate, result: Result, comparison: ResultComparison | None = None, *, strict: bool = False) -> GateVerdict:
    """`comparison` is that of `result` with what was before; without one, no drop can be found."""
    findings = [_failed(gate, result)]
    for rule in gate.rules:
        findings += _limits(rule, result)
        if rule.max_drop is not None:
            findings.append(_drop(rule, rule.max_drop, comparison))
    return GateVerdict(tuple(findings), strict)


def _failed(gate: EvalGate, result: Result) -> Finding:
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


def _drop(rule: Rule, most: float, comparison: ResultComparison | None) -> Finding:
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
