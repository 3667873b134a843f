import json

import pytest

from node.message.subject import Subject, SubjectEquipment, SubjectMeans
from node.message.subject_rules import (
    box_faults,
    listed_means_faults,
    means_faults,
    subject_faults,
)
from node.message.transport import ActiveMeans


def found(faults):
    return [(fault.pointer, fault.code) for fault in faults]


def read(**members):
    return Subject.model_validate_json(json.dumps(members))


def test_subject_without_a_key_names_the_keys_there_are():
    (fault,) = subject_faults(read(goods=[{"packages": 3}]))
    assert (fault.pointer, fault.code) == ("/subject", "rule.subject_named")
    assert "tir_carnets" in fault.text


@pytest.mark.parametrize(
    "members",
    [
        {"equipment": [{"identification": "CSQU3054383"}]},
        {"passive_means": [{"identification": "24512345", "identification_type": "20"}]},
        {"active_means": {"identification": "9123453", "identification_type": "10"}},
        {"ucrs": ["6AZ1700456781-0042"]},
    ],
    ids=lambda members: next(iter(members)),
)
def test_subject_with_one_key_is_no_fault(members):
    assert found(subject_faults(read(**members))) == []


def test_subject_faults_come_in_the_order_of_its_members():
    subject = read(
        equipment=[{"identification": "CSQ1"}],
        passive_means=[{"identification": "1", "identification_type": "20"}],
        active_means={"identification": "1", "identification_type": "10"},
        declaration_mrns=["26AZ1B2C3D4E5F6G7H"],
        tir_carnets=["X"],
    )
    assert found(subject_faults(subject)) == [
        ("/subject/equipment/0/identification", "rule.identifier_structure"),
        ("/subject/passive_means/0/identification", "rule.identifier_structure"),
        ("/subject/active_means/identification", "rule.identifier_structure"),
        ("/subject/declaration_mrns/0", "rule.identifier_structure"),
        ("/subject/tir_carnets/0", "rule.identifier_structure"),
    ]


def test_box_of_another_scheme_may_have_any_number():
    box = SubjectEquipment(identification="1", identification_scheme="other")
    assert found(box_faults([box], "equipment")) == []


def test_listed_means_points_at_the_one_at_fault():
    right = SubjectMeans(identification="24512345", identification_type="20")
    wrong = SubjectMeans(identification="24", identification_type="20")
    assert found(listed_means_faults([right, wrong], "passive_means")) == [
        ("/passive_means/1/identification", "rule.identifier_structure")
    ]


def test_means_named_by_words_may_have_any_name():
    ship = ActiveMeans(identification="Test", identification_type="11")
    assert found(means_faults(ship, "active_means")) == []
