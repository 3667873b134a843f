"""Sending one event to one webhook, once.

Responsible for a signed POST that no receiver can hold up, lead elsewhere or fill our memory with. Must
not raise for anything that a receiver does, must not judge it (`webhook_outcome`), and must not decide
whether to try again (`webhook_schedule`).

Each try makes a connection of its own, to an address that was judged a moment before (`webhook_target`).
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import httpx2

from node import __version__
from node.errors import CallerError, OperatorError
from node.gateway.webhook_outcome import (
    Attempt,
    Outcome,
    answered,
    broken,
    outcome_of,
    retry_after_ms,
)
from node.gateway.webhook_signature import sign
from node.gateway.webhook_target import Address, Target, TargetRules, check_address, read_target

DEADLINE_S: Final = 10.0  # from looking the name up to the end of the answer
MAX_ANSWER_BYTES: Final = 65_536  # of an answer's body; what follows is not read
CONTENT_TYPE: Final = "application/cloudevents+json"

_CONNECT_S: Final = 3.0  # to one address of a name; then the next one
_CONNECT_SHARE: Final = (
    0.45  # of the time left: once for TCP and once for TLS, so that each ends by itself
)
_MOST_ADDRESSES: Final = 4
_LOOKING_UP: Final = ThreadPoolExecutor(16, thread_name_prefix="webhook-names")

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the addresses of a name; raises `OSError`."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent, and where.

    Attributes:
        url: as it was registered.
        secrets: `whsec_…`; the one in force first.
        event_id: the same at each try.
        body: the event as CloudEvents JSON.
    """

    url: str
    secrets: tuple[str, ...]
    event_id: str
    body: bytes


@dataclass(slots=True)
class _Try:
    """One try: until when, and the beginning of the answer, which decides however the rest comes."""

    ends_at: float  # by the loop's clock
    status: int | None = None
    retry_after: str = ""


async def look_up(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a name.

    In threads of their own: a name server of a receiver that never answers would else hold those by
    which the node finds its brokers and takes files in.
    """
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_LOOKING_UP, ask)
    return [str(sockaddr[0]) for *_, sockaddr in found]


class WebhookSender:
    """Sends, for every webhook of the node."""

    def __init__(
        self,
        rules: TargetRules,
        clock: Callable[[], int],
        *,
        ca_file: Path | None = None,
        resolve: Resolve = look_up,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        """Make a sender.

        Args:
            rules: where it may send.
            clock: the time, Unix ms.
            ca_file: certificates to be trusted beside those of the system, PEM.
            resolve: gives the addresses of a name.
            deadline_s: for one try, all in all.

        Raises:
            OperatorError: `webhook.ca_file`.
        """
        self._rules = rules
        self._clock = clock
        self._resolve = resolve
        self._deadline_s = deadline_s
        self._tls = _tls(ca_file)

    async def send(self, call: Call) -> Attempt:
        """Send an event once; whatever the receiver does, this ends in time and says what came of it."""
        started = asyncio.get_running_loop().time()
        this = _Try(started + self._deadline_s)
        try:
            reason = await self._reason(call, this)
            outcome = outcome_of(this.status)
        except CallerError as refusal:
            outcome, reason = Outcome.REFUSED, refusal.code
        took = asyncio.get_running_loop().time() - started
        wait = retry_after_ms(this.retry_after, self._clock()) if outcome is Outcome.RETRY else None
        return Attempt(outcome, this.status, round(took * 1000), wait, reason)

    async def _reason(self, call: Call, this: _Try) -> str:
        """Send, and give the reason.

        Raises:
            CallerError: the target may not be reached.
        """
        target = read_target(call.url, self._rules)
        try:
            async with asyncio.timeout_at(this.ends_at):
                addresses = await self._addresses(target)
                await self._post(call, target, addresses, this)
        except (OSError, httpx2.HTTPError) as error:  # TimeoutError is an OSError
            if this.status is None:
                return broken(error, self._deadline_s)
        return answered(this.status)

    async def _addresses(self, target: Target) -> list[Address]:
        """Give the addresses of a target; if one may not be reached, the name is not trusted at all."""
        if target.address is not None:
            return [target.address]
        texts = await self._resolve(target.host, target.port)
        addresses = [ip_address(text) for text in dict.fromkeys(texts)]
        for address in addresses:
            check_address(address, target, self._rules)
        return addresses[:_MOST_ADDRESSES]

    async def _post(self, call: Call, target: Target, addresses: Sequence[Address], this: _Try) -> None:
        """Send to the first address that can be connected to."""
        failure: Exception = socket.gaierror("nothing behind the name")
        for address in addresses:
            left_s = max(this.ends_at - asyncio.get_running_loop().time(), 0)
            connect_s = min(_CONNECT_S, left_s * _CONNECT_SHARE)
            try:
                await self._exchange(self._request(call, target, address, connect_s), this)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failure = error
            else:
                return
        raise failure

    def _request(self, call: Call, target: Target, address: Address, connect_s: float) -> httpx2.Request:
        # The certificate must be that of the name, though the connection goes to the address.
        name = {"sni_hostname": target.host} if target.address is None else {}
        return httpx2.Request(
            "POST",
            target.at(address),
            headers={
                "host": target.authority,
                "content-type": CONTENT_TYPE,
                "user-agent": f"Sarbon/{__version__}",
                "connection": "close",
                **sign(call.event_id, call.body, call.secrets, now=self._clock()),
            },
            content=call.body,
            extensions={"timeout": {"connect": connect_s}, **name},
        )

    async def _exchange(self, request: httpx2.Request, this: _Try) -> None:
        """Send a request and read the answer, up to a limit.

        A bare transport follows no redirect, keeps no cookie, unpacks nothing, and asks no environment
        for a proxy.
        """
        async with httpx2.AsyncHTTPTransport(verify=self._tls, trust_env=False) as transport:
            response = await transport.handle_async_request(request)
            this.status = response.status_code
            this.retry_after = response.headers.get("retry-after", "")
            try:
                left = MAX_ANSWER_BYTES
                async for part in response.aiter_raw():
                    left -= len(part)
                    if left < 0:
                        break
            finally:
                await response.aclose()


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise OperatorError(
                "webhook.ca_file",
                f"{ca_file}: {error.strerror or 'no certificates in PEM'}",
                hint="name a file with the certificates of the receivers' issuers",
            ) from error
    return context
