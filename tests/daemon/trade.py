"""Three authorities that announce, warn and control: what they say of cargo, from the examples.

async with trading(stage) as trade:
    wagon = await trade.announce(AZ, TM, "AZ-PAN-1")
    alert = await trade.warn(TM, UZ, "TM-ALR-1", about=[wagon])
"""

from contextlib import asynccontextmanager

from node.conversation.measures import Period
from node.corridor.question import Question
from node.corridor.sharing import Audience
from node.daemon.flow_keeper import FlowKeeper
from node.daemon.surveyor import Surveyor
from tests.daemon.pair import settle, sides
from tests.spoken import answering, document, instant, written

AZ, TM, UZ = "AZ-SCC", "TM-SCS", "UZ-CC"
DAY = 86_400_000


class Trade:
    """Says things for three sides, carries them, and lets registers and flows follow."""

    def __init__(self, *all_sides):
        self.sides = {side.node.authority: side for side in all_sides}
        self.now = all_sides[0].node.clock()
        self.keepers = {who: FlowKeeper(side.node) for who, side in self.sides.items()}

    @property
    def period(self):
        return Period(self.now - 30 * DAY, self.now + 30 * DAY)

    async def say(self, author, reader, example, *, reference, **members):
        value = document(
            example, author, reader, now=self.now, reference=reference, **{"test": False, **members}
        )
        await self.send(value)
        return value

    async def send(self, value):
        done = await self.sides[value["originator"]["authority"]].submit(written(value))
        await self.follow()
        return done.id

    async def follow(self):
        await settle(*self.sides.values())
        for who, side in self.sides.items():
            await side.registrar.catch_up()
            await self.keepers[who].catch_up()

    async def announce(self, author, reader, reference, example="notice-rail-ferry", **members):
        return await self.say(author, reader, example, reference=reference, **members)

    async def warn(self, author, reader, reference, *, about=(), **members):
        made = document("alert-minimum", author, reader, now=self.now, reference=reference, test=False)
        named = [
            {"authority": each["originator"]["authority"], "reference": each["reference"]}
            for each in about
        ]
        subject = {**made["subject"], "notices": named} if named else made["subject"]
        made = {**made, "subject": subject, **members}
        await self.send(made)
        return made

    async def answer(self, author, reader, example, to, *, reference, **members):
        return await self.say(
            author, reader, example, reference=reference, answers=answering(to), **members
        )

    async def amend(self, earlier, reference, **members):
        author = earlier["originator"]["authority"]
        (reader,) = earlier["recipients"]
        version = earlier["version"] + 1
        carried = {**earlier, "version": version, "function": "5", **members}
        await self.say(
            *(author, reader, "amendment-minimum"),
            reference=reference,
            amends=answering(earlier),
            document={**carried, "issued_at": instant(self.now)},
            changed=[f"/{next(iter(members))}"],
        )
        return carried

    def surveyor(self, who):
        node = self.sides[who].node
        return Surveyor(who, node.database, node.agreements)

    def question(self, who, *readers, **more):
        side = self.sides[who]
        audience = Audience(who, frozenset(readers), more.pop("purpose", None))
        period = more.pop("period", self.period)
        return Question(period, audience, side.node.clock(), **more)

    def survey(self, who, *readers, **more):
        return self.surveyor(who).survey(self.question(who, *readers, **more))

    def set_terms(self, who, between, **terms):
        """Let a node know an agreement with other terms; its name stays."""
        node = self.sides[who].node
        node.agreements = {
            digest: each.model_copy(update={"terms": each.terms.model_copy(update=terms)})
            if set(between) <= set(each.parties)
            else each
            for digest, each in node.agreements.items()
        }


@asynccontextmanager
async def trading(stage, *authorities):
    async with sides(stage, *(authorities or (AZ, TM, UZ))) as opened:
        yield Trade(*opened)
