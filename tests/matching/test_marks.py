import pytest

from node.matching.kinds import Kind
from node.matching.marks import marks_of_notice, marks_of_subject
from tests.matching.making import (
    BOX,
    alert,
    box,
    consignment,
    ferry,
    notice,
    road,
    wagon,
)


def placed(marks):
    return {(mark.kind, mark.number.value, mark.pointer, mark.consignments) for mark in marks}


def test_marks_of_a_notice_stand_where_they_are_written():
    document = notice(
        declaration_mrn="26AZ1B2C3D4E5F6GK2",
        equipment=[box(seals=[{"number": "AZ7324003"}, {"number": "7"}])],
        transport=ferry(passive_means=[wagon()]),
        consignments=[
            consignment(
                master_document={"number": "BL-00412-7", "type": "N704"},
                ucr="6AZ1700456781-0042",
                tir_carnet="XB25123456",
            )
        ],
    )
    assert placed(marks_of_notice(document)) == {
        (Kind.NOTICE, "AZ-SCC/AZ-PAN-1", "/reference", ()),
        (Kind.SHIP, "9123453", "/transport/active_means/identification", ()),
        (Kind.SHIP, "QIZILULDUZTEST", "/transport/active_means/name", ()),
        (Kind.VOYAGE, "9123453/QU412", "/transport/active_means/conveyance_reference", ()),
        (Kind.VOYAGE, "QIZILULDUZTEST/QU412", "/transport/active_means/conveyance_reference", ()),
        (Kind.WAGON, "24512345", "/transport/passive_means/0/identification", ()),
        (Kind.CONTAINER, BOX, "/equipment/0/identification", ()),
        (Kind.SEAL, "A27324003", "/equipment/0/seals/0/number", ()),
        (Kind.MRN, "26A2182C3D4E5F6GK2", "/declaration_mrn", ()),
        (Kind.DOCUMENT, "24117730", "/consignments/0/transport_document/number", (1,)),
        (Kind.DOCUMENT, "004127", "/consignments/0/master_document/number", (1,)),
        (Kind.UCR, "6A217004567810042", "/consignments/0/ucr", (1,)),
        (Kind.TIR, "X825123456", "/consignments/0/tir_carnet", (1,)),
    }


def test_marks_of_a_truck_on_its_way_are_plates_before_and_after_too():
    other = {"identification": "10-XY-999", "identification_type": "30", "mode": "3"}
    document = notice(transport=road(departure_means=other, arrival_means=other))
    plates = [mark for mark in marks_of_notice(document) if mark.kind is Kind.PLATE]
    assert [mark.pointer for mark in plates] == [
        "/transport/active_means/identification",
        "/transport/passive_means/0/identification",
        "/transport/departure_means/identification",
        "/transport/arrival_means/identification",
    ]
    assert plates[0].country == "AZ"


def test_trucks_trip_number_is_no_voyage():
    means = road()["active_means"] | {"conveyance_reference": "T-1"}
    document = notice(transport=road(active_means=means))
    assert Kind.VOYAGE not in {mark.kind for mark in marks_of_notice(document)}


def test_train_is_known_by_its_number_together_with_the_journey():
    means = {"identification": "2104", "identification_type": "21", "conveyance_reference": "2104-07"}
    marks = list(marks_of_notice(notice(transport=ferry(mode="2", active_means=means))))
    voyages = [mark.number.value for mark in marks if mark.kind is Kind.VOYAGE]
    assert voyages == ["2104/210407"]
    assert Kind.SHIP not in {mark.kind for mark in marks}


def test_train_without_a_journey_has_no_mark():
    means = {"identification": "2104", "identification_type": "21"}
    marks = marks_of_notice(notice(transport=ferry(mode="2", active_means=means)))
    assert {mark.kind for mark in marks} == {Kind.NOTICE, Kind.DOCUMENT}


