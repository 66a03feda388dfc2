"""Prompts: a versioned template, the requests made from it for a document, and their size in tokens."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from summarise.document import Document, Mention, Sentence
from summarise.errors import SettingsError, TooLong
from summarise.schema import MOST_CLAIMS, Draft
from summarise.text import yaml_nodes

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from jinja2.runtime import Context


DEFAULT_PROMPT = "summarise/v2"

_HINT = "a prompt file begins with the lines ---, name: mine, version: 1, ---; then comes a Jinja2 template, see docs/prompts.md"

_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class Prompt:
    """A prompt. `name` is "NAME/vN", `sha` the SHA-256 of its file; the template `source` begins at `line` of `file`.

    `max_claims` and `language` ("" for that of the article) are given to the template.
    """

    name: str
    description: str
    sha: str
    source: str
    file: str
    line: int
    max_claims: int = 10
    language: str = ""

    def render(self, block: str, **values: Any) -> str:
        """Render one block of the template. Raises SettingsError where it fails or uses what the sandbox forbids."""
        template = self._compiled
        try:
            return "".join(template.blocks[block](template.new_context(values))).strip()
        except Exception as error:  # a template is a program of the user and may raise anything
            frames = [frame for frame in walk_tb(error.__traceback__) if frame[0].f_code.co_filename == "<template>"]
            line = template.get_corresponding_lineno(frames[-1][1]) if frames else 1
            raise self._fault(line, f"the block '{block}' cannot be filled: {_said(error)}") from error

    def check(self) -> None:
        """Raises SettingsError for a template with a syntax error, a missing block or an include, or that fails on a one-line article."""
        from jinja2 import TemplateSyntaxError, nodes

        others: tuple[type[nodes.Node], ...] = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
        try:
            parsed = _environment().parse(self.source)
            missing = {"system", "user"} - set(self._compiled.blocks)
        except Exception as error:  # not only syntax errors: deep nesting makes Jinja or Python fail
            raise self._fault(error.lineno if isinstance(error, TemplateSyntaxError) else 1, _said(error)) from error
        if other := next(parsed.find_all(others), None):
            raise self._fault(other.lineno, "a prompt is one file: it cannot include or import others")
        if missing:
            raise self._fault(1, f"the prompt has no block '{missing.pop()}'")
        values: dict[str, Any] = {
            "max_claims": MOST_CLAIMS,
            "language": "",
            "part": 1,
            "parts": 1,
            "title": "",
            "source": "",
            "published": "",
        }
        try:
            (self.render("system", **values) + self.render("user", lines=["[1] A line."], **values)).encode()
        except UnicodeEncodeError as error:
            raise self._fault(1, "it renders a lone surrogate, which cannot be sent") from error

    @property
    def _compiled(self) -> Template:
        return _compiled(self.source)

    def _fault(self, line: int, message: str) -> SettingsError:
        return SettingsError(f"{self.file}:{self.line + line - 1}: {message}", hint=_HINT)


@dataclass(frozen=True)
class Request:
    """One request to a client: the sentences `first` to `last` (inclusive) of a document, under a prompt.

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
        user = self.prompt.render("user", lines=list(self._lines()), **self._values)
        return [{"role": "system", "content": self.instructions}, {"role": "user", "content": user}]

    @cached_property
    def instructions(self) -> str:
        """The system message, which no answer may repeat."""
        return self.prompt.render("system", **self._values)

    @property
    def _values(self) -> dict[str, Any]:
        article = self.document.article
        told = {field: _folded(getattr(article, field) or "") for field in ("title", "source", "published")}
        settings = {"max_claims": self.prompt.max_claims, "language": self.prompt.language}
        return {**told, **settings, "part": self.part, "parts": self.parts}

    @property
    def text(self) -> str:
        """All messages as one string."""
        return "\n".join(message["content"] for message in self.messages)

    def _lines(self) -> Iterator[str]:
        text = self.document.article.text
        for sentence in self.sentences:
            pieces, at = [], sentence.start
            for mention in self.document.mentions_in(sentence.number):
                pieces += [_folded(text[at : mention.figure.end]), _mark(mention)]
                at = mention.figure.end
            yield f"[{sentence.number}] {''.join(pieces)}{_folded(text[at : sentence.end])}"


def _mark(mention: Mention) -> str:
    """ "‹f3›"; "‹f3›?" for a bare number, whose unit the rules do not know."""
    figure = mention.figure
    return f"‹{mention.id}›{'' if figure.unit or figure.currency else '?'}"


def _folded(text: str) -> str:
    """`text` on one line and without ‹ and ›, so that an article cannot forge marks or numbers of sentences."""
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
    source = text_of(name)
    try:
        before, head, body = re.split(r"^---\n", source, maxsplit=2, flags=re.MULTILINE)
    except ValueError as error:
        raise SettingsError(f"{name}: not a readable prompt: it has no front matter between two lines of ---", hint=_HINT) from error
    above = before.count("\n") + 1
    about = _about(head, name, above)
    full = f"{about['name']}/v{about['version']}" if name.endswith(".md") else name
    digest = hashlib.sha256(source.encode()).hexdigest()
    prompt = Prompt(full, about.get("description", ""), digest, body, name, above + head.count("\n") + 2)
    prompt.check()
    return prompt


