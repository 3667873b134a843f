import json

import pytest
from aio_pika import Message
from hypothesis import given
from hypothesis import strategies as st

from node.broker.national_message import (
    DIRECT,
    KEY,
    Accepted,
    address_of,
    read_submission,
    write_accepted,
    write_refused,
)
from node.errors import CallerError
from node.limits import MAX_DOCUMENT_BYTES

USER = "system.risk.national"


def message(body=b"{}", **properties):
    return Message(body, **{"message_id": "key-1", "user_id": USER, **properties})


def refusal(sent, *, sender="risk"):
    with pytest.raises(CallerError) as caught:
        read_submission(sent, queue_of="risk", sender=sender)
    assert caught.value.hint
    return caught.value.code


@given(st.from_regex(KEY, fullmatch=True), st.binary(max_size=64))
def test_submission_keeps_key_and_bytes_as_they_came(key, body):
    submitted = read_submission(message(body, message_id=key), queue_of="risk", sender="risk")

    assert (submitted.system, submitted.key, submitted.document) == ("risk", key, body)


def test_submission_of_the_largest_document_is_read():
    body = b" " * MAX_DOCUMENT_BYTES
    submitted = read_submission(
        message(body, content_type="application/json"), queue_of="risk", sender="risk"
    )

    assert submitted.document == body
    assert submitted.content_type == "application/json"


@pytest.mark.parametrize("encoding", [None, "", "identity", "utf-8"])
def test_submission_that_is_not_encoded_is_read(encoding):
    assert read_submission(message(content_encoding=encoding), queue_of="risk", sender="risk")


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (message(user_id=None), "submission.anonymous"),
        (message(message_id=None), "idempotency.key_missing"),
        (message(message_id=""), "idempotency.key_missing"),
        (message(message_id="a b"), "idempotency.key_malformed"),
        (message(message_id="a\n"), "idempotency.key_malformed"),
        (message(message_id="ключ"), "idempotency.key_malformed"),
        (message(message_id="k" * 129), "idempotency.key_malformed"),
        (message(reply_to="deliver.declarations"), "submission.reply_to"),
        (message(reply_to="amq.rabbitmq.reply-to"), "submission.reply_to"),
        (message(reply_to="x.amq.rabbitmq.reply-to."), "submission.reply_to"),
        (message(content_encoding="gzip"), "submission.encoding"),
        (message(b" " * (MAX_DOCUMENT_BYTES + 1)), "request.oversize"),
    ],
)
def test_submission_with_a_fault_is_refused_with_its_code(sent, code):
    assert refusal(sent) == code


@pytest.mark.parametrize("sender", [None, "declarations"])
def test_submission_by_another_systems_queue_is_refused(sender):
    assert refusal(message(), sender=sender) == "submission.misrouted"


def test_address_is_the_senders_queue_and_the_correlation_it_gave():
    address = address_of(message(correlation_id="c-7"), sender="risk")

    assert (address.system, address.key, address.correlation_id) == ("risk", "key-1", "c-7")
    assert address.direct is None


def test_address_without_a_correlation_has_the_key():
    assert address_of(message(), sender="risk").correlation_id == "key-1"


def test_address_of_direct_reply_to_is_the_brokers():
    assert address_of(message(reply_to=f"{DIRECT}g1h2.x=="), sender="risk").direct == f"{DIRECT}g1h2.x=="


@pytest.mark.parametrize("reply_to", ["deliver.declarations", "amq.rabbitmq.reply-to", "dead", ""])
def test_address_is_never_a_queue_that_a_message_names(reply_to):
    assert address_of(message(reply_to=reply_to), sender="risk").direct is None


def test_accepted_answer_holds_id_and_whether_it_is_new():
    answer = write_accepted(Accepted("01a2", is_new=False))

    assert answer.type == "submission.accepted"
    assert json.loads(answer.body) == {"status": "accepted", "id": "01a2", "new": False}


def test_refused_answer_holds_the_error_as_every_door_gives_it():
    answer = write_refused(CallerError("document.invalid", "wrong", hint="do", pointer="/goods/0"))

    assert answer.type == "submission.refused"
    assert json.loads(answer.body) == {
        "status": "refused",
        "error": {
            "code": "document.invalid",
            "message": "wrong",
            "hint": "do",
            "pointer": "/goods/0",
        },
    }
