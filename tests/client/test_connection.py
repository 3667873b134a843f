"""Where a token may go, and what a request is sent with."""

import json

import httpx2
import pytest

from node.client import AsyncClient, Client, Connection, UnreadableError
from node.client.connection import broken
from tests.client.scripted import Reply, Scripted, Waits, blocking


@pytest.mark.parametrize(
    "url",
    ["http://node.example:8443", "http://10.0.0.1", "ftp://localhost", "node.example", "", "https://"],
)
def test_address_that_would_send_a_token_in_the_clear_is_refused(url):
    with pytest.raises(ValueError, match="https"):
        Client(Connection(url, "t"))
    with pytest.raises(ValueError, match="https"):
        AsyncClient(Connection(url, "t"))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost:8080"])
def test_address_of_this_machine_may_be_in_the_clear(url):
    Connection(url, "t").check()


def test_address_over_tls_is_good():
    Connection("https://node.example:8443", "t").check()


@pytest.mark.parametrize("url", ["https://[::bad", "https://name:secret@node.example"])
def test_address_that_is_none_or_has_a_password_is_refused(url):
    with pytest.raises(ValueError, match="address") as caught:
        Client(Connection(url, "t"))
    assert "secret" not in str(caught.value)


def test_token_is_in_no_text_of_a_connection():
    assert "secret" not in repr(Connection("https://node.example", "secret"))


@pytest.mark.parametrize("base", ["http://node.test", "http://node.test/", "http://node.test/api/v1"])
def test_request_goes_below_the_api_with_the_token(base):
    script = Scripted(Reply([b"{}"]))
    client = Client(Connection(base, "t-1"), transport=script)
    with client, pytest.raises(UnreadableError):
        client.whoami()
    (request,) = script.requests
    assert str(request.url) == "http://node.test/api/v1/whoami"
    assert request.headers["authorization"] == "Bearer t-1"
    assert request.headers["user-agent"].startswith("sarbon-client/")


def test_redirect_is_not_followed_with_the_token():
    script = Scripted(Reply(status=307, headers={"Location": "http://other.test/"}))
    with blocking(script, Waits()) as client, pytest.raises(UnreadableError) as caught:
        client.whoami()
    assert (caught.value.status, len(script.requests)) == (307, 1)


def test_request_waits_as_long_as_the_node_was_asked_to():
    body = json.dumps({"events": [], "position": 0}).encode()
    script = Scripted(Reply([body]), Reply([body]))
    with blocking(script, Waits()) as client:
        client.event_page(wait=50.0)
        client.event_page()
    waited, at_once = [one.extensions["timeout"] for one in script.requests]
    assert (waited["read"], at_once["read"], waited["connect"]) == (110.0, 60.0, 10.0)


def test_proxies_of_the_environment_are_passed_over_unless_asked_for(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.test:3128")
    for uses in (False, True):
        connection = Connection("http://localhost:9", "t", uses_environment=uses)
        with Client(connection) as client:
            assert bool(client._http._mounts) == uses


@pytest.mark.parametrize(
    ("error", "was_sent", "is_final"),
    [
        (httpx2.ConnectError("x"), False, False),
        (httpx2.ConnectTimeout("x"), False, False),
        (httpx2.PoolTimeout("x"), False, False),
        (httpx2.ReadTimeout("x"), True, False),
        (httpx2.WriteError("x"), True, False),
        (httpx2.RemoteProtocolError("x"), True, False),
        (httpx2.DecodingError("x"), True, False),
        (httpx2.LocalProtocolError("x"), False, True),
        (httpx2.UnsupportedProtocol("x"), False, True),
    ],
)
def test_error_of_the_way_says_whether_anything_may_have_been_done(error, was_sent, is_final):
    found = broken(error)
    assert (found.was_sent, found.is_final) == (was_sent, is_final)
