"""Settings: flag over environment over summarise.toml over default, merged once and validated."""

from __future__ import annotations

import os
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_type_hints
from urllib.parse import urlsplit

from summarise.address import check_address, is_loopback
from summarise.errors import SettingsError
from summarise.secrets import check_key, is_secret_name
from summarise.text.toml import brief, read_toml

PREFIX = "SUMMARISE_"
FILE = "summarise.toml"
_KEY = f"{PREFIX}API_KEY"


@dataclass(frozen=True)
class Settings:
    """How articles are summarised. Nothing set is the offline mock client.

    model            None: the mock. "gpt-5-mini", "vendor/model", or with `base_url` whatever name that server uses.
    base_url         an OpenAI-compatible API ("http://127.0.0.1:8080/v1").
    replay           a recording (JSONL) or a cache folder: answers come from there only, nothing is called.
    cache            the folder of stored answers; None: the user's data folder.
    prompt           "NAME/vN" of a released prompt, or the path of a prompt file.
    temperature      None: not sent, the service's default.
    max_tokens       the longest answer, in tokens.
    context_tokens   what the model takes, prompt and answer together; None: looked up, or assumed large.
    in_flight        requests at once; None: 16, or 2 for a server on this machine, which may well answer one after the other.
    rpm, tpm         requests and tokens a minute; None: as the service allows.
    max_cost         US dollars that this run may spend; None: no limit.
    deadline         seconds for one HTTP request, from its queue to its whole answer; None: 300, or 900 on this machine.
    processes        further processes that read articles, in runs of many; None: none, or from the command line one for each spare core.
    sample           a number that tells repeated answers to one request apart.
    """

    model: str | None = None
    base_url: str | None = None
    replay: Path | None = None
    cache: Path | None = None
    prompt: str = "summarise/v1"
    temperature: float | None = None
    max_tokens: int = 4096
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
            raise SettingsError("replay without a model", hint="name the model whose recorded answers are wanted, as in the recording run")
        if self.api_key:
            check_key(self.api_key, "api_key")

    @property
    def vendor(self) -> str | None:
        """The house of a "vendor/model" name; None for OpenAI, and for a server at `base_url`."""
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
        """Where answers are kept: the same from every working directory, so that none is bought twice."""
        if self.cache is not None:
            return self.cache
        import platformdirs

        return Path(platformdirs.user_data_dir("summarise", appauthor=False)) / "cache"


_RANGES: list[tuple[str, float, float]] = [
    ("temperature", 0, 2),
    ("max_tokens", 16, 1_000_000),
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
    """The settings of one run. `flags` that are None do not count; `file` is read where it exists (default: summarise.toml here).

    API keys come from `environment` alone, see `with_key`. A file that merely lies here may not say who gets one, unless it is `trusted`:
    one that is named by the user may. Raises SettingsError.
    """
    found = _from_file(file or Path(FILE), required=file is not None)
    given = _from_environment(environment) | {name: value for name, value in flags.items() if value is not None}
    settings = with_key(Settings(**found | given), environment)
    if file is None and not trusted:
        _confirm(settings, found.keys() - given.keys(), environment)
    return settings


def with_key(settings: Settings, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings with the key of the environment, where they have none and ask somebody. Raises SettingsError for what can be no key."""
    if settings.api_key or settings.model is None or settings.replay is not None:
        return settings
    if settings.vendor is not None:
        for name in environment:
            if settings.vendor.upper() in name and name.endswith(("_KEY", "_TOKEN")):
                check_key(environment[name].strip(), name)
    return replace(settings, api_key=api_key(settings.base_url, environment, settings.vendor))


def api_key(base_url: str | None, environment: Mapping[str, str], vendor: str | None = None) -> str | None:
    """The key to send: SUMMARISE_API_KEY, or OPENAI_API_KEY where OpenAI itself is asked, and never where anybody else is."""
    name = _KEY
    if _KEY not in environment and vendor is None and (base_url is None or base_url.startswith("https://api.openai.com/")):
        name = "OPENAI_API_KEY"
    return check_key(environment.get(name, "").strip(), name) or None


def _confirm(settings: Settings, from_file: Set[str], environment: Mapping[str, str]) -> None:
    """Raises SettingsError where only the file that was found here says who gets the user's key."""
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
    raise SettingsError(message, hint=f"if that is meant: --trust-config, --config {FILE}, or {say}")


def _types() -> dict[str, type]:
    """The plain type of each setting that a file or a variable may set."""
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
        raise SettingsError(f"{where}: {brief(value)} is no {_KIND_NAMES[kind]}") from None


_KIND_NAMES: dict[type, str] = {int: "whole number", float: "number", str: "text", Path: "path"}


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1)
    return f"did you mean '{close[0]}'" if close else f"known: {', '.join(known)}"


assert {name for name, *_ in _RANGES} <= {f.name for f in fields(Settings)}
