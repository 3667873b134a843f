"""Matches as the API describes them.

Responsible for their models, and for showing what the store holds in them. The list says that something
agrees; only one match by itself says what: that quotes both documents.
"""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from node.matching import found as finding
from node.matching.decision import DISMISSALS, Dismissal, MatchState
from node.matching.found import Grade, Named
from node.matching.kinds import MATCH_KEY, Manner
from node.message.concern import OURS
from node.message.fields import OfficeCode, UnitId
from node.national.event import Key
from node.store.match_figures import Counted
from node.store.match_index import Side
from node.store.matches import Match, MatchFilter
from node.web.messages import Moment
from node.web.queries import PageQuery, Parameters
from node.web.times import written

MatchKind = Annotated[str, WithJsonSchema({"type": "string", "enum": sorted(MATCH_KEY)})]
_REASONS = "; ".join(f"{reason}: {meaning}" for reason, meaning in DISMISSALS.items())


class _Period(Parameters):
    """When something was found."""

    since: Moment | None = Field(default=None, description="RFC 3339; found then or later")
    until: Moment | None = Field(default=None, description="RFC 3339; found before then")

    def span(self) -> tuple[int | None, int | None]:
        """Give both ends in Unix ms."""
        return _ms(self.since), _ms(self.until)


class MatchQuery(_Period, PageQuery):
    """What the list of matches can be asked."""

    state: MatchState | None = None
    grade: Grade | None = None
    alert: str | None = Field(default=None, max_length=64, description="reference of the alert")
    notice: str | None = Field(default=None, max_length=64, description="reference of the notice")
    watch: str | None = Field(default=None, max_length=64, description="id of the watch list item")
    test: bool | None = Field(default=None, description="test traffic, or only what is not")
    current: bool | None = Field(default=None, description="whether both still agree as held now")

    def filter(self) -> MatchFilter:
        """Give it as the store takes it."""
        since, until = self.span()
        return MatchFilter(
            state=self.state,
            grade=self.grade,
            alert=self.alert,
            notice=self.notice,
            watch=self.watch,
            since=since,
            until=until,
            is_test=self.test,
            is_current=self.current,
        )


class FiguresQuery(_Period):
    """What the figures of matching can be asked."""

    test: bool = Field(default=False, description="count test traffic instead")

    def filter(self) -> MatchFilter:
        """Give it as the store takes it."""
        since, until = self.span()
        return MatchFilter(since=since, until=until, is_test=self.test)


class MatchItem(BaseModel):
    """A match without what agrees."""

    model_config = ConfigDict(extra="forbid")

    id: str
    state: MatchState
    grade: Grade
    score: int = Field(description="of 100")
    kind: MatchKind = Field(description="of the weightiest thing that agrees")
    alert_authority: str | None = Field(description="null: a watch list item was found")
    alert_reference: str | None
    alert_version: int | None = Field(description="compared last")
    watch: str | None = Field(description="id of the watch list item")
    notice_authority: str
    notice_reference: str
    notice_version: int = Field(description="compared last")
    test: bool
    current: bool = Field(description="false: as held now, the two no longer agree in this way")
    found_at: str
    decided_at: str | None
    decided_by: str | None = Field(description="the system; owner; node, where it was withdrawn")
    reason: str | None = Field(description="of a dismissal or a withdrawal")
    hit: str | None = Field(description="id of the message with the hit that was sent")

    @classmethod
    def of(cls, match: Match) -> Self:
        """Show a match."""
        wanted, notice = match.found.wanted, match.found.notice
        is_alert = match.wanted_name.side is Side.ALERT
        return cls(
            id=match.id,
            state=match.state,
            grade=match.found.grade,
            score=match.found.score,
            kind=match.found.likenesses[0].kind,
            alert_authority=wanted.authority if is_alert else None,
            alert_reference=wanted.reference if is_alert else None,
            alert_version=wanted.version if is_alert else None,
            watch=None if is_alert else wanted.reference,
            notice_authority=notice.authority or "",
            notice_reference=notice.reference,
            notice_version=notice.version or 0,
            test=match.is_test,
            current=match.is_current,
            found_at=written(match.found_at),
            decided_at=None if match.decided_at is None else written(match.decided_at),
            decided_by=match.decided_by,
            reason=match.reason,
            hit=match.hit,
        )


class MatchedDocument(BaseModel):
    """One side of a match: a document in the version compared, and the message that brought it."""

    model_config = ConfigDict(extra="forbid")

    authority: str
    reference: str
    version: int
    message: str = Field(description="message id")
    direction: str = Field(description="sent or received")

    @classmethod
    def of(cls, named: Named, key: Key) -> Self:
        """Show one side."""
        return cls(
            authority=named.authority or "",
            reference=named.reference,
            version=named.version or 0,
            message=key[1],
            direction="sent" if key[0] == OURS else "received",
        )


