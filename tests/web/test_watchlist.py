"""The watch list over HTTP: items of one's own units, changed on condition, taken in as a table."""

import pytest
import pytest_asyncio

from node.audit.event import Kind, reread_entry
from node.daemon.matcher import Matcher
from node.national.scopes import Role, Scope
from node.store.record import Records
from tests.daemon.matched import BOX
from tests.spoken import document, instant, written
from tests.web.served import Client

AZ, TM = "AZ-SCC", "TM-SCS"
DAY = 86_400_000
OTHER_BOX = "CSQU3054383"
HEADER = "id,kind,value,valid_from,valid_until,reason,unit"


class Desk:
    """AZ-SCC with a notice of its own, and an analyst of PCU-ALYAT who also has its messages."""

    def __init__(self, served):
        self.served = served
        self.now = served.node.clock()

    def item(self, *boxes, **more):
        subject = {"equipment": [{"identification": box} for box in boxes or (BOX,)]}
        return {
            "id": "W-1",
            "subject": subject,
            "valid_from": instant(self.now - DAY),
            "valid_until": instant(self.now + 9 * DAY),
            "reason": "drugs",
            "unit": "PCU-ALYAT",
            **more,
        }

    async def add(self, *boxes, **more):
        return await self.client.post("/watch-list", json=self.item(*boxes, **more))

    async def change(self, *boxes, etag=None, path="W-1", **more):
        if etag is None:
            etag = (await self.client.get("/watch-list/W-1")).headers["ETag"]
        headers = {"If-Match": etag} if etag else {}
        return await self.client.put(
            f"/watch-list/{path}", json=self.item(*boxes, **more), headers=headers
        )

    async def end(self, etag=None):
        etag = etag or (await self.client.get("/watch-list/W-1")).headers["ETag"]
        return await self.client.delete("/watch-list/W-1", headers={"If-Match": etag})

    async def announce(self, reference):
        value = document("notice-rail-ferry", AZ, TM, now=self.now, reference=reference, test=False)
        await self.client_of_all.submit(written(value))
        await Matcher(self.served.node).catch_up()

    async def found(self):
        items = (await self.client.get("/matches")).json()["items"]
        return [(one["watch"], one["notice_reference"], one["state"]) for one in items]

    def table(self, *lines):
        times = f"{instant(self.now)},{instant(self.now + DAY)}"
        return "\n".join([HEADER, *(line.replace("TIMES", times) for line in lines)]).encode()

    async def bring(self, raw, media="text/csv"):
        return await self.client.post("/watch-list/import", content=raw, headers={"Content-Type": media})

    def entries(self, kind):
        entries = (reread_entry(raw) for _, raw in Records(self.served.node.database).entries())
        return [dict(entry.members) for entry in entries if entry.kind is kind]


@pytest_asyncio.fixture
async def desk(served):
    made = Desk(served)
    made.client_of_all = await served.client("everything")
    made.client = await served.client("alyat", role=Role.ANALYST, units=("PCU-ALYAT",))
    return made


async def test_item_is_added_shown_and_recorded(desk):
    answer = await desk.add()
    assert (answer.status_code, answer.headers["Location"]) == (201, "/api/v1/watch-list/W-1")
    shown = await desk.client.get("/watch-list/W-1")
    assert (shown.json(), shown.headers["ETag"]) == (answer.json(), answer.headers["ETag"])
    assert shown.json()["item"] == desk.item()
    (entry,) = desk.entries(Kind.WATCH_CHANGED)
    assert (entry["watch"], entry["by"]) == ("W-1", "alyat")


async def test_item_is_found_in_a_notice_held_and_in_each_that_comes(desk):
    await desk.announce("AZ-PAN-1")
    await desk.add()
    await desk.announce("AZ-PAN-2")
    assert await desk.found() == [("W-1", "AZ-PAN-2", "found"), ("W-1", "AZ-PAN-1", "found")]
    told = desk.entries(Kind.MATCH_FOUND)
    assert [(one["watch"], "alert" in one) for one in told] == [("W-1", False)] * 2


