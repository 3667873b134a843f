"""What a system's document names must concern that system: it cannot act on what is another unit's.

Responsible for every rule of what a system may send, those that need a look at what is held included.
Must not judge type and unit by itself (`national.entitlement`).

Attacks stopped here: a system recalls or amends a document of another unit; it numbers a document as a
version of another unit's, so that whatever answers that one concerns it too; it learns by what is
refused how another unit's document is handled.

Only units and offices count here: a system that sends seizures need not see alerts to answer them.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from node.errors import CallerError
from node.message.amendment import Amendment
from node.message.concern import OURS, Followed, concern_of
from node.message.header import Header
from node.message.recall import Recall
from node.national.entitlement import Concerned, may_send, sees
from node.national.system import EVERYTHING, System
from node.store.database import Database
from node.store.standings import Standing, Standings
from node.transfer.outgoing import REFERENCE_TAKEN

MaySend = Callable[[Header], None]
"""Raises `CallerError` for a document that is not a system's to send."""

_HINT: Final = "a message is assigned to the unit first, or the node's operator sets the units"


def rules_for(system: System, database: Database) -> MaySend:
    """Give what a system's documents are judged by, each time anew.

    The judge raises `CallerError`: as `may_send`, `access.followed` or `document.reference_taken`.
    """
    standings = Standings(database)
    anywhere = replace(system, types=EVERYTHING)

    def judge(document: Header) -> None:
        may_send(system, document)
        if sees(anywhere, Concerned()):
            return  # it works for every unit
        _check_reference(document, anywhere, standings)
        _check_followed(document, anywhere, standings)
        _check_sources(document, anywhere, standings)

    return judge


def _check_reference(document: Header, system: System, standings: Standings) -> None:
    itself = Followed(OURS, document.type.partition("/")[0], document.reference)
    if standings.of(system, itself) is Standing.UNSEEN:
        raise CallerError(
            REFERENCE_TAKEN,
            f"the reference stands for a document that does not concern {system.id}",
            hint="choose a new reference",
            pointer="/reference",
        )


def _check_followed(document: Header, system: System, standings: Standings) -> None:
    named = concern_of(document, own=document.originator.authority).follows
    if named is None:
        return
    # What is not held may be known otherwise, or is on its way to be sealed with this very document.
    if standings.of(system, named) is Standing.UNSEEN:
        raise CallerError(
            "access.followed",
            f"what this answers, amends or recalls does not concern {system.id}",
            hint=_HINT,
            pointer=_pointer(document),
        )


def _check_sources(document: Header, system: System, standings: Standings) -> None:
    for pointer, named in _sources(document):
        if standings.of(system, named) is Standing.UNSEEN:
            raise CallerError(
                "access.followed",
                f"a source of this does not concern {system.id}",
                hint=_HINT,
                pointer=pointer,
            )


def _sources(document: Header) -> Iterator[tuple[str, Followed]]:
    parts = [("", document)]
    if isinstance(document, Amendment):
        parts.append(("/document", document.document))
    own = document.originator.authority
    for place, part in parts:
        for index, source in enumerate(part.sources):
            originator = OURS if source.authority == own else source.authority
            named = Followed(originator, source.type, source.reference)
            yield f"{place}/sources/{index}", named


def _pointer(document: Header) -> str:
    if isinstance(document, Amendment):
        return "/amends"
    return "/recalls" if isinstance(document, Recall) else "/answers"
