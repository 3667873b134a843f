from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from node.audit.event import Kind, read_entry
from node.audit.verify import verify_log
from node.errors import Refusal
from node.transfer.lifecycle import State
from tests.transfer.post import Post
from tests.world import AZ, NOW, TM, alert

PRIORITIES = ("urgent", "routine")
_ROUNDS = 8


class Corridor:
    """Two nodes, and the bundles between them in whatever order somebody likes."""

    def __init__(self):
        self.posts = (Post(TM, AZ, now=NOW), Post(AZ, TM, now=NOW))
        self.under_way = []
        self.submitted = ([], [])

    def send(self, who, priority):
        post, number = self.posts[who], len(self.submitted[who]) + 1
        document = alert(
            originator=post.who.id, recipients=[post.peer.id], number=number, priority=priority
        )
        self.submitted[who].append(post.submit(document))

    def pack(self, who, priority):
        raw = self.posts[who].pack(priority)
        if raw is not None:
            self.under_way.append((1 - who, raw))

    def deliver(self, place):
        if self.under_way:
            who, raw = self.under_way.pop(place % len(self.under_way))
            self.posts[who].take(raw)

    def repeat(self, place):
        if self.under_way:
            who, raw = self.under_way[place % len(self.under_way)]
            self.posts[who].take(raw)

    def drop(self, place):
        if self.under_way:
            self.under_way.pop(place % len(self.under_way))

    def overdue(self, who):
        self.posts[who].overdue()

    def crash(self, who):
        self.posts[who].crash()

    def come_to_rest(self):
        """Lose nothing any more, and be patient: every message must find its receipt."""
        for _ in range(_ROUNDS):
            self.be_quiet()
            if self.is_answered():
                return
            for who in (0, 1):
                self.overdue(who)

    def be_quiet(self):
        """Deliver everything, and what that gives rise to, until nobody has anything to say."""
        for who, priority in product((0, 1), PRIORITIES):
            self.pack(who, priority)
        while self.under_way:
            self.deliver(0)
            for who, priority in product((0, 1), PRIORITIES):
                self.pack(who, priority)

    def is_answered(self):
        states = [lane.state for post in self.posts for lane in post.lanes.values()]
        return set(states) <= {State.RECEIPTED}

    def check(self):
        """What must hold at every moment."""
        for post, other in zip(self.posts, self.posts[::-1], strict=True):
            for size, head in post.watched.heads.items():
                assert head == other.book.root(size)
            assert len(set(post.accepted)) == len(post.accepted)

    def check_at_rest(self):
        self.check()
        assert self.is_answered()
        for who, post in enumerate(self.posts):
            assert sorted(post.accepted) == sorted(self.submitted[1 - who])
            entries = [read_entry(raw) for raw in post.book.entries]
            assert Kind.PEER_FORKED not in {entry.kind for entry in entries}
            assert verify_log(
                post.book.entries,
                log=post.who.log.verifier,
                checkpoints=post.signed,
                cosignatures=[
                    (size, post.peer.card.witness, line) for size, line in post.cosignatures.items()
                ],
            ).size == len(entries)


WHO = st.integers(0, 1)
PRIORITY = st.sampled_from(PRIORITIES)
PLACE = st.integers(0, 100)
NETWORK = [
    st.tuples(st.just("send"), WHO, PRIORITY),
    st.tuples(st.just("pack"), WHO, PRIORITY),
    st.tuples(st.just("deliver"), PLACE),
    st.tuples(st.just("repeat"), PLACE),
    st.tuples(st.just("drop"), PLACE),
    st.tuples(st.just("overdue"), WHO),
]
CRASH = st.tuples(st.just("crash"), WHO)


def played(steps):
    corridor = Corridor()
    for name, *arguments in steps:
        getattr(corridor, name)(*arguments)
        corridor.check()
    return corridor


def codes(corridor):
    return {code for post in corridor.posts for code in post.refused}


@settings(max_examples=120, deadline=None)
@given(st.lists(st.one_of(NETWORK), min_size=5, max_size=60))
def test_journey_any_order_loss_or_repetition_ends_with_every_receipt_and_no_alarm(steps):
    corridor = played(steps)
    corridor.come_to_rest()
    corridor.check_at_rest()
    assert codes(corridor) == set()


@settings(max_examples=120, deadline=None)
@given(st.lists(st.one_of([*NETWORK, CRASH]), min_size=5, max_size=60))
def test_journey_nodes_that_crash_besides_recover_by_asking_for_another_proof(steps):
    corridor = played(steps)
    corridor.come_to_rest()
    corridor.check_at_rest()
    assert codes(corridor) <= {Refusal.LOG_GAP}


def test_journey_bundles_overtaking_each_other_are_all_believed():
    corridor = Corridor()
    for number in range(6):
        corridor.send(0, PRIORITIES[number % 2])
        corridor.pack(0, PRIORITIES[number % 2])
    while corridor.under_way:
        corridor.deliver(len(corridor.under_way) - 1)
        corridor.check()
    corridor.come_to_rest()
    corridor.check_at_rest()
    assert codes(corridor) == set()


def test_journey_every_receipt_lost_once_is_sent_again():
    corridor = Corridor()
    corridor.send(0, "urgent")
    corridor.pack(0, "urgent")
    corridor.deliver(0)
    corridor.pack(1, "urgent")
    corridor.drop(0)
    corridor.come_to_rest()
    corridor.check_at_rest()
    kinds = [read_entry(raw).kind for raw in corridor.posts[1].book.entries]
    assert kinds.count(Kind.MESSAGE_RECEIVED) == 1
    assert kinds.count(Kind.MESSAGE_DUPLICATE) == 1


def test_journey_crash_with_unacknowledged_heads_is_a_gap_and_mends_itself():
    corridor = Corridor()
    corridor.send(0, "urgent")
    corridor.pack(0, "urgent")
    corridor.deliver(0)
    corridor.crash(0)
    corridor.send(0, "urgent")
    corridor.come_to_rest()
    corridor.check_at_rest()
    assert codes(corridor) == {Refusal.LOG_GAP}
