"""The rows of an article: each label and each item without one, with what every side made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from summarise.evals.gold.labels import LAYERS, Layer
from summarise.evals.report.cell import GROUPS, Cell, Group, cell
from summarise.evals.report.side import Side
from summarise.evals.report.wording import Part, clipped, wording
from summarise.evals.result import ArticleResult
from summarise.evals.scorer import Decision

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Row:
    """`key` is short and its own in the report. `name` is the id of the label or the item. `gold` is empty for an item without a label.

    `places` is where the label's evidence stands: places that each prove it, each of one or more spans.
    """

    key: str
    name: str
    layer: Layer
    group: Group
    gold: tuple[Part, ...]
    places: tuple[tuple[tuple[int, int], ...], ...]
    cells: tuple[Cell | None, ...]

    @property
    def start(self) -> int:
        """Where its evidence begins in the text; an item without any comes first."""
        spans = [span for place in self.places[:1] for span in place] or [span for cell in self.cells if cell for span in cell.spans]
        return min((start for start, _ in spans), default=-1)


class Keys:
    """Short names, each given once. They begin with a digit, so that none is a name of the page's own."""

    def __init__(self) -> None:
        self._names = (name for name in map(_in_base_36, count(1)) if name[0].isdigit())

    def new(self) -> str:
        return next(self._names)


def rows(article: ArticleResult, columns: Sequence[Side], keys: Keys) -> list[Row]:
    """Grouped, the worst group first; in a group by layer and by place in the text."""
    found = [row for layer in LAYERS for row in (*_labelled(article, layer, columns, keys), *_unlabelled(article, layer, columns, keys))]
    return sorted(found, key=lambda row: (GROUPS.index(row.group), LAYERS.index(row.layer), row.start))


def _labelled(article: ArticleResult, layer: Layer, columns: Sequence[Side], keys: Keys) -> Iterator[Row]:
    decided = [_by_label(side.run(article).decisions, layer) for side in columns]
    for label in article.labels[layer]:
        id = label["id"]
        cells = [cell(article, side.run(article), by[id]) if id in by else None for side, by in zip(columns, decided, strict=True)]
        wrong = {name for one in cells if one for name in (*dict(one.wrong), *one.lacking)}
        group: Group = min((one.group for one in cells if one), key=GROUPS.index, default="uncounted")
        places = tuple(tuple((start, end) for start, end in place) for place in label["spans"])
        yield Row(keys.new(), clipped(id), layer, group, wording(layer, label, wrong), places, tuple(cells))


def _by_label(decisions: Sequence[Decision], layer: Layer) -> Mapping[str, Decision]:
    return {one.gold: one for one in decisions if one.layer == layer and one.gold is not None}


def _unlabelled(article: ArticleResult, layer: Layer, columns: Sequence[Side], keys: Keys) -> Iterator[Row]:
    for at, side in enumerate(columns):
        run = side.run(article)
        for one in run.decisions:
            if one.layer == layer and one.gold is None and one.output is not None:
                found = cell(article, run, one)
                name = f"{side.letter if len(columns) > 1 else ''}+{run.items[layer][one.output]['id']}"
                cells = tuple(found if column == at else None for column in range(len(columns)))
                yield Row(keys.new(), clipped(name), layer, found.group, (), (), cells)


def _in_base_36(number: int) -> str:
    signs = ""
    while number:
        number, rest = divmod(number, 36)
        signs = _DIGITS[rest] + signs
    return signs
