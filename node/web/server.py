"""The server: uvicorn in the node's own loop.

Responsible for the socket, TLS and an orderly end. Must not know a route.
"""

import asyncio
import socket
import ssl
from ipaddress import ip_address
from typing import Final

import structlog
import uvicorn
from fastapi import FastAPI

from node.daemon.supervisor import Supervisor
from node.errors import OperatorError
from node.settings import ApiSettings
from node.web.app import make_app
from node.web.connections import Server, places
from node.web.oidc import provider_of
from node.web.world import make_world

_GRACE_SECONDS: Final = 5  # for requests under way when the node stops
_BACKLOG: Final = 4096  # connections that wait: a thousand may come at once
_KEEP_ALIVE_SECONDS: Final = 30


async def serve(supervisor: Supervisor, settings: ApiSettings) -> None:
    """Serve the API until cancelled.

    Raises:
        OperatorError: `api.unprotected`, `api.tls_files` or `api.address`.
    """
    check_protected(settings)
    provider = provider_of(settings.oidc, supervisor.node.clock) if settings.oidc else None
    world = make_world(supervisor, settings, provider)
    server = Server(_config(make_app(world), settings), most=places())
    listener = _listener(settings)
    structlog.get_logger().info(
        "api.listening", host=settings.host, port=listener.getsockname()[1], tls=bool(settings.cert_file)
    )
    serving = asyncio.create_task(server.serve([listener]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise


def check_protected(settings: ApiSettings) -> None:
    """Refuse to let tokens and documents cross a network unprotected.

    Raises:
        OperatorError: `api.unprotected`.
    """
    if settings.cert_file is None and not _is_loopback(settings.host):
        raise OperatorError(
            "api.unprotected",
            f"the API would listen at {settings.host} without TLS",
            hint="set cert_file and key_file, or listen at 127.0.0.1 behind a proxy that has TLS",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listener(settings: ApiSettings) -> socket.socket:
    """Take the address at once, so that a port in use stops the node before it says that it runs."""
    try:
        return socket.create_server((settings.host, settings.port), backlog=_BACKLOG)
    except OSError as error:
        raise OperatorError(
            "api.address",
            f"the API cannot listen at {settings.host}:{settings.port}: {error.strerror or error}",
            hint="another program has that port, or the address is not this machine's",
        ) from error


def _config(app: FastAPI, settings: ApiSettings) -> uvicorn.Config:
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        proxy_headers=False,
    )
    if settings.cert_file is not None:
        config.load()
        config.ssl = _context(settings)
    return config


def _context(settings: ApiSettings) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # older national systems; 1.3 is chosen if known
    try:
        context.load_cert_chain(str(settings.cert_file), settings.key_file)
    except (OSError, ssl.SSLError) as error:
        raise OperatorError(
            "api.tls_files",
            f"the API's certificate or key cannot be used: {error}",
            hint="check the paths and PEM contents",
        ) from error
    return context
