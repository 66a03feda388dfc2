"""The HTML report of results: what it shows, and that nothing in it can do anything."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
import zlib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from evals_made import changed, evidence, gold, perfect, scored
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from summarise.errors import NotComparable, OutputError, UsageError
from summarise.evals.evaluate import evaluate
from summarise.evals.outputs import Output
from summarise.evals.report import report, write_report
from summarise.evals.report.page import fitted, packed
from summarise.evals.report.rows import LONGEST, Cell, Keys, Row, clipped, near_text, number, pieces, reason_of
from summarise.evals.results import ArticleResult, Result, from_json, to_json
from summarise.evals.scorer import Decision, Nearest
from summarise.render.spans import DEEPEST
from summarise.text.sanitise import safe


def mixed() -> dict[str, Any]:
    """An output with something of every kind: right, wrong, missed, spurious, optional, made up."""

    def change(line: dict[str, Any]) -> None:
        line["claims"][0]["speaker"] = "Tom Birk"
        line["claims"][1]["text"] = "It would cost 2.5 billion euros and 777 jobs."
        del line["claims"][3]
        line["claims"].append(
            {"id": "x1", "text": "The valley is on the moon.", "speaker": None, "evidence": evidence("nobody wrote this")}
        )
        line["claims"].append(
            {"id": "x2", "text": "300 to 350 people came to the meeting.", "evidence": evidence("Between 300 and 350 people")}
        )
        line["figures"][0].update(value=9000, unit=None)

    return changed(change)


@cache
def made() -> Result:
    return scored(mixed())


@cache
def page() -> Any:
    """The parsed report of `made`."""
    return parsed(report([("mixed", made())]))


def parsed(text: str) -> Any:
    return lxml_html.document_fromstring(text)


def select(tree: Any, selectors: str) -> list[Any]:
    """What some simple CSS selectors find: names, classes, ids and attributes, within one another or (">") directly so."""
    paths = []
    for selector in selectors.split(", "):
        path, axis = ".", "//"
        for step in selector.split():
            if step != ">":
                name, tests = re.fullmatch(r"([\w-]*)(.*)", step).groups()  # type: ignore[union-attr]
                tests = tests.replace("[", "[@")
                tests = re.sub(r"\.([\w-]+)", r"[contains(concat(' ', @class, ' '), ' \1 ')]", tests)
                path += axis + (name or "*") + re.sub(r"#([\w-]+)", r"[@id='\1']", tests)
            axis = "/" if step == ">" else "//"
        paths.append(path)
    return list(tree.xpath(" | ".join(paths)))


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def shown_text(tree: Any) -> str:
    """The text of the first article, without the links, which are taken out of the tree."""
    text = select(tree, "details.a div.t")[0]
    for link in select(text, "a"):
        link.drop_tree()
    return str(text.text_content())


def group(tree: Any, kind: str) -> list[list[str]]:
    """The cells of the rows under one heading, such as "mc" for missed claims."""
    return [[words(cell) for cell in row.iter("td")] for body in select(tree, f"tbody.{kind}") for row in select(body, "tr[id]")]


def renamed(result: Result, **names: str) -> Result:
    return dataclasses.replace(result, signature=dataclasses.replace(result.signature, **names))


def times(result: Result, number: int, longer: int = 1) -> Result:
    """The same article again and again, each with its text in so many copies."""
    (article,) = result.articles
    copies = [dataclasses.replace(article, id=f"{article.id}-{at}", text=article.text * longer) for at in range(number)]
    return dataclasses.replace(result, articles=tuple(copies))


# --- what is decided --------------------------------------------------------------------------------------------------


def test_a_missed_label_stands_under_its_heading() -> None:
    assert group(page(), "mc") == [["c4", "Tom Birk was not offered money for his land. · Tom Birk · denies", ""]]


def test_a_wrong_field_is_shown_with_both_values() -> None:
    claim = ["c1", "The reservoir will supply at least 90,000 homes a day by 2036. · Ines Moro · predicts · key"]
    assert group(page(), "wc") == [
        [*claim, "The reservoir will supply at least 90,000 homes a day by 2036. · Tom Birk · predictsspeaker Tom Birk"]
    ]
    figure = ["f1", "≥ 90,000 home / day · homes supplied by the reservoir · 2036 · Ines Moro"]
    assert group(page(), "wf") == [[*figure, "value 9,000lacks unit ⚠ not in the article: 9000"]]


def test_what_is_wrong_is_marked_in_the_label_too() -> None:
    _, label, _ = select(page(), "tbody.wf tr[id] td")
    assert [words(one) for one in label.iter("b")] == ["90,000 home"]


def test_a_spurious_item_says_when_it_does_not_stand_on_the_text() -> None:
    assert group(page(), "sc") == [["+x1", "", "The valley is on the moon. ⚠ evidence not in the text"]]


def test_a_made_up_number_is_told_beside_what_was_matched() -> None:
    label = "The reservoir would cost 2.5 billion euros, 12% more than planned. · Karel Dietz · key"
    said = "It would cost 2.5 billion euros and 777 jobs. · the auditor Karel Dietz ⚠ not in the article: 777"
    assert [row for row in group(page(), "rc") if row[0] == "c2"] == [["c2", label, said.replace("the auditor Karel Dietz", "Karel Dietz")]]


def test_an_optional_label_is_not_counted_whether_found_or_not() -> None:
    assert [row[0] for row in group(page(), "uc")] == ["c5"]
    assert [row[0] for row in group(page(), "us")] == ["s4"]


def test_the_tally_of_an_article_says_what_became_of_it() -> None:
    (tally,) = select(page(), "details.a > summary span")
    assert words(tally) == "✗ 1 missed + 1 spurious ◐ 2 wrong field ✓ 8 right ○ 2 not counted ⚠ 3 not grounded"


def test_a_reason_is_told_unless_its_heading_says_as_much() -> None:
    def missed(*near: Any) -> str:
        return near_text(Decision("claims", "missed", "c1", nearest=Nearest(*near)))

    assert near_text(Decision("claims", "missed", "c1")) == ""
    assert missed("c6", 0.0, 0.13) == ""
    assert missed("c6", 0.0, 0.3) == "nearest c6: evidence .00, wording .30"
    assert missed("c3", 0.57, 0.64, "c11") == "nearest c3: evidence .57, wording .64, which is a better match for c11"
    spurious = Decision("claims", "spurious", output=0, nearest=Nearest("c5", 1.0, 0.24, "x2"))
    assert near_text(spurious) == "nearest c5: evidence 1.00, wording .24 and has a better match"


def test_what_conveys_a_missed_label_and_which_labels_an_item_conveys_is_told() -> None:
    (article,) = made().articles
    assert reason_of(article, Decision("claims", "missed", "c1", conveyed=("c2", "gist"))) == "conveyed by c2, gist"
    assert reason_of(article, Decision("claims", "spurious", output=0, conveyed=("c3",))) == "conveys c3"
    assert reason_of(article, Decision("figures", "repeated", output=0)) == "found already at another place"


def test_amounts_are_easy_to_read_and_what_is_none_is_left_alone() -> None:
    assert [number(one) for one in ("2500000000", "300..350", "0.4", "many")] == ["2.5 bn", "300–350", "0.4", "many"]


def test_the_wording_of_a_model_that_writes_without_end_is_cut() -> None:
    assert clipped("x" * LONGEST) == "x" * LONGEST
    assert clipped("x" * (LONGEST + 1234)) == "x" * LONGEST + " … (1,234 characters more)"


# --- the text and its marks -------------------------------------------------------------------------------------------


def test_the_text_is_shown_whole() -> None:
    assert shown_text(parsed(report([("mixed", made())]))) == made().articles[0].text


def test_every_item_with_evidence_leads_to_its_mark_and_back() -> None:
    rows = select(page(), "tr[id]")
    there = {row.get("id"): link.get("href") for row in rows for link in select(row, "td a")}
    assert there.keys() == {row.get("id") for row in rows if select(row, "td")[0].text_content() != "+x1"}
    for key, href in there.items():
        (mark,) = select(page(), f"[id='{href[1:]}']")
        back = [link.get("href") for link in select((mark if mark.tag != "a" else mark.getparent()), "a")]
        assert f"#{key}" in back


def test_evidence_of_gold_is_lined_and_that_of_an_output_coloured() -> None:
    result = scored(changed(lambda line: line.update(claims=[], stances=[], figures=line["figures"][1:2])))
    text = select(parsed(report([("one", result)])), "details.a div.t")[0]
    assert [one.text_content() for one in text.iter("b")] == ["f22.5 billion euros"]
    assert [one.get("id") for one in text.iter("b")] == [None], "only what has no label has a link of its own"
    assert sum(one.get("id") is not None for one in text.iter("u")) >= 10


spans = st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)), max_size=25)


@given(st.text(max_size=36), spans, spans)
def test_marks_are_nested_and_lose_no_character(text: str, gold_spans: list[tuple[int, int]], output_spans: list[tuple[int, int]]) -> None:
    rows = [Row(f"{at}", f"c{at}", "claims", "missed", (), ((span,),), ()) for at, span in enumerate(gold_spans)]
    rows += [
        Row(f"9{at}", f"+{at}", "claims", "spurious", (), (), (Cell("spurious", spans=(span,)),)) for at, span in enumerate(output_spans)
    ]
    found, open_, keys = list(pieces(text, rows)), [], Counter[str]()
    for piece in found:
        if piece.kind == "start":
            open_.append(piece.tag)
            keys.update(key for key, _ in piece.links)
        elif piece.kind == "end":
            assert open_.pop() == piece.tag
        assert len(open_) <= DEEPEST + 1
    assert not open_
    assert "".join(piece.text for piece in found if piece.kind == "text") == text
    valid = [
        row.key
        for row in rows
        for span in [row.places[0][0] if row.places else row.cells[0].spans[0]]
        if 0 <= span[0] < span[1] <= len(text)
    ]  # type: ignore[union-attr]
    assert keys == Counter(valid)


# --- what stands around it --------------------------------------------------------------------------------------------


def test_the_head_has_the_whole_signature() -> None:
    told = {words(one.find("dt")): words(one.find("dd")) for one in select(page(), "header dl div")}
    signature = made().signature
    assert told["model"] == "perfect"
    assert told["gold digest"] == signature.gold[:12]
    assert (told["guide version"], told["metric version"], told["package"]) == (signature.guidelines, signature.metrics, signature.package)
    assert (told["tokens"], told["cost"], told["seconds"]) == ("15", "$0.5000", "2.0")


def test_too_few_clusters_and_the_warnings_of_the_result_are_told() -> None:
    result = dataclasses.replace(made(), warnings=("two outputs of articles without gold left out",))
    told = [words(one) for one in select(parsed(report([("one", result)])), ".caution li")]
    few = "⚠ only 1 cluster of articles: fewer than 20 are too few, the true intervals are wider than these"
    assert told == [few, "⚠ two outputs of articles without gold left out"]


def test_every_metric_has_its_value_interval_and_n() -> None:
    rows = {
        words(row.find("th")): [words(cell) for cell in row.iter("td")]
        for row in select(page(), "#metrics tbody tr")
        if row.find("td") is not None
    }
    assert rows["speaker, one to one"] == [".667", ".667–.667", "", "3", "matched", ".667 of 1"]
    assert rows["hallucination rate ↓"][0] == ".231"
    assert len(select(page(), "#metrics tbody tr")) == len(made().estimates) + 4, "and a heading for each layer"


def test_the_picture_says_in_words_what_it_draws() -> None:
    (picture,) = select(page(), "svg.picture")
    assert picture.get("role") == "img"
    assert "Claims: vital recall: A mixed .500 (.500–.500)." in words(picture.find("desc"))
    assert len(select(picture, "circle")) == 5


def test_a_score_that_is_not_defined_has_no_dot() -> None:
    result = scored({"article": {"id": "reservoir"}, "claims": [], "stances": [], "figures": []})
    tree = parsed(report([("empty", result)]))
    row = next(row for row in select(tree, "#metrics tr") if words(row).startswith("precision"))
    assert [words(cell) for cell in row.iter("td")][:2] == ["—", "—"]
    assert not select(row, "circle")


def test_fields_are_tallied_by_layer() -> None:
    rows = [[words(cell) for cell in row] for row in select(page(), "#fields tbody tr") if row.find("td") is not None]
    assert ["speaker", ".667", "", "2", "1", "0", "0"] in rows
    assert ["unit", ".667", "", "2", "0", "1", "0"] in rows


def test_a_failed_article_is_named_with_its_reason() -> None:
    result = evaluate([gold()], [Output("reservoir", failed="limit: too <dear>")], resamples=20)
    tree = parsed(report([("failed", result)]))
    assert [words(one) for one in select(tree, "#failed li")] == ["Villagers split over reservoir: limit: too <dear>"]
    assert [words(one) for one in select(tree, ".a .f")] == ["✗ Failed: limit: too <dear>"]


def test_the_article_with_the_most_errors_comes_first() -> None:
    good, bad = scored(perfect()).articles[0], made().articles[0]
    result = dataclasses.replace(
        made(), articles=(dataclasses.replace(good, id="good", title="Good"), dataclasses.replace(bad, title="Bad"))
    )
    tree = parsed(report([("both", result)]))
    assert [words(one) for one in select(tree, "#articles tbody th")] == ["Bad", "Good"]
    assert [words(one) for one in select(tree, "details.a h3")] == ["Bad", "Good"]


# --- several results --------------------------------------------------------------------------------------------------


def test_several_results_stand_side_by_side_on_one_text() -> None:
    tree = parsed(report([("first", scored(perfect())), ("second", made())]))
    assert len(select(tree, "details.a div.t")) == 1
    assert [words(one) for one in select(tree, "details.a thead th")] == ["Label", "Gold", "A first", "B second"]
    (row,) = group(tree, "mc")
    assert (row[0], row[2:]) == ("c4", ["✓ right: Tom Birk was not offered money for his land. · Tom Birk · denies", "✗ missed"])
    assert group(tree, "sc")[0][0] == "B+x1"


def test_several_results_are_compared_with_the_first() -> None:
    tree = parsed(report([("first", scored(perfect())), ("second", made())]))
    row = next(row for row in select(tree, "#comparison tbody tr") if words(row).startswith("claims: F1, one to one"))
    assert [words(cell) for cell in row.iter("td")][:3] == ["1.000", ".750", "-.250"]
    gained, lost = select(tree, "#comparison details")
    assert words(gained.find("summary")) == "▲ 0 gained: right in B, not in A"
    items = {words(one): one.find("a").get("href") for one in lost.iter("li")}
    label = "claim c4: Tom Birk was not offered money for his land."
    assert select(tree, f"[id='{items[label][1:]}'] td")[0].text_content() == "c4"


def test_repeats_are_columns_of_their_own() -> None:
    tree = parsed(report([("twice", scored(perfect(), mixed()))]))
    assert [words(one) for one in select(tree, "details.a thead th")][2:] == ["A1 twice run 1", "A2 twice run 2"]
    assert "SD of repeats" in words(select(tree, "#metrics thead")[0])


def test_results_of_other_gold_are_not_compared() -> None:
    with pytest.raises(NotComparable, match="gold"):
        report([("one", made()), ("other", renamed(made(), gold="0" * 64))])


def test_no_result_makes_no_report() -> None:
    with pytest.raises(UsageError, match="needs a result"):
        report([])


def test_a_result_that_contradicts_itself_is_refused() -> None:
    data = json.loads(to_json(made()))
    data["articles"][0]["runs"][0]["decisions"][0].update(output=99, gold=None)
    with pytest.raises(ValueError, match=r"line 1: articles\.0: a decision is about item 99 of [0-9]+ claims"):
        from_json(json.dumps(data))


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_same_result_gives_the_same_bytes() -> None:
    assert report([("mixed", made())]) == report([("mixed", from_json(to_json(made())))])


def test_only_our_own_style_and_script_may_run() -> None:
    policy = select(page(), "meta[http-equiv='Content-Security-Policy']")[0].get("content")
    source = report([("mixed", made())])

    def digest(tag: str) -> str:
        (inner,) = re.findall(f"<{tag}>(.*?)</{tag}>", source, re.DOTALL)
        return base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()

    wanted = ["default-src 'none'", f"style-src 'sha256-{digest('style')}'", f"script-src 'sha256-{digest('script')}'"]
    assert policy.split("; ") == [*wanted, "base-uri 'none'", "form-action 'none'"]
    assert source.index("Content-Security-Policy") < source.index("<style>")


def test_nothing_is_loaded_from_anywhere() -> None:
    for tree in (page(), parsed(report([("a", made()), ("b", scored(perfect()))]))):
        assert {one.get("href")[0] for one in select(tree, "[href]")} == {"#"}
        assert not select(tree, "[src], [srcset], [data], [action], [poster], [style], link, img, iframe, object, embed, form, base")
        style = select(tree, "style")[0].text
        assert "url(" not in style
        assert "@import" not in style


def test_every_link_leads_somewhere_and_no_id_is_given_twice() -> None:
    for tree in (page(), parsed(report([("a", made()), ("b", scored(perfect(), mixed()))]))):
        ids = Counter(one.get("id") for one in select(tree, "[id]"))
        assert {one.get("href")[1:] for one in select(tree, "[href]")} <= ids.keys()
        assert max(ids.values()) == 1


def test_keys_of_rows_are_short_and_no_word_of_the_page() -> None:
    keys = Keys()
    names = [keys.new() for _ in range(20_000)]
    assert len(set(names)) == 20_000
    assert max(map(len, names)) == 4
    assert all(name[0].isdigit() for name in names)


def test_every_header_of_a_table_says_what_it_heads() -> None:
    for tree in (page(), parsed(report([("a", made()), ("b", scored(perfect()))]))):
        assert [words(one) for one in tree.iter("th") if not one.get("scope") and words(one)] == []
        assert select(tree, "main") and select(tree, "header") and select(tree, "nav[aria-label]") and tree.get("lang") == "en"


def test_a_report_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    write_report([("mixed", made())], tmp_path / "new" / "r.html")
    assert (tmp_path / "new" / "r.html").read_text(encoding="utf-8") == report([("mixed", made())])
    assert [one.name for one in (tmp_path / "new").iterdir()] == ["r.html"]
    with pytest.raises(OutputError, match="cannot write"):
        write_report([("mixed", made())], tmp_path)


# --- its size ---------------------------------------------------------------------------------------------------------


def test_a_hundred_articles_take_no_more_than_a_megabyte_and_lose_nothing() -> None:
    result = times(made(), 100, longer=12)
    source, whole = report([("hundred", result)]), report([("hundred", result)], full=True)
    assert len(whole.encode()) > 1_000_000 >= len(source.encode())
    tree = parsed(source)
    (rest,) = select(tree, "#packed")
    bodies = json.loads(zlib.decompress(base64.b64decode(rest.text)))
    plain = select(tree, "details.a > div.d")
    assert plain, "what has most errors stays plain"
    assert len(bodies) + len(plain) == 100
    assert bodies.keys() == {one.getparent().get("id") for one in select(tree, ".packed")}
    assert all(f"{body}</details>" in whole for body in bodies.values())
    assert f"the decisions on the {len(bodies)} articles with the fewest errors, of 100, are packed" in words(
        select(tree, "#texts .caution")[0]
    )


def test_nothing_is_packed_while_there_is_room() -> None:
    assert not select(page(), "#packed, .packed, #texts .caution")


def test_as_many_of_the_first_stay_plain_as_there_is_room_for() -> None:
    bodies = {name: f"{name}{'é' * 500}" for name in "abcd"}
    assert fitted(bodies, None) == (bodies, "")
    assert fitted(bodies, 4004) == (bodies, "")
    rest = packed({"d": bodies["d"]})
    assert fitted(bodies, 4003) == ({name: bodies[name] for name in "abc"}, rest)
    assert fitted(bodies, 2002 + len(packed({"c": bodies["c"], "d": bodies["d"]})))[0].keys() == {"a", "b"}
    assert fitted(bodies, 1) == ({}, packed(bodies))


def test_a_text_is_written_once_however_many_results_there_are() -> None:
    source = report([("a", made()), ("b", scored(perfect())), ("c", scored(mixed()))])
    assert source.count("The mayor said she ") == 1


# --- hostile text -----------------------------------------------------------------------------------------------------

TAGS = set(
    """html head meta title style body a header h1 p dl div dt dd nav main section ul li h2 h3 h4 figure figcaption svg desc line circle
    text table thead tbody tr th td abbr i b u q em bdi br details summary span fieldset legend label input button kbd output code footer
    script""".split()
)
ATTRIBUTES = set(
    """lang charset http-equiv content name class id href aria-label aria-labelledby aria-hidden height role x x1 x2 y y1 y2 cx cy r
    tabindex scope colspan title open hidden type checked value""".split()
)
NASTY = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\" onmouseover='alert(1)' x=\"",
    "{{ 7*7 }}{% for x in y %}",
    "--></style></details></div>",
    "\u202egnp.exe\u2066 \x00\x1b[31m \ud800 \u2028 \ufeff",
    "&lt;b&gt; &#60;b&#62; &amp;",
    "javascript:alert(1)",
    "שלום עולם",
)


def infected(result: Result, poison: str) -> Result:
    """The same result with `poison` in every text that comes from elsewhere."""
    (article,) = result.articles
    labels = _infected(article.labels, poison)
    runs = tuple(
        dataclasses.replace(
            run,
            items=_infected(run.items, poison),
            decisions=tuple(dataclasses.replace(one, reason=one.reason + poison) for one in run.decisions),
            failed=poison,
        )
        for run in article.runs
    )
    sick = ArticleResult(poison + "id", poison, poison, article.sha256, (), poison + article.text + poison, labels, runs)
    names = dict.fromkeys(("model", "prompt", "guidelines", "package"), poison)
    return dataclasses.replace(
        renamed(result, **names), articles=(sick,), warnings=(poison,), made=poison, settings={"temperature": poison}
    )


def _infected(value: Any, poison: str) -> Any:
    """Texts that are shown, but for ids, which tie a result together, and amounts."""
    kept = {"id", "spans", "positions", "grounding", "amounts", "amount"}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [one.name for one in dataclasses.fields(value) if one.name not in kept]
        return dataclasses.replace(value, **{name: _infected(getattr(value, name), poison) for name in names})
    if isinstance(value, tuple):
        return tuple(_infected(one, poison) for one in value)
    return value + poison if isinstance(value, str) else value


@settings(max_examples=40)
@given(st.one_of(st.sampled_from(NASTY), st.text(st.characters(codec=None), max_size=40)))
@example("x" * 300_000)
@example("".join(NASTY))
def test_no_text_of_others_can_be_anything_but_text(poison: str) -> None:
    source = report([(poison, infected(made(), poison)), (poison, infected(scored(perfect()), poison))], full=True)
    tree = parsed(source)
    assert {one.tag for one in tree.iter()} <= TAGS
    assert {name for one in tree.iter() for name in one.attrib} <= ATTRIBUTES
    assert len(select(tree, "script")) == len(select(tree, "style")) == 1
    assert {one.get("href")[0] for one in select(tree, "[href]")} == {"#"}
    assert safe(source) == source, "no character is left that a screen obeys or hides"
    assert shown_text(tree) == safe(f"{poison}{made().articles[0].text}{poison}")


def test_letters_that_run_to_the_left_are_kept_apart() -> None:
    source = report([("one", infected(made(), "שלום"))])
    assert "<bdi>Tom Birkשלום</bdi>" in source
