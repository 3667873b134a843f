"""Token buckets, with the time as an argument."""

import pytest

from node.web.rates import RateExceededError, Rates


class Clock:
    now = 1_000_000

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_rate_within_the_limit_is_let_through(clock):
    rates = Rates(60, clock)
    for _ in range(60):
        rates.take("a")
    with pytest.raises(RateExceededError) as caught:
        rates.take("a")
    assert caught.value.retry_after == 1


def test_rate_comes_back_with_time_up_to_the_limit(clock):
    rates = Rates(60, clock)
    for _ in range(60):
        rates.take("a")
    clock.now += 2_000
    rates.take("a")
    rates.take("a")
    with pytest.raises(RateExceededError):
        rates.take("a")
    clock.now += 3_600_000
    assert rates.headers("a")["RateLimit"] == '"requests";r=60;t=60'


def test_rate_of_one_system_does_not_touch_another(clock):
    rates = Rates(1, clock)
    rates.take("a")
    rates.take("b")
    with pytest.raises(RateExceededError) as caught:
        rates.take("a")
    assert caught.value.retry_after == 60


def test_rate_clock_that_goes_back_gives_nothing(clock):
    rates = Rates(1, clock)
    rates.take("a")
    clock.now -= 3_600_000
    with pytest.raises(RateExceededError):
        rates.take("a")
