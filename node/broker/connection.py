"""One connection to a RabbitMQ virtual host, with a deadline on everything.

Responsible for accounts, TLS and the errors of connecting. Must not reconnect by itself: whoever
uses a connection has a loop that knows what to do again.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import aio_pika
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import AMQPError
from aiormq.exceptions import AMQPException

from node.errors import OperatorError

CONNECT_SECONDS: Final = 15.0
HEARTBEAT_SECONDS: Final = 15

# Whatever of these is raised, the outcome of what was under way is unknown: do it again.
BROKER_ERRORS: Final = (
    AMQPError,
    AMQPException,
    ConnectionError,
    OSError,
    TimeoutError,
    asyncio.TimeoutError,
    RuntimeError,  # aiormq: "Writer is None", "Connection closed", while a connection dies
)


@dataclass(frozen=True, slots=True)
class Tls:
    """Files for TLS 1.3 towards a broker."""

    ca_file: Path
    cert_file: Path | None = None
    key_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An account at a virtual host.

    Attributes:
        url: amqp(s)://user@host:port/vhost, without a password.
        prefix: stands before every queue and exchange of this host.
    """

    url: str
    password: str | None = field(default=None, repr=False)
    tls: Tls | None = None
    prefix: str = ""

    @property
    def place(self) -> str:
        """Where it is, for people: host, port and virtual host."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port or ''}{parts.path}"

    def dial(self) -> str:
        """Give the URL to connect to, password or external authentication included."""
        parts = urlsplit(self.url)
        if self.tls and self.tls.cert_file:
            return urlunsplit(parts._replace(query="auth=EXTERNAL"))
        if self.password is None:
            return self.url
        host = parts.netloc.rpartition("@")[2]
        user = f"{quote(unquote(parts.username or ''), safe='')}:{quote(self.password, safe='')}"
        return urlunsplit(parts._replace(netloc=f"{user}@{host}"))


@asynccontextmanager
async def open_channel(account: Account, *, name: str) -> AsyncIterator[AbstractChannel]:
    """Connect and open a channel with publisher confirms; both are closed at the end.

    Raises:
        OperatorError: `broker.refused` for wrong credentials or rights.
        BROKER_ERRORS: the broker is not there, or went away.
    """
    async with asyncio.timeout(CONNECT_SECONDS):
        connection = await _connect(account, name)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        yield channel
    finally:
        await _close(connection)


def check_stopped(stop: asyncio.Event) -> None:
    """Raise a cancellation that a library swallowed.

    Python 3.11's `wait_for`, which aio-pika uses, returns a result that arrives together with the
    cancellation and forgets the latter. Whoever cancels sets `stop` first, and every endless loop
    around such calls asks here. (The task's own count of cancellations cannot be asked: time-outs
    and task groups of a dying connection leave traces in it.)

    Raises:
        asyncio.CancelledError: this task has been asked to end.
    """
    if stop.is_set():
        raise asyncio.CancelledError


async def _connect(account: Account, name: str) -> aio_pika.abc.AbstractConnection:
    try:
        return await aio_pika.connect(
            account.dial(),
            ssl_context=_ssl_context(account.tls) if account.tls else None,
            timeout=CONNECT_SECONDS,
            client_properties={"connection_name": name},
            heartbeat=HEARTBEAT_SECONDS,
        )
    except (
        aio_pika.exceptions.ProbableAuthenticationError,
        aio_pika.exceptions.AuthenticationError,
    ) as error:
        raise OperatorError(
            "broker.refused",
            f"{account.place} refused our account",
            hint="check user, password file or certificate with the broker's operator",
        ) from error


async def _close(connection: aio_pika.abc.AbstractConnection) -> None:
    try:
        async with asyncio.timeout(2):
            await connection.close()
    except BROKER_ERRORS:
        pass  # it was dying anyway; whatever was unconfirmed will be done again


def _ssl_context(tls: Tls) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=str(tls.ca_file))
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        if tls.cert_file:
            context.load_cert_chain(tls.cert_file, tls.key_file)
    except (OSError, ssl.SSLError) as error:
        raise OperatorError(
            "broker.tls_files",
            f"TLS files cannot be used: {error}",
            hint="check the paths and PEM contents",
        ) from error
    return context
