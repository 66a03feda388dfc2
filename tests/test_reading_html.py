"""summarise.reading: HTML pages."""

# ruff: noqa: E501  # lines of data are as long as they are
from __future__ import annotations

from pathlib import Path

import pytest

from summarise.article import Article
from summarise.reading import Unread, read
from summarise.reading.hidden_text import hides

WORDS = "The ministry said on Tuesday that the new line would carry freight between the two ports from next year on."
NAV = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/s'>Subscribe now</a></li></ul></nav>"


def page(tmp_path: Path, body: str, head: str = "<title>T</title>") -> Article | Unread:
    path = tmp_path / "a.html"
    path.write_text(
        f"<!doctype html><html><head>{head}</head><body>{NAV}<article>{body}</article><footer>All rights reserved</footer></body></html>"
    )
    (item,) = read([str(path)])
    return item


def text(tmp_path: Path, body: str) -> str:
    item = page(tmp_path, body)
    assert isinstance(item, Article), item
    return item.text


def about(tmp_path: Path, head: str) -> Article:
    item = page(tmp_path, f"<p>{WORDS}</p>", head)
    assert isinstance(item, Article), item
    return item


def test_the_main_text_is_read_in_paragraphs_and_furniture_is_not(tmp_path: Path) -> None:
    assert text(tmp_path, f"<h1>Head</h1><p>{WORDS}</p><p>{WORDS} <b>And</b> more.</p>") == f"Head\n\n{WORDS}\n\n{WORDS} And more."


def test_list_items_and_table_rows_are_lines(tmp_path: Path) -> None:
    body = f"<p>{WORDS}</p><ul><li>First item of it</li><li>Second item of it</li></ul><table><tr><th>Year</th><th>Sum</th></tr><tr><td>2019</td><td>5.1</td></tr></table>"
    assert text(tmp_path, body) == f"{WORDS}\n\nFirst item of it\nSecond item of it\n\nYear | Sum\n2019 | 5.1"


@pytest.mark.parametrize("space", ["\u00a0", "&nbsp;", "&#160;", "&#xA0;"])
def test_a_no_break_space_in_a_number_stays_one(tmp_path: Path, space: str) -> None:
    assert "some 10\u00a0000 people" in text(tmp_path, f"<p>{WORDS} There were some 10{space}000 people.</p>")


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>SECRET</p>",
        "<div hidden='until-found'><p>SECRET</p></div>",
        "<p aria-hidden='true'>SECRET</p>",
        "<p style='display:none'>SECRET</p>",
        "<p style='DISPLAY : None !important'>SECRET</p>",
        "<p style='dis/**/play:none'>SECRET</p>",
        r"<p style='\64isplay:none'>SECRET</p>",
        "<p style='visibility:hidden'>SECRET</p>",
        "<p style='font-size:0'>SECRET</p>",
        "<p style='font-size:1px'>SECRET</p>",
        "<p style='opacity:0.0'>SECRET</p>",
        "<p style='position:absolute;left:-9999px'>SECRET</p>",
        "<p style='text-indent:-100em'>SECRET</p>",
        "<p style='color:#fff;background:#fff'>SECRET</p>",
        "<p style='height:0;overflow:hidden'>SECRET</p>",
        "<p style='clip:rect(0, 0, 0, 0)'>SECRET</p>",
        "<template><p>SECRET</p></template>",
        "<noscript><p>SECRET</p></noscript>",
        "<dialog><p>SECRET</p></dialog>",
        "<!-- <p>SECRET</p> -->",
        "<script>SECRET</script>",
        '<script type=\'application/ld+json\'>{"@type": "NewsArticle", "articleBody": "SECRET"}</script>',
        "<textarea>SECRET</textarea>",
    ],
)
@pytest.mark.parametrize("long", [False, True])
def test_what_a_reader_cannot_see_is_not_in_the_text(tmp_path: Path, hidden: str, long: bool) -> None:
    """Neither in a page with a text nor in one that is so short that the extraction looks everywhere."""
    visible = f"<p>{WORDS} {WORDS} {WORDS}</p>" if long else "<p>Seen.</p>"
    found = text(tmp_path, f"{visible}{hidden}<p>{WORDS}</p>" if long else f"{visible}{hidden}")
    assert "SECRET" not in found
    assert (WORDS if long else "Seen.") in found


@pytest.mark.parametrize(
    "style",
    [
        "",
        "color:red",
        "font-size:12px",
        "left:-10px",
        "opacity:.9",
        "display:block",
        "overflow:hidden",
        "color:#000;background:#fff",
        ":;:",
        "/*",
    ],
)
def test_a_style_that_hides_nothing_hides_nothing(style: str) -> None:
    assert not hides(style)


