"""When a webhook that was not taken is tried again, and when it is given up.

Responsible for the times alone; no clock, no chance: both are arguments. Must not send.
"""

from typing import Final

FIRST_WAIT_MS: Final = 5_000  # after the first failure
GROWTH: Final = 3  # each wait by so much longer than the one before
MOST_WAIT_MS: Final = 3_600_000  # an hour: events come in order, so one that waits holds up all others
MOST_RETRY_AFTER_MS: Final = 6 * 3_600_000  # six hours: a receiver cannot put us off for longer
GIVEN_UP_MS: Final = 3 * 24 * 3_600_000  # three days of failing; Standard Webhooks 1.0, "Deliverability"

_MOST_STEPS: Final = 16  # beyond which the wait has long been the longest


def next_try_at(
    failures: int, *, first_failed_at: int, now: int, jitter: float, retry_after_ms: int | None = None
) -> int | None:
    """Say when to try again; None when the webhook is to be disabled.

    Args:
        failures: of this event so far, at least 1.
        first_failed_at: Unix ms.
        now: Unix ms.
        jitter: between 0 and 1, drawn by the caller; a wait is 50 % to 100 % of its full length.
        retry_after_ms: for how long the receiver asked to be left alone.

    Returns:
        Unix ms, at the latest three days after the first failure.
    """
    given_up_at = first_failed_at + GIVEN_UP_MS
    if now >= given_up_at:
        return None
    full = min(FIRST_WAIT_MS * GROWTH ** min(failures - 1, _MOST_STEPS), MOST_WAIT_MS)
    asked = min(retry_after_ms or 0, MOST_RETRY_AFTER_MS)
    return min(now + max(int(full * (0.5 + jitter / 2)), asked), given_up_at)
