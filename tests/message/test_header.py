import json

import pytest

from node.message.document import all_faults, read_document


def test_handling_left_out_is_the_narrowest(notice):
    handling = read_document(json.dumps(notice).encode()).document.handling
    assert (handling.tlp, handling.h_code, handling.pap) == ("AMBER+STRICT", "H2", "GREEN")
    assert (handling.source_evaluation, handling.information_evaluation) == ("X", "4")
    assert handling.retention_class == "P12M"
    assert handling.restrictions is None


@pytest.mark.parametrize("member", ["purpose", "legal_basis"])
def test_handling_without_purpose_or_basis_is_refused(notice, member):
    del notice["handling"][member]
    (fault,) = all_faults(json.dumps(notice).encode())
    assert (fault.pointer, fault.code) == (f"/handling/{member}", "member.missing")


def test_test_flag_has_no_default(notice):
    del notice["test"]
    (fault,) = all_faults(json.dumps(notice).encode())
    assert fault.pointer == "/test"


@pytest.mark.parametrize("authority", ["AZ-SCC", "UZ-CC", "TM-SCS", "GE-RS12345678"])
def test_recipient_with_an_authority_id_is_accepted(notice, authority):
    if authority != "AZ-SCC":
        notice["recipients"] = [authority]
    assert all_faults(json.dumps(notice).encode()) == ()


@pytest.mark.parametrize("authority", ["AZSCC", "A-SCC", "az-scc", "AZ-S", "AZ-S_C", "AZ-SCC "])
def test_recipient_without_an_authority_id_is_refused(notice, authority):
    notice["recipients"] = [authority]
    (fault,) = all_faults(json.dumps(notice).encode())
    assert (fault.pointer, fault.code) == ("/recipients/0", "value.form")


def test_related_and_external_references_are_kept(full_notice):
    document = read_document(json.dumps(full_notice).encode()).document
    assert document.related[0].version == 1
    assert document.external_references[0].system == "National transit"
