"""Keys of an identity provider: read, fetched from a real server, and asked for again with measure."""

import asyncio
import contextlib
import json
import ssl
import subprocess

import pytest

from node.errors import OperatorError
from node.settings import OidcSettings
from node.web.oidc_keys import MAX_BYTES, MAX_KEYS, ProviderKeys, discover, fetch, keys_of, read_keys
from tests.web.minted import AUDIENCE, EC, ED, ISSUER, OTHER, RSA, jwk, key_set

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


def names(keys):
    return [key.kid for key in keys]


def test_read_keys_gives_those_that_verify_by_their_public_numbers():
    found = read_keys(key_set(jwk(RSA, "one", use="sig"), jwk(EC, "two", alg="ES256"), jwk(ED, None)))
    assert [(key.kid, key.alg, key.key.key_type) for key in found] == [
        ("one", None, "RSA"),
        ("two", "ES256", "EC"),
        (None, None, "OKP"),
    ]
    assert [key.fits("ES256") for key in found] == [False, True, False]


@pytest.mark.parametrize(
    "member",
    [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "one"},
        jwk(RSA, "one", use="enc"),
        jwk(RSA, "one", key_ops=["encrypt"]),
        {**jwk(RSA, "one"), "n": jwk(RSA, "one")["n"][:171]},
        {**jwk(RSA, "one"), "e": "AA"},
        {**jwk(RSA, "one"), "e": 3},
        {"kty": "RSA", "kid": "one", "n": "A" * 400},
        {**jwk(EC, "one"), "crv": "P-521"},
        {**jwk(EC, "one"), "y": jwk(EC, "one")["x"]},
        {**jwk(ED, "one"), "crv": "Ed448"},
        {**jwk(ED, "one"), "x": "AA"},
        {**jwk(RSA, "one"), "kid": 1},
        {"kty": ["RSA"]},
        {},
        "one",
    ],
)
def test_read_keys_leaves_out_what_cannot_verify(member):
    assert names(read_keys(key_set(member, jwk(OTHER, "two")))) == ["two"]


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"{}", b'{"keys": {}}', b"\xff", b"[" * 100_000, key_set(*[{}] * (MAX_KEYS + 1))],
)
def test_read_keys_of_no_key_set_is_refused(raw):
    with pytest.raises(OperatorError) as caught:
        read_keys(raw)
    assert caught.value.code == "oidc.malformed"


class Provider:
    """What a provider has now, and how often it was asked."""

    def __init__(self):
        self.now = 1_000_000_000
        self.asked = 0
        self.raw = key_set(jwk(RSA, "one"))
        self.failure = None
        self.keys = ProviderKeys(self.fetch, lambda: self.now)

    async def fetch(self):
        self.asked += 1
        await asyncio.sleep(0)
        if self.failure:
            raise self.failure
        return read_keys(self.raw)


@pytest.fixture
def provider():
    return Provider()


async def test_keys_are_fetched_once_for_all_who_ask(provider):
    found = await asyncio.gather(*(provider.keys.named("one") for _ in range(20)))
    assert {tuple(names(each)) for each in found} == {("one",)}
    assert provider.asked == 1
    assert names(await provider.keys.named(None)) == ["one"]


async def test_unknown_key_is_asked_for_again_but_at_most_once_a_minute(provider):
    await provider.keys.named("one")
    provider.raw = key_set(jwk(RSA, "one"), jwk(EC, "two"))
    for _ in range(50):
        assert await provider.keys.named("two") == ()
    assert provider.asked == 1
    provider.now += MINUTE
    assert names(await provider.keys.named("two")) == ["two"]
    for number in range(50):
        assert await provider.keys.named(f"made-up-{number}") == ()
    assert provider.asked == 2


async def test_key_that_the_provider_withdrew_is_gone_within_the_hour(provider):
    await provider.keys.named("one")
    provider.raw = key_set(jwk(EC, "two"))
    provider.now += HOUR - 1
    assert names(await provider.keys.named("one")) == ["one"]
    provider.now += 1
    assert await provider.keys.named("one") == ()


async def test_keys_of_a_provider_that_does_not_answer_serve_for_a_day(provider):
    await provider.keys.named("one")
    provider.failure = OperatorError("oidc.unreachable", "gone")
    provider.now += 23 * HOUR
    assert names(await provider.keys.named("one")) == ["one"]
    provider.now += HOUR
    with pytest.raises(OperatorError, match="gone"):
        await provider.keys.named("one")
    provider.failure = None
    provider.now += MINUTE
    assert names(await provider.keys.named("one")) == ["one"]


async def test_provider_that_never_answered_is_asked_again_soon(provider):
    provider.failure = OperatorError("oidc.unreachable", "gone")
    for _ in range(3):
        with pytest.raises(OperatorError):
            await provider.keys.named("one")
    assert provider.asked == 1
    provider.failure = None
    provider.now += 5 * SECOND
    assert names(await provider.keys.named("one")) == ["one"]


