"""One summary as people read it: nothing of an article or a model can be more than text."""

from __future__ import annotations

import json
import sys
import unicodedata
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from made_summaries import HOSTILE, failure, items, summary, texts
from markdown_it import MarkdownIt

from summarise.render.markdown import escaped
from summarise.schema import ArticleInfo, Failure, Summary
from summarise.text.sanitise import clean, in_json, is_blank, one_line, safe
from summarise.wording import amount, humanised, measured

_RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
hostile = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)

# --- visible text -----------------------------------------------------------------------------------------------------


def test_no_character_that_a_screen_obeys_or_hides_stays() -> None:
    shown = safe("".join(map(chr, range(sys.maxunicode + 1))))
    left = {char for char in shown if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    number_signs = {char for char in left if "NUMBER" in unicodedata.name(char, "") or "SIGN" in unicodedata.name(char, "")}
    marks = {char for char in left if "MARK" in unicodedata.name(char, "")}
    assert left - number_signs - marks == {"\n", "\u06dd", "\u08e2"}
    hidden = "\u034f\u115f\u17b4\u180b\u2800\u3164\ufdd0\uffa0\uffff\U0001fffe\U000e0041\U000e0fff"
    assert not set(hidden) & set(shown)


@pytest.mark.parametrize(
    "shaped", ["👩\u200d👩\u200d👧", "❤️\u200d🔥", "می\u200cشود", "क्\u200dष", "ക്\u200d ക്\u200d", "1\ufe0f\u20e3", "葛\U000e0100城"]
)
def test_what_shapes_emoji_and_words_stays_where_it_does(shaped: str) -> None:
    assert (safe(shaped), clean(shaped)) == (shaped, shaped)


@pytest.mark.parametrize(
    ("hiding", "shown", "cleaned"),
    [
        ("pa\u200dyment", "pa<U+200D>yment", "payment"),
        ("\u200cx", "<U+200C>x", "x"),
        ("👩\u200d", "👩<U+200D>", "👩"),
        ("👩\u200d\u200d👩", "👩<U+200D><U+200D>👩", "👩👩"),
        ("❤\ufe0f\ufe0f\U000e0101", "❤\ufe0f<U+FE0F><U+E0101>", "❤\ufe0f"),
        ("x\ufe0f", "x<U+FE0F>", "x"),
    ],
)
def test_a_joiner_or_selector_that_shapes_nothing_is_shown_and_cleaned_away(hiding: str, shown: str, cleaned: str) -> None:
    assert (safe(hiding), clean(hiding)) == (shown, cleaned)


@given(st.text())
def test_clean_text_holds_nothing_that_a_screen_obeys_or_hides_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert (safe(cleaned), clean(cleaned)) == (cleaned, cleaned)
    assert not {char for char in cleaned if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}}


@given(st.text())
def test_json_for_a_screen_is_the_same_value(text: str) -> None:
    shown = in_json(json.dumps(text, ensure_ascii=False))
    assert json.loads(shown) == text
    assert safe(shown) == shown


@pytest.mark.parametrize("text", ["", " \n\u3000", "\u200b", "\ufeff\u00ad", "\u2800\u3164", "\U000e0041\ufe0f", "\0\x1b\u202e"])
def test_a_text_of_which_nothing_can_be_seen_is_blank(text: str) -> None:
    assert (is_blank(text), is_blank(f"{text}x")) == (True, False)


def test_a_control_is_shown_as_its_sign_and_others_by_number() -> None:
    assert safe("a\x1b[1m\x9b\u202eb\x7f\t\n") == "a␛[1m<U+009B><U+202E>b␡␉\n"


def test_a_line_has_no_line_end_and_single_spaces() -> None:
    assert one_line(" a\r\n\tb\u2028c\x85d\x0ce ") == "a b c d e"


