from node.matching.index import COMMON, Index, ranked
from node.matching.keys import keys_of
from node.matching.kinds import Kind
from tests.matching.making import BOX, alert, box, ferry, named, notice, road, wagon

VOYAGE, BOX_KEY = (Kind.VOYAGE, "A/1"), (Kind.CONTAINER, BOX)


def test_rarest_key_comes_first_and_ids_come_in_order():
    holders = {VOYAGE: ["d", "c", "b"], BOX_KEY: ["z"]}
    assert ranked(holders, 10) == ("z", "b", "c", "d")


def test_more_keys_in_common_come_first():
    other = (Kind.SHIP, "9123453")
    assert ranked({VOYAGE: ["a", "b"], other: ["b", "c"]}, 10) == ("b", "a", "c")


def test_no_more_candidates_are_given_than_are_wanted():
    assert ranked({VOYAGE: [f"{at:03d}" for at in range(50)]}, 3) == ("000", "001", "002")


def test_key_that_too_many_have_is_not_followed():
    crowd = [str(at) for at in range(COMMON + 1)]
    assert ranked({VOYAGE: crowd}, 10) == ()
    assert ranked({VOYAGE: crowd, BOX_KEY: ["7"]}, 10) == ("7",)
    assert len(ranked({VOYAGE: crowd[:-1]}, COMMON)) == COMMON


def test_index_finds_what_shares_a_key():
    index = Index()
    index.add("box", keys_of(notice(equipment=[box()])))
    index.add("truck", keys_of(notice(transport=road())))
    index.add("wagon", keys_of(notice(transport=ferry(passive_means=[wagon()]))))
    assert index.candidates(keys_of(alert()), 10) == ("box",)
    assert index.candidates(keys_of(alert(named("30", "10AB123"))), 10) == ("truck",)
    assert index.candidates(keys_of(alert({"ucrs": ["6AZ1"]})), 10) == ()


def test_index_finds_the_box_in_the_crowd_of_one_voyage():
    index = Index()
    for at in range(COMMON + 10):
        index.add(f"n{at}", keys_of(VOYAGE_NOTICE))
    index.add("wanted", keys_of(notice(equipment=[box()])))
    assert index.candidates(keys_of(alert()), 10) == ("wanted",)


VOYAGE_NOTICE = notice()
