"""Admission: a system submits at a door that knows it without a token.

Responsible for asking what the system is now, for each document, so that a change counts at once. Must
not know how a door speaks, nor prove who is there: the broker and the operating system have.
"""

from node.daemon.access_desk import unknown_system
from node.daemon.doors import Door, submit_for
from node.daemon.node import Node
from node.daemon.submitter import Submitted, Submitter
from node.national.scopes import Scope
from node.national.system import principal_of
from node.store.accounts import Accounts


class Admission:
    """What systems may submit by one door."""

    def __init__(self, node: Node, submitter: Submitter, door: Door) -> None:
        self._node, self._submitter, self._door = node, submitter, door
        self._accounts = Accounts(node.database)

    async def submit(
        self, system_id: str, key: str, document: bytes, *, digest: bytes | None = None
    ) -> Submitted:
        """Submit a document for a system, with all that its role may do; returns once it is durable.

        Args:
            system_id: proved by the door.
            key: the system's own.
            document: JSON bytes.
            digest: SHA-256 of what the key stands for; None: of the document.

        Raises:
            CallerError: `system.unknown`, `system.disabled`, `access.scope`, or what is wrong with it.
            OperatorError: `node.busy`, or our own machine failed; nothing was recorded.
        """
        system = await self._node.in_worker(self._accounts.system, system_id)
        if system is None:
            raise unknown_system()
        principal_of(system).require(Scope.DOCUMENTS_SEND)
        return await submit_for(self._submitter, system, self._door, key, document, digest=digest)
