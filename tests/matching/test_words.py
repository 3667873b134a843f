# ruff: noqa: RUF001  letters that look like others are the point of it
from dataclasses import replace

import pytest

from node.matching.kinds import Kind
from node.matching.marks import Mark
from node.matching.names import read_name
from node.matching.numbers import manner_of, read_box, read_number
from node.matching.parties import Sighted
from node.matching.words import of_names, of_numbers

FOREIGN, OTHERWISE = "with letters of another alphabet", "the same name in other letters"


def mark(kind, written, country=None):
    number = read_box(written) if kind is None else read_number(kind, written)
    return Mark(number, "/x", (), country)


@pytest.mark.parametrize(
    ("kind", "wanted", "seen", "words"),
    [
        (Kind.CONTAINER, "CSQU3054383", "CSQU3054383", "container CSQU3054383 is the same"),
        (
            Kind.CONTAINER,
            "CSQU3054383",
            "csqu3054383",
            "container CSQU3054383: written csqu3054383, in other case, otherwise the same",
        ),
        (
            Kind.CONTAINER,
            "CSQU3054383",
            "СSQU3054383",
            f"container CSQU3054383: written СSQU3054383, {FOREIGN}, otherwise the same",
        ),
        (
            Kind.PLATE,
            "10-AB-123",
            "10AB123",
            "plate 10-AB-123: written 10AB123, with other signs between, otherwise the same",
        ),
        (
            Kind.SHIP,
            "IMO 9123453",
            "9123453",
            "ship IMO 9123453: written 9123453, with or without IMO before it, otherwise the same",
        ),
        (
            None,
            "CSQU3054383",
            "CSQU3O54383",
            "container CSQU3054383: written CSQU3O54383, with O for 0, otherwise the same",
        ),
        (
            Kind.MRN,
            "26AZ1B2C3D4E5F6GK2",
            "26AZIB2C3D4E5F6GK2",
            "MRN 26AZ1B2C3D4E5F6GK2: written 26AZIB2C3D4E5F6GK2, with I for 1, otherwise the same",
        ),
        (
            None,
            "CSQU3054383",
            "CSQU305438",
            "container CSQU3054383: written CSQU305438, without its check digit",
        ),
        (
            None,
            "CSQU305438",
            "CSQU3054383",
            "container CSQU3054383: written CSQU305438, without its check digit",
        ),
        (
            Kind.DOCUMENT,
            "24117730",
            "SMGS-24117730",
            "transport document 24117730: written SMGS-24117730, with another word before the number",
        ),
        (
            Kind.CONTAINER,
            "CSQU3054383",
            "CSQU3054384",
            "container CSQU3054384 is one slip from CSQU3054383, and one of them fails its check digit",
        ),
        (Kind.PLATE, "10-AB-123", "10-AB-128", "plate 10-AB-128 is one slip from 10-AB-123"),
    ],
)
def test_words_say_how_two_numbers_are_the_same(kind, wanted, seen, words):
    one, other = mark(kind, wanted), mark(kind, seen)
    assert of_numbers(one, other, manner_of(one.number, other.number)) == words


def test_words_say_what_speaks_against_a_plate_and_whose_number_it_is():
    one, other = mark(Kind.PLATE, "10AB123", "AZ"), mark(Kind.PLATE, "10AB123", "TM")
    manner = manner_of(one.number, other.number)
    assert of_numbers(one, other, manner).endswith("the same; registered in AZ there, in TM here")
    number = mark(Kind.PARTY_NUMBER, "1700456781")
    same = manner_of(number.number, number.number)
    words = of_numbers(number, number, same, role="consignee")
    assert words == "consignee: party number 1700456781 is the same"


@pytest.mark.parametrize(
    ("wanted", "seen", "percent", "words"),
    [
        ("Ромашка", "Ромашка", 100, "consignee: Ромашка is the same name"),
        (
            "ООО «Ромашка»",
            "OOO Romashka LLC",
            97,
            f"consignee: ООО «Ромашка» and OOO Romashka LLC are {OTHERWISE} (97 of 100)",
        ),
        (
            "Romashka LLC",
            "Romashka MMC",
            100,
            "consignee: Romashka LLC and Romashka MMC are the same name written otherwise (100 of 100)",
        ),
        ("Xezer Trans", "Xezer", 92, "consignee: Xezer Trans and Xezer are alike (92 of 100)"),
    ],
)
def test_words_say_how_alike_two_names_are(wanted, seen, percent, words):
    assert of_names(sighted(wanted), sighted(seen), percent) == words


def test_words_say_that_role_and_country_differ():
    words = of_names(sighted("Xezer", "consignor", "AZ"), sighted("Xezer", "carrier", "TM"), 100)
    assert words == "consignor there, carrier here: Xezer is the same name; of AZ there, of TM here"


def test_words_say_that_the_number_is_another():
    numbers = (mark(Kind.PARTY_NUMBER, "1700456781"), mark(Kind.PARTY_NUMBER, "1700456791"))
    one, other = (replace(sighted("Xezer", country="AZ"), numbers=(number,)) for number in numbers)
    assert of_names(one, other, 100) == "consignee: Xezer is the same name; with another number"


def sighted(name, role="consignee", country=None):
    return Sighted(role, read_name(name), "/x", country, (), None, ())
