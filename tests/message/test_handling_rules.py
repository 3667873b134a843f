import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.message.handling_rules import Caveats, loosened, strictest
from node.reference.codes import H_CODES, PAP, TLP

WIDEST = Caveats("CLEAR", "H0", "CLEAR")
NARROWEST = Caveats("RED", "H3", "RED")
CAVEATS = st.builds(
    Caveats,
    st.sampled_from(list(TLP.codes)),
    st.sampled_from(list(H_CODES.codes)),
    st.sampled_from(list(PAP.codes)),
)
ORDERS = {
    "tlp": ["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"],
    "h_code": ["H3", "H2", "H1", "H0"],
    "pap": ["RED", "AMBER", "GREEN", "CLEAR"],
}
PAIRS = [
    (name, narrow, wide)
    for name, codes in ORDERS.items()
    for narrow, wide in itertools.combinations(codes, 2)
]


def with_code(name, code):
    return Caveats(**{"tlp": "AMBER", "h_code": "H1", "pap": "AMBER", name: code})


def test_orders_hold_every_code():
    assert {name: sorted(codes) for name, codes in ORDERS.items()} == {
        "tlp": sorted(TLP.codes),
        "h_code": sorted(H_CODES.codes),
        "pap": sorted(PAP.codes),
    }


@pytest.mark.parametrize(("name", "narrow", "wide"), PAIRS)
def test_strictest_of_two_codes_is_the_narrower(name, narrow, wide):
    pair = [with_code(name, wide), with_code(name, narrow)]
    assert strictest(pair) == strictest(reversed(pair)) == with_code(name, narrow)


@pytest.mark.parametrize(("name", "narrow", "wide"), PAIRS)
def test_loosened_names_the_code_that_is_wider(name, narrow, wide):
    assert loosened(with_code(name, wide), with_code(name, narrow)) == (name,)
    assert loosened(with_code(name, narrow), with_code(name, wide)) == ()


def test_loosened_in_all_codes_names_all():
    assert loosened(WIDEST, NARROWEST) == ("tlp", "h_code", "pap")


def test_strictest_takes_each_code_by_itself():
    assert strictest([Caveats("RED", "H0", "CLEAR"), Caveats("CLEAR", "H2", "AMBER")]) == Caveats(
        "RED", "H2", "AMBER"
    )


def test_strictest_of_none_is_no_restriction():
    assert strictest([]) == WIDEST


@given(st.lists(CAVEATS, min_size=1, max_size=5))
def test_strictest_loosens_none_of_those_it_is_taken_of(handlings):
    assert all(loosened(strictest(handlings), each) == () for each in handlings)


@given(CAVEATS, CAVEATS)
def test_loosened_of_nothing_means_strictest_changes_nothing(document, source):
    assert (loosened(document, source) == ()) == (strictest([document, source]) == document)
