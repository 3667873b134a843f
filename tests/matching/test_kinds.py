from pathlib import Path

import pytest

from node.matching.kinds import (
    CARRIERS,
    IN_WORDS,
    MATCH_KEY,
    NUMBERED_ONCE,
    PARTIES,
    SPECIFIC,
    Kind,
    Manner,
    exactness,
    weight,
)
from node.reference.outcome_codes import MATCH_KEYS

COMPARED = [kind for kind in Kind if kind is not Kind.PLATE_SLIP]


@pytest.mark.parametrize("kind", COMPARED)
def test_match_key_of_a_kind_is_a_code_of_the_list(kind):
    assert MATCH_KEY[kind] in MATCH_KEYS.codes


@pytest.mark.parametrize("kind", COMPARED)
def test_weight_falls_with_every_manner_that_is_less_than_the_same(kind):
    manners = (Manner.SAME, Manner.SPELLING, Manner.PREFIX, Manner.REPAIRED, Manner.SLIP)
    weights = [weight(kind, manner) for manner in manners]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] < 100


def test_exactness_is_exact_or_folded_only_where_the_list_says_so():
    given = {manner: exactness(manner) for manner in Manner}
    assert {manner for manner, code in given.items() if code != "similar"} == {
        Manner.SAME,
        Manner.SPELLING,
    }


def test_kinds_that_name_one_cargo_are_no_parties():
    assert {Kind.PLATE, Kind.UCR} <= SPECIFIC == CARRIERS | NUMBERED_ONCE
    assert not SPECIFIC & PARTIES


def test_every_kind_but_names_is_put_in_words():
    assert set(COMPARED) - set(IN_WORDS) == {Kind.NAME}


LABELS = {
    "notice named in the alert": Kind.NOTICE,
    "MRN": Kind.MRN,
    "UCR": Kind.UCR,
    "container, swap body": Kind.CONTAINER,
    "TIR carnet": Kind.TIR,
    "transport document, house or master": Kind.DOCUMENT,
    "wagon": Kind.WAGON,
    "plate of truck or trailer": Kind.PLATE,
    "national declaration": Kind.DECLARATION,
    "LEI of a party": Kind.LEI,
    "tax number or identity document of a party": Kind.PARTY_NUMBER,
    "seal": Kind.SEAL,
    "ship with its voyage": Kind.VOYAGE,
    "ship alone": Kind.SHIP,
}


def test_weights_of_the_handbook_are_those_of_the_program():
    page = (Path(__file__).parents[2] / "docs" / "matching.md").read_text(encoding="utf-8")
    table = page.partition("\n## What is compared\n")[2].partition("**Folded.**")[0]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ")]
    shown = {cells[1].strip(): cells[2].strip() for cells in rows}
    assert {label: shown[label] for label in LABELS} == {
        label: str(weight(kind, Manner.SAME)) for label, kind in LABELS.items()
    }
    assert shown["name of a party"].startswith("40 to 62")
