"""Where a node is, and how it is spoken to: address, TLS, timeouts, headers.

Responsible for a token that crosses no network unprotected, and follows no redirect and no proxy that
nobody asked for. Must not send.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import httpx2

from node import __version__
from node.client.call import Answer, Broken, Call
from node.client.following import QUIET_SECONDS

PREFIX: Final = "/api/v1"
CONNECT_SECONDS: Final = 10.0
_UNSENT: Final = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
    httpx2.LocalProtocolError,
)

Token = str | Callable[[], str]
"""A token, or what gives the one in force: an identity provider's do not live long."""


@dataclass(frozen=True, slots=True)
class Connection:
    """How a node is spoken to.

    Attributes:
        url: of the node: `https://node.example:8443`.
        ca_file: certificates by which the node's is judged, instead of those of the system; PEM.
        timeout_seconds: for an answer to begin, and between its parts.
        uses_environment: take proxies and certificates that the environment names.
    """

    url: str
    token: Token = field(repr=False)
    ca_file: Path | str | None = None
    timeout_seconds: float = 60.0
    uses_environment: bool = False

    def check(self) -> None:
        """Refuse to send a token in the clear.

        Raises:
            ValueError: it is no address, not https and not of this machine, or has a password in it.
        """
        try:
            parts = httpx2.URL(self.url)
        except httpx2.InvalidURL as error:
            raise ValueError(f"not an address: {error}") from None
        is_clear = parts.scheme == "http" and _is_here(parts.host)
        if not parts.host or not (parts.scheme == "https" or is_clear):
            raise ValueError("a node is at https://…; http:// only on this machine")
        if parts.userinfo:  # it would go out in the token's place
            raise ValueError("an address has no name and password; the token goes by itself")

    def options(self) -> dict[str, Any]:
        """Give what both kinds of HTTP clients are made with."""
        return {
            "verify": self._tls(),
            "trust_env": self.uses_environment,
            "follow_redirects": False,
            "headers": {"User-Agent": f"sarbon-client/{__version__}", "Accept": "application/json"},
        }

    def request(self, call: Call[Any]) -> dict[str, Any]:
        """Give what a request is sent with."""
        token = self.token if isinstance(self.token, str) else self.token()
        base = self.url.rstrip("/").removesuffix(PREFIX)
        return {
            "method": call.method,
            "url": base + PREFIX + call.path,
            "params": list(call.query),
            "headers": {**call.headers, "Authorization": f"Bearer {token}"},
            "content": call.body,
            "timeout": self._timeout(self.timeout_seconds + call.patience),
        }

    def stream(self, call: Call[Any]) -> dict[str, Any]:
        """Give what a stream is opened with: its parts may be long in coming, and are not packed."""
        asked = self.request(call)
        headers = {**asked["headers"], "Accept-Encoding": "identity"}
        return {**asked, "headers": headers, "timeout": self._timeout(QUIET_SECONDS)}

    def _tls(self) -> ssl.SSLContext:
        if httpx2.URL(self.url).scheme != "https":
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and is not asked
        context = ssl.create_default_context(cafile=self.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _timeout(self, seconds: float) -> httpx2.Timeout:
        return httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))


def answer_of(response: httpx2.Response, body: bytes) -> Answer:
    """Give a response as an answer."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, body)


def broken(error: httpx2.HTTPError) -> Broken:
    """Say in a few words why there was no answer."""
    tls = _tls_cause(error)
    if tls is not None:
        return Broken(
            was_sent=False, reason=f"the node's certificate: {tls.verify_message}", is_final=True
        )
    is_unsent = isinstance(error, _UNSENT)
    is_final = isinstance(error, httpx2.UnsupportedProtocol | httpx2.LocalProtocolError)
    words = "no connection" if is_unsent else "no answer"
    return Broken(not is_unsent, f"{words}: {type(error).__name__}", is_final)


def _tls_cause(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
