"""Code lists over HTTP: built in and loaded."""

from datetime import date

import pytest

from node.message.schema import CODE_LISTS
from node.national.scopes import Role
from node.reference.codes import PURPOSES
from node.reference.editions import Entry
from node.store.codebook import Codebook
from tests.web.served import Client

OFFICES = [Entry("AZ001001", "Alyat"), Entry("AZ004701", "Astara", date(2026, 1, 1), date(2026, 6, 30))]


def load(served, name="customs-office", edition="2026-11", entries=OFFICES):
    book = Codebook(served.node.settings.data / "codes")
    book.keep(name, edition, entries, file="list.csv", raw=b"raw", now=served.node.clock())


async def test_code_lists_are_all_that_documents_use(served):
    client = await served.client(role=Role.OPERATOR)
    found = (await client.get("/code-lists?limit=500")).json()["items"]
    assert [one["name"] for one in found] == sorted(CODE_LISTS)
    first = (await client.get("/code-lists?limit=40")).json()
    second = (await client.get(f"/code-lists?limit=40&cursor={first['next']}")).json()
    assert first["items"] + second["items"] == found
    assert second["next"] is None
    assert len((await client.get("/code-lists.csv?limit=500")).text.splitlines()) == len(CODE_LISTS) + 1


async def test_code_lists_tell_a_loaded_edition_once_it_is_loaded(served):
    client = await served.client()
    before = (await client.get("/code-lists/customs-office")).json()["items"]
    load(served)
    assert before == []
    assert [one["code"] for one in (await client.get("/code-lists/customs-office")).json()["items"]] == [
        "AZ001001",
        "AZ004701",
    ]
    rows = (await client.get("/code-lists?limit=500")).json()["items"]
    loaded, built_in = (row for row in rows if row["name"] == "customs-office")
    assert (loaded["kind"], loaded["codes"], loaded["source"]) == ("loaded", 2, "list.csv")
    assert loaded["imported_at"].endswith("Z")
    assert (built_in["kind"], built_in["replaced"]) == ("open", False)  # published by country


async def test_code_list_that_is_loaded_whole_replaces_the_built_in_part(served):
    load(served, "hs", "2022", [Entry("27", "Fuels")])
    client = await served.client()
    rows = (await client.get("/code-lists?limit=500")).json()["items"]
    assert [row["replaced"] for row in rows if row["name"] == "hs"] == [False, True]
    assert (await client.get("/code-lists/hs/27")).json()["name"] == "Fuels"


async def test_codes_are_listed_in_their_order_and_by_page(served):
    client = await served.client()
    whole = (await client.get("/code-lists/purpose")).json()["items"]
    assert {one["code"]: one["name"] for one in whole} == PURPOSES.codes
    first = (await client.get("/code-lists/purpose?limit=4")).json()
    second = (await client.get(f"/code-lists/purpose?limit=4&cursor={first['next']}")).json()
    assert first["items"] + second["items"] == whole
    table = (await client.get("/code-lists/purpose.csv")).text.splitlines()
    assert [line.partition(",")[0] for line in table[1:]] == [one["code"] for one in whole]


@pytest.mark.parametrize(("q", "expected"), [("DRUGS", ["counter-narcotics"]), ("drugs cargo", [])])
async def test_codes_are_found_by_all_of_some_words(served, q, expected):
    found = await (await served.client()).get("/code-lists/purpose", params={"q": q})
    assert [one["code"] for one in found.json()["items"]] == expected


async def test_code_is_shown_with_its_family(served):
    found = (await (await served.client()).get("/code-lists/hs/27")).json()
    assert (found["code"], found["code_list"], found["above"]) == ("27", "hs", [])
    assert "2710" in [one["code"] for one in found["below"]]
    under = (await (await served.client("other")).get("/code-lists/hs/2710")).json()
    assert [one["code"] for one in under["above"]] == ["27"]


async def test_code_of_a_loaded_edition_has_its_days(served):
    load(served)
    found = (await (await served.client()).get("/code-lists/customs-office/AZ004701")).json()
    assert (found["valid_from"], found["valid_until"]) == ("2026-01-01", "2026-06-30")
    assert found["edition"] == "2026-11"


async def test_code_with_a_sign_that_paths_use_is_found(served):
    found = await (await served.client()).get("/code-lists/tlp/AMBER%2BSTRICT")
    assert found.json()["code"] == "AMBER+STRICT"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/code-lists/nothing", "code_list.unknown"),
        ("/code-lists/nothing.csv", "code_list.unknown"),
        ("/code-lists/nothing/X", "code_list.unknown"),
        ("/code-lists/purpose/nothing", "code.unknown"),
        ("/code-lists/purpose?edition=1999", "edition.unknown"),
        ("/code-lists/hs/27?edition=1999", "edition.unknown"),
    ],
)
async def test_what_is_in_no_list_is_unknown(served, path, code):
    answer = await (await served.client()).get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, code)


async def test_edition_that_is_asked_for_is_given(served):
    load(served)
    client = await served.client()
    assert (await client.get("/code-lists/customs-office?edition=2026-11")).status_code == 200
    built_in = CODE_LISTS["purpose"].version
    assert (await client.get(f"/code-lists/purpose?edition={built_in}")).status_code == 200


@pytest.mark.parametrize("path", ["/code-lists", "/code-lists/purpose", "/code-lists/hs/27", "/schemas"])
async def test_reference_needs_a_token_of_anybody_and_is_not_sent_twice(served, path):
    assert (await Client(served, None).get(path)).json()["code"] == "token.missing"
    client = await served.client(role=Role.OPERATOR)
    first = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
