"""Stances: who is for or against what."""

from __future__ import annotations

from collections.abc import Sequence

from summarise.clients.mock.page import Page
from summarise.clients.mock.speakers import Voice
from summarise.schema import DraftStance


def find_stances(page: Page, said: Sequence[Voice]) -> list[DraftStance]:
    return []
