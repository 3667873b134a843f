"""Authorities that announce and warn as in `trade`, with a matcher beside each node.

async with matching(stage) as corridor:
    await corridor.announce(AZ, TM, "AZ-PAN-1")
    await corridor.look_for(TM, AZ, "TM-ALR-1", BOX)
    (match,) = corridor.matches(AZ)
"""

from contextlib import asynccontextmanager

from node.audit.event import Kind, reread_entry
from node.daemon.matcher import Matcher
from node.matching.decision import MatchState
from node.store.matches import Matches, MatchFilter
from node.store.record import Records
from tests.daemon.pair import sides
from tests.daemon.trade import AZ, TM, UZ, Trade
from tests.spoken import answering, document

BOX, WAGON = "KAVU5423251", "45733987"
"""The container and the wagon of the example notice by rail ferry."""

NEWS = {Kind.MATCH_FOUND, Kind.MATCH_DECIDED}


class Corridor(Trade):
    """Says things for some sides, carries them, and lets registers, flows and matchers follow."""

    def __init__(self, *all_sides):
        super().__init__(*all_sides)
        self.matchers = {who: Matcher(side.node) for who, side in self.sides.items()}

    async def follow(self):
        await super().follow()
        for matcher in self.matchers.values():
            await matcher.catch_up()

    async def look_for(self, author, reader, reference, *boxes, **members):
        """Send an alert on containers."""
        made = document("alert-minimum", author, reader, now=self.now, reference=reference, test=False)
        equipment = [{"identification": box} for box in boxes]
        made = {**made, "subject": {"equipment": equipment}, **members}
        await self.send(made)
        return made

    async def recall(self, earlier, reference):
        (reader,) = earlier["recipients"]
        author = earlier["originator"]["authority"]
        await self.say(author, reader, "recall-minimum", reference=reference, recalls=answering(earlier))

    def restart_matcher(self, who):
        """Put a matcher in place as after a start of the node."""
        self.matchers[who] = Matcher(self.sides[who].node)

    def matches(self, who, **filters):
        database = self.sides[who].node.database
        return Matches(database).listed(None, MatchFilter(**filters), before=None, limit=100)

    def pairs(self, who, **filters):
        return [
            (one.found.wanted.reference, one.found.notice.reference)
            for one in self.matches(who, **filters)
        ]

    def open(self, who):
        return self.pairs(who, state=MatchState.FOUND, is_current=True)

    def news(self, who):
        """Give what the log of a side says of matches: kind without its subject, and the decision."""
        entries = [reread_entry(raw) for _, raw in Records(self.sides[who].node.database).entries()]
        return [entry.members.get("decision", "found") for entry in entries if entry.kind in NEWS]


@asynccontextmanager
async def matching(stage, *authorities):
    async with sides(stage, *(authorities or (AZ, TM, UZ))) as opened:
        yield Corridor(*opened)
