"""What is tried again: only what may be done twice, or was surely not done."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.client.call import Answer, Broken, Call, Waiting, body_of
from node.client.errors import (
    ApiError,
    RateLimitedError,
    UnansweredError,
    UnavailableError,
    UnreadableError,
)
from node.client.retry import Luck, Retry, follow, seconds_of

LUCK = Luck(chance=lambda: 1.0, clock=lambda: 1_795_500_000.0)
KEYED = Call("POST", "/documents", body_of, headers={"Idempotency-Key": "k"}, body=b"x")
ONCE = replace(KEYED, repeatable=False)
GOOD = Answer(202, {}, b"done")
UNSENT, LOST = Broken(was_sent=False, reason="no"), Broken(was_sent=True, reason="no")
FINAL = Broken(was_sent=False, reason="certificate", is_final=True)


def refused(status, code="x", **headers):
    members = dict.fromkeys(("detail", "hint", "pointer", "request_id"), "")
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, names, json.dumps({"code": code, **members}).encode())


FOREIGN = Answer(503, {}, b"<html>")
CRASHED = refused(503, "request.crashed")
BUSY, BUSY_PROXY = refused(503, "node.busy"), Answer(502, {}, b"")


def played(described, *answers, retry=None):
    """Answer each call in turn; gives the value, the calls and the waits."""
    steps, calls, waits, left = follow(described, retry or Retry(), LUCK), [], [], list(answers)
    answer = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration as end:
            return end.value, calls, waits
        if isinstance(step, Waiting):
            waits.append(step.seconds)
            answer = None
        else:
            calls.append(step)
            answer = left.pop(0)


@pytest.mark.parametrize("answer", [UNSENT, LOST, refused(429), BUSY, CRASHED, FOREIGN, BUSY_PROXY])
def test_call_that_may_be_repeated_is_sent_again_as_it_was(answer):
    value, calls, waits = played(KEYED, answer, answer, GOOD)
    assert value == b"done"
    assert calls == [KEYED] * 3
    assert waits == [0.5, 1.0]


@pytest.mark.parametrize("answer", [UNSENT, refused(429), BUSY])
def test_call_that_must_be_done_once_is_sent_again_where_nothing_was_done(answer):
    value, calls, _ = played(ONCE, answer, GOOD)
    assert (value, len(calls)) == (b"done", 2)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (LOST, UnansweredError),
        (CRASHED, UnavailableError),
        (FOREIGN, UnavailableError),
        (BUSY_PROXY, UnavailableError),
    ],
)
def test_call_that_must_be_done_once_is_not_sent_again_in_doubt(answer, error):
    with pytest.raises(error):
        played(ONCE, answer, GOOD)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 413, 422, 302])
def test_refusal_is_not_sent_again(status):
    with pytest.raises(ApiError) as caught:
        played(KEYED, refused(status), GOOD)
    assert caught.value.status == status


def test_certificate_that_is_not_trusted_is_not_tried_again():
    with pytest.raises(UnansweredError, match="certificate"):
        played(KEYED, FINAL, GOOD)


def test_attempts_end():
    retry = Retry(attempts=3)
    with pytest.raises(UnansweredError, match="may have been done"):
        played(KEYED, LOST, LOST, LOST, GOOD, retry=retry)
    assert played(KEYED, LOST, LOST, GOOD, retry=retry)[0] == b"done"


def test_retry_after_is_honoured():
    _, _, waits = played(KEYED, refused(429, retry_after="7"), refused(503, retry_after="0"), GOOD)
    assert waits == [7.0, 1.0]


def test_retry_after_of_more_than_our_patience_is_raised_with_the_time():
    with pytest.raises(RateLimitedError) as caught:
        played(KEYED, refused(429, retry_after="3600"), GOOD)
    assert caught.value.retry_after == 3600.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5", 5.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("\u0661", None),
        ("Tue, 24 Nov 2026 06:40:10 GMT", 10.0),
        ("Tue, 24 Nov 2026 06:40:10", 10.0),
        ("Mon, 23 Nov 2026 06:40:10 GMT", 0.0),
        ("Tue, 99 Nov 2026 06:40:10 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(text, seconds):
    assert seconds_of(text, lambda: 1_795_502_400.0) == seconds


@given(st.integers(1, 10_000), st.floats(0, 1), st.one_of(st.none(), st.floats(0, 120)))
def test_wait_is_never_longer_than_promised_nor_shorter_than_asked(attempt, chance, asked):
    retry = Retry(attempts=20_000)
    seconds = retry.wait(attempt, asked, chance)
    assert seconds >= (asked or 0)
    assert seconds <= max(retry.most_seconds, asked or 0)


def test_answer_of_another_form_is_named_so():
    def read(_answer):
        raise ValueError

    with pytest.raises(UnreadableError, match="another form"):
        played(replace(KEYED, read=read), GOOD)


def test_plan_gives_each_call_its_value_and_repeats_each_alone():
    def plan():
        first = yield KEYED
        yield Waiting(9.0)
        second = yield ONCE
        return first + second

    value, calls, waits = played(plan(), LOST, GOOD, GOOD)
    assert value == b"donedone"
    assert calls == [KEYED, KEYED, ONCE]
    assert waits == [0.5, 9.0]
