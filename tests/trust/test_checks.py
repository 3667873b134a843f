"""Lines of an examination: of two values, and of a check that raises."""

import pytest

from node.errors import PeerError, Refusal
from node.trust.checks import Check, Verdict, attempt, compare


@pytest.mark.parametrize(
    ("found", "shown", "verdict"),
    [
        ("a", "a", Verdict.HOLDS),
        ("b", "b", Verdict.FAILS),
        (None, "absent", Verdict.FAILS),
    ],
)
def test_compare_two_values_holds_only_if_they_are_equal(found, shown, verdict):
    line = compare("message", "originator", "a", found, "§1")
    assert line == Check("message", "originator", "a", shown, verdict, "§1")


def test_attempt_that_finds_something_holds():
    line = attempt("message", "path", "a head", lambda: "entry 2", "§2")
    assert line == Check("message", "path", "a head", "entry 2", Verdict.HOLDS, "§2")


def test_attempt_that_raises_fails_with_the_fact():
    def work() -> str:
        raise PeerError(Refusal.PROOF_INVALID, "the path is too long")

    line = attempt("message", "path", "a head", work, "§2")
    assert line == Check("message", "path", "a head", "the path is too long", Verdict.FAILS, "§2")
