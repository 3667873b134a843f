"""Both nodes start again while each believes a head of the other that was not acknowledged."""

import pytest
from sqlalchemy import delete

from node.audit.event import Kind, read_entry
from node.store import tables
from node.store.record import Records
from tests.daemon.pair import Carried, documents, settle, sides


@pytest.mark.parametrize("is_remembered", [True, False], ids=["heads kept", "heads lost in a crash"])
async def test_both_restarted_with_unacknowledged_heads_still_understand_each_other(
    stage, is_remembered
):
    ours = documents(stage, "AZ-SCC", 3, recipients=["UZ-CC"])
    theirs = documents(stage, "UZ-CC", 3, recipients=["AZ-SCC"])
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        await az.submit(ours[0])
        await uz.submit(theirs[0])
        await settle(az, uz)
        # Each sends before it has what the other sent: each now believes a head not acknowledged.
        await az.submit(ours[1])
        await uz.submit(theirs[1])
        there, back = await az.pack("UZ-CC", "routine"), await uz.pack("AZ-SCC", "routine")
        await uz.receive(Carried("AZ-SCC", "routine", there.body))
        await az.receive(Carried("UZ-CC", "routine", back.body))
        # And each signs one more head; that bundle is lost.
        await az.pack("UZ-CC", "urgent", bare=True)
        await uz.pack("AZ-SCC", "urgent", bare=True)
    if not is_remembered:
        for authority in ("AZ-SCC", "UZ-CC"):
            node = stage.node(authority)
            with node.database.writing() as connection:
                connection.execute(delete(tables.checkpoint))
            node.close()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        await az.submit(ours[2])
        await uz.submit(theirs[2])
        await settle(az, uz)

        for side in (az, uz):
            assert Records(side.node.database).counts()["out.receipted"] == 3
            # What is remembered leaves no gap; what was lost leaves one, and it is got over.
            assert has_refused_a_bundle(side.node) is not is_remembered


def has_refused_a_bundle(node):
    found = [read_entry(raw).kind for _, raw in Records(node.database).entries()]
    return Kind.BUNDLE_REFUSED in found
