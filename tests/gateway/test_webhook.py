import asyncio
import contextlib
import http.server
import json
import os
import socket
import threading
import time
from ipaddress import ip_network

import pytest
from standardwebhooks import Webhook

from node.errors import OperatorError
from node.gateway.webhook import MAX_ANSWER_BYTES, Call, WebhookSender, look_up
from node.gateway.webhook_outcome import Outcome
from node.gateway.webhook_signature import make_secret
from node.gateway.webhook_target import TargetRules
from tests.gateway.certificates import Issuer

SECRET = make_secret(b"s" * 32)
BODY = '{"specversion":"1.0","id":"caspian.example/az-scc/1/17","note":"ш"}'.encode()
LOOPBACK = ip_network("127.0.0.0/8")
NAME = "hooks.example"
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


class Receiver:
    """A server that answers as a test tells it, and keeps what it was sent."""

    def __init__(self):
        self.answer = OK
        self.requests = []
        self.connections = 0
        self.names = []
        self.port = 0
        self.left = asyncio.Event()
        self.reset = False
        self.endless = b""

    async def serve(self, reader, writer):
        self.connections += 1
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode().split("\r\n")
            pairs = (line.split(": ", 1) for line in lines[1:] if line)
            headers = {name.lower(): value for name, value in pairs}
            body = await reader.readexactly(int(headers["content-length"]))
            self.requests.append((lines[0], headers, body))
            await self._answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.left.set()
            writer.close()

    async def _answer(self, writer):
        if self.reset:
            linger = b"\1\0\0\0\0\0\0\0"  # close with a reset
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            return
        writer.write(self.answer)
        await writer.drain()
        while self.endless:
            writer.write(self.endless)
            await writer.drain()
            await asyncio.sleep(0.001)


@contextlib.asynccontextmanager
async def received(receiver, *, tls=None, host="127.0.0.1"):
    server = await asyncio.start_server(receiver.serve, host, 0, ssl=tls)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    return Issuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture
async def receiver(issuer):
    async with received(Receiver(), tls=issuer.server_context(NAME, "127.0.0.1")) as receiver:
        yield receiver


def resolving(*addresses):
    """Give a resolver that says the same of each name; `Resolver.asked` counts."""

    async def resolve(_host, _port):
        return addresses

    return resolve


def sender(receiver, issuer, *, resolve=None, rules=None, **more):
    rules = rules or TargetRules(networks=(LOOPBACK,), ports=frozenset({receiver.port}))
    return WebhookSender(
        rules,
        lambda: int(time.time() * 1000),
        ca_file=issuer.ca_file,
        resolve=resolve or resolving("127.0.0.1"),
        **more,
    )


def call(receiver, *, host=NAME, path="/hook", secrets=(SECRET,), scheme="https"):
    url = f"{scheme}://{host}:{receiver.port}{path}"
    return Call(url, secrets, "caspian.example/az-scc/1/17", BODY)


async def send(receiver, issuer, **more):
    return await sender(receiver, issuer, **more).send(call(receiver))


# What is sent.


async def test_send_delivered_event_verifies_with_the_library(receiver, issuer):
    attempt = await send(receiver, issuer)
    assert (attempt.outcome, attempt.status, attempt.reason) == (Outcome.DELIVERED, 200, "answered 200")
    ((_, headers, body),) = receiver.requests
    assert Webhook(SECRET).verify(body, headers) == json.loads(BODY)
    assert body == BODY


async def test_send_request_says_what_it_must_and_little_more(receiver, issuer):
    await sender(receiver, issuer).send(call(receiver, path="/a%2Fb?c=%20"))
    ((line, headers, _),) = receiver.requests
    assert line == "POST /a%2Fb?c=%20 HTTP/1.1"
    assert headers["host"] == f"{NAME}:{receiver.port}"
    assert headers["content-type"] == "application/cloudevents+json"
    assert headers.keys() == {
        "host",
        "content-type",
        "content-length",
        "user-agent",
        "connection",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    }


