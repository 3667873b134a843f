"""The app: every route of the API, put together.

Responsible for which routers there are, and for the OpenAPI document. Must not handle a request itself.
"""

import json
from collections.abc import Mapping
from typing import Final

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
    message_content,
    message_record,
    message_timeline,
    messages,
    network,
    problems,
    schemas,
    statistics,
    verification,
    webhooks,
)
from node.web.guard import Guard
from node.web.problems import MEDIA_TYPE, Problem
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
)
_LARGER: Final[Mapping[str, int]] = {
    PREFIX + document_upload.UPLOAD_PATH: document_upload.UPLOAD_BYTES,
    PREFIX + documents.BATCH_PATH: documents.BATCH_BYTES,
    PREFIX + attachment_upload.UPLOAD_PATH: attachment_upload.UPLOAD_BYTES,
    PREFIX + verification.VERIFY_PATH: verification.VERIFY_BYTES,
}


def make_app(world: World) -> FastAPI:
    """Make the app of a running node."""
    app = bare_app()
    app.state.world = world
    return app


def bare_app() -> FastAPI:
    """Make the app without a node: its routes and its OpenAPI document."""
    app = FastAPI(
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
    app.add_middleware(Guard, larger=_LARGER)
    return app


def openapi_document() -> bytes:
    """Write the OpenAPI document as it is published: the same bytes every time."""
    return (json.dumps(bare_app().openapi(), indent=1, ensure_ascii=False) + "\n").encode()
