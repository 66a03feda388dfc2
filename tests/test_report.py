"""The report of a comparison: what it shows, and that nothing in it can do anything."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hostile_comparison import PAYLOADS, hostile
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from made_comparison import TEXTS, made, span, summary
from made_summaries import HOSTILE, summaries
from markdown_it import MarkdownIt

from summarise.compare.comparison import Comparison
from summarise.compare.model import Cited, FigureGroup, SourceArticle, StanceCell, StanceMatrix, TimelineEvent, ValueGroup, ValueRelation
from summarise.errors import OutputError
from summarise.render.comparison import comparison_html, comparison_markdown
from summarise.render.report import MOST, MOST_HOLDERS, MOST_TARGETS, context, line, matrix, report, timeline_chart, write_report
from summarise.render.report_article import Passage, blocks, passages
from summarise.render.spans import DEEPEST, EvidenceMark, nested
from summarise.schema import Summary
from summarise.text.sanitise import safe

EMPTY = Comparison((), (), (), (), StanceMatrix((), (), (), {}), ())
LIMIT = 50_000


@cache
def page() -> Any:
    return parsed(report(made()))


def parsed(text: str) -> Any:
    return lxml_html.document_fromstring(text)


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def rows(tree: Any, section: str, table: str = "table") -> list[list[str]]:
    """The cells of the first table of a section."""
    (found, *_) = tree.xpath(f"//section[@id='{section}']//{table}")
    return [[words(cell) for cell in row] for row in found.xpath(".//tbody/tr")]


def text_of(article: Any) -> str:
    """The text as a reader sees it, without the names of the marks."""
    (found,) = article.xpath(".//div[@class='t']")
    for extra in found.xpath(".//summary | .//mark/a | .//p[@class='note']"):
        extra.drop_tree()
    return str(found.text_content())


def by_id(tree: Any, id: str) -> Any:
    (found,) = tree.xpath(f"//*[@id='{id}']")
    return found


def figures(*groups: FigureGroup) -> Comparison:
    return dataclasses.replace(made(), figures=groups)


# --- the corpus -------------------------------------------------------------------------------------------------------


def test_the_verdict_line_has_signs_and_words() -> None:
    (line_,) = page().xpath("//header/p[@class='lead']")
    assert [words(one) for one in line_] == [
        "⚠ 1 disagreement",
        "✓ 0 agreements",
        "≈ 1 within rounding",
        "◷ 1 about different dates",
        "○ 1 in one article only",
        "✗ 1 claim contradicted",
    ]


def test_every_article_is_listed_with_its_key_source_date_and_whose_copy_it_is() -> None:
    assert [words(one) for one in page().xpath("//ul[@class='sources']/li")] == [
        "A Moscow and Beijing sign The Example · 2015-05-08 · original of A, opens a new tab ↗",
        "B Two sides, one pipeline The Example · 2014-10-17 · original of B, opens a new tab ↗",
        "C Ministry corrects the sum The Example · 2015-06 · copy of B · original of C, opens a new tab ↗",
    ]


def test_an_article_without_a_title_is_known_by_its_id_and_the_start_of_its_gist() -> None:
    article = summary("A").article.model_copy(update={"title": None, "published": None, "source": None, "url": None})
    tree = parsed(report(made([summary("A", article=article), summary("B"), summary("C")])))
    assert words(tree.xpath("//ul[@class='sources']/li")[0]) == "A a.txt no date · What Moscow and Beijing sign is about."


def test_failures_are_told_with_their_reason() -> None:
    assert words(page().xpath("//div[@class='failed']")[0]) == "✗ 1 article failed bad: bad.txt: no text add text"


def test_figures_stand_side_by_side_with_a_column_an_article() -> None:
    assert [words(one) for one in page().xpath("//section[@id='figures']//thead")[0][0]] == [
        "What is measured",
        "Do they agree?",
        "A Moscow and Beijing sign",
        "B Two sides, one pipeline",
        "C Ministry corrects the sum copy of B",
    ]
    lent = "Their gas deal is worth $400 billion, and the bank lends $966.43 million, nearly $1 billion in all."
    rounded = "… gas deal is worth $400 billion, and the bank lends $966.43 million, nearly $1 billion in all."
    assert rows(page(), "figures") == [
        [
            "gas deal (USD)",
            "⚠ disagree two articles say $400 bn, one $380 bn",
            "$400 bn 2014-05The gas deal of May 2014 is worth $400 billion.",
            f"$400 bn 2014-05{lent}",
            "$380 bnThe gas deal is worth $380 billion, the ministry said.",
        ],
        ["credit line", "≈ within rounding 1 bn is 966.43 M rounded", "", f"$966.43 M{lent}≈ $1 bn{rounded}", ""],
        [
            "agreements",
            "◷ different dates, not compared May 2015 and October 2014",
            "32 2015-05-08Moscow and Beijing signed 32 agreements on Friday.",
            "38 2014-10The two sides signed 38 agreements in October 2014.",
            "",
        ],
    ]


def test_many_articles_are_a_list_of_letters_and_not_columns() -> None:
    found = made()
    more = tuple(SourceArticle(key, summary("C"), key) for key in ("D", "E", "F", "G"))
    tree = parsed(report(dataclasses.replace(found, sources=(*found.sources, *more))))
    said = (
        "$400 bn 2014-05 in A B The gas deal of May 2014 is worth $400 billion."
        "$380 bn in C The gas deal is worth $380 billion, the ministry said."
    )
    assert rows(tree, "figures")[0] == ["gas deal (USD)", "⚠ disagree two articles say $400 bn, one $380 bn", said]


def test_a_reading_that_says_something_else_of_the_first_than_its_group_tells_so() -> None:
    (gas, *_) = made().figures
    mixed = dataclasses.replace(gas, verdict="agree", relations=(ValueRelation(0, 1, "unsure", "no date"),))
    said = rows(parsed(report(figures(mixed))), "figures")[0]
    assert said[4].startswith("$380 bn ? unsure, not comparedThe gas deal")
    assert "?" not in said[2] + said[3]
    assert "$380 bn in C (? unsure, not compared) |" in comparison_markdown(figures(mixed)).replace("\\", "")


def test_figures_of_one_article_are_folded() -> None:
    (folded,) = page().xpath("//section[@id='figures']/details[not(@open)]")
    assert words(folded.find("summary")) == "1 figure in one article only"
    assert rows(page(), "figures", "details/table") == [
        ["signed again 2015-05-08 · trade only", "32 agreementMoscow and Beijing signed 32 agreements on Friday.", "A"]
    ]


def test_a_unit_stands_beside_the_number_unless_the_label_names_it() -> None:
    assert rows(page(), "figures")[2][2].startswith("32 2015-05-08")
    assert rows(page(), "figures", "details/table")[0][1].startswith("32 agreement")


def test_a_long_sentence_is_cut_on_both_sides_of_its_figure() -> None:
    figure = summary("A").figures[0]
    long = "word " * 40 + figure.quote + " word" * 40
    start = figure.start - 200
    found = context(figure.model_copy(update={"evidence": [span("A", "32").model_copy(update={"quote": long, "start": start})]}))
    assert found[0].startswith("… word") and found[1] == "32 agreements" and found[2].endswith("word …")
    assert len(found[0]) < 80 and len(found[2]) < 80


def test_stances_are_a_matrix_with_sign_word_articles_and_change() -> None:
    assert [words(one) for one in page().xpath("//section[@id='stances']//thead")[0][0]] == ["Holder", "the gas deal"]
    assert rows(page(), "stances") == [
        ["Orlova also Ms Orlova", "◆ divided ↘, moved away from favour 2 articles: A C"],
        ["Hale", "▼ against 1 article: B"],
    ]


def test_a_matrix_that_is_too_large_shows_the_first_and_lists_the_rest() -> None:
    cells = tuple(StanceCell(f"h{row}", f"t{column}", "favour", None, ()) for row in range(20) for column in range(10) if column < 9 or row)
    shown = matrix(StanceMatrix(tuple(f"h{n}" for n in range(20)), tuple(f"t{n}" for n in range(10)), cells, {}))
    assert len(shown.targets) == MOST_TARGETS and len(shown.rows) == MOST_HOLDERS
    assert len(shown.rest) + sum(cell is not None for _, row in shown.rows for cell in row) == len(cells)
    assert [shown.rows[0][0], shown.targets[0]] == ["h0", "t0"]


def test_the_timeline_is_a_table_with_links() -> None:
    assert rows(page(), "timeline") == [
        ["2014-05", "gas deal (USD): $400 bn", "A B"],
        ["2014-10", "agreements: 38", "B"],
        ["2015-05-08", "agreements: 32", "A"],
    ]


def test_claims_tell_who_says_the_same_who_the_opposite_and_who_was_first() -> None:
    assert rows(page(), "claims") == [
        ["Beijing will not join the sanctions.", "A Beijing denies", "✗ 1 sourceC the ministry predicts says that it will", "A 2015-05-08"],
        ["The price is fair.", "✓ corroborated by 2A OrlovaB Orlova", "", "B 2014-10-17"],
    ]


def test_sections_without_anything_are_left_out() -> None:
    tree = parsed(report(EMPTY))
    assert [one.get("id") for one in tree.iter("section")] == ["articles", "figures", "texts", "downloads"]
    assert words(by_id(tree, "figures")).endswith("No figure stands in two articles.")


# --- the chart of time ----------------------------------------------------------------------------------------------


def events(*whens: str) -> list[TimelineEvent]:
    return [TimelineEvent(when, f"event {at}") for at, when in enumerate(whens)]


def test_a_dot_stands_where_its_date_is_and_a_line_for_as_long_as_it_is_open() -> None:
    found = timeline_chart(events("2014", "2015-01-01", "2016"))
    assert found is not None
    first, second, third = found.dots
    assert (first.end, second.end) == (second.x, second.x)
    assert third.end - third.x == pytest.approx(first.end - first.x, abs=0.2)
    assert [tick.label for tick in found.ticks] == ["2014", "2015", "2016", "2017"] or found.ticks[0].label == "Jan 2014"


def test_there_is_no_chart_of_one_event_or_too_many_or_what_is_no_date() -> None:
    assert timeline_chart(events("2014")) is None
    assert timeline_chart(events(*["2014-01"] * (MOST + 1))) is None
    assert timeline_chart(events("2014", "soon")) is None


@given(st.lists(st.dates().map(lambda day: day.isoformat()[: 10 if day.day % 2 else 4]), min_size=2, max_size=MOST))
def test_labels_that_are_side_by_side_are_in_different_lanes(whens: list[str]) -> None:
    found = timeline_chart(events(*whens))
    assert found is not None
    for at, one in enumerate(found.dots):
        for other in found.dots[at + 1 :]:
            assert one.y != other.y or abs(one.x - other.x) > 50
        assert 0 <= one.x <= one.end <= 1000 and 0 < one.y <= found.axis
    assert len(found.ticks) <= 10


@pytest.mark.parametrize("when", ["0000", "9999-99-99", "0001-00-00", "2014-13"])
def test_a_date_that_no_calendar_has_breaks_nothing(when: str) -> None:
    assert timeline_chart(events(when, "2014")) is not None


# --- the articles -----------------------------------------------------------------------------------------------------


def test_the_text_of_an_article_stands_whole_in_the_report_and_once() -> None:
    for key in "ABC":
        assert text_of(by_id(parsed(report(made())), key.lower())) == TEXTS[key]
    assert report(made()).count("Orlova now calls") == 1


def test_every_item_is_marked_where_it_stands_and_linked_both_ways() -> None:
    tree = page()
    for article in tree.xpath("//details[@class='a']"):
        for card in article.xpath(".//li[starts-with(@class, 'card')]"):
            mark = by_id(tree, card.xpath("./a")[0].get("href")[1:])
            assert f"#{card.get('id')}" in [link.get("href") for link in mark.xpath("./a")]
            assert card.get("id") == f"{mark.get('id')}-card"
    marks = {one.get("id"): words(one) for one in by_id(tree, "a").xpath(".//mark[@id]")}
    assert marks == {
        "a-f1": "f132 agreements",
        "a-f2": "f2$400 billion",
        "a-c1": 'c1Orlova said "the price is fair" and s1praised the deal.',
        "a-s1": "s1praised the deal",
        "a-c2": "c2Beijing said it would not join the sanctions.",
    }


def test_a_card_leads_to_the_group_that_other_articles_are_in_too() -> None:
    card = by_id(page(), "a-f2-card")
    assert words(card) == "f2 $400 bn gas deal 2014-05 ⚠ disagree · 3 articles"
    assert card.xpath(".//a")[-1].get("href") == "#figure-gas-deal"
    assert words(by_id(page(), "a-c2-card")) == "c2 Beijing will not join the sanctions. Beijing denies in 2 articles · ✗ 1 contradicts"


def test_without_the_text_the_quotes_stand_in_its_place() -> None:
    tree = parsed(report(made([summary(key, with_text=False) for key in "ABC"])))
    assert [words(one) for one in by_id(tree, "b").xpath(".//div[@class='w']")] == [
        "The two sides signed f138 agreements in October 2014.",
        "Their gas deal is worth f2$400 billion, and the bank lends f3$966.43 million, f4nearly $1 billion in all.",
        "c1Orlova said the price was fair.",
        "s1Hale called the deal a mistake.",
    ]
    assert "--with-text" in words(by_id(tree, "b").xpath(".//p[@class='note']")[0])


def test_evidence_that_is_not_in_the_text_is_told_on_the_card() -> None:
    claim = summary("A").claims[0].model_copy(update={"evidence": [span("A", "Share this").model_copy(update={"start": 3})]})
    tree = parsed(report(made([summary("A", claims=[claim, summary("A").claims[1]]), summary("B"), summary("C")])))
    assert words(by_id(tree, "a-c1")) == "c1 The price is fair. Orlova in 2 articlesShare this⚠ not found in the text"


def test_boilerplate_is_folded_unless_it_proves_something() -> None:
    folded = by_id(page(), "a").xpath(".//details[@class='x']")
    assert [words(one.find("summary")) for one in folded] == [
        "site boilerplate, 2 lines: Skip to content",
        "site boilerplate, 1 line: Share this",
    ]
    assert next(blocks("Share this\n", [(0, 5)])).is_boilerplate is False


def test_a_paragraph_that_is_broken_into_short_lines_is_no_boilerplate() -> None:
    broken = (
        "The mayor said on Tuesday that the new reservoir would\nsupply all homes of the valley by the end of\nthe year.\n\nShare this\n"
    )
    assert [(broken[one.start : one.end], one.is_boilerplate) for one in blocks(broken, [])] == [
        (broken[:-11], False),
        ("Share this\n", True),
    ]


@given(st.lists(st.sampled_from(["", "Home", "A sentence that ends.", "word " * 30, "- item", "漢字", "漢字。"])), st.data())
def test_blocks_lose_no_character_and_break_no_evidence(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    ends = st.integers(0, len(text))
    held = [(min(pair), max(pair)) for pair in data.draw(st.lists(st.tuples(ends, ends), max_size=4)) if pair[0] != pair[1]]
    found = list(blocks(text, held))
    assert "".join(text[one.start : one.end] for one in found) == text
    for start, end in held:
        assert [one.is_boilerplate for one in found if one.start < end and start < one.end] == [False]


def test_an_item_of_two_places_is_linked_from_the_first_and_lit_in_both() -> None:
    claim = summary("A").claims[0].model_copy(update={"evidence": [span("A", "on Friday"), span("A", "Share this")]})
    tree = parsed(report(made([summary("A", claims=[claim, summary("A").claims[1]]), summary("B"), summary("C")])))
    marks = by_id(tree, "a").xpath(".//mark[contains(@data-i, 'a-c1')]")
    assert [(words(one), one.get("id")) for one in marks] == [("c1on Friday", "a-c1"), ("Share this", None)]


def test_marks_that_are_nested_too_deep_keep_their_links() -> None:
    text = "".join(map(str, range(30)))
    marks = [EvidenceMark(at, len(text) - at, "c", {f"k{at}": f"c{at}"} if at % 2 else {}) for at in range(12)]
    found = list(nested(text, marks))
    assert [key for piece in found for key, _ in piece.links] == [f"k{at}" for at in range(1, 12, 2)]
    assert sum(piece.kind == "start" for piece in found) == DEEPEST + 2
    assert "".join(piece.text for piece in found) == text


def test_what_was_dropped_or_remarked_is_told() -> None:
    assert words(by_id(page(), "a").xpath(".//details[@class='checks']")[0]) == "⚠ 2 dropped or remarkedclaim: nothing proves ita guess"


def test_quotes_that_overlap_are_one_passage_and_those_that_contradict_it_are_left_out() -> None:
    claim = summary("A").claims[0]
    parts = [span("A", "Moscow and Beijing"), span("A", "Beijing signed"), span("A", "on Friday")]
    wrong = parts[1].model_copy(update={"quote": "Beijing SIGNED"})
    one = summary("A", with_text=False, claims=[claim.model_copy(update={"evidence": [*parts, wrong]})], stances=[], figures=[])
    assert passages(one) == (Passage(parts[0].start, "Moscow and Beijing signed"), Passage(parts[2].start, "on Friday"))


def test_ids_that_repeat_or_could_break_a_link_are_named_by_their_position() -> None:
    first, second = summary("A").claims
    claims = [first.model_copy(update={"id": "f1"}), second.model_copy(update={"id": 'x" onclick="'})]
    tree = parsed(report(made([summary("A", claims=claims), summary("B"), summary("C")])))
    assert [one.get("id") for one in by_id(tree, "a").xpath(".//mark[@id]")] == ["a-.4", "a-f2", "a-f1", "a-s1", "a-.2"]


# --- the file ---------------------------------------------------------------------------------------------------------


def test_the_same_comparison_gives_the_same_bytes() -> None:
    assert report(made()) == report(made())


def test_only_our_own_style_and_script_may_act() -> None:
    (policy,) = page().xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    source = report(made())

    def digest(tag: str) -> str:
        (inner,) = re.findall(f"<{tag}>(.*?)</{tag}>", source, re.DOTALL)
        return base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()

    wanted = ["default-src 'none'", f"style-src 'sha256-{digest('style')}'", f"script-src 'sha256-{digest('script')}'"]
    assert policy.split("; ") == [*wanted, "base-uri 'none'", "form-action 'none'"]
    assert source.index("Content-Security-Policy") < source.index("<style>")


def test_nothing_is_loaded_and_only_trusted_addresses_are_linked() -> None:
    assert {one.get("href") for one in page().xpath("//a") if not one.get("href").startswith("#")} == {
        "https://example.org/a",
        "https://example.org/b",
        "https://example.org/c",
    }
    assert not page().xpath("//*[@src or @srcset or @data or @action or @style or @xlink:href]", namespaces={"xlink": "x"})
    assert not page().xpath("//link | //img | //iframe | //object | //form | //base")
    assert "url(" not in page().xpath("//style")[0].text and "@import" not in page().xpath("//style")[0].text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://user@example.org", "https://exämple.org", "//example.org", "data:text/html,x"]
)
def test_an_address_that_cannot_be_trusted_is_no_link(url: str) -> None:
    one = summary("A", article=summary("A").article.model_copy(update={"url": url}))
    tree = parsed(report(made([one, summary("B"), summary("C")])))
    assert {link.get("href")[0] for link in tree.xpath("//a")} == {"#", "h"}
    assert url not in {link.get("href") for link in tree.xpath("//a")}


def test_every_link_leads_somewhere_and_no_id_is_given_twice() -> None:
    for comparison in (made(), made([summary(key, with_text=False) for key in "ABC"]), hostile(PAYLOADS[:4]), EMPTY):
        tree = parsed(report(comparison))
        ids = Counter(one.get("id") for one in tree.xpath("//*[@id]"))
        assert {link.get("href")[1:] for link in tree.xpath("//a[starts-with(@href, '#')]")} <= ids.keys()
        assert max(ids.values()) == 1


def test_every_header_of_a_table_says_what_it_heads() -> None:
    assert [words(one) for one in page().iter("th") if one.get("scope") not in {"col", "row"}] == []
    assert page().xpath("//main") and page().xpath("//header") and page().xpath("//nav[@aria-label]") and page().get("lang") == "en"


def test_a_report_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    made().report(tmp_path / "new" / "r.html")
    assert (tmp_path / "new" / "r.html").read_text(encoding="utf-8") == report(made())
    assert [one.name for one in (tmp_path / "new").iterdir()] == ["r.html"]
    with pytest.raises(OutputError, match="cannot write"):
        write_report(made(), tmp_path)


def test_a_report_takes_little_room_beside_its_data() -> None:
    assert len(report(EMPTY).encode()) < LIMIT


def test_a_line_of_data_has_no_word_that_the_page_shows_already() -> None:
    assert all(text not in line(summary(key)) for key, text in TEXTS.items())
    assert '"text":@' in line(summary("A")) and '"quote":@' in line(summary("A"))
    assert '"quote":"' not in line(summary("A")) + line(summary("B", with_text=False))


# --- hostile text -----------------------------------------------------------------------------------------------------

TAGS = set(
    """html head meta title style body a header h1 p b nav main section ul li h2 h3 h4 i svg line circle text tspan table thead tbody tr th
    td q bdi details summary div span mark small aside input label button kbd output code noscript footer script""".split()
)
ATTRIBUTES = set(
    """lang charset http-equiv content name class id href rel target aria-label aria-labelledby aria-hidden viewbox x y x1 x2 y1 y2 cx cy r
    tabindex role scope open hidden type checked value placeholder autocomplete dir data-i data-l data-at""".split()
)


def assert_harmless(source: str) -> None:
    tree = parsed(source)
    assert {one.tag for one in tree.iter()} <= TAGS
    assert {name.lower() for one in tree.iter() for name in one.attrib} <= ATTRIBUTES
    assert len(tree.xpath("//script")) == len(tree.xpath("//style")) == 1
    assert {one.get("href")[0] for one in tree.xpath("//a")} <= {"#", "h"}
    assert safe(source) == source, "no character is left that a screen obeys or hides"


@settings(max_examples=30)
@given(st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec=None), max_size=40)))
@example("x" * 100_000)
@example("".join(PAYLOADS))
def test_no_text_of_others_can_be_anything_but_text(poison: str) -> None:
    comparison = hostile([poison, poison])
    source = report(comparison)
    assert_harmless(source)
    for source_ in comparison.sources:
        assert text_of(by_id(parsed(source), source_.key.lower())) == safe(source_.summary.article.text or "")


@settings(max_examples=30)
@given(st.lists(summaries, max_size=3))
def test_any_summaries_make_a_report(found: list[Summary]) -> None:
    sources = tuple(SourceArticle("ABC"[at], one, "A") for at, one in enumerate(found))
    alone = tuple(
        FigureGroup("k", one.figure.measure or "", "one_source", "", (ValueGroup((one,), one.figure.as_of),))
        for source in sources
        for one in [Cited(source, figure) for figure in source.summary.figures]
    )
    timeline = tuple(TimelineEvent(group.readings[0].time or "", group.label, group.readings[0].figures) for group in alone)
    comparison = Comparison(sources, (), alone, (), StanceMatrix((), (), (), {}), timeline)
    assert_harmless(report(comparison))
    assert comparison_markdown(comparison) and comparison_html(comparison)


@pytest.mark.parametrize("payload", ["<img src=x>", "<script>", "& <"])
def test_the_data_is_escaped_and_comes_back_as_it_was(payload: str) -> None:
    comparison = hostile([payload])
    (data,) = parsed(report(comparison)).xpath("//*[@id='lines']")
    assert len(data) == 0
    assert data.text.split("\n")[-1] == comparison.failures[0].to_json()


# --- Markdown and notebooks -------------------------------------------------------------------------------------------


def test_a_comparison_as_markdown() -> None:
    assert made().to_markdown() == MARKDOWN


@pytest.mark.parametrize("poison", [*HOSTILE, *PAYLOADS])
def test_nothing_acts_as_markdown(poison: str) -> None:
    rendered = (
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(comparison_markdown(hostile([poison, poison])))
    )
    allowed = {"h1", "h2", "p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td", "html", "body"}
    assert {one.tag for one in lxml_html.document_fromstring(rendered).iter()} <= allowed


@pytest.mark.parametrize("poison", [*HOSTILE, *PAYLOADS])
def test_nothing_acts_in_a_notebook(poison: str) -> None:
    tree = lxml_html.fragment_fromstring(hostile([poison, poison])._repr_html_())
    assert {one.tag for one in tree.iter()} <= {"div", "p", "table", "tr", "th", "td", "bdi"}
    assert {name for one in tree.iter() for name in one.attrib} <= {"class", "style"}


def test_a_comparison_in_a_notebook() -> None:
    tree = lxml_html.fragment_fromstring(made()._repr_html_())
    assert words(tree[1]) == (
        "⚠ 1 disagreement · ✓ 0 agreements · ≈ 1 within rounding · ◷ 1 about different dates · ○ 1 in one article only · "
        "✗ 1 claim contradicted · ✗ 1 article failed"
    )
    assert [[words(cell) for cell in row] for row in tree.xpath(".//table")[1]][:2] == [
        ["what is measured", "do they agree?", "what the articles say"],
        ["gas deal (USD)", "⚠ disagree: two articles say $400 bn, one $380 bn", "$400 bn (2014-05) in A, B; $380 bn in C"],
    ]


MARKDOWN = """\
# 3 articles, side by side

