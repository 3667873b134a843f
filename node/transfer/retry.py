"""When to try again.

Responsible for the waiting times alone; what is tried is the caller's business.
"""

from typing import Final

FIRST_MS: Final = 1_000  # after the first failure
MOST_MS: Final = 300_000  # five minutes: a peer that comes back waits no longer than this
RECEIPT_PATIENCE_MS: Final = 30_000  # no receipt for so long: the bundle is sent again
FILE_PATIENCE_MS: Final = 30_000  # no receipt so long after its last chunk: the file is sent again
MOST_FILE_PATIENCE_MS: Final = 6 * 3_600_000  # six hours: a file is up to 29 MB on the wire


def delay_ms(attempts: int, *, jitter: float) -> int:
    """Wait exponentially longer after each failure, spread so that peers do not return in step.

    Args:
        attempts: failures so far, at least 1.
        jitter: between 0 and 1, drawn by the caller; the delay is 50 % to 100 % of its full value.
    """
    full = min(FIRST_MS << min(attempts - 1, 20), MOST_MS)
    return int(full * (0.5 + jitter / 2))


def patience_ms(attempts: int) -> int:
    """Wait longer for a receipt each time the peer has stayed silent, up to five minutes."""
    return min(RECEIPT_PATIENCE_MS << min(attempts, 20), MOST_MS)


def file_patience_ms(attempts: int) -> int:
    """Wait longer for a file's receipt each time it was sent in vain, up to six hours."""
    return min(FILE_PATIENCE_MS << min(attempts, 20), MOST_FILE_PATIENCE_MS)
