"""HTML by Jinja2: whole pages with their own style and script, and fragments for notebooks. Every text is escaped and nothing is loaded."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from summarise import wording
from summarise.file_signatures import GENERATOR
from summarise.render.markdown import Section, figure_section
from summarise.text.sanitise import is_right_to_left, one_line, safe

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from summarise.schema import Failure, Summary


TEMPLATES = Path(__file__).parent / "templates"


def environment(folder: Path = TEMPLATES) -> Environment:
    """Templates of `folder`, and those that all pages share.

    Invisible characters of every expression are made visible, then all is escaped, whatever the name of the template.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader([folder, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    made.globals.update(is_right_to_left=is_right_to_left, generator=GENERATOR)
    return made


def rendered(made: Environment, template: str, **known: Any) -> Markup:
    """The result is escaped, so another template may include it unchanged."""
    from markupsafe import Markup

    return Markup(made.get_template(template).render(known))  # noqa: S704


@lru_cache
def assets(folder: Path = TEMPLATES) -> dict[str, Any]:
    """`style` and `script`, which are report.css and report.js of `folder`, and the `policy` that allows only these two."""
    from markupsafe import Markup

    style, script = ((folder / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    allowed = f"style-src 'sha256-{_digest(style)}'; script-src 'sha256-{_digest(script)}'"
    policy = f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"
    return {"style": Markup(style), "script": Markup(script), "policy": policy}  # noqa: S704  # both are ours


def _visible(value: object) -> object:
    """Markup stays as it is: it was made of values that passed through here."""
    return value if hasattr(value, "__html__") else safe(str(value))


def _digest(source: str) -> str:
    return b64encode(hashlib.sha256(source.encode()).digest()).decode()


def html(summary: Summary) -> str:
    """The whole summary in one `div`. Every text is escaped; the only link is the article's own http or https address."""
    figures, remarks = figure_section(summary), list(wording.remarks(summary))
    known = {"summary": summary, "sections": [figures] if figures.rows else [], "most": len(figures.rows), "remarks": remarks}
    return _fragment(article=summary.article, lead=[summary.gist], **known)


def failure_html(failure: Failure) -> str:
    """An article that failed, with the reason, in one `div`."""
    error = failure.error
    return _fragment(article=failure.article, sign="✗ ", lead=[part for part in (f"{error.kind}: {error.message}", error.hint) if part])


def sections_html(sections: Sequence[Section], *, title: str = "", lead: str = "", most: int) -> str:
    """Tables under a title, the first `most` rows of each, in one `div`."""
    return _fragment(title=title, lead=[lead] if lead else [], sections=sections, most=most)


def address(url: str | None) -> str | None:
    """`url` if it can be trusted as a link: http or https, a host, no user name, nothing ambiguous."""
    if not url or not url.isascii() or not url.isprintable() or set(url) & set(" \"'<>\\^`{|}"):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc else None


def _fragment(**known: Any) -> str:
    return str(rendered(_environment(), "notebook.html", **known))


@cache
def _environment() -> Environment:
    made = environment()
    made.globals.update(
        one_line=one_line,
        address=address,
        name_of=wording.heading,
        byline=wording.byline,
        speaker=wording.speaker,
        holder=wording.holder,
        ARROWS=wording.ARROWS,
        STANCE=wording.STANCE,
    )
    return made
