"""The app: every route of the API, put together.

Responsible for which routers there are, and for the OpenAPI document. Must not handle a request itself.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, FastAPI

from node import __version__
from node.web import (
    access,
    actions,
    agreements,
    attachment_upload,
    attachments,
    codelists,
    conversations,
    corridor,
    document_upload,
    documents,
    events,
    health,
    jobs,
    log,
    matches,
    message_content,
    message_record,
    message_timeline,
    messages,
    network,
    problem_pages,
    problems,
    schemas,
    statistics,
    verification,
    watchlist,
    webhooks,
)
from node.web.guard import Guard
from node.web.openapi import complete
from node.web.problems import MEDIA_TYPE, Problem
from node.web.routes import routes_of
from node.web.world import World

PREFIX: Final = "/api/v1"
OPENAPI_PATH: Final = "/api/openapi.json"

_PROBLEM: Final = {
    "description": "A problem document (RFC 9457).",
    "model": Problem,
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_ROUTERS: Final[tuple[APIRouter, ...]] = (
    documents.router,
    document_upload.router,
    jobs.router,
    access.router,
    messages.router,
    message_record.router,
    message_content.router,
    message_timeline.router,
    actions.router,
    attachments.router,
    attachment_upload.router,
    verification.router,
    events.router,
    webhooks.router,
    agreements.router,
    codelists.router,
    conversations.router,
    log.router,
    network.router,
    schemas.router,
    statistics.router,
    corridor.router,
    matches.router,
    watchlist.router,
)
_NAMED: Final[Mapping[str, Any]] = {
    "Document": documents.DOCUMENT,
    "EvidenceFile": verification.EVIDENCE_FILE,
    "WatchItem": watchlist.WATCH_ITEM,
}
_LARGER: Final[Mapping[str, int]] = {
    PREFIX + document_upload.UPLOAD_PATH: document_upload.UPLOAD_BYTES,
    PREFIX + documents.BATCH_PATH: documents.BATCH_BYTES,
    PREFIX + attachment_upload.UPLOAD_PATH: attachment_upload.UPLOAD_BYTES,
    PREFIX + verification.VERIFY_PATH: verification.VERIFY_BYTES,
}
_TO_DISK: Final = frozenset(
    PREFIX + path for path in (document_upload.UPLOAD_PATH, attachment_upload.UPLOAD_PATH)
)


class _App(FastAPI):
    """The app; its OpenAPI document says which scopes each operation asks for."""

    def openapi(self) -> dict[str, Any]:
        """Give the OpenAPI document, made once."""
        if self.openapi_schema is None:
            complete(super().openapi(), routes_of(self), _NAMED)
        return super().openapi()


def make_app(world: World) -> FastAPI:
    """Make the app of a running node."""
    app = bare_app()
    app.state.world = world
    return app


def bare_app() -> FastAPI:
    """Make the app without a node: its routes and its OpenAPI document."""
    app = _App(
        title="Sarbon",
        summary="Alerts and pre-arrival notices between customs authorities: the national side.",
        version=__version__,
        openapi_url=OPENAPI_PATH,
        docs_url=None,  # its pages would come from somebody else's host
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        responses={"default": _PROBLEM},
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        telemetry={"logs": False, "tracing": False, "metrics": False},
        separate_input_output_schemas=False,
    )
    problems.install(app)
    for router in _ROUTERS:
        app.include_router(router, prefix=PREFIX)
    app.include_router(health.router)  # where probes of every kind look for it
    app.include_router(problem_pages.router)  # where `type` of a problem document leads
    app.add_middleware(Guard, larger=_LARGER, to_disk=_TO_DISK)
    return app


def openapi_document() -> bytes:
    """Write the OpenAPI document as it is published: the same bytes every time."""
    return (json.dumps(bare_app().openapi(), indent=1, ensure_ascii=False) + "\n").encode()
