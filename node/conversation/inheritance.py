"""Inheritance: what is derived from another's document is handled at least as strictly.

Responsible for finding where a document is looser than what it answers or draws on, or goes to
somebody who may not have it, without the originator's consent. Asked when sending and again when
receiving; each side judges by the documents it holds. Must not look anything up by itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from node.conversation.facts import Ref, milliseconds
from node.errors import Refusal
from node.message.answer import Answer
from node.message.consent import Consent, Use
from node.message.faults import pointer_to
from node.message.handling_rules import Caveats, Handled, loosened
from node.message.header import Header, Source

_BINDS_ONWARD: Final = frozenset({"H2", "H3"})
"""H-codes under which nothing is passed on without the originator's permission."""


class Known(Protocol):
    """The documents one side holds."""

    def held(self, ref: Ref, version: int) -> Header | None:
        """Give the newest version held that is not above this one; None if there is none."""


class _Nothing:
    """Holds no document."""

    def held(self, ref: Ref, version: int) -> Header | None:  # noqa: ARG002 - as `Known` has it
        """Give None."""
        return None


NOTHING: Final = _Nothing()
"""What one side holds that holds nothing."""


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a document may not be sent, or is not accepted."""

    code: Refusal
    pointer: str
    text: str


def objection(document: Header, known: Known, *, at: int, reader: str | None = None) -> Objection | None:
    """Say why a document breaks the handling of what it derives from; None if it does not.

    Args:
        document: read, its own rules kept.
        known: what this side holds.
        at: Unix ms, the time of sealing; a consent may have ended.
        reader: when receiving, our own id; when sending, every recipient is asked about.
    """
    return next(
        (found for found in (*_of_answer(document, known), *_of_sources(document, known, at, reader))),
        None,
    )


def _of_answer(document: Header, known: Known) -> Iterator[Objection]:
    if not isinstance(document, Answer):
        return
    answered = document.answers
    source = known.held(Ref(answered.type, answered.authority, answered.reference), answered.version)
    if source is None or answered.authority == document.originator.authority:
        return
    for name in loosened(document.handling, source.handling):
        yield Objection(
            Refusal.HANDLING_LOOSENED,
            pointer_to("handling", name),
            f"looser than the {answered.type} it answers",
        )


def _of_sources(document: Header, known: Known, at: int, reader: str | None) -> Iterator[Objection]:
    for index, source in enumerate(document.sources):
        place = ("sources", index)
        ref = Ref(source.type, source.authority, source.reference)
        original = known.held(ref, source.version)
        if original is not None and _differs(source, original.handling):
            yield Objection(
                Refusal.HANDLING_MISSTATED, pointer_to(*place), "not the handling of that document"
            )
        grants = tuple(_grants(source, known, at))
        strict = Caveats(source.tlp, source.h_code, source.pap)
        for name in loosened(document.handling, strict):
            if not any(_widens(grant, document.handling, name) for grant in grants):
                yield Objection(
                    Refusal.HANDLING_LOOSENED,
                    pointer_to(*place, "consent"),
                    f"{name} is looser than the source's, and no consent that we hold covers it",
                )
        strangers = _strangers(document, source, original, reader)
        if source.h_code in _BINDS_ONWARD and not _may_pass(grants, strangers):
            yield Objection(
                Refusal.HANDLING_PASSED_ON,
                pointer_to(*place, "consent"),
                "passed on to somebody the source did not go to, without a consent that we hold",
            )


def _differs(source: Source, handling: Handled) -> bool:
    stated = (source.tlp, source.h_code, source.pap)
    return stated != (handling.tlp, handling.h_code, handling.pap)


def _grants(source: Source, known: Known, at: int) -> Iterator[Use]:
    """Give what the source's originator consented to, by the consent that the document names."""
    if source.consent is None:
        return
    consent = known.held(Ref("consent", source.authority, source.consent), 99_999)
    if not isinstance(consent, Consent):
        return
    covered = consent.covers
    if (covered.type, covered.authority, covered.reference) != (
        source.type,
        source.authority,
        source.reference,
    ):
        return
    if consent.until is None or at < milliseconds(consent.until):
        yield from consent.grants


def _widens(grant: Use, handling: Handled, name: str) -> bool:
    """Say whether a grant lets one code be as loose as it is here."""
    if grant.kind != "widen-handling" or getattr(grant, name) is None:
        return False
    allowed = Caveats(
        grant.tlp or handling.tlp, grant.h_code or handling.h_code, grant.pap or handling.pap
    )
    return name not in loosened(handling, allowed)


def _strangers(
    document: Header, source: Source, original: Header | None, reader: str | None
) -> frozenset[str]:
    """Give the recipients who did not have the source from its originator.

    A reader who does not hold the source did not have it. Who else did is not for the reader to
    know, and not for the reader to judge.
    """
    known_to = {source.authority, *(original.recipients if original else ())}
    asked: Iterable[str] = document.recipients if reader is None else (reader,)
    return frozenset(asked) - known_to


def _may_pass(grants: Iterable[Use], strangers: frozenset[str]) -> bool:
    allowed = {name for grant in grants if grant.kind == "pass-on" for name in grant.to}
    return strangers <= allowed
