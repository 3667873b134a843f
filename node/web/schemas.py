"""Routes that give the published JSON Schemas.

Responsible for the very bytes of schemas/*.schema.json. Must not write a schema by itself.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from node.errors import CallerError
from node.message.schema import published_schemas
from node.web.identity import Needs
from node.web.replies import reply, reply_bytes

router = APIRouter(tags=["reference"])

MEDIA_TYPE: Final = "application/schema+json"
_ANYBODY: Final = [Depends(Needs())]
_SCHEMA: Final = {"content": {MEDIA_TYPE: {"schema": {"type": "object"}}}}


class SchemaItem(BaseModel):
    """One type and edition of a document."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="type and edition, as a document has it")
    title: str
    description: str
    id: str = Field(description="`$id` of the schema")
    href: str = Field(description="where the schema is")


class Schemas(BaseModel):
    """Every type of document that this node takes."""

    model_config = ConfigDict(extra="forbid")

    items: list[SchemaItem]


@router.get("/schemas", response_model=Schemas, dependencies=_ANYBODY)
def list_schemas(request: Request) -> Response:
    """List the documents that this node takes, each with its JSON Schema."""
    return reply(request, Schemas(items=[_item(type_) for type_ in sorted(_published())]))


@router.get(
    "/schemas/{type}/{edition}",
    response_class=Response,
    responses={200: _SCHEMA},
    dependencies=_ANYBODY,
)
def read_schema(
    request: Request,
    name: Annotated[str, Path(alias="type", max_length=32, description="Without edition: alert.")],
    edition: Annotated[str, Path(max_length=4, description="Its number: 1.")],
) -> Response:
    """Give the JSON Schema (2020-12) of a document.

    It says what each member may be by itself; docs/documents.md has the rules between members.
    """
    raw = _published().get(f"{name}/{edition}")
    if raw is None:
        raise CallerError(
            "schema.unknown", "there is no such document", hint="GET /api/v1/schemas lists them"
        )
    return reply_bytes(request, raw, MEDIA_TYPE)


@cache
def _published() -> Mapping[str, bytes]:
    """Give each schema by type and edition; making them takes half a second."""
    return {
        name.removesuffix(".schema.json").replace(".v", "/"): raw
        for name, raw in published_schemas().items()
    }


def _item(type_: str) -> SchemaItem:
    schema = json.loads(_published()[type_])
    return SchemaItem(
        type=type_,
        title=schema["title"],
        description=schema["description"],
        id=schema["$id"],
        href=f"/api/v1/schemas/{type_}",
    )
