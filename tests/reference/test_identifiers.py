import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from node.reference.identifiers import (
    BY_EQUIPMENT_SCHEME,
    BY_IDENTIFICATION_TYPE,
    CONTAINER,
    LOADING_UNIT,
    MRN,
    PLATE,
    SHIP,
    TIR_CARNET,
    WAGON,
    doubt,
    fold,
    has_foreign_letters,
    structure_fault,
)

CYRILLIC_C = "\u0421"


@pytest.mark.parametrize(
    ("entered", "folded"),
    [
        ("CSQU3054383", "CSQU3054383"),
        ("csqu 305438-3", "CSQU3054383"),
        ("10-AB-123", "10AB123"),
        (f"{CYRILLIC_C}SQU3054383", "CSQU3054383"),
        ("\uff23\uff33\uff31\uff353054383", "CSQU3054383"),
        (
            "\u0430\u0432\u0435\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445",
            "ABEKMHOPCTYX",
        ),
        ("", ""),
    ],
)
def test_fold_entered_text_gives_matching_form(entered, folded):
    assert fold(entered) == folded


@given(st.text(max_size=40))
@example("\u1100-\u1161")
@example("\u00bd")
@example("\u0390")
@example("\u0149")
def test_fold_twice_is_once(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="ABCEHKMOPTXY0123456789", min_size=1), st.sampled_from(" -./"))
def test_fold_separators_and_case_make_no_difference(text, separator):
    assert fold(separator.join(text).lower()) == fold(text)


def test_foreign_letters_in_cyrillic_are_seen():
    assert has_foreign_letters(f"{CYRILLIC_C}SQU3054383")
    assert has_foreign_letters("\u0441squ")


@pytest.mark.parametrize("text", ["CSQU3054383", "\u0411\u0414", "\u00e7"])
def test_foreign_letters_without_look_alikes_are_not_seen(text):
    assert not has_foreign_letters(text)


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("CSQU3054383", CONTAINER),
        ("MSKU3000000", CONTAINER),
        ("CSQU 305438-3", CONTAINER),
        ("HCIR3000010", CONTAINER),
        ("SARA1234563", LOADING_UNIT),
        ("9319466", SHIP),
        ("IMO 9074729", SHIP),
        ("45488855", WAGON),
        ("21-81-2471217-3", WAGON),
        ("51-80-0843001-0", WAGON),
        ("10-AB-123", PLATE),
        ("1234567", TIR_CARNET),
        ("25000000", TIR_CARNET),
        ("XB25123456", TIR_CARNET),
        ("anything at all", None),
    ],
)
def test_identifier_right_raises_neither_fault_nor_doubt(text, scheme):
    assert structure_fault(text, scheme) == ""
    assert doubt(text, scheme) == ""


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("CSQ3054383", CONTAINER),
        ("CSQA3054383", CONTAINER),
        ("CSQU305438", CONTAINER),
        ("CSQU3054383", LOADING_UNIT),
        ("931946", SHIP),
        ("4548885", WAGON),
        ("4548885512", WAGON),
        ("A1", PLATE),
        ("24AZ0000000000000A", MRN),
        ("25000001", TIR_CARNET),
        ("AB25123456", TIR_CARNET),
    ],
)
def test_identifier_of_wrong_structure_is_a_fault_in_words(text, scheme):
    reason = structure_fault(text, scheme)
    assert reason.startswith("expected ")
    assert text not in reason


@pytest.mark.parametrize(
    ("text", "scheme", "reason"),
    [
        ("CSQU3054384", CONTAINER, "the check digit should be 3; sent as written on the box"),
        ("SARA1234564", LOADING_UNIT, "the check digit should be 3; sent as written on the box"),
        ("9319467", SHIP, "the check digit should be 6; sent as written on the ship"),
        ("45488854", WAGON, "the check digit should be 5; sent as written on the wagon"),
        ("21-81-2471217-4", WAGON, "the check digit should be 3; sent as written on the wagon"),
        (
            "26AZ1B2C3D4E5F6GK0",
            MRN,
            "the check digit should be 2; sent as written on the declaration",
        ),
    ],
)
def test_check_digit_wrong_is_doubted_with_the_right_one_not_refused(text, scheme, reason):
    assert structure_fault(text, scheme) == ""
    assert doubt(text, scheme) == reason


