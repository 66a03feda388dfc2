"""The numbers that decide what counts as found, all in one place so that they can be calibrated."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Thresholds:
    """All are shares from 0 to 1.

    partial              of a quote's tokens that must stand in a row to count as found in part
    claim_evidence       a claim may be matched from this overlap of evidence on …
    claim_text           … or from this likeness of wording
    contradiction        the most that wordings can be alike whose numbers contradict each other, or of which one is negated
    name                 likeness from which two names are the same, for speakers
    holder, target       the same for stances
    measure              likeness from which two measures are the same
    holder_weight …      what a likeness adds to the weight of a possible match, beside evidence and wording
    """

    partial: float = 0.6
    claim_evidence: float = 0.3
    claim_text: float = 0.65
    contradiction: float = 0.49
    name: float = 0.7
    holder: float = 0.7
    target: float = 0.6
    measure: float = 0.35
    holder_weight: float = 0.5
    stance_evidence_weight: float = 0.1
    value_weight: float = 0.25
    measure_weight: float = 0.1


DEFAULT = Thresholds()
