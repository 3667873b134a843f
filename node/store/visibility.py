"""Which messages a national system sees, as SQL: for lists that must not be read whole to be filtered.

Responsible for the condition, and for the rows it rests on. Must not decide anything: the rule is
`national.entitlement.sees`, and a property holds this to it.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    exists,
    false,
    literal,
    or_,
    select,
    true,
)

from node.message.concern import OURS
from node.national.entitlement import Concerned
from node.national.event import Key
from node.national.system import EVERYTHING, Names, System
from node.store import tables
from node.store.concerns import OFFICE, TYPE, UNIT
from node.store.national_tables import concern

_ROW = concern.c
# Two lists rather than pairs: for pairs SQLite walks the table. What fits no pair is left out.
_CONCERNED = select(_ROW.originator, _ROW.id, _ROW.kind, _ROW.value).where(
    _ROW.originator.in_(bindparam("originators", expanding=True)),
    _ROW.id.in_(bindparam("ids", expanding=True)),
)

_Text = ColumnElement[str]


def sent_seen_by(system: System | None) -> ColumnElement[bool]:
    """Give the condition on rows of `sent`; for no system, which is the node's owner, it is true."""
    return seen_by(system, literal(OURS), tables.sent.c.id)


def received_seen_by(system: System | None) -> ColumnElement[bool]:
    """Give the condition on rows of `received`, as `sent_seen_by`."""
    return seen_by(system, tables.received.c.originator, tables.received.c.id)


def seen_by(system: System | None, originator: _Text, message_id: _Text) -> ColumnElement[bool]:
    """Give the condition on rows of any table that names messages.

    Args:
        system: who asks; None for the node's owner.
        originator: the column with the originator, `OURS` for ourselves.
        message_id: the column with the message id.
    """
    if system is None:
        return true()
    if not system.is_active:
        return false()

    def has(kind: str, names: Names) -> ColumnElement[bool]:
        if names is EVERYTHING:
            return true()
        if not names:
            return false()
        same = and_(_ROW.originator == originator, _ROW.id == message_id)
        # Of another table with the same name there could be one outside: this one stands for itself.
        return exists(
            select(literal(1))
            .select_from(concern)
            .where(same, _ROW.kind == kind, _ROW.value.in_(sorted(names)))
            .correlate_except(concern)
        )

    place = or_(has(UNIT, system.units), has(OFFICE, system.offices))
    return and_(has(TYPE, system.types), place)


def concerned(connection: Connection, keys: Collection[Key]) -> Mapping[Key, Concerned]:
    """Read whom messages concern, all in one query; every key has an answer."""
    found: dict[Key, dict[str, set[str]]] = {
        key: {TYPE: set(), UNIT: set(), OFFICE: set()} for key in keys
    }
    values = {
        "originators": list({originator for originator, _ in found}),
        "ids": list({message_id for _, message_id in found}),
    }
    for row in connection.execute(_CONCERNED, values) if found else ():
        kinds = found.get((row.originator, row.id), {})
        if row.kind in kinds:  # what it follows decides nothing here
            kinds[row.kind].add(row.value)
    return {
        key: Concerned(frozenset(kinds[TYPE]), frozenset(kinds[UNIT]), frozenset(kinds[OFFICE]))
        for key, kinds in found.items()
    }
