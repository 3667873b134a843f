import datetime as dt
import ipaddress
import socket
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from node.broker.connection import BROKER_ERRORS, Account, Tls, open_channel
from node.broker.private import PrivateBroker
from node.broker.publisher import Publisher
from node.broker.topology import definitions
from node.errors import OperatorError


def test_dial_quotes_password_and_keeps_user():
    account = Account("amqp://uz-cc.az@host:5672/az", "p@ss/w:rd")

    assert account.dial() == "amqp://uz-cc.az:p%40ss%2Fw%3Ard@host:5672/az"


def test_dial_with_certificate_asks_for_external(tmp_path):
    tls = Tls(tmp_path / "ca", tmp_path / "cert", tmp_path / "key")

    assert Account("amqps://u@host/az", "unused", tls).dial() == "amqps://u@host/az?auth=EXTERNAL"


def test_place_and_repr_hold_no_password():
    account = Account("amqp://u@host:5672/az", "hidden-word")

    assert account.place == "host:5672/az"
    assert "hidden-word" not in repr(account)


async def test_open_channel_without_broker_raises_a_broker_error():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

    with pytest.raises(BROKER_ERRORS):
        async with open_channel(Account(f"amqp://u@127.0.0.1:{port}/x", "p"), name="test"):
            pass


async def test_open_channel_with_absent_tls_files_says_so(tmp_path):
    account = Account("amqps://u@127.0.0.1:1/x", None, Tls(tmp_path / "absent"))

    with pytest.raises(OperatorError) as caught:
        async with open_channel(account, name="test"):
            pass

    assert caught.value.code == "broker.tls_files"


def _issue(name: str, issuer=None):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_cert, issuer_key = issuer or (None, key)
    start = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_cert.subject if issuer_cert else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer_cert is None, path_length=None), critical=True)
    )
    if issuer_cert:
        san = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        builder = builder.add_extension(san, critical=False)
    return builder.sign(issuer_key, hashes.SHA256()), key


def _write(folder: Path, name: str, issued) -> tuple[Path, Path]:
    cert, key = issued
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / f"{name}.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(pem)
    return folder / f"{name}.pem", folder / f"{name}.key"


@pytest.mark.broker
async def test_tls13_with_client_certificates_lets_in_whom_it_knows(tmp_path):
    authority = _issue("test ca")
    ca = _write(tmp_path, "ca", authority)[0]
    server = Tls(ca, *_write(tmp_path, "server", _issue("127.0.0.1", authority)))
    friend = Tls(ca, *_write(tmp_path, "friend", _issue("uz-cc.az-scc", authority)))
    stranger = Tls(ca, *_write(tmp_path, "stranger", _issue("nobody", authority)))
    wanted = definitions(vhost="az-scc", peers=["UZ-CC"], passwords={})
    broker = PrivateBroker(tmp_path / "b", wanted, tls=server)
    broker.start()
    try:
        url = broker.url(user="uz-cc.az-scc", vhost="az-scc")
        async with open_channel(Account(url, tls=friend), name="friend") as channel:
            await (await Publisher.attach(channel, "UZ-CC")).publish(b"x", priority="urgent")
        with pytest.raises((OperatorError, *BROKER_ERRORS)):
            async with open_channel(Account(url, tls=stranger), name="stranger"):
                pass
        with pytest.raises((OperatorError, *BROKER_ERRORS)):
            async with open_channel(Account(url, "password", Tls(ca)), name="no certificate"):
                pass
    finally:
        broker.stop()
