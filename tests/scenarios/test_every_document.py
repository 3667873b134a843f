"""Every document travels between two nodes, and every conversation is followed to its end.

Source: the table at the top of docs/documents.md; docs/conversations.md.
"""

import re
from pathlib import Path

import pytest

from node.conversation.facts import Ref
from node.message.document import DOCUMENT_TYPES
from node.store.register import Register
from tests.daemon.pair import settle, sides
from tests.spoken import answering, document, instant, written

pytestmark = pytest.mark.asyncio
AZ, UZ = "AZ-SCC", "UZ-CC"
HOUR = 3_600_000
DOCUMENTS = Path(__file__).parents[2] / "docs" / "documents.md"
SPOKEN: set[str] = set()


class Talk:
    """Two nodes that talk, and what both registers say after each word."""

    def __init__(self, az, uz):
        self.sides = {AZ: az, UZ: uz}
        self.now = az.node.clock()
        self._count = 0

    async def say(self, author, example, answers=None, **members):
        """Send an example from one to the other, and let both registers write."""
        self._count += 1
        reader = AZ if author == UZ else UZ
        if answers is not None:
            members = {"answers": answering(answers), **members}
        reference = f"{author[:2]}-{self._count:03}"
        value = document(example, author, reader, now=self.now, reference=reference, **members)
        await self.sides[author].submit(written(value))
        await settle(*self.sides.values())
        for side in self.sides.values():
            await side.registrar.catch_up()
        SPOKEN.add(value["type"])
        return value

    def state(self, lead):
        """Give the state of a conversation, having seen that both sides say the same."""
        ref = Ref(lead["type"].partition("/")[0], lead["originator"]["authority"], lead["reference"])
        pages = []
        for authority, side in self.sides.items():
            peer = UZ if authority == AZ else AZ
            pages.append(Register(authority, side.node.database).page((peer, ref)))
        assert pages[0].agreed == pages[1].agreed
        assert pages[0].outcomes == pages[1].outcomes
        owed = [[d for d in page.deadlines if d.name != "read"] for page in pages]
        assert owed[0] == owed[1]
        order = sorted(pages[0].said.values(), key=lambda said: (said.at, said.message_id))
        return str(pages[0].agreed), [str(pages[0].outcomes[said.id]) for said in order]


@pytest.fixture
async def talk(make_stage):
    stage = make_stage(AZ, UZ)
    async with sides(stage, AZ, UZ) as (az, uz):
        yield Talk(az, uz)


async def test_alert_is_followed_to_a_seizure(talk):
    alert = await talk.say(UZ, "alert-minimum")
    await talk.say(AZ, "hit-minimum", alert)
    await talk.say(AZ, "acceptance-full", alert)
    await talk.say(UZ, "incident-minimum", alert)
    await talk.say(AZ, "arrival-full", alert)
    control = await talk.say(AZ, "control-result-full", alert)
    await talk.say(AZ, "seizure-full", control)
    state, outcomes = talk.state(alert)
    assert state == "controlled"
    assert outcomes == ["led", "noted", "moved", "noted", "noted", "moved", "noted"]


async def test_alert_is_amended_declined_and_asked_anew(talk):
    alert = await talk.say(UZ, "alert-minimum")
    await talk.say(AZ, "acceptance-declined", alert)
    assert talk.state(alert)[0] == "declined"
    inner = {**alert, "version": 2, "function": "5"}
    inner["risks"] = [{"area": "drugs", "level": "critical"}]
    amendment = await talk.say(
        UZ, "amendment-minimum", amends=answering(alert), document=inner, changed=["/risks"]
    )
    assert amendment["type"] == "amendment/1"
    assert talk.state(alert)[0] == "open"
    await talk.say(AZ, "control-result-not-controlled", {**alert, "version": 2})
    assert talk.state(alert)[0] == "not-controlled"


async def test_alert_is_recalled_and_the_recall_answered(talk):
    alert = await talk.say(UZ, "alert-minimum")
    await talk.say(AZ, "acceptance-minimum", alert)
    recall = await talk.say(UZ, "recall-minimum", recalls=answering(alert))
    assert talk.state(alert)[0] == "recalled"
    await talk.say(AZ, "recall-answer-minimum", recall)
    assert talk.state(alert) == ("recall-answered", ["led", "moved", "moved", "moved"])


async def test_notice_is_followed_from_the_alert_to_what_was_declared(talk):
    notice = await talk.say(UZ, "notice-minimum", office_of_entry="AZ001004")
    named = {"authority": UZ, "reference": notice["reference"]}
    alert = await talk.say(AZ, "alert-minimum", subject={"notices": [named]})
    assert talk.state(notice)[0] == "alerted"
    await talk.say(AZ, "arrival-minimum", notice)
    assert talk.state(notice)[0] == "arrived"
    imported = await talk.say(AZ, "import-result-minimum", notice)
    difference = await talk.say(UZ, "discrepancy-minimum", imported)
    assert difference["answers"]["type"] == "import-result"
    assert talk.state(notice)[0] == "differing"
    assert talk.state(alert)[0] == "open"


async def test_request_is_extended_partly_refused_and_answered(talk):
    request = await talk.say(UZ, "information-request-minimum")
    later = instant(talk.now + 30 * HOUR)
    await talk.say(AZ, "extension-minimum", request, until=later)
    assert talk.state(request)[0] == "extended"
    await talk.say(AZ, "refusal-minimum", request, extent="part", questions=[1])
    await talk.say(AZ, "information-reply-minimum", request, is_complete=True)
    assert talk.state(request)[0] == "answered"


async def test_consent_is_asked_for_and_recorded(talk):
    alert = await talk.say(UZ, "alert-minimum")
    request = await talk.say(AZ, "consent-request-minimum", alert)
    await talk.say(UZ, "consent-minimum", request, covers=answering(alert))
    assert talk.state(request) == ("granted", ["led", "moved"])


async def test_consent_is_refused(talk):
    alert = await talk.say(UZ, "alert-minimum")
    request = await talk.say(AZ, "consent-request-minimum", alert)
    await talk.say(UZ, "refusal-minimum", request)
    assert talk.state(request)[0] == "refused"


async def test_statistics_are_reported(talk):
    report = await talk.say(UZ, "statistics-minimum")
    assert talk.state(report) == ("open", ["led"])


async def test_every_document_of_the_table_has_travelled():
    table = DOCUMENTS.read_text(encoding="utf-8").partition("\n## ")[0]
    named = set(re.findall(r"^\| `([a-z-]+/[0-9]+)` \|", table, re.MULTILINE))
    assert named == set(DOCUMENT_TYPES) == SPOKEN
