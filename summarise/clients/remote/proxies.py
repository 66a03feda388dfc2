"""Proxies: which one a request goes through, by the variables that other programs obey too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from summarise.address import is_loopback


@dataclass(frozen=True)
class Proxy:
    """`variable` is where its `url` stands, which may hold a password: only `str` is for people."""

    url: str
    variable: str

    def __str__(self) -> str:
        scheme, _, rest = self.url.partition("://")
        return f"the proxy {scheme}://{re.split('[/?#]', rest.rpartition('@')[2])[0]} (from {self.variable})"

    def __repr__(self) -> str:
        return f"Proxy({self})"

    @property
    def usable(self) -> bool:
        """Whether it is an HTTP proxy with an address that can be read."""
        try:
            parts = urlsplit(self.url)
            return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and self.url.isprintable()
        except ValueError:
            return False


def proxy_for(url: str, environment: Mapping[str, str]) -> Proxy | None:
    """The proxy on the way to `url`: none to this machine, none to what NO_PROXY names."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    no_proxy = environment.get("no_proxy", environment.get("NO_PROXY", ""))
    if is_loopback(host) or _is_excepted(host, port, no_proxy):
        return None
    for name in _variables(parts.scheme, environment):
        if value := environment[name].strip():
            return Proxy(value if "://" in value else f"http://{value}", name)
    return None


def _variables(scheme: str, environment: Mapping[str, str]) -> list[str]:
    """Those that are set, the first that counts first: small letters before capitals."""
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    # In a CGI script, whoever asks can set HTTP_PROXY (CVE-2016-1000110).
    forged = "HTTP_PROXY" if "REQUEST_METHOD" in environment else None
    return [name for name in names if name in environment and name != forged]


def _is_excepted(host: str, port: int, no_proxy: str) -> bool:
    """Whether NO_PROXY names a host: as *, by name, by a domain above it, with or without port, by address or network."""
    entries = [entry for entry in re.split(r"[\s,]+", no_proxy.lower()) if entry]
    return "*" in entries or any(_is_named(host, port, entry) or _is_within(host, entry) for entry in entries)


def _is_named(host: str, port: int, entry: str) -> bool:
    name, _, only = entry.partition(":") if entry.count(":") == 1 else (entry, "", "")
    domain = name.removeprefix("*").lstrip(".")
    return bool(domain) and only in ("", str(port)) and f".{host}".endswith(f".{domain}")


def _is_within(host: str, network: str) -> bool:
    try:
        return ip_address(host) in ip_network(network.strip("[]"), strict=False)
    except ValueError:
        return False
