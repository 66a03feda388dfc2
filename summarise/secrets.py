"""Secrets: which environment variables hold one, and a redactor for what a service sends back."""

from __future__ import annotations

import re
from base64 import b64encode
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from summarise.errors import SettingsError

# Shorter values ("none", "ollama", "EMPTY") are not secrets, and would be found in ordinary words.
SHORTEST = 8
MASK = b"[key]"

_NAME = re.compile(
    r"PASSWORD|PASSWD|PASSPHRASE|SECRET|CONNECTION_STRING|CUSTOM_HEADERS|"
    r"(?:(?<!GIT_CONFIG_)KEYS?|TOKEN|CREDENTIALS?|PASS|SIGNATURE)(?=_|$)|(?:^|_)(?:PAT|AUTH|JWT|SAS|SIG|DSN|BEARER|COOKIE)(?=_|$)|[A-Z0-9]_PWD$"
)
_USER_INFO = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#\s]+)@", re.IGNORECASE)


def is_secret_name(name: str) -> bool:
    """Whether a variable or parameter of this name ("OPENAI_API_KEY", "HF_TOKEN", "api-key", "accessToken") holds a secret."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return _NAME.search(re.sub(r"[^A-Z0-9]+", "_", words.upper())) is not None


def secrets_in(environment: Mapping[str, str]) -> Iterator[str]:
    """The values of all variables with secret names, each key in a list of keys, and passwords in URLs, as of a proxy."""
    for name, value in environment.items():
        if is_secret_name(name):
            yield value.strip()
            yield from (part for part in re.split(r"[\s,;]+", value) if len(part) >= 2 * SHORTEST)
        elif found := _USER_INFO.match(value):
            user, _, password = found[1].partition(":")
            yield password or user


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for a process that needs no key."""
    return {name: value for name, value in environment.items() if not is_secret_name(name) and not _USER_INFO.match(value)}


def check_key(key: str, where: str) -> str:
    """Returns `key`. Raises SettingsError where it cannot be sent in an HTTP header; the message has `where`, and never the key."""
    if not all("!" <= character <= "~" for character in key):
        message = f"the key in {where} holds a character that no key has; is it still the example's?"
        raise SettingsError(message, hint="set it to the key itself: letters, digits and signs, with no space or line end in it")
    return key


