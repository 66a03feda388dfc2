"""The HTML report in a real browser, where one is installed: Debian's or anybody's Chromium, driven by playwright."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import chromium, needed, overheard
from evals_made import perfect, scored
from test_evals_report import infected, made, times

from summarise.evals.report import write_report
from summarise.evals.results import Result

pytestmark = needed

Opened = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Opened]:
    """Writes a report and opens it. Whatever asks for more than the file, or complains, fails the test."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def open_(*results: Result, script: bool = True, hash: str = "", **context: Any) -> Any:
        path = tmp_path / "report.html"
        write_report([(f"result {at}", result) for at, result in enumerate(results)], path)
        contexts.append(browser.new_context(java_script_enabled=script, **context))
        page = contexts[-1].new_page()
        page.on("request", lambda request: None if request.url.split("#")[0] == path.as_uri() else complaints.append(request.url))
        overheard(page, complaints)
        page.goto(f"{path.as_uri()}{hash}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def shown(page: Any, selector: str = ".a tr[id] > td:first-child") -> list[str]:
    """The texts of what can be seen."""
    return [one.text_content() for one in page.locator(selector).all() if one.is_visible()]


ALL = ["c4", "+x1", "c1", "f1", "c2", "c3", "s1", "s2", "s3", "f2", "f3", "f4", "c5", "s4"]
"""Every row of the report of `made`, in its order."""


def test_a_report_opens_without_a_request_and_without_a_complaint(opened: Opened) -> None:
    page = opened(made(), scored(perfect()))
    assert page.title() == "Evaluation of result 0, result 1"
    assert page.evaluate("getComputedStyle(document.querySelector('#bar')).display") == "flex", "style and script were let through"


def test_without_a_script_everything_is_shown(opened: Opened) -> None:
    page = opened(made(), script=False)
    assert shown(page) == ALL
    assert not page.locator("#bar").is_visible()
    assert page.locator(".a .t").is_visible()


@pytest.mark.parametrize(
    ("box", "hidden"),
    [
        ("✗ missed", {"c4"}),
        ("+ spurious", {"+x1"}),
        ("◐ wrong field", {"c1", "f1"}),
        ("○ not counted", {"c5", "s4"}),
        ("figures", {"f1", "f2", "f3", "f4"}),
    ],
)
def test_a_filter_hides_its_group_and_shows_it_again(opened: Opened, box: str, hidden: set[str]) -> None:
    page = opened(made())
    page.get_by_label(box, exact=True).uncheck()
    assert shown(page) == [name for name in ALL if name not in hidden]
    assert page.locator("#said").inner_text() == f"{len(ALL) - len(hidden)} decisions shown"
    page.get_by_label(box, exact=True).check()
    assert shown(page) == ALL


def test_only_what_is_not_grounded_can_be_shown(opened: Opened) -> None:
    page = opened(made())
    page.get_by_label("⚠ not grounded").check()
    assert shown(page) == ["+x1", "f1", "c2"], "f1 gives a value that is not in the article"


def test_a_name_in_the_text_leads_to_its_decision_and_back(opened: Opened) -> None:
    page = opened(made())
    page.locator(".a .t").get_by_role("link", name="c4").click()
    row = page.locator("tr:target")
    assert row.locator("td").first.inner_text() == "c4"
    row.get_by_role("link").click()
    assert page.locator(":target").inner_text().endswith("denied that he had been offered money for his land")


def test_pointing_at_a_decision_lights_its_evidence(opened: Opened) -> None:
    page = opened(made())
    page.locator(".a tr[id]", has_text="Old pipes should be mended first").first.hover()
    assert page.locator(".t .on").inner_text().endswith("demanded that old pipes be mended first")


def test_keys_walk_over_articles_and_items_until_they_are_switched_off(opened: Opened) -> None:
    page = opened(times(made(), 3))
    assert [one.get_attribute("open") for one in page.locator(".a").all()] == ["", None, None], "the first is open"
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('.a').querySelector('.y').textContent").startswith("reservoir-1")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.cells[0].textContent") == "c4"
    page.locator("#keys").uncheck()
    page.locator("h1").click()
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_what_is_packed_is_unpacked_when_it_is_opened(opened: Opened) -> None:
    page = opened(times(made(), 100, longer=12))
    last = page.locator(".a").last
    assert last.locator("tr[id]").count() == 0
    last.locator("summary").click()
    last.locator("tr[id]").first.wait_for()
    assert [one.text_content() for one in last.locator("tr[id] > td:first-child").all()] == ALL
    key = page.evaluate("Object.values(packed)[0].match(/<tr id=([0-9a-z]+)>/)[1]")
    page.evaluate(f"location.hash = '{key}'")
    page.locator(f"[id='{key}']").wait_for()
    page.locator("#all").click()
    assert page.locator(".a tr[id]").count() == 100 * len(ALL)
    assert page.locator(".packed").count() == 0


def test_hostile_text_does_nothing(opened: Opened) -> None:
    poison = "</script><script>alert(1)</script><img src=https://example.invalid/x onerror=alert(2)><style>*{display:none}</style>"
    page = opened(infected(made(), poison))
    page.locator("#all").click()
    assert page.locator("img").count() == 0
    assert poison in page.locator(".a .t").text_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(opened: Opened, scheme: str) -> None:
    page = opened(made(), color_scheme=scheme)
    ratios = page.evaluate(CONTRAST)
    assert min(ratios.values()) >= 4.5, ratios


@pytest.mark.parametrize("width", [360, 820, 1280])
def test_the_page_is_never_wider_than_the_screen(opened: Opened, width: int) -> None:
    page = opened(made(), scored(perfect()), viewport={"width": width, "height": 800})
    page.locator("#all").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


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
  const pairs = ['--ink', '--soft', '--bad', '--link', '--warn'].flatMap(on => [[on, '--paper'], [on, '--card']]);
  pairs.push(['--ink', '--out'], ['--link', '--out'], ['--ink', '--on'], ['--link', '--on'], ['--bad', '--on']);
  return Object.fromEntries(pairs.map(([on, ground]) => {
    const [a, b] = [light(on), light(ground)].sort((one, other) => other - one);
    return [`${on} on ${ground}`, (a + .05) / (b + .05)];
  }));
}"""
