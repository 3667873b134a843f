"""What a request must bring: a key where it sends something, a body of the media type that a path takes.

Responsible for the two headers, the same way at every route. Must not know what is sent.
"""

from typing import Annotated

from fastapi import Header, Request

from node.daemon.doors import MAX_KEY, check_key
from node.errors import CallerError

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description=f"Required. Your own, new for each new request, 1 to {MAX_KEY} visible ASCII "
        "characters; a repetition under the same key gives the first answer. Kept seven days.",
    ),
]


def required_key(key: str | None) -> str:
    """Give the key of a request that sends something.

    Raises:
        CallerError: `idempotency.key_missing` or `idempotency.key_malformed`.
    """
    if key is None:
        raise CallerError(
            "idempotency.key_missing",
            "what sends needs the header Idempotency-Key",
            hint="a new UUID for each new request; the same one when you repeat it",
        )
    return check_key(key)


def media_type_of(request: Request, *allowed: str) -> str:
    """Give the media type of a body, without parameters and in small letters.

    Raises:
        CallerError: `request.media_type`.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in allowed:
        raise CallerError(
            "request.media_type",
            "the body is of another media type than this path takes",
            hint=f"send it as it is, with Content-Type: {' or '.join(allowed)}",
        )
    return media
