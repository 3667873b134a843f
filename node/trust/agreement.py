"""An agreement between authorities, as data: who may send what to whom, and on which terms.

Responsible for agreement bytes -> values, and for the hash by which manifests and the directory
name it. Must not decide a single message (`policy`).

Source: schemas/README.md §6.
"""

import hashlib
import tomllib
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from node.canonical import b64u
from node.errors import OperatorError
from node.limits import MAX_DOCUMENT_BYTES, MAX_LIFETIME_MS

AuthorityId = Annotated[str, Field(pattern=r"^[A-Z]{2}-[A-Z0-9]{2,12}$")]
_HOUR_MS = 3_600_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Strict):
    """One direction: these senders may send these types to these recipients."""

    sender: AuthorityId = Field(alias="from")
    recipient: AuthorityId = Field(alias="to")
    types: tuple[str, ...] = Field(min_length=1)
    purposes: tuple[str, ...] = Field(default=(), description="empty: every purpose of the agreement")
    max_document_bytes: int = Field(default=MAX_DOCUMENT_BYTES, ge=1, le=MAX_DOCUMENT_BYTES)
    max_lifetime_hours: int = Field(
        default=MAX_LIFETIME_MS // _HOUR_MS, ge=1, le=MAX_LIFETIME_MS // _HOUR_MS
    )


class Terms(_Strict):
    """What the recipient may do afterwards."""

    onward_transfer: Literal["never", "consent", "allowed"] = "consent"
    evidential_use: Literal["never", "consent", "allowed"] = "consent"
    aggregate_use: Literal["never", "allowed"] = Field(
        default="allowed", description="may the documents be counted in views of the corridor"
    )
    retention_days: int = Field(default=365, ge=1)


class Deadlines(_Strict):
    """By when each side answers, counted from the recipient's receipt unless said otherwise.

    A date that a document itself names takes the place of what is agreed here.
    """

    receipt_minutes: int = Field(default=30, ge=1, description="from sealing")
    read_minutes: int = Field(default=480, ge=1)
    read_minutes_near: int = Field(default=60, ge=1, description="when the cargo is near")
    near_hours: int = Field(default=24, ge=1, description="an arrival this soon is near")
    feedback_hours: int = Field(default=72, ge=1, description="from the actual arrival")
    urgent_direct_hours: int = Field(default=8, ge=1)
    urgent_indirect_hours: int = Field(default=72, ge=1)
    routine_hours: int = Field(default=168, ge=1)
    recall_answer_hours: int = Field(default=24, ge=1)


class Agreement(_Strict):
    """A whole agreement.

    Attributes:
        digest: SHA-256 of the file's bytes, base64url; a changed comma is another agreement.
    """

    digest: str
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,63}$")
    title: str
    parties: tuple[AuthorityId, ...] = Field(min_length=2, max_length=64)
    valid_from: datetime
    valid_until: datetime
    legal_basis: str
    purposes: tuple[str, ...] = Field(min_length=1)
    rules: tuple[Rule, ...] = Field(min_length=1)
    terms: Terms = Terms()
    deadlines: Deadlines = Deadlines()

    def is_in_force(self, at: int) -> bool:
        """Say whether the agreement is in force at a time, Unix milliseconds."""
        return self.valid_from.timestamp() * 1000 <= at < self.valid_until.timestamp() * 1000

    @model_validator(mode="after")
    def _rules_name_parties(self) -> Self:
        if self.valid_from.tzinfo is None or self.valid_until.tzinfo is None:
            raise ValueError("valid_from and valid_until need an offset, such as Z")
        for rule in self.rules:
            if not {rule.sender, rule.recipient} <= set(self.parties):
                raise ValueError(f"{rule.sender} -> {rule.recipient}: both must be parties")
            if not set(rule.purposes) <= set(self.purposes):
                raise ValueError(f"{rule.sender} -> {rule.recipient}: a purpose is not the agreement's")
        return self


def read_agreement(raw: bytes, *, source: str) -> Agreement:
    """Read an agreement from TOML.

    Args:
        raw: the file's bytes; every party must have the same ones.
        source: where they came from, for the error.

    Raises:
        OperatorError: `agreement.invalid`, with the first member at fault.
    """
    try:
        value: dict[str, Any] = tomllib.loads(raw.decode())
        return Agreement.model_validate({**value, "digest": b64u(hashlib.sha256(raw).digest())})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise OperatorError(
            "agreement.invalid",
            f"{source}: {where}: {first['msg']}",
            hint="see docs/operators.md, Agreements",
        ) from error
    except (ValueError, RecursionError) as error:  # the second: arrays nested too deep
        raise OperatorError(
            "agreement.invalid",
            f"{source}: not TOML in UTF-8: {error}",
            hint="see docs/operators.md, Agreements",
        ) from error
