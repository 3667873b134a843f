import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.canonical import b64u, encode
from node.envelope.keyfile import Cost, lock_key, unlock_key
from node.errors import OperatorError

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)


def lock(secret=b"secret", *, name="AZ-SCC", passphrase=b"phrase"):
    return lock_key(
        secret,
        use="log",
        name=name,
        passphrase=passphrase,
        random_bytes=lambda size: b"r" * size,
        cost=CHEAP,
    )


def changed(**members):
    value = json.loads(lock())
    kdf = value["kdf"]
    for name, member in members.items():
        target = kdf if name in kdf else value
        target[name] = member
    kept = {name: member for name, member in value.items() if member is not ...}
    return encode(kept) + b"\n"


@given(
    st.binary(max_size=100), st.text(st.characters(codec="utf-8"), max_size=20), st.binary(max_size=20)
)
@settings(max_examples=50, deadline=None)
def test_unlock_key_locked_key_gives_name_and_secret_back(secret, name, passphrase):
    raw = lock(secret, name=name, passphrase=passphrase)
    assert unlock_key(raw, use="log", passphrase=passphrase) == (name, secret)


def test_lock_key_without_cost_takes_that_of_rfc_9106():
    raw = lock_key(b"secret", use="log", name="n", passphrase=b"p", random_bytes=lambda n: b"r" * n)
    kdf = json.loads(raw)["kdf"]
    assert (kdf["m"], kdf["t"], kdf["p"]) == (65_536, 3, 4)
    assert unlock_key(raw, use="log", passphrase=b"p") == ("n", b"secret")


def test_lock_key_secret_is_not_in_the_file():
    raw = lock(b"very secret")
    assert b"very secret" not in raw
    assert b64u(b"very secret").encode() not in raw


def test_unlock_key_without_final_newline_opens():
    assert unlock_key(lock()[:-1], use="log", passphrase=b"phrase") == ("AZ-SCC", b"secret")


def test_unlock_key_wrong_passphrase_is_refused():
    with pytest.raises(OperatorError) as caught:
        unlock_key(lock(), use="log", passphrase=b"Phrase")
    assert caught.value.code == "key.wrong_passphrase"


@given(st.integers(min_value=0), st.integers(1, 255))
@settings(max_examples=150, deadline=None)
def test_unlock_key_one_byte_changed_is_refused(position, mask):
    raw = bytearray(lock())
    raw[position % (len(raw) - 1)] ^= mask
    with pytest.raises(OperatorError):
        unlock_key(bytes(raw), use="log", passphrase=b"phrase")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"-----BEGIN PRIVATE KEY-----",
        b"[]",
        changed(nonce=...),
        changed(ciphertext=...),
        changed(kdf=[]),
        changed(kdf={}),
        changed(kdf=None),
        changed(nonce=b64u(bytes(11))),
        changed(nonce=7),
        changed(ciphertext="?"),
        changed(salt="AA"),
        changed(salt=None),
        changed(m="64"),
        changed(m=0),
        changed(m=-1),
        changed(m=4 * 1024 * 1024 + 1),
        changed(t=0),
        changed(t=-1),
        changed(t=1025),
        changed(t=2**40),
        changed(p=0),
        changed(p=2**40),
        changed(p=200),
    ],
)
def test_unlock_key_malformed_file_is_refused(raw):
    with pytest.raises(OperatorError) as caught:
        unlock_key(raw, use="log", passphrase=b"phrase")
    assert caught.value.code == "key.malformed"


@pytest.mark.parametrize("raw", [changed(use="encryption"), changed(v=2), changed(extra=1)])
def test_unlock_key_of_another_use_or_version_is_refused(raw):
    with pytest.raises(OperatorError) as caught:
        unlock_key(raw, use="log", passphrase=b"phrase")
    assert caught.value.code == "key.wrong_use"


@pytest.mark.parametrize("raw", [changed(name="TM-SCS"), changed(t=2), changed(ciphertext="")])
def test_unlock_key_changed_header_or_ciphertext_is_refused(raw):
    with pytest.raises(OperatorError) as caught:
        unlock_key(raw, use="log", passphrase=b"phrase")
    assert caught.value.code == "key.wrong_passphrase"
