from bench.documents import ORIGINATOR, RECIPIENT, Documents
from node.message.document import read_document


def test_documents_are_valid_unique_and_of_four_kilobytes():
    documents = Documents.of_today()
    raw = documents.take(2 * len(documents.templates))
    read = [read_document(each).document for each in raw]
    assert len({document.reference for document in read}) == len(raw)
    assert {document.originator.authority for document in read} == {ORIGINATOR}
    assert {tuple(document.recipients) for document in read} == {(RECIPIENT,)}
    assert all(3_800 <= len(each) < 4_400 for each in raw)


def test_urgent_alerts_are_valid_unique_and_urgent():
    documents = Documents.urgent_alerts()
    raw = documents.take(2 * len(documents.templates))
    read = [read_document(each).document for each in raw]
    assert len({document.reference for document in read}) == len(raw)
    assert {(document.type, str(document.priority)) for document in read} == {("alert/1", "urgent")}
    assert {tuple(document.recipients) for document in read} == {(RECIPIENT,)}
