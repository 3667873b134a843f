"""Systems and tokens.

Responsible for their members as the OpenAPI document has them: a test compares. What each means is said
there. Must not ask for any.
"""

from pydantic import Field

from node.client.models.base import Model


class Whoami(Model):
    """Who asks, and what it may do."""

    authority: str
    system: str
    title: str
    role: str
    scopes: tuple[str, ...]
    units: tuple[str, ...]
    types: tuple[str, ...]
    offices: tuple[str, ...]
    token: str | None
    expires_at: str | None


class NationalSystem(Model):
    """A program on the national side, and what it deals with."""

    id: str
    title: str
    role: str
    units: tuple[str, ...]
    types: tuple[str, ...]
    offices: tuple[str, ...]
    is_active: bool
    digest: str


class AccessToken(Model):
    """What is known of a token; not what lets anybody in."""

    id: str
    system: str
    scopes: tuple[str, ...]
    made_at: str
    expires_at: str
    revoked_at: str | None


class IssuedToken(AccessToken):
    """A new token; its text is shown this once."""

    text: str = Field(repr=False)
