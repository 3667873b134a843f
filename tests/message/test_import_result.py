import json

import pytest

from node.message.document import all_faults, read_document
from node.message.import_result import Discrepancy, ImportResult


def faults(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.mark.parametrize("member", ["answers", "comparison", "decided_at", "office"])
def test_import_result_without_its_essentials_is_refused(published, member):
    result = published("import-result-minimum")
    del result[member]
    assert faults(result) == [(f"/{member}", "member.missing")]


def test_import_result_tells_each_declaration_by_consignment(published):
    result = read_document(json.dumps(published("import-result-full")).encode()).document
    assert isinstance(result, ImportResult)
    assert [each.release_status for each in result.declared] == ["released-amended", "held"]
    assert result.declared[0].goods[0].value.currency == "USD"


@pytest.mark.parametrize(
    ("member", "value"),
    [("procedure", "gift"), ("release_status", "soon"), ("sequence", 0), ("goods", [{}])],
)
def test_import_result_declaration_that_cannot_be_is_refused(published, member, value):
    result = published("import-result-full")
    result["declared"][1][member] = value
    ((pointer, _),) = faults(result)
    assert pointer.startswith(f"/declared/1/{member}")


@pytest.mark.parametrize("member", ["answers", "found_at", "differences"])
def test_discrepancy_without_its_essentials_is_refused(published, member):
    discrepancy = published("discrepancy-minimum")
    del discrepancy[member]
    assert faults(discrepancy) == [(f"/{member}", "member.missing")]


def test_discrepancy_tells_both_sides_of_a_member(published):
    document = read_document(json.dumps(published("discrepancy-full")).encode()).document
    assert isinstance(document, Discrepancy)
    (first, *_) = document.differences
    assert (first.pointer, first.kind) == ("/consignments/0/goods/1/packages", "quantity")
    assert (first.at_exit, first.at_entry) == ("60 drums", "3 drums")


def test_discrepancy_without_a_difference_is_refused(published):
    discrepancy = {**published("discrepancy-minimum"), "differences": []}
    assert faults(discrepancy) == [("/differences", "list.length")]