async def test_send_two_secrets_both_sign(receiver, issuer):
    other = make_secret(b"o" * 32)
    await sender(receiver, issuer).send(call(receiver, secrets=(SECRET, other)))
    ((_, headers, body),) = receiver.requests
    for secret in (SECRET, other):
        Webhook(secret).verify(body, headers)


async def test_send_each_try_makes_a_connection_of_its_own(receiver, issuer):
    sending = sender(receiver, issuer)
    for _ in range(3):
        await sending.send(call(receiver))
    assert receiver.connections == 3


# What a receiver may do.


@pytest.mark.parametrize("step", ["tls", "answer", "body", "huge"])
async def test_send_receiver_that_hangs_leaves_no_connection_open(issuer, step):
    tls = None if step == "tls" else issuer.server_context(NAME)
    async with received(Receiver(), tls=tls) as receiver:
        match step:
            case "answer":
                receiver.answer, receiver.endless = b"", b"H"
            case "body":
                receiver.answer, receiver.endless = (
                    b"HTTP/1.1 200 X\r\ncontent-length: 99999\r\n\r\n",
                    b"x",
                )
            case "huge":
                receiver.answer = b"HTTP/1.1 200 X\r\ncontent-length: 99999999\r\n\r\n"
                receiver.endless = b"x" * 50_000
        attempt = await send(receiver, issuer, deadline_s=1)
        assert attempt.milliseconds < 5_000
        await asyncio.wait_for(receiver.left.wait(), 20)  # it sees us go


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (204, Outcome.DELIVERED),
        (400, Outcome.RETRY),
        (404, Outcome.RETRY),
        (410, Outcome.GONE),
        (500, Outcome.RETRY),
    ],
)
async def test_send_status_decides(receiver, issuer, status, outcome):
    receiver.answer = b"HTTP/1.1 %d X\r\ncontent-length: 0\r\n\r\n" % status
    attempt = await send(receiver, issuer)
    assert (attempt.outcome, attempt.status) == (outcome, status)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_send_redirect_is_not_followed(receiver, issuer, status):
    async with received(Receiver()) as other:
        receiver.answer = (
            b"HTTP/1.1 %d X\r\nlocation: http://127.0.0.1:%d/\r\ncontent-length: 0\r\n\r\n"
            % (
                status,
                other.port,
            )
        )
        attempt = await send(receiver, issuer)
    assert attempt.outcome is Outcome.RETRY
    assert "not followed" in attempt.reason
    assert other.connections == 0


async def test_send_cookie_is_not_kept(receiver, issuer):
    receiver.answer = b"HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n"
    sending = sender(receiver, issuer)
    await sending.send(call(receiver))
    await sending.send(call(receiver))
    assert all("cookie" not in headers for _, headers, _ in receiver.requests)


async def test_send_retry_after_is_given(receiver, issuer):
    receiver.answer = b"HTTP/1.1 503 X\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n"
    assert (await send(receiver, issuer)).retry_after_ms == 120_000


async def test_send_retry_after_of_a_delivered_event_means_nothing(receiver, issuer):
    receiver.answer = b"HTTP/1.1 200 X\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n"
    assert (await send(receiver, issuer)).retry_after_ms is None


@pytest.mark.parametrize("status", [200, 500])
async def test_send_huge_answer_is_left_unread(receiver, issuer, status):
    receiver.answer = b"HTTP/1.1 %d X\r\ncontent-length: 1000000000000\r\n\r\n" % status
    receiver.endless = b"x" * MAX_ANSWER_BYTES
    attempt = await send(receiver, issuer)
    assert attempt.status == status
    assert attempt.milliseconds < 5_000
    await asyncio.wait_for(receiver.left.wait(), 20)


async def test_send_packed_answer_is_not_unpacked(receiver, issuer):
    receiver.answer = b"HTTP/1.1 200 X\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nxyz"
    assert (await send(receiver, issuer)).outcome is Outcome.DELIVERED


