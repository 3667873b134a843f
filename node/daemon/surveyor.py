"""The surveyor: reads what a corridor view is made from, each document judged by its own agreement.

Responsible for putting flows, conversations, matches and statistics of a period together, and for saying
how many documents were used and why others were not. Must not count cargo, nor decide what is withheld
(`corridor`). It only reads, and may run in any thread.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from node.conversation.book import Place
from node.conversation.counted import counted_of
from node.conversation.facts import Ref, Spoken, version_of
from node.conversation.page import Page
from node.conversation.statistics import agreed_terms
from node.conversation.tables import FROZEN
from node.corridor.cargo import Match
from node.corridor.case import Case, case_of
from node.corridor.flows import Flow
from node.corridor.nexus import THREE, Nexus, nexus
from node.corridor.question import Only, Question
from node.corridor.reported import Reported, reported_of
from node.corridor.sharing import Ruling, Source, judge, tellable
from node.corridor.view import Dimension, Table, view
from node.store.corridor import CorridorPages
from node.store.database import Database
from node.store.flows import Flows
from node.store.handling import Handling, Handlings
from node.trust.agreement import Agreement

_UNKNOWN: Final = Handling((), None)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a view may be made from.

    Attributes:
        rulings: how many documents were ruled on in each way.
    """

    question: Question
    flows: Sequence[Flow]
    cases: Sequence[Case]
    matches: Sequence[Match]
    rulings: Mapping[Ruling, int]

    def table(self, by: Sequence[Dimension], only: Only) -> Table:
        """Divide the cargo and count it."""
        return view(
            self.flows,
            self.cases,
            self.matches,
            by=by,
            period=self.question.period,
            only=only,
            least=self.question.audience.least,
        )

    def nexus(self, authorities: int = THREE) -> Nexus:
        """Find where flows of several authorities meet."""
        return nexus(
            self.flows,
            self.cases,
            self.matches,
            period=self.question.period,
            authorities=authorities,
            least=self.question.audience.least,
        )


@dataclass(frozen=True, slots=True)
class Reports:
    """What others tell of flows between them.

    Attributes:
        messages: originator and id of those whose words are in it.
        rulings: how many statistics were ruled on in each way.
    """

    reported: tuple[Reported, ...]
    messages: tuple[str, ...]
    rulings: Mapping[Ruling, int]


@dataclass(slots=True)
class _Judge:
    """Judges what was said, and remembers each ruling."""

    question: Question
    agreements: Mapping[str, Agreement]
    is_verbatim: bool = False
    rulings: dict[str, Ruling] = field(default_factory=dict)
    handling: Mapping[str, Handling] = field(default_factory=dict)

    @property
    def needs_handling(self) -> bool:
        """Whether the register says too little to judge: then the documents are looked into."""
        return bool(self.question.audience.readers or self.question.audience.purpose)

    def may_use(self, said: Spoken) -> bool:
        """Say whether a message may be used."""
        handling = self.handling.get(said.id, _UNKNOWN)
        source = Source(
            author=said.author,
            recipients=handling.recipients,
            accepted_at=said.delivered_at or said.at,
            purpose=handling.purpose,
            agreement=self.agreements.get(said.coded.get("agreement", "")),
            is_verbatim=self.is_verbatim,
        )
        ruling = judge(source, self.question.audience, now=self.question.now)
        if bool(said.coded.get("test")) is self.question.is_test:  # the other kind does not count at all
            self.rulings[said.id] = ruling
        return ruling is Ruling.USED


class Surveyor:
    """Makes surveys of one node's corridor; `own` is our authority id."""

    def __init__(self, own: str, database: Database, agreements: Mapping[str, Agreement]) -> None:
        self._agreements = agreements
        self._terms = agreed_terms(agreements)
        self._flows = Flows(database)
        self._pages = CorridorPages(own, database)
        self._handlings = Handlings(own, database)
        self._own = own

    def survey(self, question: Question) -> Survey:
        """Read all that may be used of a period's cargo, and of the alerts of that time."""
        judging = _Judge(question, self._agreements)
        matches = self._pages.matches(question.period)
        matched = {each.alert for each in matches if each.alert and each.decision == "confirmed"}
        places = self._pages.places(question.period) | self._pages.places_of(matched)
        cases, named = self._cases(places, judging)
        rulings = Counter(judging.rulings.values())
        # What an alert names may be cargo of another period: then the alert is not without any.
        further = self._pages.places_of(named) - places
        cases += self._cases(further, judging)[0]
        return Survey(
            question=question,
            flows=self._flows.of_period(question.period),
            cases=cases,
            matches=list(tellable(matches, cases, question.audience)),
            rulings=rulings,
        )

    def reports(self, question: Question) -> Reports:
        """Read what statistics of others say of a period."""
        judging = _Judge(question, self._agreements, is_verbatim=True)
        standing = [
            said.id
            for pages in self._pages.pages(self._pages.statistics(question.period))
            for said in self._standing(pages, judging)
        ]
        documents = self._handlings.reports(standing)
        reported = reported_of(
            documents.values(),
            own=self._own,
            period=question.period,
            least=question.audience.least,
            is_test=question.is_test,
        )
        sources = {each.source for each in reported}
        used = (message for message, each in documents.items() if version_of(each).ref in sources)
        return Reports(reported, tuple(sorted(used)), Counter(judging.rulings.values()))

    def _cases(self, places: Collection[Place], judging: _Judge) -> tuple[list[Case], set[Ref]]:
        """Give the cases of some conversations, and the notices that they name."""
        cases: list[Case] = []
        named: set[Ref] = set()
        question = judging.question
        for pages in self._pages.pages(places):
            self._look_into(pages, judging)
            for page in pages:
                case = case_of(
                    page,
                    now=question.now,
                    terms=self._terms(page),
                    is_test=question.is_test,
                    may_use=judging.may_use,
                )
                if case is not None:
                    cases.append(case)
                    named.update(case.notices)
        return cases, named

    def _standing(self, pages: Sequence[Page], judging: _Judge) -> Iterable[Spoken]:
        """Give of each conversation that statistics lead the version that stands."""
        self._look_into(pages, judging)
        for page in pages:
            page.said = {said.id: said for said in page.said.values() if judging.may_use(said)}
            counted = counted_of(
                page, now=judging.question.now, terms=self._terms(page), is_test=judging.question.is_test
            )
            if counted is not None and counted.course.agreed not in FROZEN:
                yield counted.standing

    def _look_into(self, pages: Sequence[Page], judging: _Judge) -> None:
        if judging.needs_handling:
            judging.handling = self._handlings.handling({said for page in pages for said in page.said})
