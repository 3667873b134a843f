"""National systems and their tokens, on the disk.

Responsible for reading them, and for the records that write them with a batch. Must not let anybody in
(`national.token.admit`), and never holds a secret: only its digest.
"""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from node.national.scopes import Role, Scope
from node.national.system import System, names_as_json, names_from_json
from node.national.token import Token
from node.store.database import Database
from node.store.national_tables import system as system_table
from node.store.national_tables import token as token_table

_SYSTEM, _TOKEN = system_table.c, token_table.c
_OF_SYSTEM = (
    _SYSTEM.id,
    _SYSTEM.title,
    _SYSTEM.role,
    _SYSTEM.units,
    _SYSTEM.types,
    _SYSTEM.offices,
    _SYSTEM.is_active,
)
_OF_TOKEN = (
    _TOKEN.id.label("token"),
    _TOKEN.system,
    _TOKEN.digest,
    _TOKEN.scopes,
    _TOKEN.made_at,
    _TOKEN.expires_at,
    _TOKEN.revoked_at,
)
_SHOWN = (  # built once: every request with a token asks this
    select(*_OF_TOKEN, *_OF_SYSTEM)
    .join_from(token_table, system_table, _TOKEN.system == _SYSTEM.id)
    .where(_TOKEN.id == bindparam("shown"))
)


@dataclass(frozen=True, slots=True)
class PutSystem:
    """Write a system, new or changed. `at` is Unix ms."""

    system: System
    at: int

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        one = self.system
        row = {
            "id": one.id,
            "title": one.title,
            "role": one.role.value,
            "units": json.dumps(names_as_json(one.units)),
            "types": json.dumps(names_as_json(one.types)),
            "offices": json.dumps(sorted(one.offices)),
            "is_active": int(one.is_active),
            "changed_at": self.at,
        }
        connection.execute(system_table.insert().prefix_with("OR REPLACE"), row)


@dataclass(frozen=True, slots=True)
class PutToken:
    """Write a new token."""

    token: Token

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        one = self.token
        row = {
            "id": one.id,
            "system": one.system,
            "digest": one.digest,
            "scopes": json.dumps(sorted(one.scopes)),
            "made_at": one.made_at,
            "expires_at": one.expires_at,
            "revoked_at": one.revoked_at,
        }
        connection.execute(token_table.insert(), row)


@dataclass(frozen=True, slots=True)
class RevokeToken:
    """End a token; one that was ended before keeps its time. `at` is Unix ms."""

    id: str
    at: int

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        living = (_TOKEN.id == self.id) & _TOKEN.revoked_at.is_(None)
        connection.execute(update(token_table).where(living).values(revoked_at=self.at))


class Accounts:
    """Read side of systems and tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def system(self, system_id: str) -> System | None:
        """Give a system, active or not."""
        query = select(*_OF_SYSTEM).where(_SYSTEM.id == system_id)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return _system(row) if row else None

    def systems(self) -> list[System]:
        """Give every system, by id."""
        with self._database.reading() as connection:
            rows = connection.execute(select(*_OF_SYSTEM).order_by(_SYSTEM.id)).all()
        return [_system(row) for row in rows]

    def token(self, token_id: str) -> tuple[Token, System] | None:
        """Give a token with its system, for `national.token.admit`."""
        with self._database.reading() as connection:
            row = connection.execute(_SHOWN, {"shown": token_id}).first()
        return (_token(row), _system(row)) if row else None

    def tokens(self, system_id: str | None = None) -> list[Token]:
        """Give the tokens of a system, or all: newest first, ended ones too."""
        query = select(*_OF_TOKEN).order_by(_TOKEN.made_at.desc(), _TOKEN.id)
        if system_id is not None:
            query = query.where(_TOKEN.system == system_id)
        with self._database.reading() as connection:
            return [_token(row) for row in connection.execute(query)]


def _system(row: Any) -> System:
    return System(
        id=row.id,
        title=row.title,
        role=Role(row.role),
        units=names_from_json(json.loads(row.units)),
        types=names_from_json(json.loads(row.types)),
        offices=frozenset(json.loads(row.offices)),
        is_active=bool(row.is_active),
    )


def _token(row: Any) -> Token:
    return Token(
        id=row.token,
        system=row.system,
        digest=row.digest,
        scopes=frozenset(map(Scope, json.loads(row.scopes))),
        made_at=row.made_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
