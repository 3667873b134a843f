"""What authorities say to each other: the documents, their fields, code lists and rules.

`document.read_document` is the one door: bytes from outside become a document, or an error that
names the member at fault. Must not know how a document is protected, sent or stored.
"""
