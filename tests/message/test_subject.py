import json

from node.message.document import all_faults, read_document


def test_subject_holds_every_key_of_a_consignment(full_alert):
    subject = read_document(json.dumps(full_alert).encode()).document.subject
    assert subject.notices[0].consignment == 1
    assert subject.equipment[0].seals == ("AZ7324003", "kL-88120")
    assert subject.tir_carnets == ("XB25123456",)


def test_subject_party_without_a_role_is_refused(full_alert):
    del full_alert["subject"]["parties"][0]["role"]
    (fault,) = all_faults(json.dumps(full_alert).encode())
    assert fault.pointer == "/subject/parties/0/role"
