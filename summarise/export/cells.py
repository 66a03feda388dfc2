"""CSV cells that a spreadsheet shows and does not run."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from summarise.views.amount import exact

# What a spreadsheet may take for the start of a formula: a sign, also in its wide and small forms, after anything that is not seen;
# or a leading tab or line end. Apostrophes in front are our own mark and are passed over, so that the mark can be taken off again.
_UNSEEN = r"[\s\x00-\x20\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*"
_FORMULA = re.compile(rf"'*(?:[\t\r\n]|{_UNSEEN}[=+\-@＝＋－＠﹦﹢﹣﹫−])")


def line(cells: list[Any]) -> str:
    """One line of CSV. Texts are quoted and neutral, numbers and booleans bare, None is nothing."""
    return ",".join(map(_cell, cells)) + "\n"


def neutral(text: str) -> str:
    """`text`, with an apostrophe before it when a spreadsheet could run it as a formula. `restored` takes it off."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(cell: str) -> str:
    """The text that `neutral` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return '"' + neutral(value).replace('"', '""') + '"'
    if isinstance(value, Decimal):
        return exact(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
