"""Whatever two authorities say, and however it arrives, they end in the same state."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from node.conversation.course import Act
from node.conversation.event import Event
from node.conversation.facts import Ref, Version
from node.trust.agreement import Deadlines
from tests.conversation.conftest import AZ, CODED, DAY, HOUR, NOON, UZ, Drawer, said

LEADING = ("alert", "pre-arrival-notice", "information-request", "consent-request", "statistics")
ANSWERS = (
    *("hit", "acceptance", "arrival", "control-result", "seizure", "import-result", "discrepancy"),
    *("incident", "information-reply", "refusal", "extension", "consent", "recall-answer"),
)
CHOICES = {
    "acceptance": ("decision", ["accepted", "declined"]),
    "control-result": ("decision", ["controlled", "not-controlled"]),
    "import-result": ("comparison", ["matches", "differs", "not-compared"]),
    "information-reply": ("complete", [True, False]),
    "refusal": ("extent", ["whole", "part"]),
}


@st.composite
def dialogues(draw):
    """Draw what two authorities say to each other, sensible or not, by clocks that disagree."""
    spoken = []
    for number in range(draw(st.integers(1, 14))):
        author = draw(st.sampled_from([AZ, UZ]))
        at = NOON + draw(st.integers(-5, 300)) * HOUR // 12
        kind = draw(st.sampled_from(["lead", "answer", "answer", "answer", "change", "again"]))
        if kind == "lead" or not spoken:
            spoken.append(_lead(draw, author, number, at, spoken))
        elif kind == "answer":
            spoken.append(_answer(draw, author, number, at, draw(st.sampled_from(spoken))))
        elif kind == "change":
            spoken.append(_change(draw, number, at, draw(st.sampled_from(spoken))))
        else:
            earlier = draw(st.sampled_from(spoken))
            digest = draw(st.sampled_from([earlier.digest, "another"]))
            spoken.append(replace(earlier, id=f"again-{number}", at=at, digest=digest))
    return spoken


def _lead(draw, author, number, at, spoken):
    name = draw(st.sampled_from(LEADING))
    about = [each.what.ref for each in spoken if each.name == "pre-arrival-notice"]
    notices = tuple(draw(st.lists(st.sampled_from(about), max_size=2, unique=True))) if about else ()
    until = NOON + draw(st.integers(1, 30)) * DAY
    more = {"notices": notices} if name == "alert" else {}
    return said(name, author, f"L{number}", at=at, until=until, id=f"m{number:02}", **more)


def _answer(draw, author, number, at, target):
    name = draw(st.sampled_from(ANSWERS))
    coded = dict(CODED.get(name, {}))
    if name in CHOICES:
        fact, values = CHOICES[name]
        coded[fact] = draw(st.sampled_from(values))
    version = Version(target.what.ref, target.what.number + draw(st.sampled_from([0, 0, 0, 1])))
    return said(name, author, f"A{number}", at=at, target=version, coded=coded, id=f"m{number:02}")


def _change(draw, number, at, target):
    """Amend, replace, cancel or recall something, as its own author."""
    ref, version = target.what.ref, target.what.number
    how = draw(st.sampled_from(["replace", "cancel", "recall", "amend"]))
    next_version = Version(ref, version + draw(st.integers(0, 2)))
    if how == "recall":
        return said("recall", ref.authority, f"R{number}", at=at, target=target.what, id=f"m{number:02}")
    if how == "amend" and ref.name in ("alert", "pre-arrival-notice"):
        return said(
            *("amendment", ref.authority, f"C{number}"),
            at=at,
            target=target.what,
            carries=next_version,
            coded={**target.coded, "until": NOON + 9 * DAY},
            id=f"m{number:02}",
        )
    function = "1" if how == "cancel" else "5"
    return replace(
        target, id=f"m{number:02}", at=at, what=next_version, function=function, digest=f"d{number}"
    )


def play(own, dialogue, order, batch):
    """Let one authority's books take a dialogue in some order, some pages at a time."""
    drawer = Drawer(own)
    peer = UZ if own == AZ else AZ
    for start in range(0, len(order), batch):
        book = drawer.book()
        for index in order[start : start + batch]:
            each = dialogue[index]
            delivered = each.at + HOUR
            if each.author == own:
                book.enter(peer, each)
                book.deliver(peer, each.id, delivered)
            else:
                book.enter(peer, replace(each, delivered_at=delivered))
                book.act(peer, each.id, Act(Event.READ, delivered + HOUR))
        for page in book.touched.values():
            page.turn(Deadlines(), now=NOON)
        drawer.put_back(book)
    return drawer


def view(drawer, now):
    """What both sides must see alike: states, outcomes, deadlines."""
    seen = {}
    for (_, lead), page in drawer.pages.items():
        page.turn(Deadlines(), now=now)
        deadlines = [each for each in page.deadlines if each.name != "read"]  # read: one side knows
        seen[lead] = (page.agreed, dict(sorted(page.outcomes.items())), deadlines)
    return seen


@settings(max_examples=400, deadline=None)
@given(dialogues(), st.randoms(use_true_random=False), st.integers(1, 5), st.integers(0, 40))
def test_sides_agree_once_everything_has_arrived(dialogue, chance, batch, days):
    orders = []
    for _ in range(2):
        order = [*range(len(dialogue)), *(chance.choices(range(len(dialogue)), k=3))]
        chance.shuffle(order)
        orders.append(order)
    now = NOON + days * DAY
    ours, theirs = play(AZ, dialogue, orders[0], batch), play(UZ, dialogue, orders[1], 1)
    assert view(ours, now) == view(theirs, now)


@settings(max_examples=100, deadline=None)
@given(dialogues(), st.randoms(use_true_random=False))
def test_one_side_sees_the_same_whatever_the_order(dialogue, chance):
    order = list(range(len(dialogue)))
    straight = view(play(AZ, dialogue, order, 3), NOON + DAY)
    chance.shuffle(order)
    assert view(play(AZ, dialogue, order, 2), NOON + DAY) == straight


@settings(max_examples=200, deadline=None)
@given(dialogues(), st.integers(0, 40))
def test_every_message_comes_to_an_outcome(dialogue, days):
    drawer = play(AZ, dialogue, list(range(len(dialogue))), 2)
    view(drawer, NOON + days * DAY)
    judged = {name for page in drawer.pages.values() for name in page.outcomes}
    assert judged == {each.id for each in dialogue}


def test_documents_that_answer_each_other_in_a_circle_wait_for_ever():
    first = said("incident", AZ, "A", target=Ref("incident", UZ, "B"))
    second = said("incident", UZ, "B", target=Ref("incident", AZ, "A"))
    ours, theirs = play(AZ, [first, second], [0, 1], 1), play(UZ, [first, second], [1, 0], 1)
    outcomes = {outcome for page in ours.pages.values() for outcome in page.outcomes.values()}
    assert outcomes == {"waiting"}
    assert {o for page in theirs.pages.values() for o in page.outcomes.values()} == {"waiting"}