async def test_send_silent_receiver_ends_at_the_deadline(receiver, issuer):
    receiver.answer, receiver.endless = b"", b""
    held = asyncio.Event()

    async def answer(_writer):
        await held.wait()

    receiver._answer = answer
    attempt = await send(receiver, issuer, deadline_s=1)
    held.set()
    assert (attempt.outcome, attempt.reason) == (Outcome.RETRY, "no answer within 1 s")
    assert 900 <= attempt.milliseconds < 5_000


@pytest.mark.parametrize(
    ("begin", "drip"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        (b"", b"H"),
    ],
    ids=["headers", "hints", "nonsense"],
)
async def test_send_answer_that_never_begins_is_cut(receiver, issuer, begin, drip):
    receiver.answer, receiver.endless = begin, drip
    attempt = await send(receiver, issuer, deadline_s=1)
    assert (attempt.outcome, attempt.status) == (Outcome.RETRY, None)
    assert attempt.milliseconds < 5_000


@pytest.mark.parametrize(("status", "outcome"), [(200, Outcome.DELIVERED), (503, Outcome.RETRY)])
async def test_send_body_that_drips_is_cut_and_the_status_counts(receiver, issuer, status, outcome):
    receiver.answer = b"HTTP/1.1 %d X\r\ncontent-length: 60000\r\n\r\n" % status
    receiver.endless = b"x"
    attempt = await send(receiver, issuer, deadline_s=1)
    assert (attempt.outcome, attempt.status) == (outcome, status)
    assert attempt.milliseconds < 5_000


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\na: " + b"x" * 200_000,
        b"\0\xff\r\n\r\n",
    ],
    ids=["nothing", "nonsense", "cut", "huge head", "bytes"],
)
async def test_send_answer_that_is_no_http_is_tried_again(receiver, issuer, answer):
    receiver.answer = answer
    attempt = await send(receiver, issuer)
    assert (attempt.outcome, attempt.status) == (Outcome.RETRY, None)
    assert "nonsense" not in attempt.reason


async def test_send_body_cut_short_counts_by_its_status(receiver, issuer):
    receiver.answer = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nxx"
    assert (await send(receiver, issuer)).outcome is Outcome.DELIVERED


async def test_send_connection_reset_is_tried_again(issuer):
    async with received(Receiver()) as receiver:
        receiver.reset = True
        rules = TargetRules((LOOPBACK,), frozenset({receiver.port}), plain_http=True)
        attempt = await sender(receiver, issuer, rules=rules).send(call(receiver, scheme="http"))
    assert (attempt.outcome, attempt.status) == (Outcome.RETRY, None)
    assert len(receiver.requests) == 1


async def test_send_nobody_there_is_tried_again(receiver, issuer):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        receiver.port = free.getsockname()[1]  # bound, but nobody listens
        attempt = await send(receiver, issuer)
    assert (attempt.outcome, attempt.reason) == (Outcome.RETRY, "no connection")


# TLS.


async def test_send_certificate_of_another_name_is_refused(issuer):
    async with received(Receiver(), tls=issuer.server_context("other.example")) as receiver:
        attempt = await send(receiver, issuer)
    assert attempt.outcome is Outcome.RETRY
    assert attempt.reason.startswith("certificate not trusted: Hostname mismatch")
    assert receiver.requests == []


async def test_send_certificate_of_the_address_is_not_that_of_the_name(issuer):
    async with received(Receiver(), tls=issuer.server_context("127.0.0.1")) as receiver:
        attempt = await send(receiver, issuer)
    assert attempt.reason.startswith("certificate not trusted")


async def test_send_to_an_address_its_certificate_must_name_it(receiver, issuer):
    attempt = await sender(receiver, issuer).send(call(receiver, host="127.0.0.1"))
    assert attempt.outcome is Outcome.DELIVERED


async def test_send_unknown_issuer_is_refused(receiver, tmp_path):
    attempt = await send(receiver, Issuer(tmp_path))
    assert attempt.reason.startswith("certificate not trusted")
    assert receiver.requests == []


