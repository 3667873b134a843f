import re

import pytest

from node.errors import CallerError, NodeError, OperatorError, PeerError, Refusal


@pytest.mark.parametrize("kind", [CallerError, OperatorError, NodeError])
def test_error_code_hint_and_pointer_are_kept(kind):
    error = kind("key.malformed", "not a key file", hint="restore it", pointer="/kdf")
    assert (error.code, error.hint, error.pointer) == ("key.malformed", "restore it", "/kdf")
    assert error.message == str(error) == "not a key file"


def test_error_without_hint_and_pointer_has_empty_ones():
    error = CallerError("document.unknown", "no such document")
    assert (error.hint, error.pointer) == ("", "")


def test_peer_error_refusal_is_its_code():
    error = PeerError(Refusal.PROOF_INVALID, "no path", pointer="/items/0")
    assert error.refusal is Refusal.PROOF_INVALID
    assert error.code == "proof.invalid"
    assert type(error.code) is str
    assert error.pointer == "/items/0"


@pytest.mark.parametrize("kind", [CallerError, PeerError, OperatorError])
def test_error_kinds_are_of_one_tree_and_apart(kind):
    assert issubclass(kind, NodeError)
    others = {CallerError, PeerError, OperatorError} - {kind}
    assert not any(issubclass(kind, other) for other in others)


@pytest.mark.parametrize("code", Refusal)
def test_refusal_every_code_is_subject_and_reason(code):
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", code)
    assert code.name == code.value.replace(".", "_").upper()
