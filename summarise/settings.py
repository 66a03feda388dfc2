"""Settings: flag over environment over summarise.toml over default, merged once and validated, the base URL included."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, fields, replace
from ipaddress import ip_address
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints
from urllib.parse import SplitResult, unquote, urlsplit

from summarise.errors import SettingsError
from summarise.files import brief, read_toml
from summarise.secrets import check_key, is_secret_name

PREFIX = "SUMMARISE_"
FILE = "summarise.toml"
JOURNAL = "journal.jsonl"
"""The file of the cache folder that holds the paid answers."""
_KEY = f"{PREFIX}API_KEY"


@dataclass(frozen=True)
class Settings:
    """How articles are summarised. Without a model, the offline mock client answers.

    model            "gpt-5-mini", "vendor/model", or with `base_url` the name that the server uses; None: the mock client.
    base_url         an OpenAI-compatible API ("http://127.0.0.1:8080/v1").
    replay           a recording (JSONL) or a cache folder: answers come only from there, without network calls.
    cache            the folder of stored answers; None: the user's data folder.
    prompt           "NAME/vN" of a released prompt, or the path of a prompt file.
    temperature      None: not sent, so the default of the service.
    max_claims       the most claims of one summary.
    language         the language of gist, claims and measures ("German"); None: that of the article. Evidence stays verbatim.
    max_tokens       the longest answer, in tokens, thoughts of a reasoning model included; None: 16,384, or a quarter of a small window.
    reasks           how often a model is asked again about claims and stances that the article does not support.
    context_tokens   the context window of the model, in tokens; None: looked up, or assumed large.
    in_flight        requests at once; None: 16, or 2 for a server on this machine, which often answers one at a time.
    rpm, tpm         requests and tokens per minute; None: as the service allows.
    max_cost         US dollars that this run may spend; None: no limit.
    deadline         seconds for one HTTP request with its whole answer; None: 300, or 900 on this machine.
    processes        worker processes that read articles, in long runs; None: none, or on the command line one for each spare core.
    sample           the number of a repeated answer to the same request.
    """

    model: str | None = None
    base_url: str | None = None
    replay: Path | None = None
    cache: Path | None = None
    prompt: str = "summarise/v2"
    max_claims: int = 10
    language: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    reasks: int = 1
    context_tokens: int | None = None
    in_flight: int | None = None
    rpm: float | None = None
    tpm: float | None = None
    max_cost: float | None = None
    deadline: float | None = None
    processes: int | None = None
    sample: int = 0
    api_key: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name in ("cache", "replay"):
            if isinstance(getattr(self, name), str):
                object.__setattr__(self, name, Path(getattr(self, name)))
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise SettingsError(f"{name} is {brief(value)}, but must be from {low:g} to {high:g}")
        if self.base_url is not None:
            check_address(self.base_url)
            if self.model is None:
                raise SettingsError("base_url without a model", hint="name the model that the server at this address serves")
        if self.replay is not None and self.model is None:
            raise SettingsError("replay without a model", hint="name the model of the recording run")
        if self.api_key:
            check_key(self.api_key, "api_key")

    @property
    def vendor(self) -> str | None:
        """The vendor of a "vendor/model" name; None for OpenAI, and for a server at `base_url`."""
        vendor, slash, _ = (self.model or "").partition("/")
        return vendor if slash and vendor != "openai" and self.base_url is None else None

    @property
    def requests_at_once(self) -> int:
        """`in_flight`, or its default."""
        return self.in_flight or (2 if self._on_this_machine else 16)

    @property
    def seconds_a_request(self) -> float:
        """`deadline`, or its default."""
        return self.deadline or (900.0 if self._on_this_machine else 300.0)

    @property
    def _on_this_machine(self) -> bool:
        return self.base_url is not None and is_loopback(urlsplit(self.base_url).hostname)

    @property
    def cache_folder(self) -> Path:
        """The folder of stored answers, the same from every working directory, so that nothing is paid for twice."""
        if self.cache is not None:
            return self.cache
        import platformdirs

        return Path(platformdirs.user_data_dir("summarise", appauthor=False)) / "cache"


_RANGES: list[tuple[str, float, float]] = [
    ("temperature", 0, 2),
    ("max_claims", 1, 12),
    ("max_tokens", 16, 1_000_000),
    ("reasks", 0, 10),
    ("context_tokens", 1024, 100_000_000),
    ("in_flight", 1, 1024),
    ("rpm", 0.01, 1e9),
    ("tpm", 1, 1e12),
    ("max_cost", 0, 1e9),
    ("deadline", 0.05, 86_400),
    ("processes", 0, 256),
    ("sample", 0, 1_000_000),
]


def load(flags: Mapping[str, Any], environment: Mapping[str, str], file: Path | None = None, *, trusted: bool = False) -> Settings:
    """The settings of one run. `flags` that are None do not count; `file` is a settings file (default: summarise.toml, if it exists).

    API keys come from `environment` only, see `with_key`. A summarise.toml that the user has not named may not decide where a key is sent,
    unless it is `trusted`. Raises SettingsError.
    """
    found = _from_file(file or Path(FILE), required=file is not None)
    given = _from_environment(environment) | {name: value for name, value in flags.items() if value is not None}
    settings = with_key(Settings(**found | given), environment)
    if file is None and not trusted:
        _confirm(settings, found.keys() - given.keys(), environment)
    return settings


def with_key(settings: Settings, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings with the API key of the environment, where they need one and have none. Raises SettingsError for an invalid key."""
    if settings.api_key or settings.model is None or settings.replay is not None:
        return settings
    if settings.vendor is not None:
        for name in environment:
            if settings.vendor.upper() in name and name.endswith(("_KEY", "_TOKEN")):
                check_key(environment[name].strip(), name)
    return replace(settings, api_key=api_key(settings.base_url, environment, settings.vendor))