class MatchLikeness(BaseModel):
    """One thing that agrees on both sides."""

    model_config = ConfigDict(extra="forbid")

    kind: MatchKind
    manner: Manner = Field(description="in which way it is the same, or alike")
    exactness: str = Field(description="the same in the terms of a hit")
    points: int = Field(description="what it is worth, of 100")
    percent: int | None = Field(description="how alike two names are")
    wanted: str = Field(description="as written in the alert or watch list item")
    wanted_at: str = Field(description="JSON Pointer to it")
    seen: str = Field(description="as written in the notice")
    seen_at: str = Field(description="JSON Pointer to it")
    consignments: list[int] = Field(description="of the notice; none: the whole of it")
    words: str = Field(description="the same for an officer")


class MatchCircumstance(BaseModel):
    """Time, way or goods: what raised or lowered a match."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="time, office, countries, places or goods")
    points: int
    wanted_at: str
    seen_at: str
    words: str


class MatchDetails(MatchItem):
    """A match with what agrees: it quotes identifiers and names of both sides."""

    alert: MatchedDocument | None
    notice: MatchedDocument
    consignments: list[int] = Field(description="those concerned; none: the whole notice")
    kept_percent: int = Field(description="what the time between leaves of what is used again")
    likenesses: list[MatchLikeness]
    circumstances: list[MatchCircumstance]
    words: list[str] = Field(description="why, line by line")

    @classmethod
    def showing(cls, match: Match) -> Self:
        """Show a match with what agrees."""
        found, is_alert = match.found, match.wanted_name.side is Side.ALERT
        return cls(
            **MatchItem.of(match).model_dump(),
            alert=MatchedDocument.of(found.wanted, match.wanted) if is_alert else None,
            notice=MatchedDocument.of(found.notice, match.notice),
            consignments=list(found.consignments),
            kept_percent=found.kept_percent,
            likenesses=[_likeness(each) for each in found.likenesses],
            circumstances=[MatchCircumstance(**each.model_dump()) for each in found.circumstances],
            words=list(found.words),
        )


class ConfirmRequest(BaseModel):
    """Who confirms, and what the author of the alert is told."""

    model_config = ConfigDict(extra="forbid")

    unit: UnitId = Field(description="of ours, that confirms; the hit names it")
    office: OfficeCode | None = Field(
        default=None, description="where the cargo is or is expected; told in the hit"
    )
    tell: bool = Field(
        default=True,
        description="false: the author of the alert is not told. A hit that may not be sent refuses the "
        "confirmation; so an officer can still confirm. Of our own alert or item nobody is told",
    )


class DismissRequest(BaseModel):
    """Why a match is dismissed."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[Dismissal, Field(description=_REASONS)]


class MatchCount(BaseModel):
    """How many matches of one grade and kind there are."""

    model_config = ConfigDict(extra="forbid")

    grade: Grade | None = Field(description="null: all")
    kind: MatchKind | None = Field(description="of the weightiest thing that agreed; null: all")
    total: int = Field(description="all that was found")
    open: int = Field(description="nobody has decided yet")
    confirmed: int
    dismissed_right: int = Field(description="it was the cargo, but nothing was to be done")
    dismissed_wrong: int = Field(description="it was another cargo, party or journey")
    dismissed_other: int = Field(description="for another reason, which says nothing of matching")
    withdrawn: int = Field(description="by the node, before anybody decided")
    precision: str | None = Field(
        description="percent of what officers judged that was right, rounded down; null: none judged"
    )

    @classmethod
    def of(cls, one: Counted, *, is_whole: bool = False) -> Self:
        """Show a count."""
        right = one.confirmed + one.right
        judged = right + one.wrong
        undecided = one.undecided
        return cls(
            grade=None if is_whole else Grade(one.grade),
            kind=None if is_whole else one.kind,
            total=one.found + judged + undecided + one.withdrawn,
            open=one.found,
            confirmed=one.confirmed,
            dismissed_right=one.right,
            dismissed_wrong=one.wrong,
            dismissed_other=undecided,
            withdrawn=one.withdrawn,
            precision=_percent(right, judged),
        )


class MatchFigures(BaseModel):
    """What was found, and what officers made of it."""

    model_config = ConfigDict(extra="forbid")

    total: MatchCount
    items: list[MatchCount]


def _likeness(each: finding.Likeness) -> MatchLikeness:
    return MatchLikeness(**each.model_dump() | {"consignments": list(each.consignments)})


def _percent(part: int, whole: int) -> str | None:
    """Write a share with one digit, rounded down; decimals are texts."""
    if not whole:
        return None
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}"


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)
