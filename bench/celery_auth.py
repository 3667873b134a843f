"""Contender (c): Celery with its `auth` serializer, tasks signed with RSA and X.509.

Responsible for the application as Celery's documentation has it, with confirms, late acknowledgement
and a quorum queue, and for its certificate. As a program it is the publisher or the worker.

Source: Celery's user guide, "Security: Message Signing" and "Using RabbitMQ: Using Quorum Queues".
"""

import os
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from celery import Celery, signals  # type: ignore[import-untyped]  # it has no stubs
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bench.bare import relay
from bench.child import Child, clock, listen, say

TASK: Final = "bench.take"
_RSA_BITS: Final = 2048  # its serializer takes no other kind of key


class CelerySigned:
    """The two processes, seen from the parent."""

    name = "Celery auth"

    def __init__(self, url: str, queue: str, folder: Path) -> None:
        key, certificate = make_certificate(folder)
        world = {"url": url, "queue": queue, "key": str(key), "certificate": str(certificate)}
        log = folder / "celery.log"
        self._worker = Child("bench.celery_auth", "work", log, **world)
        self._publisher = Child("bench.celery_auth", "publish", log, **world)

    @property
    def pids(self) -> list[int]:
        """Its processes."""
        return [self._publisher.pid, self._worker.pid]

    def run(self, documents: list[bytes]) -> float:
        """Send documents as tasks; gives the seconds from the first publish to the last execution."""
        return relay(self._publisher, self._worker, documents)

    def close(self) -> None:
        """End both processes."""
        self._publisher.close()
        self._worker.close()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a key and a self-signed certificate."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=_RSA_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bench")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    private, public = folder / "celery.key", folder / "celery.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(certificate.public_bytes(Encoding.PEM))
    return private, public


def make_application(world: dict[str, Any]) -> Celery:
    """Set up the application: every task signed, every signature checked, nothing lost."""
    application = Celery("bench", broker=world["url"])
    application.conf.update(
        task_serializer="auth",
        event_serializer="auth",
        accept_content=["auth"],
        security_key=world["key"],
        security_certificate=world["certificate"],
        security_cert_store=world["certificate"],
        task_default_queue=world["queue"],
        task_default_queue_type="quorum",
        broker_transport_options={"confirm_publish": True},
        task_acks_late=True,
        task_ignore_result=True,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
    )
    application.setup_security()
    return application


class _Countdown:
    """Counts the tasks of a round down, and says when the last one was executed."""

    def __init__(self) -> None:
        self._left = 0

    def obey(self) -> None:
        """Take each round's number from the parent; end the worker when there is none."""
        say(ready=True)
        while task := listen():
            self._left = task["messages"]
        os._exit(0)  # a warm shutdown would wait for a broker that may be gone already

    def executed(self) -> None:
        """Count one task."""
        self._left -= 1
        if self._left == 0:
            say(last=clock())


def work(world: dict[str, Any]) -> None:
    """Run a worker that executes one task at a time in its own process."""
    application, countdown = make_application(world), _Countdown()

    def take(document: str) -> None:
        del document
        countdown.executed()

    def obey(**_: Any) -> None:
        threading.Thread(target=countdown.obey, daemon=True).start()

    application.task(take, name=TASK)
    signals.worker_ready.connect(obey, weak=False)
    options = {"without_mingle": True, "without_gossip": True, "without_heartbeat": True}
    application.Worker(pool="solo", concurrency=1, loglevel="WARNING", **options).start()


def publish(world: dict[str, Any]) -> None:
    """Send one task after the other, each only when the one before is confirmed."""
    application = make_application(world)
    say(ready=True)
    with application.producer_or_acquire() as producer:
        while task := listen():
            documents = task["documents"]
            say(ready=True)
            listen()
            first = clock()
            for document in documents:
                application.send_task(TASK, args=[document], producer=producer)
            say(first=first)


if __name__ == "__main__":
    {"work": work, "publish": publish}[sys.argv[1]](listen() or {})