async def test_match_of_an_item_shows_no_alert(desk):
    await desk.announce("AZ-PAN-1")
    await desk.add()
    (item,) = (await desk.client.get("/matches?watch=W-1")).json()["items"]
    shown = (await desk.client.get(f"/matches/{item['id']}")).json()
    assert (shown["alert"], shown["alert_reference"], shown["watch"]) == (None, None, "W-1")
    assert [one["re"] for one in desk.entries(Kind.DOCUMENT_ACCESSED)] == [shown["notice"]["message"]]


async def test_match_of_an_item_of_another_unit_does_not_exist(desk):
    await desk.announce("AZ-PAN-1")
    everybody = await desk.served.client("everybody", role=Role.ANALYST)
    await everybody.post("/watch-list", json=desk.item(unit="HQ"))
    assert len((await everybody.get("/matches")).json()["items"]) == 1
    assert await desk.found() == []


async def test_match_of_an_item_is_confirmed_and_nobody_is_told(desk):
    await desk.announce("AZ-PAN-1")
    await desk.add()
    (item,) = (await desk.client.get("/matches")).json()["items"]
    headers = {"If-Match": "*", "Idempotency-Key": "one"}
    answer = await desk.client.post(
        f"/matches/{item['id']}/confirm", json={"unit": "PCU-ALYAT"}, headers=headers
    )
    assert (answer.json()["state"], answer.json()["hit"]) == ("confirmed", None)


async def test_same_item_again_changes_nothing(desk):
    first = await desk.add()
    again = await desk.add()
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(desk.entries(Kind.WATCH_CHANGED)) == 1


async def test_other_item_under_the_same_id_is_refused(desk):
    await desk.add()
    answer = await desk.add(OTHER_BOX)
    assert (answer.status_code, answer.json()["code"]) == (409, "watch.exists")


async def test_changed_item_finds_anew_and_loses_what_it_no_longer_means(desk):
    await desk.announce("AZ-PAN-1")
    await desk.add(OTHER_BOX)
    assert await desk.found() == []
    changed = await desk.change(BOX)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert await desk.found() == [("W-1", "AZ-PAN-1", "found")]
    await desk.change(OTHER_BOX)
    assert await desk.found() == [("W-1", "AZ-PAN-1", "withdrawn")]
    await desk.change(BOX)
    states = [state for *_, state in await desk.found()]
    assert states == ["found", "withdrawn"]


async def test_change_that_means_the_same_is_not_found_again(desk):
    await desk.announce("AZ-PAN-1")
    await desk.add()
    await desk.change(reason="weapons")
    assert len(desk.entries(Kind.MATCH_FOUND)) == 1


async def test_ended_item_is_looked_for_no_longer_and_kept(desk):
    await desk.announce("AZ-PAN-1")
    await desk.add()
    assert (await desk.end()).status_code == 204
    assert await desk.found() == [("W-1", "AZ-PAN-1", "withdrawn")]
    await desk.announce("AZ-PAN-2")
    assert len(await desk.found()) == 1
    assert (await desk.client.get("/watch-list/W-1")).json()["active"] is False


async def test_ended_item_cannot_be_changed_nor_ended_again(desk):
    await desk.add()
    await desk.end()
    for answer in (await desk.change(OTHER_BOX), await desk.end(), await desk.add()):
        assert (answer.status_code, answer.json()["code"]) == (409, "watch.ended")


@pytest.mark.parametrize(
    ("etag", "status"), [("", 428), ('"other"', 412)], ids=["without If-Match", "of another state"]
)
async def test_change_and_end_need_the_item_as_it_was_read(desk, etag, status):
    await desk.add()
    headers = {"If-Match": etag} if etag else {}
    put = await desk.client.put("/watch-list/W-1", json=desk.item(OTHER_BOX), headers=headers)
    delete = await desk.client.delete("/watch-list/W-1", headers=headers)
    assert (put.status_code, delete.status_code) == (status, status)


async def test_change_of_another_item_than_the_path_names_is_refused(desk):
    await desk.add()
    answer = await desk.change(path="W-2")
    assert (answer.status_code, answer.json()["code"]) == (422, "watch.other")


