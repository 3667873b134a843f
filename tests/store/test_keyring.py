import os
import stat

import pytest

from node.audit.checkpoint import LogSigner
from node.canonical import decode, encode, un_b64u
from node.envelope.keyfile import Cost, lock_key
from node.envelope.keys import EncryptionKey
from node.errors import OperatorError, Refusal
from node.store.keyring import create_keys, load_keys, read_private, write_private

ORIGIN = "iren.example/az-scc/1"
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


@pytest.fixture
def keyring(folder):
    return create_keys(folder, origin=ORIGIN, passphrase=b"correct", cost=CHEAP)


def refused(folder, passphrase=b"correct"):
    with pytest.raises(OperatorError) as raised:
        load_keys(folder, passphrase=passphrase)
    assert raised.value.hint
    return raised.value


def encryption_file(folder):
    (path,) = folder.glob("encryption-*.key")
    return path


def add_encryption_key(folder, *, age_ns):
    """Add an encryption key as if it had been made at another time."""
    key = EncryptionKey.generate(os.urandom)
    path = folder / f"encryption-{key.kid[:8]}.key"
    raw = lock_key(
        key.seed,
        use="encryption",
        name=key.kid,
        passphrase=b"correct",
        random_bytes=os.urandom,
        cost=CHEAP,
    )
    write_private(path, raw)
    made = encryption_file_time(folder) - age_ns
    os.utime(path, ns=(made, made))
    return key.kid


def encryption_file_time(folder):
    return max(path.stat().st_mtime_ns for path in folder.glob("encryption-*.key"))


def test_create_writes_files_that_only_the_owner_reads(folder, keyring):
    assert keyring.log.origin == ORIGIN
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    names = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    kid = keyring.encryption[0].kid[:8]
    assert names == dict.fromkeys(
        ["log.key", "witness.key", "holder.key", f"encryption-{kid}.key"], 0o600
    )


def test_create_files_hold_no_seed_in_the_clear(folder, keyring):
    seeds = [
        keyring.log.ed25519_seed,
        keyring.log.mldsa44_seed,
        keyring.witness.seed,
        keyring.holder.seed,
        keyring.encryption[0].seed,
    ]
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert all(seed not in everything and seed.hex().encode() not in everything for seed in seeds)
    assert len(set(seeds)) == len(seeds)


def test_load_gives_the_same_keys_again(folder, keyring):
    again = load_keys(folder, passphrase=b"correct")
    assert again.log.verifier == keyring.log.verifier
    assert again.witness.verifier == keyring.witness.verifier
    assert again.holder.verifier == keyring.holder.verifier
    assert again.encryption[0].kid == keyring.encryption[0].kid
    assert again.by_kid.keys() == {un_b64u(keyring.encryption[0].kid, code=Refusal.KEY_UNKNOWN)}


def test_load_loaded_keys_sign_what_the_card_verifies(folder, keyring):
    again = load_keys(folder, passphrase=b"correct")
    note = again.log.sign(size=1, root=bytes(32), seconds=1)
    assert keyring.log.verifier.verify(note).size == 1
    assert again.witness.verifier.name == "iren.example/az-scc/witness"
    assert again.holder.verifier.name == "iren.example/az-scc/holder"


def test_keyring_printed_shows_no_secret(keyring):
    shown = repr(keyring)
    for secret in (keyring.log.ed25519_seed, keyring.witness.seed, keyring.encryption[0].seed):
        assert repr(secret)[2:-1] not in shown
        assert secret.hex() not in shown


@pytest.mark.parametrize("passphrase", [b"", b"Correct", b"correct ", b"correct\n"])
def test_load_wrong_passphrase_is_refused_without_saying_it(folder, keyring, passphrase):
    assert isinstance(keyring.log, LogSigner)
    error = refused(folder, passphrase)
    assert error.code == "key.wrong_passphrase"
    assert error.message.startswith("log.key: ")
    assert "orrect" not in error.message + error.hint


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601])
@pytest.mark.usefixtures("keyring")
def test_load_key_that_others_may_touch_is_refused(folder, mode):
    (folder / "witness.key").chmod(mode)
    error = refused(folder)
    assert error.code == "key.open_permissions"
    assert f"{mode:04o}" in error.message
    assert "chmod 600" in error.hint


