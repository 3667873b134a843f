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
RECEIVED = {  # by AZ, of what UZ asked: two alerts, one of them recalled
    "documents-alert": ("2", None),
    "documents-seizure": ("1", None),
    "alerts-read": ("1", None),
    "alerts-controlled": ("1", None),
    "alerts-hit": ("1", None),
    "controls-b1": ("1", None),
    "read-in-time": ("100", 1),
    "outcome-known": ("100", 1),
    "false-warnings": ("0", 1),
    "overdue-recall": ("0", None),
    "reply-in-time": ("100", 1),
}
SENT = {  # one notice; two alerts, of which one was declined and one was left alone
    "documents-pre-arrival-notice": ("1", None),
    "documents-alert": ("2", None),
    "alerts-declined": ("1", None),
    "overdue-acceptance": ("1", None),
    "overdue-feedback": ("1", None),
    "acceptance-in-time": ("50", 2),
    "feedback-in-time": ("0", 1),
    "outcome-known": ("50", 2),
    "controls": ("1", None),
    "coverage": ("100", 1),
    "late-notices": ("1", None),
    "completeness-minimum": ("72", 25),
    "completeness-full": ("58.3", 60),
}


class Dialogue:
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


async def a_day(talk):
    """Notices, alerts with every kind of end, requests, a recall, and test traffic among them."""
    notice = await talk.say(AZ, "notice-minimum", test=False)
    arrived = instant(talk.now + HOUR)
    await talk.say(
        UZ, "arrival-minimum", notice, arrived_at=arrived, issued_at=instant(talk.now + 2 * HOUR)
    )
    await talk.say(UZ, "control-result-minimum", notice, triggers=["random"], result="A1")
    hit = await talk.say(UZ, "alert-minimum")
    await talk.sides[AZ].desk.read(hit["reference"], "PCU-ALYAT")
    await talk.say(AZ, "acceptance-minimum", hit)
    control = await talk.say(AZ, "control-result-full", hit, triggers=["alert"], result="B1")
    await talk.say(AZ, "seizure-minimum", control)
    await talk.say(AZ, "alert-minimum")
    declined = await talk.say(AZ, "alert-minimum")
    await talk.say(UZ, "acceptance-declined", declined)
    request = await talk.say(UZ, "information-request-minimum")
    await talk.say(AZ, "information-reply-minimum", request)
    recalled = await talk.say(UZ, "alert-minimum")
    recall = await talk.say(UZ, "recall-minimum", recalls=answering(recalled))
    await talk.say(AZ, "recall-answer-minimum", recall)
    trial = await talk.say(AZ, "alert-minimum", test=True)
    await talk.say(UZ, "acceptance-minimum", trial, test=True)


async def test_two_sides_make_the_same_figures_of_the_same_day(make_stage):
    async with sides(make_stage(AZ, UZ), AZ, UZ) as (az, uz):
        talk = Dialogue(az, uz)
        await a_day(talk)
        for is_test in (False, True):
            ours = talk.figures(AZ, is_test=is_test)
            theirs = talk.figures(UZ, is_test=is_test)
            assert ours
            assert ours == {(MIRROR[key[0]], *key[1:]): value for key, value in theirs.items()}


async def test_figures_of_a_day_are_those_that_a_person_would_count(make_stage):
    async with sides(make_stage(AZ, UZ), AZ, UZ) as (az, uz):
        talk = Dialogue(az, uz)
        await a_day(talk)
        found, trial = talk.figures(AZ), talk.figures(AZ, is_test=True)
    received = {key[1:]: value for key, value in found.items() if key[0] == "received"}
    sent = {key[1:]: value for key, value in found.items() if key[0] == "sent"}
    assert {name: received[name, None, None, None] for name in RECEIVED} == RECEIVED
    assert {name: sent[name, None, None, None] for name in SENT} == SENT
    assert received["hit-rate", None, "alert", None] == ("100", 1)
    assert sent["hit-rate", None, "random", None] == ("0", 1)
    assert sent["coverage", "1", None, None] == ("100", 1)
    assert received["seized-mass", None, None, "acetic-anhydride"] == ("3135", 1)
    assert trial["sent", "documents-alert", None, None, None] == ("1", None)
    assert ("sent", "documents-pre-arrival-notice", None, None, None) not in trial
