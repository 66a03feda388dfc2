"""The address of a service, as a user gives it: checked before anything is sent there or said about it."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from summarise.errors import SettingsError
from summarise.secrets import is_secret_name

_EXAMPLE = "such as http://127.0.0.1:8080/v1"
_KEYS = "give the address alone, and the key in SUMMARISE_API_KEY: addresses are stored and shown"
# Of parameters, only what can be no key: versions, dates, small numbers, yes and no ("api-version=2024-10-01-preview").
_HARMLESS = re.compile(
    r"v?\d{1,4}(?:[.-]\d{1,4}){0,3}(?:-?(?:preview|beta|alpha|rc)\d{0,2})?|true|false|latest|preview|stable", re.IGNORECASE
)
_IPV6 = re.compile(r"\[[0-9a-fA-F:.]+\](?::\d*)?")
_NO_HOST = re.compile(r"[\s\[\]%<>\"^`{|}\\]")


def check_address(url: str) -> None:
    """Raises SettingsError for what is no http address, and for one that holds a secret. The address is not repeated: it may be one."""
    if not url.isprintable() or re.search(r"[\s\\]", url):
        raise SettingsError("base_url holds a space, a backslash or a character that cannot be seen", hint=_EXAMPLE)
    if not url.startswith(("http://", "https://")):
        raise SettingsError("base_url is no http address", hint=_EXAMPLE)
    if "@" in unquote(url.split("/")[2]):
        raise SettingsError("base_url holds a user name or a password", hint=_KEYS)
    if "#" in url:
        raise SettingsError("base_url holds a '#' and something behind it", hint=_KEYS)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingsError("base_url has a host or a port that cannot be read", hint=_EXAMPLE) from None
    if port == 0 or parts.netloc.endswith(":"):
        raise SettingsError("base_url has a port that is none", hint="a number from 1 to 65535, or none for the usual one")
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
    except ValueError:  # of which the error of the codec is one
        raise SettingsError("base_url has no host, or one that cannot be read", hint=_EXAMPLE) from None


def _check_parameters(parts: SplitResult) -> None:
    given = [(name, value) for name, _, value in (pair.partition("=") for pair in re.split("[&;]", parts.query) if pair)]
    in_path = re.findall(r"([\w.-]+)=", unquote(parts.path))
    if any(is_secret_name(unquote(name)) or not _HARMLESS.fullmatch(value) for name, value in given) or any(map(is_secret_name, in_path)):
        raise SettingsError("base_url holds a parameter that may be a key", hint=_KEYS)


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
