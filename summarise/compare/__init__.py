"""Several articles side by side, from their summaries alone: figures, claims, stances and a timeline."""

from __future__ import annotations
