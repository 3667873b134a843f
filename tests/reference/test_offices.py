import pytest

from node.reference.offices import OFFICES


@pytest.mark.parametrize(
    ("code", "is_known"),
    [("AZ000101", True), ("XI000142", True), ("XK000001", True), ("ZZ000101", False)],
)
def test_office_without_a_loaded_list_is_known_by_its_country(code, is_known):
    assert OFFICES.holds(code) is is_known