# --- amounts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("966430000", "966.43 M"),
        ("4E+11", "400 bn"),
        ("1234567", "1,234,567"),
        ("1500", "1,500"),
        ("32", "32"),
        ("-3000000", "-3 M"),
        ("0.5", "0.5"),
        ("0E+5", "0"),
        ("1999999.9995", "1,999,999.9995"),
        ("5E+14", "500 tn"),
        ("1E-20", "1e-20"),
        ("3.14159265358979323846", "3.14159265358979…"),
        ("123456789012345678901", "1.23456789012345e20…"),
        ("1234567.00000000000000000000000000000001", "1,234,567.00000000…"),
    ],
)
def test_a_number_is_shown_in_few_characters(value: str, shown: str) -> None:
    assert humanised(Decimal(value)) == shown


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40))
def test_a_number_is_exact_or_marked_as_cut(value: Decimal) -> None:
    shown = humanised(value)
    number, _, scale = shown.removesuffix("…").replace(",", "").partition(" ")
    read = Decimal(number).scaleb({"": 0, "M": 6, "bn": 9, "tn": 12}[scale])
    assert len(shown) <= 26
    assert (read == value) == (not shown.endswith("…"))


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        ({"value": Decimal(966_430_000), "currency": "USD"}, "$966.43 M"),
        ({"value": Decimal(-5), "currency": "EUR"}, "-€5"),
        ({"value": Decimal("1E-20"), "currency": "CHF"}, "CHF 1e-20"),
        ({"value": Decimal("4.5"), "unit": "percent", "change": "down", "bound": "about"}, "↓ ≈ 4.5 %"),
        ({"value": Decimal(2), "unit": "percentage point", "bound": "at_least"}, "≥ 2 pp"),
        ({"value": Decimal(60), "currency": "USD", "per": "barrel"}, "$60/barrel"),
        ({"value": None, "low": Decimal(10), "high": Decimal(12), "bound": "range"}, "10–12"),
        ({"value": None, "low": Decimal(10), "bound": "range"}, "10–?"),
        ({"value": None}, "—"),
    ],
)
def test_an_amount_has_currency_bound_change_and_rate(known: dict[str, Any], shown: str) -> None:
    blank = {"value": None, "unit": None, "currency": None, "change": None}
    assert amount(summary().figures[0].model_copy(update=blank | known)) == shown


@pytest.mark.parametrize(
    ("measure", "unit", "shown"),
    [
        ("bilateral agreements", "agreement", "bilateral agreements"),
        ("gas", "cubic metre", "gas (cubic metre)"),
        (None, "barrel", "barrel"),
        (None, "percent", ""),
        (None, None, ""),
    ],
)
def test_a_unit_is_named_once(measure: str | None, unit: str | None, shown: str) -> None:
    assert measured(summary().figures[0].model_copy(update={"measure": measure, "unit": unit})) == shown


# --- Markdown ---------------------------------------------------------------------------------------------------------


def test_markdown_reads_like_a_page() -> None:
    sentence = 'She said exports rose 4.5 percent to \\$1.25 billion, "a record".'
    assert summary().to_markdown() == (
        "# Exports rise\n\n2024-05-01\n\nExports rose, says Ana Ruiz.\n\n"
        f"## Claims\n\n- Exports rose 4.5 percent. (Ana Ruiz asserts)\n  > “{sentence}”\n\n"
        "## Stances\n\n- Ana Ruiz is against the tariff\n  > “She opposes the tariff.”\n\n"
        "## Figures\n\n| value | what is measured | as of | given by | quote |\n| --- | --- | --- | --- | --- |\n"
        "| ↑ 4.5 % | exports | — | Ana Ruiz | 4.5 percent |\n| \\$1.25 bn | exports | 2024 | the article | \\$1.25 billion |\n\n"
        "## Dropped and remarked\n\n- claim: its number is not in the article\n- a guess\n"
    )


def test_a_failure_in_markdown_says_why() -> None:
    assert failure(hint="add text").to_markdown() == "# bad\n\n**Failed** (empty): bad.txt: no text\n\nadd text\n"


def _tokens(markdown: str) -> list[Any]:
    found = []
    for token in _RENDERER.parse(markdown):
        found += [token, *(token.children or [])]
    return found


@hostile
@given(items)
def test_markdown_holds_no_html_link_image_or_code(item: Summary | Failure) -> None:
    types = {token.type for token in _tokens(item.to_markdown())}
    assert not types & {
        "html_block",
        "html_inline",
        "link_open",
        "image",
        "code_inline",
        "code_block",
        "fence",
        "hr",
        "ordered_list_open",
        "em_open",
        "s_open",
    }


