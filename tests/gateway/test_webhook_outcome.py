import socket
import ssl

import httpx2
import pytest

from node.gateway.webhook_outcome import Outcome, answered, broken, outcome_of, retry_after_ms

NOW = 1_795_525_262_000  # 2026-11-24 13:01:02 UTC


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((status, Outcome.DELIVERED) for status in (200, 202, 204, 299)),
        (410, Outcome.GONE),
        *(
            (status, Outcome.RETRY)
            for status in (None, 101, 199, 300, 301, 308, 400, 404, 409, 411, 429)
        ),
        *((status, Outcome.RETRY) for status in (500, 502, 503, 504, 599, 999)),
    ],
)
def test_outcome_of_any_status_is_decided(status, outcome):
    assert outcome_of(status) is outcome


def test_answered_redirect_says_that_it_is_not_followed():
    assert "not followed" in answered(302)
    assert answered(400) == "answered 400"
    assert answered(204) == "answered 204"


@pytest.mark.parametrize(
    ("text", "waited"),
    [
        ("0", 0),
        ("120", 120_000),
        ("9" * 5000, 10**12),
        ("Tue, 24 Nov 2026 13:02:02 GMT", 60_000),
        ("Tue, 24 Nov 2026 13:02:02 -0000", 60_000),
        ("Tue, 24 Nov 2020 13:02:02 GMT", 0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("٣", None),
        ("soon", None),
        ("Tue, 99 Nov 2026 13:02:02 GMT", None),
        ("Tue, 24 Nov 99999 13:02:02 GMT", None),
        ("x" * 70_000, None),
    ],
)
def test_retry_after_ms_reads_seconds_and_dates_and_no_nonsense(text, waited):
    assert retry_after_ms(text, NOW) == waited


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(-2, "x"), "the name has no address"),
        (httpx2.ConnectTimeout("x"), "no connection in time"),
        (httpx2.ConnectError("x"), "no connection"),
        (TimeoutError("x"), "no answer within 10 s"),
        (httpx2.RemoteProtocolError("x"), "the answer is no HTTP, or it broke off"),
        (httpx2.ReadError("x"), "the connection broke"),
        (caused(httpx2.ConnectError("x"), ssl.SSLError(1, "x")), "TLS failed: not spoken there"),
    ],
)
def test_broken_is_said_in_our_own_words(error, words):
    assert broken(error, 10.0) == words
