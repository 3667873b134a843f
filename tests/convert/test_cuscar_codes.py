import pytest

from node.convert import cuscar_codes as codes
from node.message.consignment import Consignment
from node.message.notice import PreArrivalNotice
from node.message.transport import Transport
from node.reference import cargo_codes


@pytest.mark.parametrize(
    ("table", "code_list"),
    [
        (codes.BY_PLATE, cargo_codes.IDENTIFICATION_TYPES),
        (codes.CARRIED_BY, cargo_codes.IDENTIFICATION_TYPES),
        (codes.MEANS_OF_STAGE, cargo_codes.IDENTIFICATION_TYPES),
        (codes.CARRIED, cargo_codes.IDENTIFICATION_TYPES),
        (codes.PACKED, cargo_codes.PACKED_STATUSES),
        (codes.SEALED_BY, cargo_codes.SEAL_PARTIES),
        (codes.DOCUMENT_TYPES, cargo_codes.DOCUMENT_TYPES),
        (codes.DOCUMENT_OF_MODE, cargo_codes.DOCUMENT_TYPES),
        (codes.COMMUNICATIONS, cargo_codes.COMMUNICATION_TYPES),
    ],
)
def test_table_leads_to_codes_of_our_lists(table, code_list):
    assert set(table.values()) <= code_list.codes.keys()


@pytest.mark.parametrize(
    ("table", "model"),
    [
        (codes.HEAD_PARTIES, PreArrivalNotice),
        (codes.OFFICES, PreArrivalNotice),
        (codes.TOTALS_COUNTED, PreArrivalNotice),
        (codes.CARGO_PARTIES, Consignment),
        (codes.PLACES, Consignment),
        (codes.COUNTRIES, Consignment),
        (codes.DEPARTURES, Transport),
    ],
)
def test_table_leads_to_members(table, model):
    assert set(table.values()) <= model.model_fields.keys()


def test_documents_without_a_kind_are_the_two_general_ones():
    assert set(codes.HOUSE_FIRST) - codes.DOCUMENT_TYPES.keys() == {"AAM", "AAS"}
