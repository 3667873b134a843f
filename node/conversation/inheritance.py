"""Inheritance: what is derived from another's document is handled at least as strictly.

Responsible for finding where a document is looser than what it answers or draws on, or goes to
somebody who may not have it, without the originator's consent. Asked when sending and again when
receiving; each side judges by the documents it holds. Must not look anything up by itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, Protocol

from node.conversation.facts import Ref, milliseconds
from node.conversation.tables import leads
from node.errors import Refusal
from node.message.amendment import Amendment
from node.message.answer import Answer, Answered
from node.message.consent import Consent, Use
from node.message.faults import pointer_to
from node.message.handling_rules import Caveats, Handled, loosened
from node.message.header import Header, Source

_BINDS_ONWARD: Final = frozenset({"H2", "H3"})
"""H-codes under which nothing is passed on without the originator's permission; TLP:RED does too."""

_NEWEST: Final = 99_999


class Known(Protocol):
    """The documents one side holds."""

    def held(self, ref: Ref, version: int) -> Header | None:
        """Give the newest version held that is not above this one; None if there is none."""

    def is_recalled(self, ref: Ref) -> bool:
        """Say whether its originator recalled a document, as far as we know."""


class _Nothing:
    """Holds no document."""

    def held(self, ref: Ref, version: int) -> Header | None:  # noqa: ARG002 - as `Known` has it
        """Give None."""
        return None

    def is_recalled(self, ref: Ref) -> bool:  # noqa: ARG002 - as `Known` has it
        """Say no."""
        return False


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
    found = chain(
        _of_answer(document, known, reader),
        _of_sources(document, known, at, reader),
        _inside(document, known, at, reader),
    )
    return next(found, None)


def _inside(document: Header, known: Known, at: int, reader: str | None) -> Iterator[Objection]:
    """Ask about the version that an amendment carries."""
    if isinstance(document, Amendment):
        for found in _of_sources(document.document, known, at, reader):
            yield replace(found, pointer=f"/document{found.pointer}")


def _of_answer(document: Header, known: Known, reader: str | None) -> Iterator[Objection]:
    if not isinstance(document, Answer):
        return
    named, own = document.answers, document.originator.authority
    earlier = known.held(Ref(document.type.partition("/")[0], own, document.reference), _NEWEST)
    if isinstance(earlier, Answer) and _ref(earlier.answers) != _ref(named):
        yield Objection(
            Refusal.DOCUMENT_RETARGETED, "/answers", "another version of it answers something else"
        )
    if named.authority == own and leads(named.type):
        return  # of one's own case, beside one's own document
    # What was looser once may have been tightened since: an answer keeps to both.
    versions = (known.held(_ref(named), number) for number in (named.version, _NEWEST))
    for source in filter(None, versions):
        yield from _of_answered(document, source, reader)


def _of_answered(document: Answer, source: Header, reader: str | None) -> Iterator[Objection]:
    name = document.answers.type
    for code in loosened(document.handling, source.handling):
        yield Objection(
            Refusal.HANDLING_LOOSENED,
            pointer_to("handling", code),
            f"looser than the {name} it answers",
        )
    had = {document.originator.authority, source.originator.authority, *source.recipients}
    asked = frozenset(document.recipients if reader is None else (reader,))
    if _binds_onward(source.handling) and not asked <= had:
        yield Objection(
            Refusal.HANDLING_PASSED_ON,
            "/recipients",
            f"an answer to a {name} goes to nobody whom that did not go to",
        )


def _binds_onward(handling: Handled) -> bool:
    return handling.h_code in _BINDS_ONWARD or handling.tlp == "RED"


def _ref(answered: Answered) -> Ref:
    return Ref(answered.type, answered.authority, answered.reference)


def _of_sources(document: Header, known: Known, at: int, reader: str | None) -> Iterator[Objection]:
    for index, source in enumerate(document.sources):
        yield from _of_source(document, source, index, known, at, reader)


def _of_source(
    document: Header, source: Source, index: int, known: Known, at: int, reader: str | None
) -> Iterator[Objection]:
    place = ("sources", index)
    original = known.held(Ref(source.type, source.authority, source.reference), source.version)
    if original is not None and _differs(source, original.handling):
        yield Objection(
            Refusal.HANDLING_MISSTATED, pointer_to(*place), "not the handling of that document"
        )
    grants = tuple(_grants(document, source, known, at))
    strict = Caveats(source.tlp, source.h_code, source.pap)
    for name in loosened(document.handling, strict):
        if not any(_widens(grant, document.handling, name) for grant in grants):
            yield Objection(
                Refusal.HANDLING_LOOSENED,
                pointer_to(*place, "consent"),
                f"{name} is looser than the source's, and no consent that we hold covers it",
            )
    strangers = _strangers(document, source, original, reader)
    if _binds_onward(strict) and not _may_pass(grants, strangers):
        yield Objection(
            Refusal.HANDLING_PASSED_ON,
            pointer_to(*place, "consent"),
            "passed on to somebody the source did not go to, without a consent that we hold",
        )


def _differs(source: Source, handling: Handled) -> bool:
    stated = (source.tlp, source.h_code, source.pap)
    return stated != (handling.tlp, handling.h_code, handling.pap)


def _grants(document: Header, source: Source, known: Known, at: int) -> Iterator[Use]:
    """Give what the source's originator consented to, by the consent that the document names.

    A consent counts for whoever asked for it, for the version it covers, and while it stands.
    """
    if source.consent is None:
        return
    ref = Ref("consent", source.authority, source.consent)
    consent = known.held(ref, _NEWEST)
    if not isinstance(consent, Consent) or known.is_recalled(ref):
        return
    covered = Ref(source.type, source.authority, source.reference)
    is_covered = (_ref(consent.covers), consent.covers.version) == (covered, source.version)
    is_theirs = consent.answers.authority == document.originator.authority
    end = min(milliseconds(moment) for moment in (consent.valid_until, consent.until) if moment)
    if is_covered and is_theirs and consent.function != "1" and at < end:
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
