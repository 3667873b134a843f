import pytest

from node.demo.registers import compare
from node.store.database import Database
from tests.demo.test_case import change

AZ, TM, UZ = "AZ-SCC", "TM-SCS", "UZ-CC"
ALERT = "UZ-ALR-2026-000902"  # between two only


@pytest.fixture
def compared(lived):
    """Compare what is on disk now."""

    def compared(*authorities):
        databases = {
            name: Database.open(lived.home(name) / "data" / "node.db")
            for name in authorities or (AZ, TM, UZ)
        }
        try:
            return compare(databases)
        finally:
            for database in databases.values():
                database.close()

    return compared


def test_compare_after_a_case_finds_every_conversation_the_same(compared):
    found = compared()
    assert found.compared == 7  # one notice to two, one alert to two, two alerts and a request to one
    assert found.differing == []


def test_compare_two_authorities_compares_only_theirs(compared):
    assert compared(AZ, TM).compared == 2
    assert compared(AZ).compared == 0


def test_compare_state_that_differs_names_both(compared, lived):
    change(lived, UZ, "UPDATE conversation SET agreed = 'open' WHERE reference = ?", ALERT)
    assert compared().differing == [f"{ALERT}: AZ-SCC says recall-answered, UZ-CC says open"]


@pytest.mark.parametrize("one", [AZ, UZ])
def test_compare_conversation_that_one_side_lacks_is_a_difference(one, compared, lived):
    other = UZ if one == AZ else AZ
    change(lived, one, "UPDATE conversation SET agreed = NULL WHERE reference = ?", ALERT)
    assert compared().differing == [f"{ALERT}: only {other} knows of it"]


def test_compare_outcome_of_a_document_that_differs_is_a_difference(compared, lived):
    change(
        lived,
        AZ,
        "UPDATE turn SET outcome = 'late' WHERE reference = 'UZ-RCL-2026-000901'",
    )
    (words,) = compared().differing
    assert words.startswith(f"{ALERT}, message ")
    assert words.endswith(": late and moved")


def test_compare_document_that_one_side_lacks_is_a_difference(compared, lived):
    change(lived, UZ, "DELETE FROM turn WHERE reference = 'AZ-RCA-2026-000901'")
    (words,) = compared().differing
    assert words.endswith(": moved and None")