def api_key(base_url: str | None, environment: Mapping[str, str], vendor: str | None = None) -> str | None:
    """The key to send: SUMMARISE_API_KEY; or OPENAI_API_KEY, but only to OpenAI itself."""
    name = _KEY
    if _KEY not in environment and vendor is None and (base_url is None or base_url.startswith("https://api.openai.com/")):
        name = "OPENAI_API_KEY"
    return check_key(environment.get(name, "").strip(), name) or None


def _confirm(settings: Settings, from_file: Set[str], environment: Mapping[str, str]) -> None:
    """Raises SettingsError where only a summarise.toml that was found here decides who gets the user's key."""
    decides = "base_url" if settings.base_url is not None else "model"
    if settings.api_key is None or _KEY not in environment or decides not in from_file:
        return
    if decides == "base_url":
        there, say = settings.base_url, "--base-url"
    elif settings.vendor is not None:
        there, say = settings.vendor, "--model"
    else:
        return
    message = f"{FILE} in this folder would send the key in {_KEY} to {there}"
    raise SettingsError(message, hint=f"to allow it: --trust-config, --config {FILE}, or {say}")


def _types() -> dict[str, type]:
    """The type, without None, of each setting that a file or a variable may set."""
    hints = get_type_hints(Settings)
    plain = {name: hint for name, hint in hints.items() if name != "api_key"}
    return {name: get_args(hint)[0] if isinstance(hint, UnionType) else hint for name, hint in plain.items()}


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for name, kind in _types().items():
        variable = f"{PREFIX}{name.upper()}"
        if text := environment.get(variable):
            found[name] = _converted(text, kind, variable)
    return found


def _from_file(path: Path, *, required: bool) -> dict[str, Any]:
    if not required and not path.is_file():
        return {}
    table = read_toml(path)
    types = _types()
    for name in table:
        if is_secret_name(name):
            raise SettingsError(f"{path}: '{name}': keys do not belong in files", hint=f"set {_KEY} in the environment")
        if name not in types:
            raise SettingsError(f"{path}: unknown setting '{name}'", hint=_nearest(name, types))
    return {name: _converted(value, types[name], f"{path}: {name}") for name, value in table.items()}