def test_keys_with_certificates_that_are_none_say_so(tmp_path):
    path = tmp_path / "ca.pem"
    path.write_text("nothing")
    for ca_file in (path, tmp_path / "absent.pem"):
        with pytest.raises(OperatorError) as caught:
            keys_of(OidcSettings(issuer=ISSUER, audience=AUDIENCE, ca_file=ca_file), lambda: 0)
        assert caught.value.code == "oidc.files"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for localhost and its key."""
    folder = tmp_path_factory.mktemp("tls")
    asked = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    given = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"), "-days", "1"]
    subprocess.run(["openssl", *asked, *given, *files], check=True, capture_output=True)
    return folder


class Server:
    """An HTTPS server that answers what a test wants; remembers the paths asked for."""

    def __init__(self, port):
        self.base = f"https://localhost:{port}"
        self.paths = []
        self.answers = {}
        self.hangs = False

    def answer(self, path, body, status="200 OK", **headers):
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items())]
        lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
        self.answers[path] = "\r\n".join(lines).encode() + body

    async def serve(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            request = await reader.readuntil(b"\r\n\r\n")
            path = request.split(b" ")[1].decode()
            self.paths.append(path)
            if self.hangs:
                await reader.read()
            writer.write(self.answers.get(path, b""))
            await writer.drain()
        writer.close()


@pytest.fixture
async def server(certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    made = Server(0)
    listening = await asyncio.start_server(made.serve, "localhost", 0, ssl=context)
    made.base = f"https://localhost:{listening.sockets[0].getsockname()[1]}"
    async with listening:
        yield made


@pytest.fixture
def trusting(certificate):
    return ssl.create_default_context(cafile=certificate / "cert.pem")


async def refused(awaitable, code="oidc.unreachable"):
    with pytest.raises(OperatorError) as caught:
        await awaitable
    assert caught.value.code == code
    return caught.value.message


async def test_keys_are_found_by_discovery_at_the_issuer(server, certificate):
    settings = OidcSettings(issuer=server.base, audience=AUDIENCE, ca_file=certificate / "cert.pem")
    about = {"issuer": server.base, "jwks_uri": f"{server.base}/keys"}
    server.answer("/.well-known/openid-configuration", json.dumps(about).encode())
    server.answer("/keys", key_set(jwk(RSA, "one")))
    assert names(await keys_of(settings, lambda: 0).named("one")) == ["one"]
    assert server.paths == ["/.well-known/openid-configuration", "/keys"]


async def test_keys_are_fetched_where_settings_say(server, certificate):
    settings = OidcSettings(
        issuer=ISSUER,
        audience=AUDIENCE,
        jwks_url=f"{server.base}/keys",
        ca_file=certificate / "cert.pem",
    )
    server.answer("/keys", key_set(jwk(EC, "two")))
    assert names(await keys_of(settings, lambda: 0).named("two")) == ["two"]
    assert server.paths == ["/keys"]


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://other.example", "jwks_uri": "https://other.example/keys"},
        {"issuer": ISSUER},
        {"issuer": ISSUER, "jwks_uri": "http://login.customs.example/keys"},
        {"issuer": ISSUER, "jwks_uri": 1},
        [],
    ],
)
async def test_discovery_that_does_not_fit_is_refused(about):
    async def get(url):
        assert url == f"{ISSUER}/.well-known/openid-configuration"
        return json.dumps(about).encode()

    await refused(discover(ISSUER, get), "oidc.malformed")


async def test_fetch_follows_no_redirect(server, trusting):
    server.answer("/keys", b"", "302 Found", Location=f"{server.base}/elsewhere")
    assert "302" in await refused(fetch(f"{server.base}/keys", trusting))
    assert server.paths == ["/keys"]


async def test_fetch_takes_no_more_than_it_may(server, trusting):
    server.answer("/most", b" " * MAX_BYTES)
    server.answer("/more", b" " * (MAX_BYTES + 1))
    assert len(await fetch(f"{server.base}/most", trusting)) == MAX_BYTES
    assert "more than" in await refused(fetch(f"{server.base}/more", trusting))


async def test_fetch_from_a_server_that_is_not_trusted_is_refused(server):
    server.answer("/keys", b"{}")
    await refused(fetch(f"{server.base}/keys", ssl.create_default_context()))


async def test_fetch_from_a_server_that_hangs_or_breaks_off_is_refused(server, trusting):
    await refused(fetch(f"{server.base}/nothing", trusting))
    server.hangs = True
    await refused(fetch(f"{server.base}/keys", trusting, seconds=0.2))


@pytest.mark.parametrize("url", ["https://localhost:1/keys", "https://", "https://[::1"])
async def test_fetch_from_nowhere_is_refused(url, trusting):
    await refused(fetch(url, trusting))
