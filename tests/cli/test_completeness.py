from pathlib import Path

import pytest

from node.cli.completeness import completeness_line, completeness_of

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"


def test_line_of_a_complete_document_names_nothing():
    found = completeness_of((EXAMPLES / "notice-full.json").read_bytes())
    assert completeness_line(found) == "complete: minimum 100 %, full 100 %"


def test_line_names_what_the_minimum_lacks_first_and_counts_the_rest():
    found = completeness_of((EXAMPLES / "notice-minimum.json").read_bytes())
    line = completeness_line(found)
    assert line.startswith("complete: minimum 72 %, full 58 %; missing /declaration_mrn /declarant/")
    assert line.endswith(f" and {len(found['missing']) - 3} more")


def test_line_names_what_the_full_profile_lacks_where_the_minimum_is_there():
    found = completeness_of((EXAMPLES / "notice-rail-ferry.json").read_bytes())
    assert found["missing_minimum"] == []
    assert completeness_line(found).endswith(
        "missing /consignments/0/place_of_acceptance /consignments/0/place_of_delivery"
    )


@pytest.mark.parametrize(
    "raw", [None, b"{", (EXAMPLES / "arrival-minimum.json").read_bytes()], ids=["none", "bad", "other"]
)
def test_what_has_no_profile_has_no_completeness(raw):
    assert completeness_of(raw) is None