def text_of(name: str) -> str:
    """The whole file of a prompt, front matter included. Raises SettingsError where it cannot be read."""
    if name.endswith(".md"):
        file: Any = Path(name)
    elif name in available():
        file = _folder().joinpath(*f"{name}.md".split("/"))
    else:
        raise SettingsError(f"there is no prompt '{name}'", hint=f"available: {', '.join(available())}, or a file that ends in .md")
    try:
        return str(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{name}: the prompt cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{name}: not a readable prompt: {error}", hint=_HINT) from error


def _about(head: str, file: str, above: int) -> dict[str, str]:
    """The front matter as a dict; it begins `above` lines below the top of the file."""
    try:
        node = yaml_nodes.parse(head)
    except yaml_nodes.Unreadable as error:
        raise SettingsError(f"{file}:{above + error.line}: not a readable prompt: {error.message}", hint=_HINT) from error
    items = node.items if isinstance(node, yaml_nodes.MappingNode) else {}
    about = {key: value.text for key, value in items.items() if isinstance(value, yaml_nodes.ScalarNode)}
    if not (about.get("name") and about.get("version")):
        raise SettingsError(f"{file}:{above}: the front matter lacks name or version", hint=_HINT)
    return about


@cache
def _compiled(source: str) -> Template:
    return _environment().from_string(source)


@cache
def _environment() -> Environment:
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        """A prompt may come from somebody else: no access to Python, and no operators that can fill the memory."""

        intercepted_binops = frozenset(["*", "**", "%"])

        def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
            if operator == "**" or not all(isinstance(side, int | float) for side in (left, right)):
                raise SecurityError(f"'{operator}' is not allowed in prompts, or only for numbers")
            return super().call_binop(context, operator, left, right)

    return Sandbox(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _said(error: Exception) -> str:
    """The error message on one line."""
    if isinstance(error, RecursionError):
        return "it recurses without end, or is nested too deep"
    return " ".join(str(error).split()) or type(error).__name__


_BYTES_PER_TOKEN = 3  # see estimate_tokens


def estimate_tokens(text: str) -> int:
    """An upper estimate of the tokens of `text`: a third of its UTF-8 bytes.

    English takes 4 to 5 bytes a token, Chinese about 3, so a request that is estimated to fit does fit.
    """
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN)


# Sentences that a part repeats from the part before, so that a quotation is not separated from its speaker.
OVERLAP = 3
# A line of the prompt also has the number of its sentence and perhaps some markers.
_LINE_TOKENS = 12
_FEWEST_TOKENS = 200


def requests_for(document: Document, prompt: Prompt, room: int | None) -> list[Request]:
    """The requests that together contain every sentence.

    `room` is the size limit of the messages of one request, in tokens; None: no limit. Raises TooLong where not even a few sentences fit.
    """
    whole = Request(document, prompt, 1, len(document.sentences))
    if room is None:
        return [whole]
    head = estimate_tokens(Request(document, prompt, 1, 0).text)
    left = room - head
    if left < _FEWEST_TOKENS:
        raise TooLong(f"{room} tokens are too few for the prompt", hint="a model with a longer context, or a smaller --max-tokens")
    borders = list(_borders(document, left))
    if len(borders) == 1:
        return [whole]
    return [Request(document, prompt, first, last, part, len(borders)) for part, (first, last) in enumerate(borders, start=1)]


def _borders(document: Document, room: int) -> Iterator[tuple[int, int]]:
    """First and last sentence of each part, packed greedily; a part has at least one new sentence, even if that is over `room`."""
    costs = [estimate_tokens(document.quote(sentence)) + _LINE_TOKENS for sentence in document.sentences]
    first, total = 1, len(costs)
    while first <= total:
        last, used = first, costs[first - 1]
        while last < total and used + costs[last] <= room:
            used += costs[last]
            last += 1
        yield first, last
        if last == total:
            return
        first = max(first + 1, last + 1 - OVERLAP)


# --- the schema of the answer ---

# What only costs tokens, or what the strict mode of a service rejects.
_UNSENT = {"title", "default", "description", "$defs", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern"}


@cache
def draft_schema(*, strict: bool = False) -> dict[str, Any]:
    """The JSON Schema of a Draft as it is sent, each definition where it is used.

    Strict services want every property required; from others a model may leave out what is null or empty.
    """
    schema = Draft.model_json_schema()
    return _sent(schema, schema["$defs"], _UNSENT if strict else _UNSENT | {"additionalProperties"}, strict=strict)


def _sent(schema: dict[str, Any], definitions: dict[str, Any], refused: set[str], *, strict: bool) -> dict[str, Any]:
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:  # a value or null
        value, null = schema["anyOf"]
        schema = value | {"type": [value["type"], null["type"]]}
    kept = {word: value for word, value in schema.items() if word not in refused}
    if "items" in kept:
        kept["items"] = _sent(kept["items"], definitions, refused, strict=strict)
    if "properties" in kept:
        kept["properties"] = {name: _sent(inner, definitions, refused, strict=strict) for name, inner in kept["properties"].items()}
        kept["required"] = list(kept["properties"]) if strict else kept.get("required", [])
    return kept
