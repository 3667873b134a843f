"""The API at a real socket: TLS, a port that is taken, an orderly end, an answer that breaks off."""

import asyncio
import contextlib
import socket
import ssl
import subprocess

import httpx2
import pytest
from starlette.responses import StreamingResponse

from node.errors import OperatorError
from node.settings import ApiSettings
from node.web import server
from tests.web.served import serving


@pytest.fixture
def certificate(tmp_path):
    """A certificate for localhost and its key, as an operator makes them for a trial."""
    cert, key = tmp_path / "api.pem", tmp_path / "api.key"
    asked = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(cert), "-days", "1"]
    subprocess.run(["openssl", *asked, *names, *files], check=True, capture_output=True)
    return cert, key


@contextlib.asynccontextmanager
async def listening(stage, settings):
    """Serve a node's API at a socket; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    node = stage.node("AZ-SCC")
    chosen = settings.model_copy(update={"port": port})
    try:
        async with serving(node, chosen) as served:
            task = asyncio.create_task(server.serve(served.supervisor, chosen))
            try:
                yield port, task, served
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
    finally:
        node.close()


async def ask(url, **options):
    """Ask until it listens."""
    async with httpx2.AsyncClient(**options) as client:
        while True:
            try:
                return await client.get(url)
            except httpx2.ConnectError:
                await asyncio.sleep(0)


async def test_serve_answers_at_its_port_and_ends_when_told(stage):
    async with listening(stage, ApiSettings()) as (port, task, _):
        answer = await ask(f"http://127.0.0.1:{port}/api/v1/nowhere")
        assert answer.json()["code"] == "route.unknown"
        assert "server" not in answer.headers
        task.cancel()
        (outcome,) = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(outcome, asyncio.CancelledError)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)


async def test_serve_with_a_certificate_speaks_tls_alone(stage, certificate):
    cert, key = certificate
    async with listening(stage, ApiSettings(cert_file=cert, key_file=key)) as (port, _, _):
        context = ssl.create_default_context(cafile=str(cert))
        answer = await ask(f"https://localhost:{port}/api/v1/nowhere", verify=context)
        assert answer.status_code == 404
        old = ssl.create_default_context(cafile=str(cert))
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        assert (await ask(f"https://localhost:{port}/x", verify=old)).status_code == 404
        with pytest.raises(httpx2.RemoteProtocolError):
            await ask(f"http://127.0.0.1:{port}/api/v1/nowhere")


async def test_serve_at_a_taken_port_says_so(stage):
    async with listening(stage, ApiSettings()) as (port, _, served):
        await ask(f"http://127.0.0.1:{port}/")
        with pytest.raises(OperatorError, match="cannot listen") as caught:
            await server.serve(served.supervisor, ApiSettings(port=port))
        assert caught.value.code == "api.address"


async def test_serve_with_unusable_tls_files_says_so(stage, tmp_path):
    settings = ApiSettings(cert_file=tmp_path / "none.pem", key_file=tmp_path / "none.key")
    async with listening(stage, settings) as (_, task, _):
        with pytest.raises(OperatorError) as caught:
            await task
        assert caught.value.code == "api.tls_files"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost"])
def test_protected_loopback_needs_no_tls(host):
    server.check_protected(ApiSettings(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "node.example", "127.0.0.1.example"])  # noqa: S104
def test_protected_other_address_without_tls_is_refused(host):
    with pytest.raises(OperatorError) as caught:
        server.check_protected(ApiSettings(host=host))
    assert caught.value.code == "api.unprotected"


async def test_serve_answer_that_breaks_off_is_cut_not_ended(stage):
    async with listening(stage, ApiSettings()) as (_, _, served):
        app = server.make_app(served.world)

        @app.get("/break")
        async def break_off() -> StreamingResponse:
            async def halves():
                yield b"half"
                raise ZeroDivisionError

            return StreamingResponse(halves())

        config = server._config(app, ApiSettings())
        own = server.Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            task = asyncio.create_task(own.serve([listener]))
            with pytest.raises(httpx2.RemoteProtocolError):
                await ask(f"http://127.0.0.1:{listener.getsockname()[1]}/break")
            own.should_exit = True
            await task
