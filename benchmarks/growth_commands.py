"""What `growth.py` measures: each command as steps, on texts of a size or on kinds of many items."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from cache_records import attempt, record
from evals_made import gold as gold_of
from evals_made import perfect
from long_texts import repeated
from many_items import GOLD_HEAD, ITEMS, claim, claims_with_figures, figure, labels, many_articles, span, stance, summary

from summarise import prompt
from summarise.article import Article
from summarise.clients.cache import Recording, Store, export_records, import_records, stats, verify
from summarise.clients.mock.client import draft
from summarise.clients.protocol import Answer
from summarise.clients.remote.response import unfenced
from summarise.compare.comparison import Comparison, compare
from summarise.compare.figures import figure_groups
from summarise.compare.model import sources_of
from summarise.document import Document
from summarise.errors import InputError, SummariseError
from summarise.evals.compare import compare as compare_results
from summarise.evals.compare import comparison_table
from summarise.evals.evaluate import evaluate
from summarise.evals.figure_groups import grouping_table, read_groups, score_grouping
from summarise.evals.gold.model import Gold
from summarise.evals.gold.read import parsed
from summarise.evals.labelling import agreement, agreement_table, gold_template, prefilled_template
from summarise.evals.outputs import parse_line, parse_lines
from summarise.evals.report import report as eval_report
from summarise.evals.results import from_json, to_json
from summarise.export.formats import open_writer
from summarise.export.layers import LAYERS
from summarise.ground import settle
from summarise.pipeline import assemble
from summarise.reading.input import Input
from summarise.reading.options import ReadOptions
from summarise.reading.reader import _READERS
from summarise.render import terminal
from summarise.render.comparison import comparison_html, comparison_lines
from summarise.render.report import report
from summarise.render.table import lines as table_lines
from summarise.schema import MOST_CLAIMS, MOST_FIGURES, MOST_MISSED, MOST_STANCES, Summary, read_summaries
from summarise.text.yaml_nodes import Problems

Steps = Iterator[tuple[str, Callable[[], object]]]
"""The steps of a command, each with its name and ready to be timed; what a step needs is made before it, by the generator."""


class Command(NamedTuple):
    """`steps` of what is measured: of a text, or, where there are `kinds`, of what one of them makes of a number of items."""

    steps: Callable[[Any], Steps]
    kinds: Mapping[str, Callable[[int], Any]] = {}

    def first(self) -> Steps:
        """The steps for something small and ordinary."""
        return self.steps(next(iter(self.kinds.values()))(10) if self.kinds else _ARTICLE)


_ARTICLE = repeated("Smith said the plan would cost $1bn. Jones opposed the plan. ", 5_000)


# --- one article: run, show, ask, the readers, answers of a model --------------------------------------------------------


def summarised(text: str, *contents: str) -> Summary:
    document = Document.of(Article(text, published="2024-05-12"))
    answers = contents or (draft(document).model_dump_json(),)
    answer = Answer(answers, client="mock", attempts=0, input_tokens=0, output_tokens=0, cost_usd=0.0, seconds=0.0)
    return assemble(document, prompt.load(), settle(answers, document), [answer], with_text=True)


def run(text: str) -> Steps:
    """`run` and `show` of one article."""
    kept: list[Summary] = []
    yield "run", lambda: kept.append(summarised(text))
    yield "write", kept[0].model_dump_json
    yield "show", lambda: [sum(map(len, terminal.show(kept[0], 80, colour, text=text, with_text=True))) for colour in (False, True)]


def ask(text: str) -> Steps:
    """What a model would be sent."""

    def request() -> str:
        document = Document.of(Article(text))
        return prompt.Request(document, prompt.load(), 1, len(document.sentences)).text

    yield "request", request


def reading(format: str, form: Callable[[str], str]) -> Command:
    """Reads `form` of a text as a file of this format."""

    def read(data: bytes) -> None:
        source = Input(io.BytesIO(data), zipped=False, max_bytes=20_000_000)
        with suppress(InputError):  # many a pattern is no article, which must be said as fast
            for _ in _READERS[format](source, ReadOptions()):
                pass  # as the program does, which keeps none of them

    def steps(text: str) -> Steps:
        data = form(text).encode()
        yield "read", lambda: read(data)

    return Command(steps)


def answering(form: Callable[[str], str]) -> Command:
    """Settles `form` of a text as the answer of a model about an ordinary article."""

    def answer(content: str) -> None:
        with suppress(SummariseError):  # an answer may be refused
            summarised(_ARTICLE, unfenced(content))

    def steps(text: str) -> Steps:
        content = form(text)
        yield "settle", lambda: answer(content)

    return Command(steps)


def _drafted(**fields: object) -> str:
    return json.dumps({"gist": "", "claims": [], "stances": [], "figures": [], "missed_figures": []} | fields)


def _claims(text: str) -> str:
    size = max(1, len(text) // MOST_CLAIMS)
    claims = [
        {"text": text[n * size : (n + 1) * size], "speaker": text[:size], "mode": "asserts", "sentences": [1]} for n in range(MOST_CLAIMS)
    ]
    return _drafted(claims=claims, gist=text)


def _stances(text: str) -> str:
    stance = {"holder": text[:200], "target": text[-200:], "polarity": "against", "sentences": [1, 2]}
    return _drafted(stances=[stance] * MOST_STANCES, gist=text[:800])


def _figures(text: str) -> str:
    said = {"measure": text[:200], "as_of": "2024", "speaker": text[:200]}
    missed = [{"sentence": 1, "quote": text[n : n + 200], **said} for n in range(MOST_MISSED)]
    return _drafted(figures=[{"id": f"f{n}", **said} for n in range(MOST_FIGURES)], missed_figures=missed)


def _parts(form: str) -> Callable[[str], str]:
    """A page in which each 40 characters of the text stand in an element of their own."""
    return lambda text: "<html><body>" + "".join(form.replace("@", text[at : at + 40]) for at in range(0, len(text), 40))


ONE_ARTICLE = {
    "run": Command(run),
    "ask": Command(ask),
    "read-txt": reading("txt", str),
    "read-front": reading("md", lambda text: f"---\ntitle: {text}\n---\n{text}"),
    "read-yaml": reading("md", lambda text: f"---\n{text}\n---\n{text}"),
    "read-csv": reading("csv", lambda text: f"id,text\n1,{text}\n"),
    "read-jsonl": reading("jsonl", lambda text: json.dumps({"text": text, "title": text})),
    "read-json": reading("json", str),
    "html-text": reading("html", lambda text: f"<html><body><article><p>{text}</p></article></body></html>"),
    "html-elements": reading("html", _parts("<p>@</p>")),
    "html-unclosed": reading("html", _parts("<div><b>@")),
    "html-attributes": reading("html", _parts('<p style="@" title="@">A.</p>')),
    "html-comments": reading("html", lambda text: f"<html><!--{text}--><body><p>The council said no.</p><!--{text}"),
    "html-script": reading("html", lambda text: f"<html><script>{text}</script><body><p>The council said no.</p><style>{text}</style>"),
    "html-head": reading("html", lambda text: f'<html><head><meta name="date" content="{text}"><title>{text}</title></head><p>No.'),
    "html-raw": reading("html", str),
    "html-pre": reading("html", lambda text: f"<html><body><pre>{text}</pre><table><tr>{text}</tr></table></body></html>"),
    "answer-text": answering(str),
    "answer-fenced": answering(lambda text: f"```json\n{text}\n```"),
    "answer-claims": answering(_claims),
    "answer-stances": answering(_stances),
    "answer-figures": answering(_figures),
}


# --- summaries whose fields are long: compare, report, export ------------------------------------------------------------


def long_evidence(text: str) -> list[Summary]:
    """Two articles whose text, and one piece of evidence of each item, is `text`."""
    whole, end = span(text), min(len(text), 12)
    return [
        summary(
            id,
            text,
            [claim(1, "The bridge would cost 12 million euros.", [whole])],
            [stance(1, "Anna Smith", "the bridge", [whole])],
            [figure(n, 12, span(text, at, at + 2), [whole], unit="euro") for n, at in enumerate((0, len(text) // 2, len(text) - end))],
        )
        for id in ("a", "b")
    ]


def long_claims(text: str) -> list[Summary]:
    own = f"The council said on Monday that {text}"
    return [summary(id, own, [claim(1, own, [span(own)], "the council"), claim(2, f"{own} not", [span(own)])]) for id in ("a", "b")]


def long_names(text: str) -> list[Summary]:
    return [
        summary(
            id,
            "It is so.",
            [claim(1, "It is so.", [], text)],
            [stance(1, text, text, []), stance(2, f"Anna {text}", f"the {text}", [])],
            [figure(1, 5, span("It is so.", 0, 2), [], speaker=text)],
        )
        for id in ("a", "b")
    ]


def long_measures(text: str) -> list[Summary]:
    body = "It rose by 5 to 12 million."
    places = [span(body, 11, 12), span(body, 16, 18)]
    known: list[dict[str, Any]] = [{"measure": text}, {"unit": text}, {"per": text}, {"as_of": text}, {"currency": text}, {"quote": text}]
    made = [figure(n, 5, places[n % 2], [span(body)], **each) for n, each in enumerate(known)]
    return [summary(id, body, figures=made) for id in ("a", "b")]


def long_heads(text: str) -> list[Summary]:
    made = summary("a", "It is so.", title=text, source=text, published=text, url=text, language=text)
    return [made.model_copy(update={"gist": text}), summary(text, "It is not so.", title=None, source=text)]


def many_places(text: str) -> list[Summary]:
    """The evidence of claims, stances and figures all over the text, one in a hundred characters."""
    cuts = range(0, max(1, len(text) - 99), 100)
    pieces = [span(text, at, at + 100) for at in cuts]
    return [
        summary(
            id,
            text,
            [claim(n, one.quote, [one]) for n, one in enumerate(pieces)],
            [stance(n, one.quote[:20], one.quote[20:40], [one]) for n, one in enumerate(pieces)],
            [
                figure(n, n, span(text, at, at + 5), [one], measure=one.quote[:30])
                for n, (at, one) in enumerate(zip(cuts, pieces, strict=True))
            ],
        )
        for id in ("a", "b")
    ]


SHAPES: dict[str, Callable[[str], list[Summary]]] = {
    "evidence": long_evidence,
    "claims": long_claims,
    "names": long_names,
    "measures": long_measures,
    "heads": long_heads,
    "places": many_places,
}


def compared(items: Sequence[Summary]) -> Steps:
    """`compare` and `report` in all their formats, from a file of summaries."""
    kept: list[Comparison] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made.jsonl")
        path.write_bytes(b"".join(item.to_json().encode() + b"\n" for item in items))
        yield "compare", lambda: kept.append(compare(list(read_summaries(path))))
    yield "as json", kept[0].to_json
    yield "as table", lambda: list(comparison_lines(kept[0]))
    yield "as markdown", kept[0].to_markdown
    yield "in a notebook", lambda: comparison_html(kept[0])
    yield "report", lambda: report(kept[0])


def exported(items: Sequence[Summary]) -> Steps:
    with tempfile.TemporaryDirectory() as folder:
        for suffix in ("jsonl", "csv", "md", "sqlite", "parquet"):
            for layer in LAYERS if suffix in ("csv", "parquet") else (None,):
                path = Path(folder, f"{layer or 'made'}.{suffix}")
                yield f"write {path.name}", lambda path=path, layer=layer: _export(items, path, layer)


def _export(items: Sequence[Summary], path: Path, layer: str | None) -> None:
    writer = open_writer(path, layer=layer)
    for item in items:
        writer.write(item)
    writer.close()


SUMMARIES = (
    {f"compare-{name}": Command(lambda text, shape=shape: compared(shape(text))) for name, shape in SHAPES.items()}
    | {f"export-{name}": Command(lambda text, shape=shape: exported(shape(text))) for name, shape in SHAPES.items()}
    | {"items-compare": Command(compared, ITEMS), "items-export": Command(exported, ITEMS)}
)


# --- gold: eval and its actions -------------------------------------------------------------------------------------------


def scored(yaml: str, lines: Callable[[Gold], list[dict[str, Any]]]) -> Steps:
    """`eval check`, `eval --summaries`, `eval compare`, `eval report`."""
    kept: list[Any] = []
    yield "check", lambda: kept.append(parsed(yaml, Problems("made.yaml")))
    if kept[0] is None:
        return
    made = [json.dumps(line) for line in lines(kept[0])]
    yield "eval", lambda: kept.append(to_json(evaluate([kept[0]], parse_lines(made).outputs, resamples=20)))
    yield "read a result", lambda: kept.append(from_json(kept[1]))
    yield "compare", lambda: list(table_lines(comparison_table(("a", "b"), compare_results(kept[2], kept[2]))))
    yield "report", lambda: eval_report([("a", kept[2]), ("b", kept[2])])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)


def long_gold(text: str) -> Steps:
    """Every field of gold and of an output is the text."""
    body = f"Anna Smith said it would cost 12 euros. {text} That was all."
    t, quote = _quoted(text), _quoted(f"{text} That was all")
    yaml = (
        f"{GOLD_HEAD}title: {t}\nsource: {t}\ntext: {_quoted(body)}\nentities:\n  anna: [Anna Smith, {_quoted('x ' + text)}]\n"
        f"claims:\n- {{text: {t}, speaker: anna, quote: {quote}, note: {t}, accept: {{text: [{_quoted('not ' + text)}]}}}}\n"
        f"stances:\n- {{holder: anna, target: {_quoted('plan ' + text)}, polarity: favour, quote: Anna Smith said}}\n"
        f"figures:\n- {{value: 12, unit: {_quoted('euro ' + text)}, per: {_quoted('day ' + text)}, measure: {t}, quote: 12 euros}}\n"
    )

    def lines(gold: Gold) -> list[dict[str, Any]]:
        right = perfect(gold)
        claim, stance, figure = (right[layer][0] for layer in ("claims", "stances", "figures"))
        said = {"text": f"{text} no 5", "speaker": text, "mode": text, "evidence": [{"quote": f"{text} so"}]}
        held = {"holder": text, "target": text, "polarity": text, "evidence": [{"quote": text}]}
        cited = dict.fromkeys(("measure", "unit", "per", "currency", "as_of", "bound", "speaker"), f"{text} x")
        other = {"gist": text, "claims": [claim | said], "stances": [stance | held], "figures": [figure | cited]}
        return [right, right | other]

    yield from scored(yaml, lines)


def faulty_gold(text: str) -> Steps:
    """Gold in which nothing is right."""
    t, half = _quoted(text), _quoted(text[: len(text) // 2])
    claims = (
        f"{{text: {t}, speaker: {_quoted(text + ' x')}, mode: {t}, quote: {_quoted(text + ' nowhere')}, {_quoted('k' + text)}: {t}}}",
        f"{{quote: {t}}}",
        f"{{quote: {t}, nth: {t}}}",
        f"{{quote: {half}, nth: 99999}}",
    )
    yaml = (
        f"{GOLD_HEAD}text: {_quoted(f'It is so. {text} That was all.')}\n{t}: {t}\n"
        f"entities:\n  anna: [{t}, {t}]\n  {_quoted('a' + text)}: [Anna]\n"
        f"claims:\n"
        + "".join(f"- {claim}\n" for claim in claims)
        + f"figures:\n- {{value: {t}, currency: {t}, as_of: {t}, bound: {t}, quote: {t}}}\n"
    )
    yield from scored(yaml, lambda _: [])


_SENTENCES = {
    "labels": "The mill{0} of Name{0} sold tin to Ben{0}. ",
    "labels alike": "The council said that bridge {} would cost 12 million euros. ",
}
LABELS = {name: lambda count, form=form: labels(form, count) for name, form in _SENTENCES.items()}


def many_labels(yaml: str) -> Steps:
    def lines(gold: Gold) -> list[dict[str, Any]]:
        right = perfect(gold)
        turned = [{**one, "evidence": other["evidence"]} for one, other in zip(right["claims"], reversed(right["claims"]), strict=True)]
        return [right, {**right, "claims": turned}]

    yield from scored(yaml, lines)


def agreed(yaml: str) -> Steps:
    """`eval agreement`."""
    first = gold_of(yaml)
    second = replace(first, labels=replace(first.labels, claims=first.labels.claims[::2]))
    yield "agreement", lambda: list(table_lines(agreement_table(agreement([first], [second]))))


def labelled(items: Sequence[Summary]) -> Steps:
    """`eval label`, without labels and with those of a summary."""
    article = Article(items[0].article.text or "", id="made")
    output = parse_line(items[0].to_json())
    yield "label", lambda: gold_template(article)
    yield "label --summaries", lambda: prefilled_template(article, output)


def one_sentence_again(count: int) -> list[Summary]:
    """Claims about a sentence that the article repeats, each with another place of it as evidence."""
    text, said = "Tin was sold. " * count, "Tin was sold."
    return [summary("a", text, [claim(n, said, [span(text, n * 14, n * 14 + 13)]) for n in range(count)])]


def unsound_claims(count: int) -> list[Summary]:
    """Claims whose evidence is nowhere in the article."""
    text = "Tin was sold. " * count
    return [summary("a", text, [claim(n, f"Lead {n} was bought.", []) for n in range(count)])]


def grouped(items: Sequence[Summary]) -> Steps:
    """`eval groups`, with a group for each figure."""
    texts = {item.article.id: item.article.text or "" for item in items}
    rows = [
        f"- readings:\n  - figures: [{{in: {item.article.id}, quote: {json.dumps(one.evidence[0].quote)}}}]\n"
        for item in items
        for one in item.figures
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "groups.yaml")
        path.write_text("groups:\n" + "".join(rows), encoding="utf-8")
        kept: list[Any] = []
        yield "read labels", lambda: kept.append(read_groups(path, texts))
    groups = figure_groups(sources_of(items))
    yield "score", lambda: list(table_lines(grouping_table("all", score_grouping(groups, kept[0]))))


EVALS = {
    "eval-gold": Command(long_gold),
    "eval-faulty": Command(faulty_gold),
    "items-eval": Command(many_labels, LABELS),
    "items-agreement": Command(agreed, LABELS),
    "items-label": Command(
        labelled,
        {made.__name__.replace("_", " "): made for made in (claims_with_figures, one_sentence_again, unsound_claims)},
    ),
    "items-groups": Command(grouped, {"many articles": many_articles, "one article": lambda count: claims_with_figures(count)[:1]}),
}


# --- stored answers -------------------------------------------------------------------------------------------------------


def cached(keys: Sequence[str]) -> Steps:
    """`cache stats`, `verify`, `export` and `import`, of records put under these keys."""
    with tempfile.TemporaryDirectory() as name:
        folder, lines = Path(name, "cache"), Path(name, "answers.jsonl")
        with Store(folder) as store:
            for key in keys:
                store.put(record(key, "ok", attempt('{"gist": "Tin was sold."}' * 20)))
        with Recording(folder) as recording:
            yield "stats", lambda: stats(recording)
        with Recording(folder) as recording:
            yield "verify", lambda: verify(recording)
        with Recording(folder) as recording:
            yield "export", lambda: export_records(recording, lines)
        with Store(Path(name, "other")) as store:
            yield "import", lambda: import_records(store, lines)


CACHE = {
    "cache": Command(
        cached,
        {
            "a record a key": lambda count: [f"v1-{n:064}" for n in range(count)],
            "records of ten keys": lambda count: [f"v1-{n % 10:064}" for n in range(count)],
        },
    )
}

COMMANDS: dict[str, Command] = ONE_ARTICLE | SUMMARIES | EVALS | CACHE
"""What is measured, by name; add more where another part of the program reads whole texts or many items."""
