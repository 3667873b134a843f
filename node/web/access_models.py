"""The forms of systems and tokens, as the API shows and takes them.

Responsible for turning what the accounts hold into models. Must not hold a secret longer than an answer.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from node.daemon.access_desk import DEFAULT_DAYS
from node.national import system as national
from node.national import token as kept
from node.national.scopes import Role, Scope
from node.national.system import EVERYTHING, MAX_NAMES, Names, Principal
from node.national.token import MAX_DAYS
from node.web.queries import PageQuery
from node.web.times import written

Named = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=MAX_NAMES)]

_UNITS = 'units it works for; ["*"] for all, also those to come'
_TYPES = 'documents it deals with, by name without edition; ["*"] for all'
_OFFICES = "customs offices it works for"


class NationalSystem(BaseModel):
    """A program on the national side, and what it deals with."""

    model_config = ConfigDict(extra="forbid")

    id: str
    title: str
    role: Role
    units: list[str] = Field(description=_UNITS)
    types: list[str] = Field(description=_TYPES)
    offices: list[str] = Field(description=_OFFICES)
    is_active: bool = Field(description="false: let in at no door, and told nothing")
    digest: str = Field(description="as in the entry system.changed: SHA-256 of the system, base64url")

    @classmethod
    def of(cls, one: national.System) -> "NationalSystem":
        """Show a system."""
        return cls(
            id=one.id,
            title=one.title,
            role=one.role,
            units=_names(one.units),
            types=_names(one.types),
            offices=sorted(one.offices),
            is_active=one.is_active,
            digest=one.digest,
        )


class NewSystem(BaseModel):
    """A system that is to be added."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(max_length=32, description="2 to 32 of a-z, 0-9 and hyphen, a letter first")
    title: str = Field(max_length=128)
    role: Role
    units: Named = Field(description=_UNITS)
    types: Named = Field(description=_TYPES)
    offices: Named = Field(default=[], description=_OFFICES)


class SystemChange(BaseModel):
    """What is to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = Field(default=None, max_length=128)
    role: Role | None = None
    units: Named | None = Field(default=None, description=_UNITS)
    types: Named | None = Field(default=None, description=_TYPES)
    offices: Named | None = Field(default=None, description=_OFFICES)


class TokenQuery(PageQuery):
    """Which tokens."""

    system: str | None = Field(default=None, max_length=32, description="only of this system")


class AccessToken(BaseModel):
    """What is known of a token; not what lets anybody in."""

    model_config = ConfigDict(extra="forbid")

    id: str
    system: str
    scopes: list[Scope]
    made_at: str = Field(description="RFC 3339, UTC")
    expires_at: str = Field(description="RFC 3339, UTC; refused from then on")
    revoked_at: str | None = Field(description="RFC 3339, UTC, if it was ended before")

    @classmethod
    def of(cls, one: kept.Token) -> "AccessToken":
        """Show a token."""
        return cls(
            id=one.id,
            system=one.system,
            scopes=sorted(one.scopes),
            made_at=written(one.made_at),
            expires_at=written(one.expires_at),
            revoked_at=None if one.revoked_at is None else written(one.revoked_at),
        )


class NewToken(BaseModel):
    """A token that is to be issued."""

    model_config = ConfigDict(extra="forbid")

    scopes: list[Scope] = Field(
        default=[], max_length=len(Scope), description="absent: all of its system's role"
    )
    days: int = Field(default=DEFAULT_DAYS, ge=1, le=MAX_DAYS, description="how long it lives")


class IssuedToken(AccessToken):
    """A new token; its text is shown this once."""

    text: str = Field(description="what the system shows: Authorization: Bearer …")


class Whoami(BaseModel):
    """Who asks, and what it may do."""

    model_config = ConfigDict(extra="forbid")

    authority: str = Field(description="whose node this is")
    system: str
    title: str
    role: Role
    scopes: list[Scope] = Field(description="of this token, as far as the role still has them")
    units: list[str] = Field(description=_UNITS)
    types: list[str] = Field(description=_TYPES)
    offices: list[str] = Field(description=_OFFICES)
    token: str | None = Field(description="id of the token; null for one of an identity provider")
    expires_at: str | None = Field(description="of our token, RFC 3339, UTC")

    @classmethod
    def of(cls, authority: str, principal: Principal, expires_at: int | None) -> "Whoami":
        """Show a principal."""
        one = principal.system
        return cls(
            authority=authority,
            system=one.id,
            title=one.title,
            role=one.role,
            scopes=sorted(principal.scopes),
            units=_names(one.units),
            types=_names(one.types),
            offices=sorted(one.offices),
            token=principal.token_id,
            expires_at=None if expires_at is None else written(expires_at),
        )


def _names(names: Names) -> list[str]:
    return [EVERYTHING.value] if names is EVERYTHING else sorted(names)
