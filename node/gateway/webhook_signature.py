"""The signature of a webhook, by Standard Webhooks 1.0.

Responsible for secrets and headers. Must not send. The signature itself is the library's.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from standardwebhooks import Webhook

SECRET_BYTES: Final = 32  # Standard Webhooks 1.0, "Signature scheme": 24 to 64

_PREFIX: Final = "whsec_"


def make_secret(random_bytes: bytes) -> str:
    """Write random bytes as a secret."""
    return _PREFIX + base64.b64encode(random_bytes).decode()


def sign(event_id: str, body: bytes, secrets: Sequence[str], *, now: int) -> Mapping[str, str]:
    """Give the three headers.

    Args:
        event_id: the same at each try, so that a receiver can tell a repetition.
        body: JSON, as it will be sent.
        secrets: the one in force; while it is being replaced, the one before too.
        now: of this try, Unix ms; receivers refuse what is older than five minutes.
    """
    # The parts of what is signed are divided by full stops: an id that has some could be read two ways.
    webhook_id = event_id.replace(".", "_")
    at = datetime.fromtimestamp(now // 1000, UTC)
    signatures = (Webhook(secret).sign(webhook_id, at, body.decode()) for secret in secrets)
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(now // 1000),
        "webhook-signature": " ".join(signatures),
    }
