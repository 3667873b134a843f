"""A node that serves its API in this process: everything real but the broker and the socket.

Requests go through the whole app, with tokens; bundles of peers are carried by hand.
"""

import asyncio
import json
import os
import uuid
from contextlib import asynccontextmanager

import httpx2

from node.audit.event import Kind
from node.daemon.desk import Desk
from node.daemon.node import Node
from node.daemon.supervisor import Supervisor
from node.national.scopes import ROLES, Role, Scope
from node.national.system import System, make_system
from node.national.token import Token, digest_of, make_token
from node.settings import ApiSettings
from node.store.accounts import PutSystem, PutToken
from node.store.journal import Batch
from node.web import problems
from node.web.app import make_app
from node.web.problem_texts import texts
from node.web.world import make_world

DAY_MS = 86_400_000


class Served:
    """A node with its API.

    Attributes:
        node: opened for writing.
        supervisor: its parts; committer, submitter and registrar run.
        world: what the routes work with.
    """

    def __init__(self, node: Node, settings: ApiSettings | None = None) -> None:
        self.node = node
        self.supervisor = Supervisor(node)
        for reception in self.supervisor.receptions:
            reception.is_connected = True  # as the broker would have told
        self.world = make_world(self.supervisor, settings or ApiSettings())
        self.app = make_app(self.world)

    @property
    def desk(self) -> Desk:
        return self.supervisor.desk

    async def add_system(
        self,
        id_: str = "risk-engine",
        *,
        role: Role = Role.SYSTEM,
        units=("*",),
        types=("*",),
        offices=(),
    ) -> System:
        """Make a national system, recorded as the operator's command does."""
        system = make_system(id_, title=id_, role=role, units=units, types=types, offices=offices)
        step = self.node.event(Kind.SYSTEM_CHANGED, system=id_, digest=system.digest, by="owner")
        record = PutSystem(system, self.node.clock())
        await self.node.committer.commit(Batch([step], records=[record]))
        return system

    async def token_of(self, system: System, *scopes: Scope, days: int = 30) -> str:
        """Issue a token; without scopes, of all that its role may have."""
        shown, text = make_token(os.urandom)
        now = self.node.clock()
        kept = Token(
            id=shown.id,
            system=system.id,
            digest=digest_of(shown.secret),
            scopes=frozenset(scopes) or ROLES[system.role],
            made_at=now,
            expires_at=now + days * DAY_MS,
        )
        step = self.node.event(
            Kind.TOKEN_ISSUED, token=kept.id, system=system.id, expires=kept.expires_at, by="owner"
        )
        await self.node.committer.commit(Batch([step], records=[PutToken(kept)]))
        return text

    async def client(self, id_: str = "risk-engine", **system) -> "Client":
        """Add a system and give a client with a token of its."""
        added = await self.add_system(id_, **system)
        return Client(self, await self.token_of(added))


class Client(httpx2.AsyncClient):
    """An HTTP client of the API, in this process."""

    def __init__(self, served: Served, token: str | None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        super().__init__(
            transport=httpx2.ASGITransport(served.app, raise_app_exceptions=False),
            base_url="http://node.test/api/v1",
            headers=headers,
            event_hooks={"response": [_check_problem]},
        )

    async def submit(self, document: dict | bytes, key: str | None = None) -> httpx2.Response:
        """Submit one document, under a new key unless one is given."""
        raw = document if isinstance(document, bytes) else json.dumps(document).encode()
        return await self.post(
            "/documents",
            content=raw,
            headers={
                "Content-Type": "application/json",
                "Idempotency-Key": key or str(uuid.uuid4()),
            },
        )


async def _check_problem(answer: httpx2.Response) -> None:
    """Hold every error of every test against what is promised of errors."""
    is_head = answer.request.method == "HEAD"
    if answer.status_code >= 400 and not is_head and not answer.url.path.endswith("/readyz"):
        await answer.aread()
        assert answer.headers["content-type"] == problems.MEDIA_TYPE, answer.text
        assert problems.Problem.model_validate_json(answer.content).code in texts(), answer.text


@asynccontextmanager
async def serving(node: Node, settings: ApiSettings | None = None):
    """Serve a node's API; what a supervisor would run without a broker runs."""
    served = Served(node, settings)
    tasks = [
        asyncio.create_task(task)
        for task in (
            node.committer.run(),
            served.supervisor.submitter.run(),
            served.supervisor.registrar.run(),
        )
    ]
    try:
        await node.record_start()
        yield served
        await node.record_stop()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
