from node.conversation.course import Act
from node.conversation.event import Event
from node.conversation.facts import Ref, Version
from node.conversation.page import MAX_TURNS
from tests.conversation.conftest import ALERT, AZ, NOON, NOTICE, UZ, Drawer, lead, said

CONTROL = said("control-result", target=ALERT, at=NOON + 2)
SEIZURE = said("seizure", target=CONTROL.what.ref, at=NOON + 3)


def enter(drawer, *spoken):
    """Enter each document in a book of its own, as if the node had stopped in between."""
    for each in spoken:
        book = drawer.book()
        book.enter(UZ, each)
        drawer.put_back(book)


def places(drawer):
    return {lead: sorted(page.said) for (_, lead), page in drawer.pages.items()}


def test_answer_waits_under_the_name_of_what_it_answers_and_moves_when_that_comes():
    drawer = Drawer(AZ)
    enter(drawer, SEIZURE)
    assert places(drawer) == {CONTROL.what.ref: [SEIZURE.id]}
    enter(drawer, CONTROL)
    assert places(drawer) == {ALERT: sorted([CONTROL.id, SEIZURE.id])}
    enter(drawer, lead())
    assert places(drawer) == {ALERT: sorted([CONTROL.id, SEIZURE.id, lead().id])}


def test_chain_that_came_backwards_moves_link_by_link():
    drawer = Drawer(AZ)
    recall = said("recall", target=SEIZURE.what.ref, at=NOON + 4)
    enter(drawer, recall, SEIZURE, CONTROL)
    assert places(drawer) == {ALERT: sorted([CONTROL.id, SEIZURE.id, recall.id])}


def test_chain_that_came_backwards_in_one_go_moves_too():
    drawer = Drawer(AZ)
    book = drawer.book()
    for each in (SEIZURE, CONTROL, lead()):
        book.enter(UZ, each)
    drawer.put_back(book)
    assert list(places(drawer)) == [ALERT]


def test_document_without_room_is_told_and_its_page_left_alone():
    drawer = Drawer(AZ)
    enter(drawer, SEIZURE)
    book = drawer.book()
    for number in range(MAX_TURNS):
        book.enter(UZ, said("hit", target=ALERT, reference=f"H{number}", at=NOON))
    book.enter(UZ, CONTROL)  # sealed later: no room, and none for the seizure that waited for it
    assert book.full == [(UZ, ALERT)] * 2
    drawer.put_back(book)
    again = drawer.book()
    again.enter(UZ, said("hit", target=ALERT, reference="one too many", at=NOON + 9))
    assert (again.full, again.touched) == ([(UZ, ALERT)], {})


def test_alert_is_on_its_own_page_and_on_that_of_its_notice():
    drawer = Drawer(AZ)
    enter(drawer, lead(notices=(NOTICE,)))
    assert set(places(drawer)) == {ALERT, NOTICE}


def test_same_document_with_two_peers_is_on_two_pages():
    drawer = Drawer(UZ)
    book = drawer.book()
    for peer in (AZ, "TM-SCS"):
        book.enter(peer, lead())
    book.deliver(AZ, lead().id, NOON + 1)
    assert book.touched[AZ, ALERT].said[lead().id].delivered_at == NOON + 1
    assert book.touched["TM-SCS", ALERT].said[lead().id].delivered_at is None


def test_receipt_finds_the_page_on_the_shelf():
    drawer = Drawer(UZ)
    book = drawer.book()
    book.enter(AZ, lead())
    drawer.put_back(book)
    book = drawer.book()
    book.deliver(AZ, lead().id, NOON + 1)
    book.give_up(AZ, "unknown", Act(Event.RETURNED, NOON))
    assert list(book.touched) == [(AZ, ALERT)]


def test_message_that_never_got_there_is_given_up_everywhere():
    drawer = Drawer(UZ)
    book = drawer.book()
    alert = lead(notices=(NOTICE,))
    book.enter(AZ, alert)
    book.give_up(AZ, alert.id, Act(Event.RETURNED, NOON + 1))
    assert all(alert.id in page.void for page in book.touched.values())
    assert book.touched[AZ, ALERT].acts == [Act(Event.RETURNED, NOON + 1)]
    assert book.touched[AZ, NOTICE].acts == []


def test_act_concerns_only_what_the_message_leads():
    drawer = Drawer(AZ)
    book = drawer.book()
    alert = lead(notices=(NOTICE,))
    book.enter(UZ, alert)
    book.act(UZ, alert.id, Act(Event.READ, NOON + 1))
    assert book.touched[UZ, ALERT].acts == [Act(Event.READ, NOON + 1)]
    assert book.touched[UZ, NOTICE].acts == []


def test_page_is_taken_in_hand_because_time_has_passed():
    drawer = Drawer(AZ)
    enter(drawer, lead())
    book = drawer.book()
    assert book.look_at((UZ, ALERT)).said
    assert list(book.touched) == [(UZ, ALERT)]


def test_amendment_of_what_has_not_come_opens_its_page():
    drawer = Drawer(AZ)
    enter(drawer, said("amendment", UZ, target=ALERT, carries=Version(ALERT, 2)))
    assert list(places(drawer)) == [ALERT]


def test_document_that_answers_nothing_and_leads_nothing_is_on_no_page():
    drawer = Drawer(AZ)
    enter(drawer, said("hit"))
    assert places(drawer) == {}
    assert drawer.lead_of(UZ, Ref("hit", AZ, "AZ-hit")) is None
