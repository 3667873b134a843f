"""The doorkeeper: a text that was shown becomes a principal.

Responsible for asking the accounts about our own tokens, and the identity provider's keys about its.
Must not let anything in that was not proved.
"""

from typing import Protocol

from node.daemon.node import Node
from node.errors import CallerError
from node.national.system import Principal, principal_of
from node.national.token import PREFIX, admit, read_token
from node.store.accounts import Accounts


class Provider(Protocol):
    """Proves access tokens of an OpenID Connect provider."""

    async def system_of(self, text: str) -> str:
        """Give the id of the system that a token names.

        Raises:
            CallerError: `token.…`.
        """


class Doorkeeper:
    """Asked for every request."""

    def __init__(self, node: Node, accounts: Accounts, provider: Provider | None) -> None:
        self._node = node
        self._accounts = accounts
        self._provider = provider

    async def admit(self, text: str) -> Principal:
        """Let in whoever shows a token.

        Raises:
            CallerError: `token.…` or `system.disabled`.
        """
        if self._provider is not None and not text.startswith(f"{PREFIX}_"):
            return await self._of_provider(self._provider, text)
        shown = read_token(text)
        found = await self._node.in_reader(self._accounts.token, shown.id)
        return admit(shown, found, now=self._node.clock())

    async def _of_provider(self, provider: Provider, text: str) -> Principal:
        name = await provider.system_of(text)
        system = await self._node.in_reader(self._accounts.system, name)
        if system is None:
            raise CallerError(
                "token.no_system",
                "the token names no system that this node knows",
                hint="the node's operator adds it: 'sarbon systems add'",
            )
        return principal_of(system)
