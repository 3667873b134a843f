import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.matching.kinds import Kind, Manner
from node.matching.numbers import manner_of, read_box, read_number, repairs, slip_keys
from node.reference.identifiers import CONTAINER, WAGON

DIGITS = st.text("0123456789", min_size=6, max_size=6)
NOISE = st.sampled_from(["", " ", "-", ".", "/"])


def container(digits):
    number = f"CSQU{digits}"
    return number + CONTAINER.check(f"{number}0")


def wagon(digits):
    return f"2{digits}" + WAGON.check(f"2{digits}0")


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        (Kind.CONTAINER, "CSQU3054383", "CSQU3054383"),
        (Kind.CONTAINER, "csqu 305438-3", "CSQU3054383"),
        (Kind.CONTAINER, "\u0421SQU3054383", "CSQU3054383"),
        (Kind.CONTAINER, "C5QU3O54383", "CSQU3054383"),
        (Kind.LOADING_UNIT, "ABCA1234567", "ABCA1234567"),
        (Kind.WAGON, "5248I227", "52481227"),
        (Kind.WAGON, "24 512 345", "24512345"),
        (Kind.SHIP, "IMO 9123453", "9123453"),
        (Kind.SHIP, "QIZIL ULDUZ", "QIZILULDUZ"),
        (Kind.PLATE, "10-AB-123", "10A8123"),
        (Kind.DOCUMENT, "SMGS-24117730", "24117730"),
        (Kind.DOCUMENT, "\u0421\u041c\u0413\u0421 24117730", "24117730"),
        (Kind.DOCUMENT, "\u0426\u041c\u0420-24117730", "24117730"),
        (Kind.DOCUMENT, "SMG5-24117730", "24117730"),
        (Kind.DOCUMENT, "SMGS-241", "5MG5241"),
        (Kind.DOCUMENT, "BL 1234567", "1234567"),
        (Kind.DECLARATION, "11204/211126/004417", "11204211126004417"),
        (Kind.UCR, "6AZ1700456781-0042", "6A217004567810042"),
    ],
)
def test_number_is_found_by_its_value(kind, written, value):
    assert read_number(kind, written).value == value
    assert read_number(kind, written).written == written


def test_declaration_that_is_an_mrn_is_one_whichever_member_it_stands_in():
    number = read_number(Kind.DECLARATION, "26AZ1B2C3D4E5F6GK2")
    assert number == read_number(Kind.MRN, "26AZ1B2C3D4E5F6GK2")
    assert number.kind is Kind.MRN


@pytest.mark.parametrize(
    ("written", "kind", "value", "is_bare"),
    [
        ("CSQU3054383", Kind.CONTAINER, "CSQU3054383", False),
        ("CSQU305438", Kind.CONTAINER, "CSQU3054383", True),
        ("ABCA1234567", Kind.LOADING_UNIT, "ABCA1234567", False),
        ("24512346", Kind.CONTAINER, "24512346", False),
        (wagon("451234"), Kind.WAGON, wagon("451234"), False),
        ("PALLET 7", Kind.CONTAINER, "PALLET7", False),
        ("CSQU305", Kind.CONTAINER, "C5QU305", False),
    ],
)
def test_box_of_no_named_scheme_is_read_as_what_it_can_be(written, kind, value, is_bare):
    number = read_box(written)
    assert (number.kind, number.value, number.is_bare) == (kind, value, is_bare)


def test_box_of_a_named_scheme_stays_of_it():
    assert read_box("24512345", Kind.LOADING_UNIT).kind is Kind.LOADING_UNIT


@pytest.mark.parametrize(
    ("kind", "one", "other", "manner"),
    [
        (Kind.CONTAINER, "CSQU3054383", "CSQU3054383", Manner.SAME),
        (Kind.CONTAINER, "CSQU3054383", "csqu 3054383", Manner.SPELLING),
        (Kind.CONTAINER, "CSQU3054383", "CSQU3O54383", Manner.LOOK_ALIKE),
        (Kind.CONTAINER, "CSQU3054383", "CSQU305438", Manner.NO_CHECK),
        (Kind.CONTAINER, "CSQU3054383", "CSQU3054384", Manner.REPAIRED),
        (Kind.CONTAINER, "CSQU3054383", "CSQU3504383", Manner.REPAIRED),
        (Kind.CONTAINER, "CSQU3054383", container("305439"), None),
        (Kind.WAGON, wagon("451234"), wagon("451234")[:-1] + "x", None),
        (Kind.SHIP, "IMO 9123453", "9123453", Manner.SPELLING),
        (Kind.DOCUMENT, "SMGS-24117730", "24117730", Manner.PREFIX),
        (Kind.DOCUMENT, "SMGS-24117730", "SMGS-24II7730", Manner.LOOK_ALIKE),
        (Kind.PLATE, "10-AB-123", "10-AB-128", Manner.SLIP),
        (Kind.PLATE, "10-AB-123", "10-AB-132", Manner.SLIP),
        (Kind.PLATE, "10-AB-123", "10-AC-199", None),
        (Kind.PLATE, "AB123", "AB124", None),
        (Kind.UCR, "6AZ1700456781-0042", "6AZ1700456781-0043", None),
    ],
)
def test_manner_says_how_two_numbers_are_the_same(kind, one, other, manner):
    first, second = read_number(kind, one), read_number(kind, other)
    assert manner_of(first, second) is manner
    assert manner_of(second, first) is manner


def test_repairs_of_a_number_that_passes_or_has_no_scheme_are_none():
    assert repairs(Kind.CONTAINER, "CSQU3054383") == ()
    assert repairs(Kind.CONTAINER, "NOTABOX") == ()
    assert repairs(Kind.PLATE, "10A8123") == ()


@given(DIGITS, st.integers(4, 10), st.integers(1, 9))
@settings(max_examples=60)
def test_repairs_of_a_mistyped_box_hold_the_right_one(digits, place, by):
    right = container(digits)
    wrong = f"{right[:place]}{(int(right[place]) + by) % 10}{right[place + 1 :]}"
    others = repairs(Kind.CONTAINER, wrong)
    assert (right in others) or CONTAINER.check(wrong) == wrong[-1]
    assert len(others) < 40
    assert all(repairs(Kind.CONTAINER, other) == () for other in others)


@given(DIGITS, st.lists(NOISE, min_size=8, max_size=8), st.booleans())
@settings(max_examples=60)
def test_signs_and_case_never_lose_a_number(digits, signs, is_lower):
    number = wagon(digits)
    noisy = "".join(sign + letter for sign, letter in zip(signs, number, strict=True))
    box = container(digits)
    assert read_number(Kind.WAGON, noisy).value == number
    assert read_number(Kind.CONTAINER, box.lower() if is_lower else box).value == box


@given(st.sampled_from([k for k in Kind if k is not Kind.PLATE_SLIP]), st.text(max_size=20))
@settings(max_examples=200)
def test_reading_a_value_again_changes_nothing(kind, text):
    number = read_number(kind, text)
    again = read_number(number.kind, number.value)
    assert again.value == number.value


@given(st.text("ABCDEFGHJKLMNPQRSTUVWXYZ012345678", min_size=6, max_size=9), st.data())
@settings(max_examples=60)
def test_plates_one_slip_apart_share_a_key(plate, data):
    place = data.draw(st.integers(0, len(plate) - 2))
    changed = f"{plate[:place]}9{plate[place + 1 :]}"
    over = f"{plate[:place]}{plate[place + 1]}{plate[place]}{plate[place + 2 :]}"
    for other in (changed, over):
        assert set(slip_keys(plate)) & set(slip_keys(other))
