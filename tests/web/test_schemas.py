"""The published JSON Schemas over HTTP."""

from pathlib import Path

import pytest

from node.message.document import DOCUMENT_TYPES

SCHEMAS = Path(__file__).parents[2] / "schemas"


async def test_schemas_are_of_every_document(served):
    client = await served.client()
    items = (await client.get("/schemas")).json()["items"]
    assert [one["type"] for one in items] == sorted(DOCUMENT_TYPES)
    assert all(one["title"] and one["description"] for one in items)
    answer = await client.get(items[1]["href"].removeprefix("/api/v1"))
    assert answer.json()["$id"] == items[1]["id"]


async def test_schema_is_the_published_file_byte_for_byte(served):
    answer = await (await served.client()).get("/schemas/alert/1")
    assert answer.content == (SCHEMAS / "alert.v1.schema.json").read_bytes()
    assert answer.headers["content-type"] == "application/schema+json"


@pytest.mark.parametrize("path", ["/schemas/alert/2", "/schemas/nothing/1"])
async def test_schema_of_no_document_is_unknown(served, path):
    answer = await (await served.client()).get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "schema.unknown")
