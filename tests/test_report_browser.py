"""The report of a comparison in a real browser, where one is installed: Debian's or anybody's Chromium, driven by playwright."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import chromium, needed, overheard
from hostile_comparison import PAYLOADS, hostile
from made_comparison import made, summary
from made_summaries import HOSTILE

from summarise.compare.comparison import Comparison
from summarise.compare.model import ClaimGroup, SourceArticle
from summarise.render.report import COLUMNS, write_report
from summarise.run import Run
from summarise.schema import parse_line
from summarise.text.sanitise import safe

pytestmark = needed

Opened = Callable[..., Any]

WATCH = """
window.violations = [];
addEventListener('securitypolicyviolation', event => violations.push(event.effectiveDirective + ' ' + event.blockedURI));
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Opened]:
    """Writes a report and opens it. Whatever asks for more than the file, or complains, fails the test."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def asked(request: Any, own: str) -> None:
        if request.url.split("#")[0] != own and not request.url.startswith("blob:"):
            complaints.append(request.url)

    def open_(comparison: Comparison, script: bool = True, hash: str = "", **context: Any) -> Any:
        path = tmp_path / "report.html"
        write_report(comparison, path)
        contexts.append(browser.new_context(java_script_enabled=script, **context))
        page = contexts[-1].new_page()
        page.add_init_script(WATCH)
        page.on("request", lambda request: asked(request, path.as_uri()))
        overheard(page, complaints)
        page.on("popup", lambda popup: complaints.append(popup.url))
        page.goto(f"{path.as_uri()}{hash}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def lit(page: Any) -> list[str]:
    """The words that are lit, without the names of marks."""
    return [re.sub(r"(?<!\w)[csf]\d", "", one) for one in page.locator("mark.on").all_text_contents()]


def many(number: int) -> Comparison:
    """The comparison of `made` with more articles and more claims."""
    found = made()
    more = tuple(SourceArticle(f"D{chr(65 + at // 26)}{chr(65 + at % 26)}", summary("C"), "C") for at in range(number - 3))
    claims = tuple(ClaimGroup(f"c{at}", f"Claim {at} of many", found.claims[0].claims[:1], 1, 0, None) for at in range(60))
    return dataclasses.replace(found, sources=(*found.sources, *more), claims=(*found.claims, *claims))


# --- as it opens ------------------------------------------------------------------------------------------------------


def test_a_report_opens_without_a_request_and_without_a_complaint(opened: Opened) -> None:
    page = opened(made())
    assert page.title() == "3 articles, side by side"
    assert page.evaluate("getComputedStyle(document.querySelector('#bar')).display") == "flex", "style and script were let through"
    assert page.evaluate("violations") == []


def test_without_a_script_everything_can_be_read(opened: Opened) -> None:
    page = opened(many(20), script=False)
    assert page.locator(".a .t").count() == 20
    assert all(one.is_visible() for one in page.locator(".a .t, .a .card").all())
    assert not page.locator("#bar").is_visible() and not page.locator("#find").is_visible() and not page.locator("#save").is_visible()
    assert "summarise run ARTICLES -o figures.csv" in page.locator("#downloads").inner_text()
    page.locator("#claims summary").click()
    assert page.locator("#claims tbody tr").nth(-1).is_visible()


def test_without_a_script_a_link_leads_from_a_number_to_its_words(opened: Opened) -> None:
    page = opened(made(), script=False)
    page.locator("#figures a.num").first.click()
    target = page.locator(":target")
    assert target.inner_text() == "f2$400 billion"
    assert target.is_visible()


# --- highlights and links ---------------------------------------------------------------------------------------------


def test_a_number_leads_to_its_words_and_lights_its_card(opened: Opened) -> None:
    page = opened(made())
    page.locator("#figures a.num").first.click()
    page.wait_for_function("document.querySelector('mark.on')")
    assert lit(page) == ["$400 billion"]
    assert page.locator(".card.on").get_attribute("id") == "a-f2-card"
    assert page.locator("#a-f2").evaluate("one => one.getBoundingClientRect().top") > 0


def test_a_name_in_the_text_leads_to_its_card_and_back(opened: Opened) -> None:
    page = opened(made())
    page.locator("#a-c1 > a").first.click()
    card = page.locator("li:target")
    assert card.get_attribute("id") == "a-c1-card"
    card.get_by_role("link", name="c1").click()
    assert page.locator("mark:target").get_attribute("id") == "a-c1"


def test_pointing_at_a_card_lights_all_its_words_through_other_marks(opened: Opened) -> None:
    page = opened(made())
    page.locator("#a-c1-card").hover()
    assert lit(page) == ['Orlova said "the price is fair" and praised the deal.']
    page.locator("#a-s1").hover()
    assert lit(page) == ["praised the deal"]
    assert page.locator(".card.on").get_attribute("id") == "a-s1-card"


def test_an_address_that_was_shared_opens_its_article_at_the_words(opened: Opened) -> None:
    page = opened(many(20), hash="#b-f3")
    assert page.locator("#b").get_attribute("open") == ""
    assert page.locator("#c").get_attribute("open") is None
    assert lit(page) == ["$966.43 million"]
    top = page.locator("#b-f3").evaluate("one => one.getBoundingClientRect().top")
    assert 0 < top < 720


def test_a_card_leads_to_the_same_figure_in_other_articles(opened: Opened) -> None:
    page = opened(made())
    page.locator("#c-f1-card .v").click()
    assert page.locator("tr:target th").inner_text() == "gas deal (USD)"


# --- toggles, keys, filter --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), [("claims", "c"), ("figures", "f"), ("stances", "s")])
def test_a_toggle_hides_a_kind_and_shows_it_again(opened: Opened, name: str, kind: str) -> None:
    page = opened(made())
    ground = f"getComputedStyle(document.querySelector('.t mark.{kind}')).backgroundColor"
    before = page.evaluate(ground)
    page.get_by_label(name, exact=True).uncheck()
    assert page.evaluate(ground) == "rgba(0, 0, 0, 0)"
    assert not any(one.is_visible() for one in page.locator(f".card.{kind}, .t a.{kind}").all())
    assert all(one.is_visible() for one in page.locator(f".card:not(.{kind})").all())
    page.get_by_label(name, exact=True).check()
    assert page.evaluate(ground) == before != "rgba(0, 0, 0, 0)"


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.closest('mark')?.id || document.activeElement.tagName"))


def test_keys_walk_over_the_evidence_in_the_order_of_the_text(opened: Opened) -> None:
    page = opened(many(20))
    walked = []
    for key in ("n", "n", "n", "p", "n", "n", "n", "n"):
        page.keyboard.press(key)
        walked.append(focused(page))
    assert walked == ["a-f1", "a-f2", "a-c1", "a-f2", "a-c1", "a-s1", "a-c2", "b-f1"]
    assert page.locator("#b").get_attribute("open") == "", "an article that was closed is opened"
    assert lit(page) == ["38 agreements"]


@pytest.mark.parametrize(("key", "wanted"), [("n", "b-f1"), ("p", "a-s1")])
def test_keys_pass_over_what_is_hidden(opened: Opened, key: str, wanted: str) -> None:
    page = opened(made(), hash="#a-c2")
    page.get_by_label("claims", exact=True).uncheck()
    page.keyboard.press(key)
    assert focused(page) == wanted


def test_keys_can_be_switched_off_and_do_not_take_letters_from_the_filter(opened: Opened) -> None:
    page = opened(made())
    page.locator("#filter").press_sequentially("npn")
    assert page.locator("#filter").input_value() == "npn"
    page.locator("#keys").uncheck()
    page.locator("h1").click()
    page.keyboard.press("n")
    assert focused(page) == "BODY"


def test_the_filter_shows_claims_with_the_word_and_counts_them(opened: Opened) -> None:
    page = opened(many(4))
    shown = page.locator("#claims tbody tr:visible th")
    page.locator("#filter").fill("PRICÉ")
    assert shown.all_inner_texts() == ["The price is fair."]
    assert page.locator("#said").inner_text() == "1 of 62 shown"
    page.locator("#filter").fill("Claim 59")
    assert shown.all_inner_texts() == ["Claim 59 of many"], "what was folded is found too"
    page.locator("#filter").fill("")
    assert shown.count() == 62
    assert page.locator("#said").inner_text() == ""


def test_all_articles_are_closed_and_opened_at_once(opened: Opened) -> None:
    page = opened(made())
    page.locator("#none").click()
    assert page.locator(".a[open]").count() == 0
    page.locator("#all").click()
    assert page.locator(".a[open]").count() == 3


# --- downloads --------------------------------------------------------------------------------------------------------


def saved(page: Any, button: str) -> str:
    with page.expect_download() as download:
        page.locator(button).click()
    return Path(download.value.path()).read_bytes().decode()


@pytest.mark.parametrize("with_text", [True, False])
def test_the_summaries_are_saved_as_they_were(opened: Opened, with_text: bool) -> None:
    comparison = made([summary(key, with_text=with_text) for key in "ABC"])
    items = [*(source.summary for source in comparison.sources), *comparison.failures]
    assert saved(opened(comparison), "#jsonl") == "".join(f"{item.to_json()}\n" for item in items)


def test_summaries_with_any_text_come_back_whole(opened: Opened) -> None:
    comparison = hostile([*PAYLOADS, *HOSTILE])
    lines = saved(opened(comparison), "#jsonl").splitlines()
    items = [*(source.summary for source in comparison.sources), *comparison.failures]
    assert [json.loads(line) for line in lines] == [json.loads(item.to_json()) for item in items]
    assert [parse_line(line) for line in lines] == [parse_line(item.to_json()) for item in items]
    assert all(safe(line) == line for line in lines)


def test_the_figures_are_saved_as_the_command_writes_them(opened: Opened, tmp_path: Path) -> None:
    comparison = hostile([one for one in (*PAYLOADS, *HOSTILE) if "\ud800" not in one])
    more = tuple(dataclasses.replace(source, key=f"MADE{source.key}") for source in made().sources)
    comparison = dataclasses.replace(comparison, sources=(*comparison.sources, *more))
    Run(tuple(source.summary for source in comparison.sources)).write(tmp_path / "figures.csv")
    assert saved(opened(comparison), "#csv") == (tmp_path / "figures.csv").read_bytes().decode()


# --- how it looks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [360, 820, 1280])
def test_the_page_is_never_wider_than_the_screen(opened: Opened, width: int) -> None:
    for comparison in (made(), many(20), hostile(PAYLOADS[:6])):
        page = opened(comparison, viewport={"width": width, "height": 800})
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(opened: Opened, scheme: str) -> None:
    ratios = opened(made(), color_scheme=scheme).evaluate(CONTRAST)
    assert min(ratios.values()) >= 4.5, ratios


def test_dark_is_dark(opened: Opened) -> None:
    page = opened(made(), color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 28)"


def test_labels_of_the_timeline_do_not_touch(opened: Opened) -> None:
    found = made()
    whens = ["2014", "2014-05", "2014-05-03", "2014-05-04", "2014-06", "2015", "2016-01-01", "2016-01-01", "2019", "2024-12-31"]
    texts = [
        "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
        "漢字の見出しがここにあり長い長い",
        "a short one",
        "سكك حديد جديدة بين البلدين",
    ]
    timeline = tuple(dataclasses.replace(found.timeline[0], when=when, text=texts[at % 4]) for at, when in enumerate(whens))
    page = opened(dataclasses.replace(found, timeline=timeline), viewport={"width": 1280, "height": 900})
    boxes = page.evaluate(
        "[...document.querySelectorAll('.what')].map(one => one.getBBox()).map(one => [one.x, one.y, one.width, one.height])"
    )
    assert len(boxes) == len(whens)
    for at, (x, y, width, height) in enumerate(boxes):
        assert x + width <= 1000
        for left, top, wide, high in boxes[at + 1 :]:
            assert x + width <= left or left + wide <= x or y + height <= top + 6 or top + high <= y + 6


def test_print_shows_all_articles_and_no_controls(opened: Opened) -> None:
    page = opened(many(20))
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".a[open]").count() == 20
    assert not any(one.is_visible() for one in page.locator("#bar, nav, #find, #downloads").all())
    assert page.pdf()[:5] == b"%PDF-"


def test_other_directions_of_writing_are_kept_apart(opened: Opened) -> None:
    text = "שלום עולם. ₪ 5 מיליון.\n"
    article = summary("A").article.model_copy(update={"text": text, "title": "שלום", "language": "he"})
    page = opened(made([summary("A", article=article), summary("B"), summary("C")]))
    assert page.locator("#a .w > div").first.evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert page.locator("#a h3 bdi").text_content() == "שלום"


@pytest.mark.parametrize(("articles", "width", "scheme"), [(3, 1280, "light"), (3, 360, "dark"), (8, 1280, "dark")])
def test_a_tester_of_access_for_all_finds_no_grave_fault(opened: Opened, articles: int, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")
    page = opened(many(articles) if articles > 3 else made(), viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in {"serious", "critical"}] == []


# --- attacks ----------------------------------------------------------------------------------------------------------


def test_there_are_more_than_sixty_different_attacks() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) > 80


def used(page: Any) -> None:
    """All that a reader can do."""
    for press in ("n", "n", "p"):
        page.keyboard.press(press)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate(HOVER)
    page.locator("#filter").fill("script")
    page.locator("#filter").fill("")
    for button in ("#jsonl", "#csv"):
        saved(page, button)


def check_nothing_ran(page: Any) -> None:
    assert page.evaluate("[typeof hit, violations]") == ["undefined", []]
    assert page.evaluate(STRANGERS) == []
    assert page.evaluate("['script', 'style', 'input'].map(tag => document.querySelectorAll(tag).length)") == [1, 1, 5]


def test_no_attack_in_any_text_does_anything(opened: Opened) -> None:
    page = opened(hostile(PAYLOADS))
    used(page)
    check_nothing_ran(page)


@pytest.mark.parametrize("at", range(0, len(PAYLOADS), COLUMNS))
def test_no_attack_does_anything_in_columns(opened: Opened, at: int) -> None:
    page = opened(hostile(PAYLOADS[at : at + COLUMNS]))
    page.evaluate(HOVER)
    check_nothing_ran(page)


def test_an_attack_is_shown_as_the_text_that_it_is(opened: Opened) -> None:
    page = opened(hostile(PAYLOADS), script=False)
    texts = page.locator(".a .t").all_text_contents()
    assert all(safe(payload) in text for payload, text in zip(PAYLOADS, texts, strict=True))


HOVER = """() => document.querySelectorAll('mark, .card, a, td').forEach(one => {
  for (const type of ['mouseover', 'mouseenter', 'pointerover', 'focusin']) one.dispatchEvent(new Event(type, { bubbles: true }));
})"""

BOXES = "[...document.querySelectorAll('.what')].map(one => one.getBBox()).map(one => [one.x, one.y, one.width, one.height])"

STRANGERS = """() => {
  const tags = new Set(`HTML HEAD META TITLE STYLE BODY A HEADER H1 P B NAV MAIN SECTION UL LI H2 H3 H4 I svg line circle text tspan
    TABLE THEAD TBODY TR TH TD Q BDI DETAILS SUMMARY DIV SPAN MARK SMALL ASIDE INPUT LABEL BUTTON KBD OUTPUT CODE
    NOSCRIPT FOOTER SCRIPT a`.split(/\\s+/));
  const strange = one => !tags.has(one.tagName)
    || [...one.attributes].some(attribute => /^on|^style$|^src/.test(attribute.name))
    || (one.hasAttribute('href') && !/^(#|https:\\/\\/example\\.(org|invalid)\\/)/.test(one.getAttribute('href')));
  return [...document.querySelectorAll('*')].filter(strange).map(one => one.outerHTML.slice(0, 200));
}"""

CONTRAST = """() => {
  const style = getComputedStyle(document.documentElement);
  const light = name => {
    const probe = document.createElement('canvas').getContext('2d');
    probe.fillStyle = style.getPropertyValue(name);
    probe.fillRect(0, 0, 1, 1);
    const parts = [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3).map(one => one / 255);
    const [r, g, b] = parts.map(one => one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const pairs = ['--ink', '--soft', '--good', '--bad', '--warn', '--link'].flatMap(on => [[on, '--paper'], [on, '--card']]);
  pairs.push(...['--claim', '--figure', '--stance', '--on'].map(ground => ['--ink', ground]));
  return Object.fromEntries(pairs.map(([on, ground]) => {
    const [a, b] = [light(on), light(ground)].sort((one, other) => other - one);
    return [`${on} on ${ground}`, (a + .05) / (b + .05)];
  }));
}"""