⚠ 1 disagreement · ✓ 0 agreements · ≈ 1 within rounding · ◷ 1 about different dates · ○ 1 in one article only · ✗ 1 claim contradicted \
· ✗ 1 article failed

## Articles

- **A** Moscow and Beijing sign · The Example · 2015-05-08
- **B** Two sides, one pipeline · The Example · 2014-10-17
- **C** Ministry corrects the sum · The Example · 2015-06 · copy of B

## Failed

- bad: bad.txt: no text

## The same figure, side by side

| what is measured | do they agree? | what the articles say |
| --- | --- | --- |
| gas deal (USD) | ⚠ disagree: two articles say \\$400 bn, one \\$380 bn | \\$400 bn (2014-05) in A, B; \\$380 bn in C |
| credit line | ≈ within rounding: 1 bn is 966.43 M rounded | \\$966.43 M in B; ≈ \\$1 bn in B |
| agreements | ◷ different dates, not compared: May 2015 and October 2014 | 32 agreement (2015-05-08) in A; 38 agreement (2014-10) in B |

## Who stands where

| holder | stance | target | articles |
| --- | --- | --- | --- |
| Orlova | ◆ divided ↘ moved away from favour | the gas deal | A, C |
| Hale | ▼ against | the gas deal | B |

## Timeline

| when | what | articles |
| --- | --- | --- |
| 2014-05 | gas deal (USD): \\$400 bn | A, B |
| 2014-10 | agreements: 38 | B |
| 2015-05-08 | agreements: 32 | A |

## Claims

| claim | corroborated by | contradicted by | first said by |
| --- | --- | --- | --- |
| Beijing will not join the sanctions. | A | C | A (2015-05-08) |
| The price is fair. | A, B | — | B (2014-10-17) |
"""