@pytest.mark.parametrize("name", ["log.key", "witness.key", "holder.key"])
@pytest.mark.usefixtures("keyring")
def test_load_missing_file_names_it(folder, name):
    (folder / name).unlink()
    error = refused(folder)
    assert error.code == "key.missing"
    assert name in error.message


@pytest.mark.usefixtures("keyring")
def test_load_without_encryption_key_is_refused(folder):
    encryption_file(folder).unlink()
    error = refused(folder)
    assert error.code == "key.missing"
    assert "encryption" in error.message


def test_load_missing_folder_is_refused(tmp_path):
    assert refused(tmp_path / "absent").code == "key.missing"


@pytest.mark.usefixtures("keyring")
def test_load_any_changed_byte_is_refused(folder):
    path = folder / "holder.key"
    raw = path.read_bytes()
    for place in range(0, len(raw), 3):
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        error = refused(folder)
        assert error.code in {"key.malformed", "key.wrong_passphrase", "key.wrong_use"}, place
        assert error.message.startswith("holder.key: ")


@pytest.mark.usefixtures("keyring")
@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"{}", b"[]", b"-----BEGIN PRIVATE KEY-----\n", bytes(1000)]
)
def test_load_file_of_another_form_is_malformed(folder, raw):
    (folder / "log.key").write_bytes(raw)
    assert refused(folder).code == "key.malformed"


@pytest.mark.usefixtures("keyring")
@pytest.mark.parametrize(
    ("one", "other"), [("log", "witness"), ("witness", "holder"), ("holder", "log")]
)
def test_load_files_that_changed_names_is_wrong_use(folder, one, other):
    (folder / f"{other}.key").unlink()
    (folder / f"{one}.key").rename(folder / f"{other}.key")
    (folder / f"{one}.key").write_bytes((folder / f"{other}.key").read_bytes())
    (folder / f"{one}.key").chmod(0o600)
    error = refused(folder)
    assert error.code == "key.wrong_use"


@pytest.mark.usefixtures("keyring")
def test_load_log_key_under_another_name_inside_is_refused(folder):
    path = folder / "log.key"
    value = decode(path.read_bytes().removesuffix(b"\n"), code=Refusal.KEY_UNKNOWN)
    value["name"] = "iren.example/uz-cc/1"
    path.write_bytes(encode(value) + b"\n")
    assert refused(folder).code == "key.wrong_passphrase"


def test_load_two_encryption_keys_gives_the_newest_first(folder, keyring):
    old = add_encryption_key(folder, age_ns=10**9)
    kids = [key.kid for key in load_keys(folder, passphrase=b"correct").encryption]
    assert kids == [keyring.encryption[0].kid, old]
    assert len(load_keys(folder, passphrase=b"correct").by_kid) == 2


def test_create_again_overwrites_nothing(folder, keyring):
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(OperatorError) as raised:
        create_keys(folder, origin=ORIGIN, passphrase=b"other", cost=CHEAP)
    assert raised.value.code == "key.exists"
    assert "log.key" in raised.value.message
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert load_keys(folder, passphrase=b"correct").log.verifier == keyring.log.verifier


def test_write_private_existing_or_linked_file_is_never_replaced(tmp_path):
    path = tmp_path / "secret"
    path.write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    for target in (path, link):
        with pytest.raises(OperatorError) as raised:
            write_private(target, b"new")
        assert raised.value.code == "key.exists"
    assert path.read_bytes() == b"old"
    assert not (tmp_path / "elsewhere").exists()


def test_write_private_then_read_private_gives_the_bytes(tmp_path):
    write_private(tmp_path / "secret", b"\x00bytes\n")
    assert read_private(tmp_path / "secret") == b"\x00bytes\n"


def test_write_private_under_open_umask_is_still_private(tmp_path):
    before = os.umask(0)
    try:
        write_private(tmp_path / "secret", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


@pytest.mark.parametrize("make", ["nothing", "folder"])
def test_read_private_that_is_no_file_is_missing(tmp_path, make):
    path = tmp_path / "secret"
    if make == "folder":
        path.mkdir(mode=0o700)
    with pytest.raises(OperatorError) as raised:
        read_private(path)
    assert raised.value.code == "key.missing"