def _converted(value: Any, kind: type, where: str) -> Any:
    try:
        if isinstance(value, bool) or (kind is int and isinstance(value, float)):
            raise TypeError
        if kind in (str, Path) and (not isinstance(value, str) or (kind is Path and "\0" in value)):
            raise TypeError
        return kind(value)
    except (TypeError, ValueError, OverflowError):
        raise SettingsError(f"{where}: {brief(value)} is not a {_KIND_NAMES[kind]}") from None


_KIND_NAMES: dict[type, str] = {int: "whole number", float: "number", str: "text", Path: "path"}


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1)
    return f"did you mean '{close[0]}'" if close else f"known: {', '.join(known)}"


assert {name for name, *_ in _RANGES} <= {f.name for f in fields(Settings)}


# --- base_url ---------------------------------------------------------------------------------------------------------

_EXAMPLE = "such as http://127.0.0.1:8080/v1"
_KEYS = "give the address alone, and the key in SUMMARISE_API_KEY: addresses are stored and shown"
# Parameter values that cannot be keys: versions, dates, small numbers, true and false ("api-version=2024-10-01-preview").
_HARMLESS = re.compile(
    r"v?\d{1,4}(?:[.-]\d{1,4}){0,3}(?:-?(?:preview|beta|alpha|rc)\d{0,2})?|true|false|latest|preview|stable", re.IGNORECASE
)
_IPV6 = re.compile(r"\[[0-9a-fA-F:.]+\](?::\d*)?")
_NO_HOST = re.compile(r"[\s\[\]%<>\"^`{|}\\]")


def check_address(url: str) -> None:
    """Raises SettingsError for an invalid http address, and for one with a secret in it. Messages do not repeat the address."""
    if not url.isprintable() or re.search(r"[\s\\]", url):
        raise SettingsError("base_url contains a space, a backslash or an invisible character", hint=_EXAMPLE)
    if not url.startswith(("http://", "https://")):
        raise SettingsError("base_url is not an http address", hint=_EXAMPLE)
    if "@" in unquote(url.split("/")[2]):
        raise SettingsError("base_url contains a user name or a password", hint=_KEYS)
    if "#" in url:
        raise SettingsError("base_url contains a '#'", hint=_KEYS)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingsError("base_url has an invalid host or port", hint=_EXAMPLE) from None
    if port == 0 or parts.netloc.endswith(":"):
        raise SettingsError("base_url has an invalid port", hint="a number from 1 to 65535, or no port for the default")
    _check_host(parts)
    _check_parameters(parts)


def _check_host(parts: SplitResult) -> None:
    host = parts.hostname or ""
    try:
        host.rstrip(".").encode("idna")
        if "[" in parts.netloc and _IPV6.fullmatch(parts.netloc):
            ip_address(host)
        elif not host.strip(".") or _NO_HOST.search(host) or ":" in host:
            raise ValueError
    except ValueError:  # the UnicodeError of the codec included
        raise SettingsError("base_url has no valid host", hint=_EXAMPLE) from None


def _check_parameters(parts: SplitResult) -> None:
    given = [(name, value) for name, _, value in (pair.partition("=") for pair in re.split("[&;]", parts.query) if pair)]
    in_path = re.findall(r"([\w.-]+)=", unquote(parts.path))
    if any(is_secret_name(unquote(name)) or not _HARMLESS.fullmatch(value) for name, value in given) or any(map(is_secret_name, in_path)):
        raise SettingsError("base_url contains a parameter that may be a key", hint=_KEYS)


def is_loopback(host: str | None) -> bool:
    """Whether a host is this machine: 127.0.0.0/8, ::1, localhost and names below it."""
    name = (host or "").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