@pytest.mark.parametrize(
    ("boxed", "on_wagon", "inside"),
    [
        ([{"consignment": 2, "item": 1}], None, (2,)),
        ([], 1, (1,)),
        ([], None, ()),
        ([{"consignment": 1, "item": 1}, {"consignment": 2, "item": 1}], 1, (1, 2)),
    ],
)
def test_box_belongs_to_the_consignments_in_it_or_on_its_wagon(boxed, on_wagon, inside):
    more = {"goods": boxed} | ({} if on_wagon is None else {"passive_means": on_wagon})
    document = notice(
        transport=ferry(passive_means=[wagon()]),
        equipment=[box(**more)],
        consignments=[consignment(passive_means=[1]), consignment(2, "SMGS-24117731")],
    )
    marks = {mark.kind: mark for mark in marks_of_notice(document)}
    assert marks[Kind.CONTAINER].consignments == inside


def test_wagon_carries_what_is_in_the_boxes_on_it():
    document = notice(
        transport=ferry(passive_means=[wagon()]),
        equipment=[box(passive_means=1, goods=[{"consignment": 2, "item": 1}])],
        consignments=[consignment(), consignment(2, "SMGS-24117731")],
    )
    marks = {mark.kind: mark for mark in marks_of_notice(document)}
    assert marks[Kind.WAGON].consignments == (2,)


def test_national_declaration_and_tir_document_are_marks():
    document = notice(
        previous_documents=[{"number": "11204/211126/004417", "type": "N830"}],
        consignments=[consignment(transport_document={"number": "XB25123456", "type": "N952"})],
    )
    kinds = [mark.kind for mark in marks_of_notice(document)]
    assert Kind.DECLARATION in kinds
    assert Kind.TIR in kinds
    assert Kind.DOCUMENT not in kinds


def test_short_number_of_a_seal_is_no_mark():
    document = notice(equipment=[box(seals=[{"number": "1234"}])])
    assert Kind.SEAL not in {mark.kind for mark in marks_of_notice(document)}


def test_marks_of_a_subject_stand_where_they_are_written():
    subject = {
        "notices": [
            {"authority": "AZ-SCC", "reference": "AZ-PAN-1", "consignment": 2},
            {"authority": "AZ-SCC", "reference": "AZ-PAN-2"},
        ],
        "transport_documents": [{"number": "SMGS-24117730", "type": "N722"}],
        "equipment": [
            {
                "identification": "ABCA1234567",
                "identification_scheme": "ilu",
                "seals": ["AZ7324003"],
            }
        ],
        "passive_means": [{"identification": "24512345", "identification_type": "20"}],
        "active_means": {"identification": "AWAZA", "identification_type": "11"},
        "declaration_mrns": ["26AZ1B2C3D4E5F6GK2"],
        "declarations": ["11204/211126/004417"],
        "ucrs": ["6AZ1700456781-0042"],
        "tir_carnets": ["XB25123456"],
    }
    assert placed(marks_of_subject(alert(subject).subject, "subject")) == {
        (Kind.NOTICE, "AZ-SCC/AZ-PAN-1", "/subject/notices/0/reference", (2,)),
        (Kind.NOTICE, "AZ-SCC/AZ-PAN-2", "/subject/notices/1/reference", ()),
        (Kind.DOCUMENT, "24117730", "/subject/transport_documents/0/number", ()),
        (Kind.LOADING_UNIT, "ABCA1234567", "/subject/equipment/0/identification", ()),
        (Kind.SEAL, "A27324003", "/subject/equipment/0/seals/0", ()),
        (Kind.WAGON, "24512345", "/subject/passive_means/0/identification", ()),
        (Kind.SHIP, "AWAZA", "/subject/active_means/identification", ()),
        (Kind.MRN, "26A2182C3D4E5F6GK2", "/subject/declaration_mrns/0", ()),
        (Kind.DECLARATION, "11204211126004417", "/subject/declarations/0", ()),
        (Kind.UCR, "6A217004567810042", "/subject/ucrs/0", ()),
        (Kind.TIR, "X825123456", "/subject/tir_carnets/0", ()),
    }
