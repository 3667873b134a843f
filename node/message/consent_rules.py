"""Rules between the members of a request for consent and of a consent.

Responsible for uses that say enough to be judged. Must not decide whether a consent covers a use.
"""

from collections.abc import Iterator, Sequence

from node.message.answer_rules import answer_faults
from node.message.consent import Consent, ConsentRequest, Use
from node.message.faults import Fault, pointer_to
from node.message.header_rules import after_issue_faults, once_faults


def consent_request_faults(request: ConsentRequest) -> Iterator[Fault]:
    """Give the faults of a request for consent, in the order of its members."""
    yield from answer_faults(request)
    yield from _use_faults(request.uses, "uses")
    yield from after_issue_faults(request, "needed_by")


def consent_faults(consent: Consent) -> Iterator[Fault]:
    """Give the faults of a consent, in the order of its members."""
    yield from answer_faults(consent, "consent-request")
    if consent.covers.authority != consent.originator.authority:
        yield Fault("/covers/authority", "rule.covers_own", "consent is given to what is one's own")
    yield from _use_faults(consent.grants, "grants")
    yield from after_issue_faults(consent, "until")


def _use_faults(uses: Sequence[Use], at: str) -> Iterator[Fault]:
    for index, use in enumerate(uses):
        if (use.kind == "pass-on") != bool(use.to):
            yield Fault(
                pointer_to(at, index, "to"), "rule.use_recipients", "with pass-on, and only then"
            )
        yield from once_faults(use.to, at, index, "to")
        is_wider = any((use.tlp, use.h_code, use.pap))
        if (use.kind == "widen-handling") != is_wider:
            yield Fault(
                pointer_to(at, index),
                "rule.use_handling",
                "tlp, h_code or pap: at least one with widen-handling, none otherwise",
            )