async def test_send_without_a_file_of_issuers_trusts_those_of_the_system(receiver):
    rules = TargetRules((LOOPBACK,), ports=frozenset({receiver.port}))
    attempt = await WebhookSender(rules, lambda: 0, resolve=resolving("127.0.0.1")).send(call(receiver))
    assert attempt.reason.startswith("certificate not trusted")


async def test_send_server_without_tls_is_refused(issuer):
    async with received(Receiver()) as receiver:
        receiver.answer = b"HTTP/1.1 400 X\r\n\r\n"
        attempt = await send(receiver, issuer, deadline_s=1)
    assert (attempt.outcome, attempt.reason) == (Outcome.RETRY, "no connection in time")
    assert receiver.requests == []


async def test_send_name_reaches_the_server_by_sni(issuer):
    receiver, tls = Receiver(), issuer.server_context(NAME)
    tls.sni_callback = lambda _socket, name, _context: receiver.names.append(name)
    async with received(receiver, tls=tls):
        await send(receiver, issuer)
    assert receiver.names == [NAME]


@pytest.mark.parametrize("raw", [None, b"", b"no certificate"])
def test_sender_ca_file_that_is_none_says_so(tmp_path, raw):
    path = tmp_path / "ca.pem"
    if raw is not None:
        path.write_bytes(raw)
    with pytest.raises(OperatorError) as raised:
        WebhookSender(TargetRules(), lambda: 0, ca_file=path)
    assert raised.value.code == "webhook.ca_file"
    assert str(path) in raised.value.message


# Where it may go.


async def test_send_address_inside_is_refused_without_a_connection(receiver, issuer):
    rules = TargetRules(ports=frozenset({receiver.port}))
    for host in ("127.0.0.1", NAME):
        attempt = await sender(receiver, issuer, rules=rules).send(call(receiver, host=host))
        assert (attempt.outcome, attempt.reason) == (Outcome.REFUSED, "webhook.address")
    assert receiver.connections == 0


async def test_send_name_with_one_address_inside_is_refused_whole(receiver, issuer):
    rules = TargetRules(ports=frozenset({receiver.port}))
    resolve = resolving("1.1.1.1", "127.0.0.1")
    attempt = await send(receiver, issuer, rules=rules, resolve=resolve)
    assert attempt.outcome is Outcome.REFUSED


