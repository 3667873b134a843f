"""Pages and CSV, on an app with one list."""

import csv
import io
from types import SimpleNamespace

import httpx2
import pytest
from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel

from node.store.master_secret import MasterSecret
from node.web import problems
from node.web.listing import list_routes, listed, read_cursor


class Item(BaseModel):
    number: int
    text: str
    names: list[str] = []
    is_open: bool | None = None


TEXTS = ["plain", "=1+1", "+1", "-1", "@x", "\tx", 'quo"te, comma', "новый", ""]


@pytest.fixture
def client(tmp_path):
    router = APIRouter()

    @list_routes(router, "/items", Item)
    async def list_items(
        request: Request, who: str = "a", text: str = "", limit: int = 4, cursor: str | None = None
    ):
        request.state.principal = SimpleNamespace(system=SimpleNamespace(id=who))
        first = read_cursor(request, cursor) or 0
        found = [Item(number=n, text=one) for n, one in enumerate(TEXTS) if text in one]
        page = found[first : first + limit]
        after = first + limit
        return listed(request, page, model=Item, last=after if after < len(found) else None)

    app = FastAPI()
    app.state.world = SimpleNamespace(secret=MasterSecret.of(tmp_path))
    problems.install(app)
    app.include_router(router)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://node.test")


async def test_listed_pages_give_each_item_once(client):
    seen, path = [], "/items"
    while path:
        answer = await client.get(path)
        seen += [item["number"] for item in answer.json()["items"]]
        link = answer.headers.get("link", "")
        assert bool(link) is bool(answer.json()["next"])
        path = link.partition(">")[0][1:]
    assert seen == list(range(len(TEXTS)))


async def test_listed_csv_follows_the_same_pages(client):
    answer = await client.get("/items.csv", params={"limit": 500})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"), newline="")))
    assert [int(row["number"]) for row in rows] == list(range(len(TEXTS)))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "link" not in answer.headers


async def test_csv_text_that_a_spreadsheet_would_run_is_only_text(client):
    answer = await client.get("/items.csv", params={"limit": 500})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"), newline="")))
    written = [row["text"] for row in rows]
    assert not [text for text in written if text.startswith(("=", "+", "-", "@", "\t"))]
    assert [text.removeprefix("'") for text in written] == TEXTS


async def test_cursor_of_json_continues_in_csv(client):
    cursor = (await client.get("/items")).json()["next"]
    answer = await client.get("/items.csv", params={"cursor": cursor})
    assert answer.text.splitlines()[1].startswith("4,")


@pytest.mark.parametrize(
    "change",
    [
        {"text": "a"},
        {"who": "b"},
        {"cursor": ""},
        {"cursor": "AAAA"},
        {"cursor": "*"},
        {"cursor": "A" * 43},
    ],
    ids=str,
)
async def test_cursor_elsewhere_or_forged_is_refused(client, change):
    cursor = (await client.get("/items")).json()["next"]
    answer = await client.get("/items", params={"cursor": cursor, **change})
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor.invalid")


async def test_cursor_changed_in_one_place_is_refused(client):
    cursor = (await client.get("/items")).json()["next"]
    for at in range(len(cursor)):
        changed = cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :]
        assert (await client.get("/items", params={"cursor": changed})).status_code == 400


async def test_limit_may_change_between_pages(client):
    cursor = (await client.get("/items")).json()["next"]
    answer = await client.get("/items", params={"cursor": cursor, "limit": 2})
    assert [item["number"] for item in answer.json()["items"]] == [4, 5]
