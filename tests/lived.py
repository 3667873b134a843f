"""The shipped case, lived through by three nodes in one process."""

import orjson

from node.cli.descriptors import attach, read_wish
from node.demo.case import ALERT, AUTHOR, READER, SCAN, SILENT
from node.demo.corridor import hand_over_case
from node.store.attachments import Attachments
from tests.daemon.pair import carry_files, settle, sides

PASSED_MS = 16_000  # after the hand-over: the silent authority's time is over


async def live(stage):
    """Let each authority say its part; at the end the time for the last answer has passed."""
    async with sides(stage, *stage.cast.nodes) as opened:
        by_name = {side.node.authority: side for side in opened}
        now = opened[0].node.clock()
        for path in hand_over_case(stage.folder / "case", now=now):
            raw = path.read_bytes()
            document = orjson.loads(raw)
            author = by_name[document["originator"]["authority"]]
            is_alert = document["reference"] == ALERT
            if is_alert:
                raw = attach(raw, [read_wish(f"{SCAN}=scan")], Attachments(author.node.settings.data))
            submitted = await author.submit(raw)
            await rest(*opened)
            if is_alert:
                await take_up(by_name, submitted.id)
                await rest(*opened)
        for side in opened:
            side.node.clock = lambda: now + PASSED_MS
            await side.registrar.look_at_deadlines()
        await rest(*opened)


async def take_up(by_name, message_id):
    for recipient in (READER, SILENT):
        await carry_files(by_name[AUTHOR], by_name[recipient])
    await by_name[READER].desk.read(message_id, "PCU-ALYAT")
    await by_name[READER].desk.assign(message_id, "PCU-ALYAT")


async def rest(*opened):
    await settle(*opened)
    for side in opened:
        await side.registrar.catch_up()
