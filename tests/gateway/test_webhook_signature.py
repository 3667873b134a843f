import base64
import hashlib
import hmac
import json
import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from node.gateway.webhook_signature import SECRET_BYTES, make_secret, sign

SECRET, OTHER = make_secret(b"s" * SECRET_BYTES), make_secret(b"o" * SECRET_BYTES)
BODY = '{"id":"ш"}'.encode()


def signed(*secrets, event_id="caspian.example/az-scc/1/17"):
    return sign(event_id, BODY, secrets or (SECRET,), now=int(time.time() * 1000))


def test_sign_library_verifies_it():
    assert Webhook(SECRET).verify(BODY, dict(signed())) == json.loads(BODY)


def test_sign_is_the_hmac_of_id_time_and_body():
    headers = sign("a/1", b"{}", [SECRET], now=1_700_000_000_999)
    mac = hmac.digest(b"s" * SECRET_BYTES, b"a/1.1700000000.{}", hashlib.sha256)
    assert headers == {
        "webhook-id": "a/1",
        "webhook-timestamp": "1700000000",
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def test_sign_changed_body_is_not_verified():
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY + b" ", dict(signed()))


def test_sign_two_secrets_each_verify_it():
    headers = dict(signed(SECRET, OTHER))
    for secret in (SECRET, OTHER):
        Webhook(secret).verify(BODY, headers)


def test_sign_id_has_no_full_stop_for_it_divides_what_is_signed():
    assert signed()["webhook-id"] == "caspian_example/az-scc/1/17"
