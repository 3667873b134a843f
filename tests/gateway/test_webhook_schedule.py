import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.gateway.webhook_schedule import (
    FIRST_WAIT_MS,
    GIVEN_UP_MS,
    MOST_RETRY_AFTER_MS,
    MOST_WAIT_MS,
    next_try_at,
)

START = 1_795_525_262_123


def waits(*, jitter=1.0, retry_after_ms=None):
    """Fail until it is given up; give every wait."""
    now, found = START, []
    while True:
        at = next_try_at(
            len(found) + 1, first_failed_at=START, now=now, jitter=jitter, retry_after_ms=retry_after_ms
        )
        if at is None:
            return found
        found.append(at - now)
        now = at


def test_next_try_at_waits_grow_to_an_hour():
    assert [wait // 1000 for wait in waits()[:8]] == [5, 15, 45, 135, 405, 1215, 3600, 3600]


@pytest.mark.parametrize("jitter", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("retry_after_ms", [None, 0, 60_000, 10**15])
def test_next_try_at_ends_after_three_days_with_a_last_try(jitter, retry_after_ms):
    found = waits(jitter=jitter, retry_after_ms=retry_after_ms)
    assert sum(found) == GIVEN_UP_MS
    assert 10 < len(found) < 200


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        (None, FIRST_WAIT_MS),
        (0, FIRST_WAIT_MS),
        (1_000, FIRST_WAIT_MS),
        (60_000, 60_000),
        (10**15, MOST_RETRY_AFTER_MS),
    ],
)
def test_next_try_at_what_the_receiver_asks_is_heeded_within_bounds(asked, waited):
    assert waits(retry_after_ms=asked)[0] == waited


@given(st.integers(1, 10**9), st.floats(0, 1), st.integers(0, GIVEN_UP_MS - 1))
def test_next_try_at_any_failure_waits_between_half_and_all(failures, jitter, passed):
    now = START + passed
    at = next_try_at(failures, first_failed_at=START, now=now, jitter=jitter)
    assert now < at <= now + MOST_WAIT_MS
    assert at >= min(now + FIRST_WAIT_MS // 2, START + GIVEN_UP_MS)


def test_next_try_at_given_up_stays_given_up():
    assert next_try_at(9, first_failed_at=START, now=START + GIVEN_UP_MS, jitter=1) is None
