"""Three authorities on real documents, as UZ-CC keeps them: the example of docs/corridor.md.

AZ-SCC announces a wagon to UZ-CC, TM-SCS a truck. TM-SCS warns of the wagon; UZ-CC finds it, controls
it, seizes. A second warning of TM-SCS is about nothing that was announced.
"""

from dataclasses import dataclass, field, replace

from node.conversation.book import Book
from node.conversation.facts import facts_of
from node.corridor.case import case_of
from node.corridor.flows import flows_of
from node.message.document import read_document
from node.trust.agreement import Deadlines
from tests.conversation.conftest import AZ, HOUR, NOON, UZ, Drawer
from tests.corridor.conftest import LATER, TM
from tests.spoken import answering, document, written

OFFICE = "UZ001604"
NAMES = ("hit-minimum", "control-result-full", "seizure-minimum")


@dataclass
class House:
    """What UZ-CC has received and said."""

    drawer: Drawer = field(default_factory=lambda: Drawer(UZ))
    flows: list = field(default_factory=list)

    def enter(self, value, *, peer, at):
        """Enter a document that one of the two sent the other; the recipient took it at once."""
        read = read_document(written(value)).document
        number = f"0190f3c2-0000-7000-8000-{at:012}"
        said = facts_of(read, message_id=number, digest=number, at=at)
        book = Book(UZ, self.drawer)
        book.enter(peer, replace(said, delivered_at=at + 1000))
        self.drawer.put_back(book)
        self.flows += flows_of(read, message_id=number)

    def cases(self, **more):
        """Give the case of every conversation about cargo."""
        pages = self.drawer.pages.values()
        made = (case_of(page, now=LATER, terms=Deadlines(), **more) for page in pages)
        return [each for each in made if each]


def live():
    """Let the three say their part."""
    house = House()
    wagon = notice("notice-rail-ferry", AZ, "AZ-PAN-7", NOON)
    truck = notice("notice-road-farap", TM, "TM-PAN-4", NOON)
    warned = alert("TM-ALR-9", NOON + HOUR, notices=[{"authority": AZ, "reference": "AZ-PAN-7"}])
    house.enter(wagon, peer=AZ, at=NOON)
    house.enter(truck, peer=TM, at=NOON)
    house.enter(warned, peer=TM, at=NOON + HOUR)
    house.enter(alert("TM-ALR-10", NOON + HOUR), peer=TM, at=NOON + HOUR + 1)
    for number, name in enumerate(NAMES, start=2):
        at = NOON + number * HOUR
        answer = document(name, UZ, TM, now=at, reference=f"UZ-ANS-{number}", test=False)
        house.enter({**answer, "answers": answering(warned)}, peer=TM, at=at)
    return house


def notice(name, author, reference, at):
    made = document(name, author, UZ, now=at, reference=reference, test=False)
    return {**made, "office_of_entry": OFFICE}


def alert(reference, at, **subject):
    made = document("alert-minimum", TM, UZ, now=at, reference=reference, test=False)
    return {**made, "subject": {**made["subject"], **subject}}
