"""What every route works with: the running node, and the read sides of its store.

Responsible for putting these together once. Must not decide anything.
"""

import asyncio
from dataclasses import dataclass, field

from fastapi import Request

from node.daemon.node import Node
from node.daemon.supervisor import Supervisor
from node.reference.editions import Lists
from node.settings import ApiSettings
from node.store.accounts import Accounts
from node.store.codebook import Codebook
from node.store.master_secret import MasterSecret
from node.web.doorkeeper import Doorkeeper, Provider
from node.web.rates import Rates


@dataclass(frozen=True, slots=True)
class World:
    """The node as the API sees it.

    Attributes:
        supervisor: of the running node: submitter, desk, registrar.
        lists: the loaded code lists, for doubts.
        secret: from which keys of cursors and webhooks are derived.
        acting: held by an action from comparing what the caller saw until it is recorded.
    """

    supervisor: Supervisor
    accounts: Accounts
    doorkeeper: Doorkeeper
    rates: Rates
    lists: Lists
    secret: MasterSecret
    acting: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def node(self) -> Node:
        """The node."""
        return self.supervisor.node


def make_world(supervisor: Supervisor, settings: ApiSettings, provider: Provider | None = None) -> World:
    """Put a world together for a running node."""
    node = supervisor.node
    accounts = Accounts(node.database)
    return World(
        supervisor=supervisor,
        accounts=accounts,
        doorkeeper=Doorkeeper(node, accounts, provider),
        rates=Rates(settings.requests_per_minute, node.clock),
        lists=Codebook(node.settings.data / "codes").lists(),
        secret=MasterSecret.of(node.settings.keys.folder),
    )


def world_of(request: Request) -> World:
    """Give the world that a request's app was made with."""
    world: World = request.app.state.world
    return world