def test_a_page_whose_text_is_all_aria_hidden_is_read_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<html><body aria-hidden='true'><p>{WORDS}</p></body></html>")
    (item,) = read([str(path)])
    assert item == Article(WORDS, "a", warnings=("its text is marked aria-hidden; it is read all the same",))


def test_text_in_pre_keeps_its_paragraphs(tmp_path: Path) -> None:
    assert text(tmp_path, f"<pre>{WORDS}\n\nThe {WORDS}</pre>") == f"{WORDS}\n\nThe {WORDS}"


def test_metadata_is_what_the_page_declares(tmp_path: Path) -> None:
    article = about(
        tmp_path,
        "<title>Head - Site</title><meta property='og:title' content='Head'><meta property='og:site_name' content='The Site'>"
        "<meta property='article:published_time' content='2019-06-05T10:00:00+02:00'><link rel='canonical' href='https://x.org/a'>"
        "<meta http-equiv='content-language' content='de'>",
    )
    assert article == Article(WORDS, "a", "Head", "The Site", "2019-06-05", "https://x.org/a", "de")


def test_metadata_may_stand_in_json_ld(tmp_path: Path) -> None:
    script = '{"@graph": [{"@type": "WebPage", "headline": "No"}, {"@type": ["NewsArticle"], "headline": "Head", "datePublished": "2019-06-05", "publisher": {"name": "P"}, "mainEntityOfPage": {"@id": "https://x.org/a"}, "inLanguage": "en"}]}'
    article = about(tmp_path, f"<script type='application/ld+json'>{script}</script>")
    assert article == Article(WORDS, "a", "Head", "P", "2019-06-05", "https://x.org/a", "en")


def test_nothing_about_a_page_is_guessed_from_its_text_or_address(tmp_path: Path) -> None:
    item = page(tmp_path, f"<h1>Headline</h1><p class='date'>June 5, 2019</p><p class='byline'>By A. Writer</p><p>{WORDS} (c) 2018</p>", "")
    assert isinstance(item, Article)
    assert (item.title, item.source, item.published, item.url, item.language) == (None, None, None, None, None)


def test_a_declared_date_that_is_not_iso_is_left_out_with_a_warning(tmp_path: Path) -> None:
    article = about(tmp_path, "<meta name='date' content='5 June 2019'>")
    assert article == Article(WORDS, "a", warnings=("the date of publication is not an ISO date: '5 June 2019' is left out",))


def test_a_usable_date_wins_over_an_unusable_one(tmp_path: Path) -> None:
    assert about(tmp_path, "<meta name='pubdate' content='5 June'><meta name='date' content='2019/06/05'>").published == "2019-06-05"


@pytest.mark.parametrize(
    "content", ["<html><body></body></html>", "<html><body><script>x()</script><div hidden>x</div></body></html>", "<!-- x -->"]
)
def test_a_page_without_main_text_is_empty(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.html"
    path.write_text(content)
    (item,) = read([str(path)])
    assert isinstance(item, Unread)
    assert item.error.kind == "empty"


def test_a_hundred_thousand_nested_elements_are_refused(tmp_path: Path) -> None:
    item = page(tmp_path, "<div>" * 100_000 + WORDS)
    assert isinstance(item, Unread)
    assert (item.error.kind, item.error.message) == ("malformed", f"{tmp_path}/a.html: its elements are nested more than 2,048 deep")


@pytest.mark.parametrize(("deep", "wide"), [(1000, 1), (1, 40_000)])
def test_a_page_too_deep_or_too_large_for_the_extraction_is_read_whole(tmp_path: Path, deep: int, wide: int) -> None:
    item = page(tmp_path, "<div>" * deep + f"<p>{WORDS}</p><p hidden>SECRET</p>" + "</div>" * deep + "<i>x</i>" * wide, "")
    assert isinstance(item, Article)
    assert WORDS in item.text
    assert "SECRET" not in item.text
    assert item.warnings == ("the page is too large or too deep to find its main text; all that is visible in it is read",)


@pytest.mark.parametrize(
    "declaration", ["<meta charset='iso-8859-1'>", "<meta http-equiv='Content-Type' content='text/html; charset=windows-1252'>"]
)
def test_a_declared_charset_is_used(tmp_path: Path, declaration: str) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(f"<html><head>{declaration}</head><body><p>{WORDS} Zürich – €5.</p></body></html>".encode("cp1252"))
    assert list(read([str(path)])) == [Article(f"{WORDS} Zürich – €5.", "a")]
