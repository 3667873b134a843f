import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.transfer.retry import delay_ms, file_patience_ms, patience_ms


@pytest.mark.parametrize(
    ("attempts", "full"),
    [
        (1, 1_000),
        (2, 2_000),
        (3, 4_000),
        (9, 256_000),
        (10, 300_000),
        (21, 300_000),
        (22, 300_000),
        (10**9, 300_000),
    ],
)
def test_delay_doubles_up_to_five_minutes(attempts, full):
    assert delay_ms(attempts, jitter=1.0) == full
    assert delay_ms(attempts, jitter=0.0) == full // 2


@given(st.integers(1, 100), st.floats(0, 1))
def test_delay_any_jitter_stays_within_half_and_full(attempts, jitter):
    full = delay_ms(attempts, jitter=1.0)
    assert full // 2 <= delay_ms(attempts, jitter=jitter) <= full


@given(st.integers(1, 100), st.floats(0, 1))
def test_delay_one_failure_more_never_waits_less(attempts, jitter):
    assert delay_ms(attempts, jitter=jitter) <= delay_ms(attempts + 1, jitter=jitter)


@pytest.mark.parametrize(
    ("silences", "patience"),
    [(0, 30_000), (1, 60_000), (3, 240_000), (4, 300_000), (20, 300_000), (10**9, 300_000)],
)
def test_patience_doubles_up_to_five_minutes(silences, patience):
    assert patience_ms(silences) == patience


@pytest.mark.parametrize(
    ("attempts", "patience"),
    [(0, 30_000), (1, 60_000), (9, 15_360_000), (10, 21_600_000), (10**9, 21_600_000)],
)
def test_file_patience_doubles_up_to_six_hours(attempts, patience):
    assert file_patience_ms(attempts) == patience
