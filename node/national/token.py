"""Tokens: what a national system shows to be let in.

Responsible for their form, for what is kept of one, and for judging one that is shown. Must not
store anything, nor look at a clock.

The secret is 256 random bits, so its plain SHA-256 can be kept: nobody can try them all, and a slow
hash would only serve whoever wants to keep the node busy.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from node.canonical import b64u
from node.errors import CallerError
from node.national.scopes import ROLES, Scope
from node.national.system import Principal, System, check_active

PREFIX: Final = "sarbon"  # so that a token left in a file or a log can be found
MAX_DAYS: Final = 366
_DAY_MS: Final = 24 * 3_600_000
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: none is taken for another
_ID_LENGTH: Final = 12
_SECRET_BYTES: Final = 32
_FORM: Final = re.compile(rf"{PREFIX}_([{_ALPHABET}]{{{_ID_LENGTH}}})_([A-Za-z0-9_-]{{43}})")

TokenId = str


@dataclass(frozen=True, slots=True)
class Shown:
    """A token as somebody shows it."""

    id: TokenId
    secret: str


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token.

    Attributes:
        digest: SHA-256 of the secret.
        made_at: Unix ms.
        expires_at: Unix ms; from then on it is refused.
        revoked_at: Unix ms, if it was ended before.
    """

    id: TokenId
    system: str
    digest: bytes
    scopes: frozenset[Scope]
    made_at: int
    expires_at: int
    revoked_at: int | None = None


def make_token(random_bytes: Callable[[int], bytes]) -> tuple[Shown, str]:
    """Make a token; gives its parts, and the text that is shown once."""
    bits = int.from_bytes(random_bytes(8))
    id_ = "".join(_ALPHABET[bits >> 5 * place & 31] for place in range(_ID_LENGTH))
    secret = b64u(random_bytes(_SECRET_BYTES))
    return Shown(id_, secret), f"{PREFIX}_{id_}_{secret}"


def read_token(text: str) -> Shown:
    """Read a token as it is shown.

    Raises:
        CallerError: `token.malformed`; the text is not repeated.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise CallerError(
            "token.malformed",
            "what was shown is no token",
            hint=f"a token is {PREFIX}_…_…, of {len(PREFIX) + _ID_LENGTH + 45} characters",
        )
    return Shown(found[1], found[2])


def digest_of(secret: str) -> bytes:
    """Give what is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def expiry_of(days: int, *, now: int) -> int:
    """Give when a token of so many days expires, Unix ms.

    Raises:
        CallerError: `token.lifetime`.
    """
    if not 1 <= days <= MAX_DAYS:
        raise CallerError(
            "token.lifetime",
            f"a token lives 1 to {MAX_DAYS} days",
            hint="issue the next one before it ends; two may live side by side",
        )
    return now + days * _DAY_MS


def admit(shown: Shown, found: tuple[Token, System] | None, *, now: int) -> Principal:
    """Let in whoever shows a token, with what the token and still the role of its system allow.

    The secret is judged first: only who holds it learns what became of the token.

    Args:
        shown: as read.
        found: what is kept under its id, with its system.
        now: Unix ms.

    Raises:
        CallerError: `token.unknown`, `token.revoked`, `token.expired` or `system.disabled`.
    """
    if found is None or not hmac.compare_digest(found[0].digest, digest_of(shown.secret)):
        raise _refused("token.unknown", "this token was never issued here")
    token, system = found
    if token.revoked_at is not None:
        raise _refused("token.revoked", f"the token {token.id} was revoked")
    if now >= token.expires_at:
        raise _refused("token.expired", f"the token {token.id} has expired")
    check_active(system)
    return Principal(system, token.id, token.scopes & ROLES[system.role])


def _refused(code: str, fact: str) -> CallerError:
    return CallerError(code, fact, hint="the node's operator issues tokens: 'sarbon tokens issue'")
