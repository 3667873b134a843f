"""The figures that two real nodes make of the same period, each from its own register."""

import pytest

from node.conversation.measures import Period
from node.conversation.statistics import figures_of
from node.store.figures import pages_of_period
from node.trust.agreement import Deadlines
from tests.daemon.pair import settle, sides
from tests.spoken import answering, document, instant, written

pytestmark = pytest.mark.asyncio
AZ, UZ = "AZ-SCC", "UZ-CC"
HOUR = 3_600_000
MIRROR = {"sent": "received", "received": "sent"}
READING = {"alerts-read", "read-time", "read-in-time", "overdue-read"}


class Desk:
    """Writes documents of today for two sides, sends them, and lets both registers follow."""

    def __init__(self, az, uz):
        self.sides = {AZ: az, UZ: uz}
        self.now = az.node.clock()
        self.number = 0

    async def say(self, author, example, answers=None, **members):
        self.number += 1
        other = UZ if author == AZ else AZ
        if answers is not None:
            members["answers"] = answering(answers)
        members = {"test": False, **members}
        reference = f"{author[:2]}-T-{self.number}"
        value = document(example, author, other, now=self.now, reference=reference, **members)
        await self.sides[author].submit(written(value))
        await settle(*self.sides.values())
        for side in self.sides.values():
            await side.registrar.catch_up()
        return value

    def figures(self, authority, *, is_test=False):
        """Give one side's figures of the day, by what they are of."""
        node = self.sides[authority].node
        period = Period(self.now - 24 * HOUR, self.now + 24 * HOUR)
        pages = pages_of_period(authority, node.database, *period)
        later = self.now + 30 * 24 * HOUR
        found = figures_of(pages, period, now=later, terms=lambda _: Deadlines(), is_test=is_test)
        return {
            (one.direction, one.metric, one.mode, one.trigger, one.commodity): (one.value, one.of)
            for one in found
        }


async def a_day(desk):
    """Notices, alerts with every kind of end, requests, a recall, and test traffic among them."""
    notice = await desk.say(AZ, "notice-minimum")
    await desk.say(UZ, "arrival-minimum", notice)
    await desk.say(UZ, "control-result-minimum", notice, triggers=["random"], result="A1")
    hit = await desk.say(UZ, "alert-minimum")
    await desk.say(AZ, "acceptance-minimum", hit)
    control = await desk.say(AZ, "control-result-full", hit, triggers=["alert"], result="B1")
    await desk.say(AZ, "seizure-minimum", control)
    await desk.say(AZ, "alert-minimum")
    declined = await desk.say(AZ, "alert-minimum")
    await desk.say(UZ, "acceptance-declined", declined)
    request = await desk.say(UZ, "information-request-minimum")
    await desk.say(AZ, "information-reply-minimum", request)
    recalled = await desk.say(UZ, "alert-minimum")
    recall = await desk.say(UZ, "recall-minimum", recalls=answering(recalled))
    await desk.say(AZ, "recall-answer-minimum", recall)
    trial = await desk.say(AZ, "alert-minimum", test=True)
    await desk.say(UZ, "acceptance-minimum", trial, test=True)


async def test_two_sides_make_the_same_figures_of_the_same_day(make_stage):
    async with sides(make_stage(AZ, UZ), AZ, UZ) as (az, uz):
        desk = Desk(az, uz)
        await a_day(desk)
        for is_test in (False, True):
            ours = desk.figures(AZ, is_test=is_test)
            theirs = desk.figures(UZ, is_test=is_test)
            assert ours
            assert ours == {(MIRROR[key[0]], *key[1:]): value for key, value in theirs.items()}


async def test_figures_of_a_day_are_those_that_a_person_would_count(make_stage):
    async with sides(make_stage(AZ, UZ), AZ, UZ) as (az, uz):
        desk = Desk(az, uz)
        await a_day(desk)
        found = desk.figures(AZ)
    received = {key[1:]: value for key, value in found.items() if key[0] == "received"}
    sent = {key[1:]: value for key, value in found.items() if key[0] == "sent"}
    for k in found: print(k, found[k])
