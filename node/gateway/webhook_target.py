"""Where a webhook may go: never into our own network, unless the operator said so.

Responsible for judging URLs and addresses. Must not look up a name nor connect; whoever does connects to
the address that was judged, for a name may mean another one a moment later.

Attacks stopped here: a system that may register webhooks reads or changes what only the node can reach
(a database, a cloud's metadata, the broker), by an address, by a name that leads there, by another port,
or by a URL that two parsers read differently.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

import httpx2

from node.errors import CallerError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

HTTPS_PORT: Final = 443
_HTTP_PORT: Final = 80
MAX_URL: Final = 2048  # characters

# IANA special-purpose address registries, and what clouds keep for themselves.
_NOT_PUBLIC: Final[tuple[Network, ...]] = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # behind a provider's NAT
            "127.0.0.0/8",
            "168.63.129.16/32",  # Azure's own, a public address that is none
            "169.254.0.0/16",  # link-local, and the metadata of most clouds
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",
            "2001::/23",  # Teredo and others: an IPv4 address may hide in it
            "2001:db8::/32",
            "2002::/16",  # 6to4: an IPv4 address hides in it
            "3fff::/20",
        ),
    )
)
# All that is public in IPv6 begins so; not loopback, ULA, link-local, multicast, mapped, NAT64.
_PUBLIC_6: Final = IPv6Network("2000::/3")

_URL: Final = re.compile(r"(?i:https?)://(?P<authority>[^/?#\\@\s]+)(?:[/?][^#\\\s]*)?")
_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)*{_LABEL}")
_NUMBER: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")  # 127.1, 0x7f.1: numbers, to some


@dataclass(frozen=True, slots=True)
class TargetRules:
    """What the operator allows beyond HTTPS to public addresses at port 443.

    Attributes:
        networks: addresses that may be reached though they are not public.
        ports: those that may be reached, and no other.
        plain_http: http:// may be used too, but only to addresses in `networks`.
    """

    networks: tuple[Network, ...] = ()
    ports: frozenset[int] = frozenset({HTTPS_PORT})
    plain_http: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that was judged.

    Attributes:
        url: as it will be asked for, in ASCII.
        host: name in ASCII, or an address without brackets.
        address: if the host is one.
    """

    url: httpx2.URL
    host: str
    port: int
    address: Address | None

    @property
    def is_tls(self) -> bool:
        """Say whether it is reached by TLS."""
        return self.url.scheme == "https"

    @property
    def authority(self) -> str:
        """What the header `Host` says."""
        return self._host if self.url.port is None else f"{self._host}:{self.port}"

    @property
    def _host(self) -> str:
        return f"[{self.host}]" if isinstance(self.address, IPv6Address) else self.host

    def at(self, address: Address) -> httpx2.URL:
        """Give the URL with an address in place of the name."""
        return self.url.copy_with(host=str(address))


def read_target(text: str, rules: TargetRules) -> Target:
    """Judge a URL, when a webhook is registered and each time before it is used.

    Raises:
        CallerError: `webhook.url`, `webhook.plain`, `webhook.port` or `webhook.address`.
    """
    target = _parsed(text)
    if not (target.is_tls or rules.plain_http):
        raise CallerError(
            "webhook.plain",
            "a webhook goes by https",
            hint="an operator can allow http into own networks",
        )
    if target.port not in rules.ports:
        raise CallerError(
            "webhook.port", f"no webhook goes to port {target.port}", hint="an operator can allow ports"
        )
    if target.address is not None:
        check_address(target.address, target, rules)
    return target


def check_address(address: Address, target: Target, rules: TargetRules) -> None:
    """Refuse an address that is not public, unless the operator allowed it; without TLS public ones too.

    Raises:
        CallerError: `webhook.address` or `webhook.plain`.
    """
    if any(address in network for network in rules.networks):
        return
    if not is_public(address):
        raise CallerError(
            "webhook.address",
            "the target is inside a network, not public",
            hint="an operator can allow its network",
        )
    if not target.is_tls:
        raise CallerError(
            "webhook.plain", "http goes only into networks that an operator has named", hint="use https"
        )


def is_public(address: Address) -> bool:
    """Say whether an address can belong to a machine on the Internet."""
    if isinstance(address, IPv6Address) and (address not in _PUBLIC_6 or address.scope_id):
        return False
    return not any(address in network for network in _NOT_PUBLIC)


def _parsed(text: str) -> Target:
    found = _URL.fullmatch(text) if len(text) <= MAX_URL and text.isprintable() else None
    if found is None:
        raise _malformed()
    try:
        url = httpx2.URL(text)
        host = url.raw_host.decode("ascii").removesuffix(".")
    except (httpx2.InvalidURL, ValueError) as error:
        raise _malformed() from error
    address = _address(host)
    if address is None and (not _NAME.fullmatch(host) or _NUMBER.fullmatch(host)):
        raise _malformed()
    port = url.port or (HTTPS_PORT if url.scheme == "https" else _HTTP_PORT)
    return Target(url.copy_with(host=host), host, port, address)


def _address(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _malformed() -> CallerError:
    return CallerError(
        "webhook.url",
        "not a URL that a webhook can go to",
        hint="https://host/path, without a user name, a fragment or a backslash",
    )