class Redactor:
    """Replaces secrets by [key], also in other case, escaped for JSON, HTML or URLs, or in base64.

    Fragments from the beginning or the end of a secret are replaced too: at most 7 characters of each end remain, fewer of a short one. A
    fragment from the middle alone is not found. Without a match, the usual case, this costs a few substring tests for each secret.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        kept = {secret.encode("utf-8", "surrogatepass") for secret in secrets if len(secret) >= SHORTEST}
        self._fragments = tuple(dict.fromkeys(piece for secret in sorted(kept) for piece in _fragments(secret)))

    def text(self, text: str) -> str:
        """`text` without secrets."""
        data = text.encode("utf-8", "surrogatepass")
        clean = self.clean(data)
        return text if clean is data else clean.decode("utf-8", "surrogatepass")

    def clean(self, data: bytes, allowed: bytes = b"") -> bytes:
        """`data` without secrets; the same object where it has none. What is also in `allowed`, such as the request, is kept."""
        folded = _folded(data)
        if not any(piece.needle in folded for piece in self._fragments):
            return data
        known = _folded(allowed)
        offsets = _OffsetMap(data)
        clean: list[bytes] = []
        end = 0
        for start, stop in sorted({span for piece in self._fragments for span in piece.spans(folded)}):
            if folded[start:stop] not in known:
                if offsets.of(start) >= end:
                    clean += data[end : offsets.of(start)], MASK
                end = max(end, offsets.of(stop))
        return b"".join([*clean, data[end:]])


@dataclass(frozen=True)
class _Fragment:
    """A folded form of a secret and the `size` of the fragment to look for: the first bytes, or for `from_end` the last."""

    form: bytes
    size: int
    from_end: bool = False

    @cached_property
    def needle(self) -> bytes:
        return self.form[-self.size :] if self.from_end else self.form[: self.size]

    def spans(self, folded: bytes) -> Iterator[tuple[int, int]]:
        """Each place of the fragment, extended by as much of the form as is there."""
        length = len(self.form)
        at = folded.find(self.needle)
        while at >= 0:
            if self.from_end:
                end = at + self.size
                yield end - _common(self.form[::-1], folded[max(0, end - length) : end][::-1]), end
            else:
                yield at, at + _common(self.form, folded[at : at + length])
            at = folded.find(self.needle, at + 1)


def _fragments(secret: bytes) -> Iterator[_Fragment]:
    plain = _folded(secret)
    size = min(len(plain), SHORTEST, max(6, len(plain) // 2))
    yield _Fragment(plain, size)
    yield _Fragment(plain, size, from_end=True)
    for before in range(3):  # base64 of "Bearer …" and "user:…" depends on where in a group of three bytes the secret begins
        letters = b64encode(bytes(before) + secret)[-(-before * 8 // 6) : (before + len(secret)) * 8 // 6]
        yield _Fragment(_folded(letters), min(len(letters), 12))


def _common(form: bytes, folded: bytes) -> int:
    """The length of the common prefix."""
    return next((at for at, (a, b) in enumerate(zip(form, folded, strict=False)) if a != b), min(len(form), len(folded)))


# --- folding: one spelling for all ------------------------------------------------------------------------------------

_NAMED = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'", b"plus": b"+", b"sol": b"/", b"equals": b"="}


def _by_code(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape[1], 16)]).lower()


def _in_html(escape: re.Match[bytes]) -> bytes:
    code, decimal, named = escape.groups()
    if named:
        return _NAMED[named]
    return bytes([int(code, 16) if code else int(decimal) & 0x7F]).lower()


# In order: how an escape begins, its pattern, and its meaning. Repeated escapes, as of JSON in JSON, are undone in one step.
_Step = tuple[bytes, re.Pattern[bytes], Callable[[re.Match[bytes]], bytes] | bytes]
_STEPS: tuple[_Step, ...] = (
    (b"\\", re.compile(rb"\\+"), b""),
    (b"u00", re.compile(rb"u00([2-7][0-9a-f])"), _by_code),
    (b"%", re.compile(rb"%(?:25)*([2-7][0-9a-f])"), _by_code),
    (b"&", re.compile(rb"&(?:amp;)*(?:#x0{0,6}([2-7][0-9a-f])|#0{0,6}([0-9]{2,3})|(" + b"|".join(_NAMED) + rb"));"), _in_html),
)


def _folded(data: bytes) -> bytes:
    """`data` in lower case and one base64 alphabet, without the escapes of JSON, URLs and HTML."""
    folded = data.lower().replace(b"\\", b"")  # the first step, done fast because nearly every text needs it
    for beginning, pattern, meant in _STEPS[1:]:
        if beginning in folded:
            folded = pattern.sub(meant, folded)
    return folded.replace(b"-", b"+").replace(b"_", b"/")


class _OffsetMap:
    """Maps offsets in folded text to offsets in the original."""

    def __init__(self, data: bytes) -> None:
        self._steps: list[tuple[list[int], list[int]]] = []
        text = data.lower()
        for _, pattern, meant in _STEPS:
            text = self._step(text, pattern, meant)

    def of(self, folded: int) -> int:
        """The offset in the original where a character begins, including a backslash before it."""
        for after, before in reversed(self._steps):
            at = bisect_left(after, folded)
            if at == len(after) or after[at] > folded:
                at -= 1
            folded += before[at] - after[at]
        return folded

    def _step(self, text: bytes, pattern: re.Pattern[bytes], meant: Callable[[re.Match[bytes]], bytes] | bytes) -> bytes:
        after, before = [0], [0]
        pieces: list[bytes] = []
        end = size = 0
        for escape in pattern.finditer(text):
            character = meant if isinstance(meant, bytes) else meant(escape)
            pieces += text[end : escape.start()], character
            size += escape.start() - end
            after += size, size + len(character)
            before += escape.span()
            size, end = size + len(character), escape.end()
        self._steps.append((after, before))
        return b"".join([*pieces, text[end:]])