@hostile
@given(items)
def test_no_text_adds_a_heading_a_list_or_a_column(item: Summary | Failure) -> None:
    tokens = _tokens(item.to_markdown())
    count = {kind: sum(token.type == kind for token in tokens) for kind in ("heading_open", "list_item_open", "td_open")}
    if isinstance(item, Failure):
        assert count == {"heading_open": 1, "list_item_open": 0, "td_open": 0}
        return
    remarks = len(item.checks.dropped) + len(item.checks.warnings)
    sections = sum(map(bool, (item.claims, item.stances, item.figures, remarks)))
    assert count["heading_open"] == 1 + sections
    assert count["td_open"] == 5 * len(item.figures)
    assert count["list_item_open"] == len(item.claims) + len(item.stances) + remarks


@pytest.mark.parametrize("prefix", ["", "- ", "> ", "# ", "| "])
@given(text=texts | st.text(r"\`*_{}[]()<>#+-.!|~=:@&$1 a"))
@example(text="&#60;b>").via("an entity must not come alive")
def test_escaped_text_is_shown_as_it_was(prefix: str, text: str) -> None:
    line = one_line(text)
    rendered = "".join(
        token.content for token in _tokens(f"{prefix}{escaped(text)}") if token.type.startswith("text") and not token.children
    )
    assert rendered == (f"| {line}".strip() if prefix == "| " else line)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1. x", "1\\. x"),
        ("http://a.b", "http\\://a.b"),
        ("www.a.b", "www\\.a.b"),
        (":smile:", "\\:smile:"),
        ("at 3:45", "at 3:45"),
        ("a|b", "a&#124;b"),
    ],
)
def test_only_what_could_act_is_escaped(text: str, written: str) -> None:
    assert escaped(text) == written


# --- HTML -------------------------------------------------------------------------------------------------------------

_TAGS = {"div", "p", "ul", "li", "span", "bdi", "table", "tr", "th", "td", "details", "summary", "a"}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str | None] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _page(item: Summary | Failure) -> _Page:
    page = _Page()
    page.feed(item._repr_html_())
    page.close()
    assert page.open == []
    return page


def _at(url: str | None) -> Summary:
    return summary(article=summary().article.model_copy(update={"url": url}))


def test_html_shows_everything_that_a_reader_needs() -> None:
    text = _page(summary()).text
    for part in (
        "Exports rise",
        "Exports rose, says Ana Ruiz.",
        "(Ana Ruiz asserts)",
        "is against",
        "$1.25 bn",
        "“She opposes the tariff.”",
        "2 dropped or remarked",
    ):
        assert part in text


def test_a_failure_in_html_says_why() -> None:
    assert _page(failure(hint="add text")).text == "bad✗ empty: bad.txt: no text add text"


@hostile
@given(items)
def test_html_has_no_tag_or_attribute_that_a_text_brought(item: Summary | Failure) -> None:
    page = _page(item)
    assert set(page.tags) <= _TAGS
    assert page.attributes <= {"class", "style", "href", "rel", "target"}
    assert not set(item._repr_html_()) & set(map(chr, [*range(10), *range(11, 32), *range(127, 160), 0x202E]))


@pytest.mark.parametrize("text", HOSTILE)
def test_html_shows_hostile_text_as_text(text: str) -> None:
    assert one_line(text) in _page(summary(gist=text)).text


def test_the_address_of_the_article_is_a_link() -> None:
    page = _at("https://news.test/a?b=1&c=2")
    assert _page(page).links == ["https://news.test/a?b=1&c=2"]
    assert 'rel="noopener noreferrer"' in page._repr_html_()


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JAVASCRIPT://x",
        "data:text/html,x",
        "//news.test",
        "https://",
        "https://news.test@evil.test/",
        "http://[",
        'https://a.test/"onclick=x',
        "https://a.test/ b",
        "https://a.test/\nb",
        "https://аpple.test",
        "ftp://a.test",
    ],
)
def test_no_other_address_is_a_link(url: str | None) -> None:
    assert _page(_at(url)).links == []


def test_an_article_without_a_title_is_shown_by_its_id() -> None:
    bare = ArticleInfo(id="x1", chars=0, sha256=None)
    assert summary(article=bare).to_markdown().startswith("# x1\n\nExports")
    assert _page(summary(article=bare)).text.startswith("x1Exports")