async def test_item_of_another_unit_does_not_exist(desk):
    everybody = await desk.served.client("everybody", role=Role.ANALYST)
    await everybody.post("/watch-list", json=desk.item(unit="HQ"))
    headers = {"If-Match": "*"}
    asked = [
        await desk.client.get("/watch-list/W-1"),
        await desk.client.delete("/watch-list/W-1", headers=headers),
        await desk.client.put("/watch-list/W-1", json=desk.item(), headers=headers),
    ]
    assert [(one.status_code, one.json()["code"]) for one in asked] == [(404, "watch.unknown")] * 3
    assert (await desk.client.get("/watch-list")).json()["items"] == []
    taken = await desk.add()
    assert (taken.status_code, taken.json()["code"]) == (409, "watch.taken")


async def test_item_for_a_unit_of_others_is_refused(desk):
    answer = await desk.add(unit="HQ")
    assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (
        *(403, "access.unit"),
        "/unit",
    )


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (b"not json", "watch.malformed", ""),
        (b"{}", "watch.invalid", "/id"),
        (b'{"id": "a", "id": "b"}', "watch.malformed", ""),
    ],
)
async def test_item_that_is_none_is_refused(desk, body, code, pointer):
    answer = await desk.client.post("/watch-list", content=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (422, code, pointer)


async def test_list_is_filtered_and_comes_in_pages(desk):
    for number in (1, 2, 3):
        await desk.add(id=f"W-{number}")
    await desk.end()
    page = (await desk.client.get("/watch-list?limit=2")).json()
    following = (await desk.client.get(f"/watch-list?limit=2&cursor={page['next']}")).json()
    ids = [item["id"] for one in (page, following) for item in one["items"]]
    assert (ids, following["next"]) == (["W-1", "W-2", "W-3"], None)
    for query, expected in (("active=true", 2), ("active=false", 1), ("unit=HQ", 0)):
        assert len((await desk.client.get(f"/watch-list?{query}")).json()["items"]) == expected
    assert BOX not in (await desk.client.get("/watch-list.csv")).text


async def test_table_is_taken_in_line_by_line(desk):
    await desk.announce("AZ-PAN-1")
    raw = desk.table(
        f"W-1,container,{BOX},TIMES,drugs,PCU-ALYAT",
        "",
        "W-2,wagon,24512345,TIMES,weapons,PCU-ALYAT",
        "W-3,spaceship,9,TIMES,drugs,PCU-ALYAT",
        "W-4,container,WRONG,TIMES,drugs,PCU-ALYAT",
        f"W-5,container,{BOX},TIMES,drugs,HQ",
    )
    answer = (await desk.bring(raw)).json()
    counted = [answer[name] for name in ("added", "changed", "same", "refused")]
    assert counted == [2, 0, 0, 3]
    assert [(one["line"], one["outcome"]) for one in answer["lines"][:2]] == [(2, "added"), (4, "added")]
    assert [(one["line"], one["error"]["code"]) for one in answer["lines"][2:]] == [
        (5, "watch.kind"),
        (6, "watch.invalid"),
        (7, "access.unit"),
    ]
    assert await desk.found() == [("W-1", "AZ-PAN-1", "found")]


async def test_table_again_changes_only_what_differs(desk):
    line = "W-{},container,{},TIMES,drugs,PCU-ALYAT"
    await desk.bring(desk.table(line.format(1, BOX), line.format(2, BOX)))
    answer = (await desk.bring(desk.table(line.format(1, BOX), line.format(2, OTHER_BOX)))).json()
    assert [one["outcome"] for one in answer["lines"]] == ["same", "changed"]


async def test_table_that_is_none_is_refused(desk):
    answer = await desk.bring(b"id,colour\nW-1,red")
    assert (answer.status_code, answer.json()["code"]) == (422, "watch.table")


async def test_table_of_another_media_type_is_refused(desk):
    assert (await desk.bring(b"{}", "application/json")).status_code == 415


async def test_watch_list_needs_its_scope(desk):
    system = await desk.served.add_system("reader", role=Role.ANALYST)
    reader = Client(desk.served, await desk.served.token_of(system, Scope.MATCHES_READ))
    assert (await reader.get("/watch-list")).status_code == 403
    assert (await reader.post("/watch-list", json=desk.item())).status_code == 403
