"""Verifying what came from a node, with nothing but its bytes: webhooks and evidence.

Responsible for believing a webhook only by its signature, and evidence only by a directory. Must not ask
anybody.

Source: Standard Webhooks 1.0; schemas/README.md §9.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from node.audit.evidence import Finding, read_evidence
from node.client.errors import SignatureError
from node.client.models.base import read_model
from node.client.models.events import CloudEvent
from node.trust.directory import Directory
from node.trust.judgement import Verdict, judge_by, judge_evidence

TRIAL: Final = "sarbon.webhook.test"  # an event that says nothing: somebody tries the webhook out


def verify_webhook(
    headers: Mapping[str, str], body: bytes, secret: str | Sequence[str]
) -> CloudEvent | None:
    """Give the event that was sent to a webhook, if the node signed it in the last five minutes.

    Answer 2xx when it is safe with you. It may come more than once: `webhook-id` is the same then.
    None: the webhook was only tried out; answer 2xx.

    Args:
        headers: of the request.
        body: as it came, byte for byte.
        secret: `whsec_…`; while it is being replaced, both.

    Raises:
        SignatureError: the node did not send this, or not now.
    """
    secrets = [secret] if isinstance(secret, str) else secret
    if not any(_is_signed(headers, body, one) for one in secrets):
        raise SignatureError(
            "webhook.signature",
            "no signature under this secret, or one of more than five minutes ago",
            hint="compare the secret and the clock; pass the body on as it came, byte for byte",
        )
    try:
        value = json.loads(body)
        is_trial = isinstance(value, dict) and value.get("type") == TRIAL
        return None if is_trial else read_model(CloudEvent, body)
    except (ValueError, RecursionError) as error:
        raise SignatureError(
            "webhook.event",
            "it is signed, but is no event that this program knows",
            hint="use the client of the node's own version",
        ) from error


def _is_signed(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):  # headers of strangers may have any form
        return False
    return True


def verify_evidence(raw: bytes, *, fingerprint: str) -> Verdict:
    """Verify an evidence file completely, offline, by the directory inside.

    Args:
        raw: the file.
        fingerprint: of the network's first directory entry, which you have had from somebody you trust.

    Raises:
        PeerError: the first thing that does not hold.
    """
    return judge_evidence(raw, fingerprint=fingerprint)


def verify_evidence_by(raw: bytes, directory: Directory) -> Finding:
    """Verify an evidence file by a directory that you believe, whichever the file carries.

    Raises:
        PeerError: the first thing that does not hold.
    """
    return judge_by(directory, read_evidence(raw))
