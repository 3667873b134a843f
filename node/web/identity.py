"""Who asks: a token becomes a principal, and each route says which scope it needs.

Responsible for the bearer token and for the scope of a route, which the tests read from here. Must not
know what a scope allows to be seen (`national.entitlement`).

Source: RFC 6750.
"""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from node.errors import CallerError
from node.national.scopes import Scope
from node.national.system import Principal
from node.web.world import world_of

_BEARER = HTTPBearer(
    bearerFormat="sarbon_<id>_<secret>",
    description="A token of a national system: `sarbon tokens issue`. Or, where the node is set up for "
    "it, an access token of the authority's own OpenID Connect provider.",
    auto_error=False,
)


class Needs:
    """A dependency of a route: lets a principal in that has a scope; None: any principal."""

    def __init__(self, scope: Scope | None = None) -> None:
        self.scope = scope

    async def __call__(
        self,
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    ) -> Principal:
        """Let a principal in.

        Raises:
            CallerError: `token.…`, `system.disabled`, `rate.exceeded` or `access.scope`.
        """
        if credentials is None:
            raise CallerError(
                "token.missing",
                "this path needs a token",
                hint="send the header Authorization: Bearer sarbon_…",
            )
        world = world_of(request)
        principal = await world.doorkeeper.admit(credentials.credentials)
        world.rates.take(principal.system.id)
        if self.scope is not None:
            principal.require(self.scope)
        request.state.principal = principal
        return principal
