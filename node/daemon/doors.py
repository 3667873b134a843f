"""What all doors of the national side share: a system submits a document under a key.

Responsible for who may send what, asked for each document, and for refusing more when too much waits.
Must not know how a door speaks.
"""

import hashlib
import re
from typing import Final, Literal

from node.daemon.sending_rules import rules_for
from node.daemon.submitter import Submitted, Submitter
from node.errors import CallerError, OperatorError
from node.national.system import System
from node.transfer.submission import Caller, Submission

Door = Literal["rest", "amqp", "folder"]

MOST_WAITING: Final = 8192  # submissions that wait to be sealed; beyond it callers come again later
MAX_KEY: Final = 128
_KEY: Final = re.compile(rf"[\x21-\x7e]{{1,{MAX_KEY}}}")


async def submit_for(
    submitter: Submitter,
    system: System,
    door: Door,
    key: str,
    document: bytes,
    *,
    digest: bytes | None = None,
    part: int | None = None,
) -> Submitted:
    """Submit a document for a national system; returns once it is durable.

    Args:
        submitter: of the running node.
        system: who asks.
        door: by which it came.
        key: its own; asking again under it gives the first answer.
        document: JSON bytes.
        digest: SHA-256 of all that was asked for under the key; None: of the document.
        part: which of several documents that were submitted under one key.

    Raises:
        CallerError: it was refused.
        OperatorError: `node.busy`, or our own machine failed; nothing was recorded.
    """
    if submitter.waiting >= MOST_WAITING:
        raise OperatorError(
            "node.busy",
            "more is waiting to be sealed than the node takes in",
            hint="come again a little later, under the same key",
        )
    caller = Caller(
        system=system.id,
        door=door,
        key=f"{door}/{check_key(key)}{'' if part is None else f' {part}'}",  # a key has no space
        digest=digest or hashlib.sha256(document).digest(),
        may_send=rules_for(system, submitter.database),
    )
    return await submitter.submit(Submission(document, caller=caller))


def check_key(key: str) -> str:
    """Give a key back if it is one.

    Raises:
        CallerError: `idempotency.key_malformed`.
    """
    if _KEY.fullmatch(key) is None:
        raise CallerError(
            "idempotency.key_malformed",
            f"a key has 1 to {MAX_KEY} visible ASCII characters",
            hint="a UUID for each new document does well",
        )
    return key
