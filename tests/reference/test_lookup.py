import pytest

from node.reference.editions import Entry
from node.reference.lookup import look_up

HS = [
    Entry(code, words)
    for code, words in {
        "29": "Organic chemicals",
        "2915": "Saturated acids",
        "291524": "Acetic anhydride",
        "291521": "Acetic acid",
        "2933": "Heterocyclic compounds",
        "30": "Medicines",
    }.items()
]
PLACES = [Entry("AZALA", "Alat"), Entry("AZBAK", "Baku"), Entry("BAKUX", "Elsewhere")]


def codes(entries, *wanted):
    return [(place, entry.code) for place, entry in look_up(entries, wanted)]


def test_look_up_code_gives_what_is_above_it_and_directly_below():
    assert codes(HS, "2915") == [
        ("above", "29"),
        ("found", "2915"),
        ("below", "291521"),
        ("below", "291524"),
    ]
    assert codes(HS, "29") == [("found", "29"), ("below", "2915"), ("below", "2933")]


def test_look_up_beginning_of_codes_gives_those_below():
    assert codes(PLACES, "AZ") == [("below", "AZALA"), ("below", "AZBAK")]


@pytest.mark.parametrize("wanted", [("acetic", "ANHYDRIDE"), ("anhydr",)])
def test_look_up_words_gives_codes_whose_words_hold_them_all(wanted):
    assert codes(HS, *wanted) == [("found", "291524")]


def test_look_up_code_in_small_letters_is_found_but_a_word_is_no_beginning_of_codes():
    assert codes(PLACES, "azala") == [("found", "AZALA")]
    assert codes(PLACES, "baku") == [("found", "AZBAK"), ("found", "BAKUX")]


def test_look_up_nothing_gives_everything_in_order():
    assert [code for _, code in codes(HS)] == ["29", "2915", "291521", "291524", "2933", "30"]


def test_look_up_stranger_gives_nothing():
    assert codes(HS, "99") == []
    assert codes(HS, "walrus", "ivory") == []
