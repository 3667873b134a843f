"""A database of its own for each test, and steps to write into it, made as the pure core makes them."""

import hashlib
import os

import pytest

from node.audit.checkpoint import LogSigner
from node.audit.event import Kind, write_entry
from node.audit.merkle import leaf_hash
from node.canonical import b64u
from node.store.database import Database
from node.store.journal import Batch, Journal
from node.transfer.lifecycle import (
    ExpiredMessage,
    HeldReceipt,
    ReceivedMessage,
    SentMessage,
    State,
    Transition,
)
from node.transfer.outgoing import new_message_id

LOG = "iren.example/az-scc/1"
NOW = 1_764_000_000_000
HASH = b64u(bytes(32))


def sealed_entry(message_id, *, log=LOG, from_="AZ-SCC", to=("UZ-CC",), priority="routine"):
    """Make a manifest of no real message: right in form, with made-up digests."""
    wrap = b64u(hashlib.sha256(message_id.encode()).digest())
    return write_entry(
        Kind.MESSAGE_SEALED,
        at=NOW,
        log=log,
        id=message_id,
        suite="SX1",
        from_=from_,
        to=[{"id": id_, "kid": HASH, "wrap": wrap, "agreement": HASH} for id_ in to],
        type="alert/1",
        priority=priority,
        expires=NOW + 1000,
        directory=1,
        body={"commit": wrap, "jwe": HASH},
    )


class Steps:
    """Makes one step of every kind; ids are fresh unless given."""

    def id(self):
        return new_message_id(NOW, os.urandom)

    def opened(self):
        return Transition(entry=write_entry(Kind.LOG_OPENED, at=NOW, log=LOG, authority="AZ-SCC"))

    def event(self, at=NOW):
        return Transition(entry=write_entry(Kind.NODE_STOPPED, at=at, log=LOG))

    def sent(
        self,
        *,
        id_=None,
        to=("UZ-CC",),
        reference="",
        version=1,
        priority="routine",
        expires=NOW + 1000,
        document=b"{}",
        files=(),
    ):
        id_ = id_ or self.id()
        change = SentMessage(
            id=id_,
            type="alert/1",
            reference=reference or id_,
            version=version,
            priority=priority,
            at=NOW,
            expires=expires,
            document=document,
            salt=b"salt",
            jwe=b"jwe of " + id_.encode(),
            recipients=tuple(to),
            files=files,
        )
        entry = sealed_entry(id_, to=to, priority=priority)
        return Transition(entry=entry, after=State.SEALED, change=change)

    def refused(self):
        entry = write_entry(
            Kind.MESSAGE_REFUSED, at=NOW, log=LOG, id=self.id(), code="document.malformed"
        )
        return Transition(entry=entry, after=State.REFUSED)

    def received(self, *, id_=None, originator="UZ-CC", code=None, **columns):
        id_ = id_ or self.id()
        log = f"iren.example/{originator.lower()}/1"
        manifest = sealed_entry(id_, log=log, from_=originator, to=("AZ-SCC",)).raw
        change = ReceivedMessage(
            **{
                "id": id_,
                "originator": originator,
                "manifest": manifest,
                "index": 7,
                "path": (b"p" * 32, b"q" * 32),
                "size": 9,
                "type": "alert/1",
                "reference": id_,
                "version": 1,
                "priority": "urgent",
                "received_at": NOW,
                "code": code,
                "document": None if code else b"{}",
                "salt": None if code else b"salt",
                **columns,
            }
        )
        entry = write_entry(
            Kind.MESSAGE_RECEIVED,
            at=NOW,
            log=LOG,
            from_=originator,
            manifest=b64u(leaf_hash(manifest)),
            index=7,
            status="refused" if code else "accepted",
            re=id_,
            code=code,
        )
        after = State.REFUSED if code else State.ACCEPTED
        return Transition(entry=entry, after=after, change=change, due_to=originator)

    def duplicate(self, received):
        change = received.change
        entry = write_entry(
            Kind.MESSAGE_DUPLICATE,
            at=NOW,
            log=LOG,
            re=change.id,
            from_=change.originator,
            manifest=b64u(leaf_hash(change.manifest)),
        )
        repeat = (change.originator, change.id)
        return Transition(
            entry=entry, before=received.after, after=received.after, repeat_receipt=repeat
        )

    def receipted(self, sent, *, peer="UZ-CC", code=None, before=State.SEALED):
        theirs = write_entry(
            Kind.MESSAGE_RECEIVED,
            at=NOW,
            log=f"iren.example/{peer.lower()}/1",
            from_="AZ-SCC",
            manifest=b64u(sent.entry.leaf),
            index=1,
            status="refused" if code else "accepted",
            re=sent.change.id,
            code=code,
        )
        entry = write_entry(
            Kind.MESSAGE_RECEIPTED,
            at=NOW,
            log=LOG,
            re=sent.change.id,
            by=peer,
            receipt=b64u(theirs.leaf),
            index=3,
            status="refused" if code else "accepted",
            code=code,
        )
        held = HeldReceipt(sent.change.id, peer, theirs.raw, 3, (b"r" * 32,), 5, code)
        after = State.RETURNED if code else State.RECEIPTED
        return Transition(entry=entry, before=before, after=after, change=held)

    def expired(self, sent, *, peer="UZ-CC"):
        id_ = sent.change.id
        entry = write_entry(Kind.MESSAGE_EXPIRED, at=NOW, log=LOG, re=id_, to=peer)
        change = ExpiredMessage(id_, peer)
        return Transition(entry=entry, before=State.SEALED, after=State.EXPIRED, change=change)


@pytest.fixture
def steps():
    return Steps()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory):
    """The bytes of a fresh database: migrating takes longer than most tests here."""
    path = tmp_path_factory.mktemp("empty") / "node.db"
    Database.create(path).close()
    return path.read_bytes()


@pytest.fixture
def path(tmp_path, empty_file):
    path = tmp_path / "node.db"
    path.write_bytes(empty_file)
    return path


@pytest.fixture
def database(path):
    database = Database.open(path)
    yield database
    database.close()


@pytest.fixture
def journal(database):
    return Journal(database)


@pytest.fixture
def commit(journal):
    """Commit some steps; gives the index of the first."""
    return lambda *transitions, **bookkeeping: journal.commit(Batch(list(transitions), **bookkeeping))


@pytest.fixture
def signer():
    return LogSigner(LOG, bytes(32), bytes(32))


@pytest.fixture
def rows(database):
    """Read rows as an auditor with an SQL shell would."""

    def read(query):
        with database.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]

    return read