def test_identifier_of_wrong_structure_is_doubted_where_nobody_refuses_it():
    assert doubt("CSQ", CONTAINER) == structure_fault("CSQ", CONTAINER)


@pytest.mark.parametrize(
    ("text", "scheme"), [("0000000", SHIP), ("AAAU0000000", CONTAINER), ("00000000", WAGON)]
)
def test_placeholder_that_passes_its_check_is_doubted(text, scheme):
    assert "placeholder" in doubt(text, scheme)


def test_look_alike_letters_are_doubted_not_refused():
    text = f"{CYRILLIC_C}SQU3054383"
    assert structure_fault(text, CONTAINER) == ""
    assert "another alphabet" in doubt(text, CONTAINER)


@pytest.mark.parametrize("text", ["23AZ1B2C3D4E5F6G72", "26AZ1B2C3D4E5F6GK9"])
def test_mrn_before_and_since_2024_has_structure(text):
    assert structure_fault(text, MRN) == ""


@given(st.integers(min_value=0, max_value=9_999_999))
def test_wagon_number_has_exactly_one_right_check_digit(number):
    right = [digit for digit in range(10) if WAGON.check_fault(f"{number:07d}{digit}") == ""]
    assert len(right) == 1


def changed(data, text):
    """Change one digit of a number to another digit."""
    place = data.draw(st.sampled_from([n for n, letter in enumerate(text) if letter.isdigit()]))
    digit = data.draw(st.sampled_from(sorted(set("0123456789") - {text[place]})))
    return text[:place] + digit + text[place + 1 :]


@given(st.data(), st.integers(0, 99_999_999_999), st.sampled_from([7, 11]))
def test_wagon_number_with_any_one_digit_changed_is_noticed(data, number, length):
    digits = f"{number % 10**length:0{length}d}"
    right = digits + WAGON.check(f"{digits}0")
    assert WAGON.check_fault(right) == ""
    assert WAGON.check_fault(changed(data, right)) != ""


@given(st.data(), st.text("ABCXYZ", min_size=3, max_size=3), st.integers(0, 999_999))
def test_container_number_with_one_digit_changed_is_noticed_unless_ten_counts_as_zero(
    data, owner, number
):
    def remainder(text):
        values = "0123456789A BCDEFGHIJK LMNOPQRSTU VWXYZ"
        return sum(values.index(letter) * 2**n for n, letter in enumerate(text[:10])) % 11

    digits = f"{owner}U{number:06d}"
    right = digits + CONTAINER.check(f"{digits}0")
    wrong = changed(data, right)
    if {remainder(right), remainder(wrong)} != {0, 10}:  # the standard writes both as 0
        assert CONTAINER.check_fault(wrong) != ""


@given(st.data(), st.integers(0, 999_999))
def test_ship_number_with_a_digit_of_odd_weight_but_five_changed_is_noticed(data, number):
    right = f"{number:06d}" + SHIP.check(f"{number:06d}0")
    place = data.draw(st.sampled_from([0, 4, 6]))  # weights 7 and 3, and the check digit itself
    digit = data.draw(st.sampled_from(sorted(set("0123456789") - {right[place]})))
    assert SHIP.check_fault(right[:place] + digit + right[place + 1 :]) != ""


def test_schemes_cover_what_has_a_known_structure():
    assert set(BY_IDENTIFICATION_TYPE) == {"10", "20", "30", "31"}
    assert set(BY_EQUIPMENT_SCHEME) == {"iso6346", "ilu"}
