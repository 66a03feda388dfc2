"""A page: one HTML file with its own style and script, in which every text is escaped, and which loads nothing."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarise.signatures import GENERATOR
from summarise.text.sanitise import is_right_to_left, safe

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


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
