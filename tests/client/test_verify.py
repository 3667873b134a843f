"""Webhooks are believed by their signature alone."""

import base64
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.client import SignatureError, verify_webhook
from node.daemon.webhook_calls import TEST_TYPE
from node.gateway.webhook_signature import make_secret, sign
from tests.client.scripted import event

SECRET, OTHER = make_secret(b"s" * 32), make_secret(b"o" * 32)
BODY = json.dumps(event(41)).encode()


def signed(body=BODY, *secrets, age_seconds=0):
    now = int((time.time() - age_seconds) * 1000)
    return dict(sign("iren.example/az-scc/1/41", body, secrets or (SECRET,), now=now))


def test_webhook_that_the_node_signed_is_its_event():
    found = verify_webhook(signed(), BODY, SECRET)
    assert (int(found.sequence), found.data.message.originator) == (41, "UZ-CC")


def test_webhook_is_believed_while_its_secret_is_being_replaced():
    both = signed(BODY, SECRET, OTHER)
    assert verify_webhook(both, BODY, SECRET) == verify_webhook(both, BODY, OTHER)
    assert verify_webhook(signed(BODY, OTHER), BODY, [SECRET, OTHER])


def test_webhook_with_names_of_headers_in_any_case_is_believed():
    assert verify_webhook({name.title(): value for name, value in signed().items()}, BODY, SECRET)


@pytest.mark.parametrize("age", [400, -400])
def test_webhook_of_another_time_is_refused(age):
    with pytest.raises(SignatureError) as caught:
        verify_webhook(signed(age_seconds=age), BODY, SECRET)
    assert caught.value.code == "webhook.signature"


@pytest.mark.parametrize("secret", [OTHER, [OTHER], []])
def test_webhook_under_another_secret_is_refused(secret):
    with pytest.raises(SignatureError):
        verify_webhook(signed(), BODY, secret)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize(
    "value", [None, "", "x", "v1", "v1,", "v1,!", "v1,\xe9", "v2,aaaa", "nan", "1e999", "\xe9"]
)
def test_webhook_with_a_header_of_another_form_is_refused(name, value):
    headers = signed()
    headers[name] = value
    if value is None:
        del headers[name]
    with pytest.raises(SignatureError):
        verify_webhook(headers, BODY, SECRET)


@pytest.mark.parametrize("at", range(0, len(BODY), 7))
def test_webhook_with_a_byte_changed_is_refused(at):
    changed = BODY[:at] + bytes([BODY[at] ^ 1]) + BODY[at + 1 :]
    with pytest.raises(SignatureError):
        verify_webhook(signed(), changed, SECRET)


@given(st.binary(max_size=40), st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
@settings(max_examples=100)
def test_webhook_of_a_stranger_is_refused_whatever_it_says(body, id_, at, signature):
    headers = {"webhook-id": id_, "webhook-timestamp": at, "webhook-signature": signature}
    with pytest.raises(SignatureError):
        verify_webhook(headers, body, SECRET)


def test_webhook_that_is_signed_but_no_event_is_named_so():
    with pytest.raises(SignatureError) as caught:
        verify_webhook(signed(b"{}"), b"{}", SECRET)
    assert caught.value.code == "webhook.event"


def test_webhook_that_is_only_tried_out_is_no_event():
    body = json.dumps({"specversion": "1.0", "type": TEST_TYPE, "data": {"webhook": "w"}}).encode()
    assert verify_webhook(signed(body), body, SECRET) is None


def test_secret_is_the_base64_behind_its_prefix():
    assert base64.b64decode(SECRET.removeprefix("whsec_")) == b"s" * 32
