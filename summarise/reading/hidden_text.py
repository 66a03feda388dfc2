"""Hidden text of a page: what tags, attributes or inline CSS hide is cleared from the tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_UNSEEN = ("script style template noscript iframe object embed canvas audio video datalist noembed noframes rp title").split()
_CANDIDATES = "//*[@style or @hidden or @popover or @aria-hidden]|//dialog[not(@open)]|//input|//textarea|" + "|".join(
    f"//{tag}" for tag in _UNSEEN
)
_MARKED = {*_UNSEEN, "dialog", "input", "textarea"}
_LONGEST_STYLE = 20_000
_FAR = 400  # pixels off screen
_NUMBER = re.compile(r"([-+]?(?:[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}))(px|pt|r?em|ex|ch|%|v[wh]|cm|in|mm|pc)?")
_PIXELS = {"em": 16, "rem": 16, "vw": 10, "vh": 10, "%": 10, "in": 96, "cm": 38, "pc": 16, "mm": 4, "ex": 8, "ch": 8}
_OFF_SCREEN = re.compile(r"translate[xy3d]{0,2}\(\s{0,9}-[0-9]{3,}|scale[xy]?\(\s{0,9}0(?:\.0{1,9})?\s{0,9}[,)]")
_ESCAPE = re.compile(r"\\([0-9a-f]{1,6}) ?|\\(.)", re.IGNORECASE | re.DOTALL)


def clear_unseen(tree: Any, *, keep_aria: bool = False) -> None:
    """Empties every element of an lxml tree that is not shown. The tails stay, and so do empty elements: removing them would be quadratic.

    `keep_aria` keeps what is only hidden from screen readers: a page saved with an open dialog marks its whole text so.
    """
    for element in [found for found in tree.xpath(_CANDIDATES) if _is_unseen(found, keep_aria)]:
        element.clear(keep_tail=True)
        element.tag = "span"


def _is_unseen(element: Any, keep_aria: bool) -> bool:
    attributes = element.attrib
    if element.tag in _MARKED or "hidden" in attributes or "popover" in attributes:
        return True
    if attributes.get("aria-hidden", "").strip().lower() == "true" and not keep_aria:
        return True
    return hides(attributes.get("style", ""))


def hides(style: str) -> bool:
    """Whether the declarations of a style attribute make its element invisible, tiny or off screen."""
    if not style:
        return False
    declared = _declarations(style)
    if any(name in declared and test(declared[name]) for name, test in _HIDING.items()):
        return True
    return _is_shrunk(declared) or _is_camouflaged(declared)


def _declarations(style: str) -> dict[str, str]:
    plain = _ESCAPE.sub(_unescaped, _without_comments(style[:_LONGEST_STYLE])).lower()
    parts = (part.partition(":") for part in plain.split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in parts}


def _without_comments(style: str) -> str:
    first, *others = style.split("/*")
    return first + "".join(other.partition("*/")[2] for other in others)


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else None
    return chr(code) if code is not None and code < 0x110000 else match[2] or ""


def _pixels(value: str) -> float | None:
    match = _NUMBER.fullmatch(value)
    return float(match[1]) * _PIXELS.get(match[2] or "px", 1) if match else None


def _is_far_off(value: str) -> bool:
    pixels = _pixels(value)
    return pixels is not None and pixels <= -_FAR


def _is_tiny_type(value: str) -> bool:
    pixels = _pixels(value)
    return pixels is not None and pixels < 2


def _is_transparent(value: str) -> bool:
    match = _NUMBER.fullmatch(value)
    return bool(match) and float(match[1]) * (0.01 if match[2] == "%" else 1) <= 0.05 if match else False


def _is_clear_colour(value: str) -> bool:
    compact = value.replace(" ", "")
    return compact == "transparent" or (compact.startswith(("rgba(", "hsla(")) and compact.endswith((",0)", ",0.0)", ",0%)", "/0)")))


def _is_clipped(value: str) -> bool:
    compact = re.sub(r"[\s,]+", ",", value)
    return bool(re.fullmatch(r"rect\((?:[01](?:px|em)?,?){4}\)|inset\((?:50|[6-9][0-9]|100)%.{0,40}\)|circle\(0.{0,40}\)", compact))


_HIDING: dict[str, Callable[[str], bool]] = {
    "display": lambda value: value.startswith("none"),
    "visibility": lambda value: value in {"hidden", "collapse"},
    "content-visibility": lambda value: value == "hidden",
    "opacity": _is_transparent,
    "font-size": _is_tiny_type,
    "font": lambda value: bool(re.match(r"(?:[a-z]{1,20} ){0,3}0(?:px|pt|em)?[ /]", value)),
    "color": _is_clear_colour,
    "clip": _is_clipped,
    "clip-path": _is_clipped,
    "text-indent": _is_far_off,
    "left": _is_far_off,
    "right": _is_far_off,
    "top": _is_far_off,
    "margin-left": _is_far_off,
    "margin-top": _is_far_off,
    "transform": lambda value: bool(_OFF_SCREEN.search(value)),
}


def _is_shrunk(declared: dict[str, str]) -> bool:
    if not declared.get("overflow", "").startswith(("hidden", "clip")):
        return False
    sides = (_pixels(declared.get(side, "")) for side in ("height", "max-height", "width", "max-width"))
    return any(pixels is not None and pixels <= 1 for pixels in sides)


def _is_camouflaged(declared: dict[str, str]) -> bool:
    behind = declared.get("background-color") or declared.get("background")
    return bool(behind) and declared.get("color") == behind