async def test_send_name_that_changes_its_address_leads_only_where_it_was_judged(receiver, issuer):
    """The name is looked up once a try, and what was judged is what is connected to."""
    asked = []

    async def rebinding(host, _port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    rules = TargetRules((ip_network("127.0.0.1/32"),), ports=frozenset({receiver.port}))
    sending = sender(receiver, issuer, rules=rules, resolve=rebinding)
    inside = Receiver()
    server = await asyncio.start_server(inside.serve, "127.0.0.2", receiver.port)
    async with server:
        first, second = [await sending.send(call(receiver)) for _ in range(2)]
    assert (first.outcome, second.outcome) == (Outcome.DELIVERED, Outcome.REFUSED)
    assert (asked, receiver.connections, inside.connections) == ([NAME, NAME], 1, 0)


async def test_send_name_inside_the_hosts_own_table_is_refused(receiver, issuer):
    rules = TargetRules(ports=frozenset({receiver.port}))
    attempt = await sender(receiver, issuer, rules=rules, resolve=look_up).send(
        call(receiver, host="localhost")
    )
    assert attempt.outcome is Outcome.REFUSED
    assert receiver.connections == 0


async def test_send_without_tls_to_a_public_address_is_refused():
    rules = TargetRules((LOOPBACK,), frozenset({80}), plain_http=True)
    sending = WebhookSender(rules, lambda: 0, resolve=resolving("127.0.0.1", "1.1.1.1"))
    attempt = await sending.send(Call(f"http://{NAME}/", (SECRET,), "a/1", BODY))
    assert (attempt.outcome, attempt.reason) == (Outcome.REFUSED, "webhook.plain")


async def test_send_other_port_is_refused(receiver, issuer):
    attempt = await send(receiver, issuer, rules=TargetRules((LOOPBACK,)))
    assert (attempt.outcome, attempt.reason) == (Outcome.REFUSED, "webhook.port")


async def test_send_first_address_dead_takes_the_next(receiver, issuer):
    attempt = await send(receiver, issuer, resolve=resolving("127.0.0.99", "127.0.0.1", "127.0.0.1"))
    assert attempt.outcome is Outcome.DELIVERED
    assert receiver.connections == 1


async def test_send_many_dead_addresses_are_not_all_tried(receiver, issuer):
    addresses = [f"127.0.0.{number}" for number in range(90, 94)]
    attempt = await send(receiver, issuer, resolve=resolving(*addresses, "127.0.0.1"))
    assert attempt.outcome is Outcome.RETRY
    assert receiver.connections == 0


async def test_send_request_that_was_heard_is_not_repeated_at_the_next_address(receiver, issuer):
    receiver.answer = b"nonsense\r\n\r\n"
    await send(receiver, issuer, resolve=resolving("127.0.0.1", "127.0.0.2"))
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("addresses", [(), None])
async def test_send_name_without_an_address_is_tried_again(receiver, issuer, addresses):
    async def resolve(_host, _port):
        if addresses is None:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return addresses

    attempt = await send(receiver, issuer, resolve=resolve)
    assert (attempt.outcome, attempt.reason) == (Outcome.RETRY, "the name has no address")


async def test_send_slow_name_service_ends_at_the_deadline(receiver, issuer):
    async def resolve(_host, _port):
        await asyncio.Event().wait()

    attempt = await send(receiver, issuer, resolve=resolve, deadline_s=0.2)
    assert attempt.reason == "no answer within 0.2 s"


async def test_send_proxy_of_the_environment_is_not_asked(receiver, issuer, monkeypatch):
    class Proxy(http.server.BaseHTTPRequestHandler):
        asked = 0

        def handle(self):
            type(self).asked += 1

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"):
            monkeypatch.setitem(os.environ, name, f"http://127.0.0.1:{proxy.server_port}")
        attempt = await send(receiver, issuer)
        proxy.shutdown()
    assert attempt.outcome is Outcome.DELIVERED
    assert Proxy.asked == 0


async def test_send_many_at_once_do_not_hold_each_other_up(receiver, issuer):
    silent = Receiver()
    held = asyncio.Event()

    async def answer(_writer):
        await held.wait()

    silent._answer = answer
    async with received(silent, tls=issuer.server_context(NAME)):
        rules = TargetRules((LOOPBACK,), ports=frozenset({receiver.port, silent.port}))
        sending = sender(receiver, issuer, rules=rules, deadline_s=5)
        slow = asyncio.create_task(sending.send(call(silent)))
        attempts = await asyncio.gather(*(sending.send(call(receiver)) for _ in range(20)))
        assert {attempt.outcome for attempt in attempts} == {Outcome.DELIVERED}
        assert not slow.done()
        held.set()
        assert (await slow).outcome is Outcome.RETRY


async def test_look_up_gives_addresses_of_a_name():
    assert "127.0.0.1" in await look_up("127.0.0.1", 443)


async def test_look_up_of_names_that_nobody_answers_holds_up_no_other_thread(monkeypatch):
    may_end = threading.Event()

    def never(*_args, **_options):
        may_end.wait(10)
        raise socket.gaierror("nobody answered")

    monkeypatch.setattr(socket, "getaddrinfo", never)
    waiting = [asyncio.create_task(look_up(f"{number}.example", 443)) for number in range(100)]
    try:
        async with asyncio.timeout(5):
            assert await asyncio.to_thread(lambda: "free") == "free"
    finally:
        may_end.set()
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(outcome, socket.gaierror) for outcome in outcomes)
