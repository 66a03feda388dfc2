"""A prompt: a released template, and the request that it makes of a document."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarise.document import Document, Sentence
from summarise.errors import SettingsError
from summarise.schema import MOST_CLAIMS

if TYPE_CHECKING:
    from jinja2 import Template

DEFAULT_PROMPT = "summarise/v1"

_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class Prompt:
    """A released prompt. `sha` is the digest of its file, `name` is "NAME/vN"."""

    name: str
    description: str
    sha: str
    source: str

    def render(self, block: str, **values: Any) -> str:
        """One block of the template, filled. Raises SettingsError when the template asks for what it may not have."""
        from jinja2 import TemplateError

        template = _compiled(self.source)
        try:
            return "".join(template.blocks[block](template.new_context(values))).strip()
        except TemplateError as error:
            raise SettingsError(f"{self.name}: the block '{block}' of the prompt cannot be filled: {error}") from error


@dataclass(frozen=True)
class Request:
    """One question to a client: the sentences `first` to `last` (inclusive) of a document, under a prompt.

    `part` counts from 1 to `parts`; sentence numbers and mention ids are those of the whole document.
    """

    document: Document
    prompt: Prompt
    first: int
    last: int
    part: int = 1
    parts: int = 1

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return self.document.sentences[self.first - 1 : self.last]

    @cached_property
    def messages(self) -> list[dict[str, str]]:
        """The chat messages, system and user."""
        article = self.document.article
        user = self.prompt.render(
            "user",
            lines=list(self._lines()),
            part=self.part,
            parts=self.parts,
            **{field: _folded(getattr(article, field) or "") for field in ("title", "source", "published")},
        )
        system = self.prompt.render("system", max_claims=max_claims(self.document))
        return [{"role": "system", "content": system}, {"role": "user", "content": user}]

    @property
    def text(self) -> str:
        """All that is sent, as one string."""
        return "\n".join(message["content"] for message in self.messages)

    def _lines(self) -> Iterator[str]:
        text = self.document.article.text
        for sentence in self.sentences:
            pieces, at = [], sentence.start
            for mention in self.document.mentions_in(sentence.number):
                pieces += [_folded(text[at : mention.figure.end]), f"‹{mention.id}›"]
                at = mention.figure.end
            yield f"[{sentence.number}] {''.join(pieces)}{_folded(text[at : sentence.end])}"


def max_claims(document: Document) -> int:
    """How many claims a summary should hold at most: three, and one more for every doubling of eight sentences; never over MOST_CLAIMS."""
    return min(MOST_CLAIMS, 3 + max(0, (len(document.sentences) // 8).bit_length()))


def _folded(text: str) -> str:
    """`text` on one line and without the signs of the prompt's own grammar, which no article may forge."""
    if not text.isprintable() or "  " in text:
        text = _BREAKS.sub(" ", text)
    return text.replace("‹", "<").replace("›", ">")


def _folder() -> Any:
    """The prompts folder: inside the installed package, or beside the package in a checkout."""
    packaged = resources.files("summarise").joinpath("prompts")
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "prompts"


def available() -> list[str]:
    """Names of the released prompts, "NAME/vN", sorted."""
    folders = [folder for folder in _folder().iterdir() if folder.is_dir()]
    return sorted(f"{folder.name}/{file.name[:-3]}" for folder in folders for file in folder.iterdir() if file.name.endswith(".md"))


@cache
def load(name: str = DEFAULT_PROMPT) -> Prompt:
    """The prompt "NAME/vN", or the file when `name` is a path that ends in .md. Raises SettingsError when there is none."""
    import yaml
    from jinja2 import TemplateError

    if name.endswith(".md"):
        file: Any = Path(name)
    else:
        if name not in available():
            raise SettingsError(f"there is no prompt '{name}'", hint=f"available: {', '.join(available())}")
        file = _folder().joinpath(*f"{name}.md".split("/"))
    try:
        source = file.read_text(encoding="utf-8")
        _, head, body = re.split(r"^---\n", source, maxsplit=2, flags=re.MULTILINE)
        meta = yaml.safe_load(head)
        full = name if not name.endswith(".md") else f"{meta['name']}/v{meta['version']}"
        prompt = Prompt(full, str(meta.get("description", "")), hashlib.sha256(source.encode()).hexdigest(), body)
        missing = {"system", "user"} - set(_compiled(body).blocks)
    except (OSError, ValueError, KeyError, TypeError, TemplateError, yaml.YAMLError) as error:
        hint = "a prompt is Jinja2 under YAML front matter with name and version"
        raise SettingsError(f"{name}: not a readable prompt: {error}", hint=hint) from error
    if missing:
        raise SettingsError(f"{name}: the prompt has no block '{missing.pop()}'")
    return prompt


@cache
def _compiled(source: str) -> Template:
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(source)
