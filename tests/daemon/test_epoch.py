"""A lost log goes on in a new epoch, and everything exchanged before still holds."""

import shutil

import pytest

from node.audit.event import read_entry
from node.audit.evidence import write_evidence
from node.daemon.checkup import check_node, export_evidence
from node.daemon.founding import (
    Names,
    cosign_directory,
    create_authority,
    extend_directory,
    join_network,
)
from node.daemon.node import load_directory, wall_clock
from node.store.database import Database
from node.store.record import Records
from node.trust.judgement import judge_evidence
from tests.conftest import CHEAP
from tests.daemon.pair import documents, settle, sides

pytestmark = pytest.mark.broker


def open_epoch(stage, authority: str, epoch: str) -> None:
    """Do what the operator's handbook says after a lost log, and let everybody join."""
    home = stage.home(authority)
    head = (home / "data" / "head").read_text()
    (home / "data").rename(home / "old-data")
    (home / "keys" / "log.key").unlink()
    config = stage.config(authority)
    config.write_text(config.read_text().replace('epoch = "2026"', f'epoch = "{epoch}"'))
    passphrase = (home / "passphrase").read_bytes()
    names = Names("Customs", authority[:2], previous=head)
    create_authority(
        stage.settings(authority), names, passphrase=passphrase, now=wall_clock(), cost=CHEAP
    )
    raw = extend_directory(
        (home / "directory.json").read_bytes(),
        cards=[(home / "card.json").read_bytes()],
        key_file=stage.folder / "directory.key",
        passphrase=(stage.home("AZ-SCC") / "passphrase").read_bytes(),
        now=wall_clock(),
    )
    for holder in ("AZ-SCC", "UZ-CC"):
        raw = cosign_directory(raw, stage.keys(holder).holder, now=wall_clock())
    for member in stage.cast.nodes:
        settings = stage.settings(member)
        join_network(settings, raw, fingerprint=settings.fingerprint)


async def test_holder_opens_a_new_epoch_and_old_messages_still_verify_at_its_peer(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        await az.submit(documents(stage, "AZ-SCC", 1, recipients=["UZ-CC"])[0])
        await settle(az, uz)
    old_head = (stage.home("AZ-SCC") / "data" / "head").read_text()
    open_epoch(stage, "AZ-SCC", "2026-2")
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        await az.submit(documents(stage, "AZ-SCC", 2, recipients=["UZ-CC"])[1])
        await settle(az, uz)

    settings = stage.settings("UZ-CC")
    database = Database.open(settings.data / "node.db")
    directory = load_directory(settings)
    assert check_node(database, directory, "UZ-CC").received == 2
    for letter in Records(database).inbox(limit=2):
        evidence = export_evidence(
            database, directory, settings.directory.read_bytes(), wanted=letter.id, disclose=True
        )
        judge_evidence(write_evidence(evidence), fingerprint=settings.fingerprint)
    database.close()
    first = next(iter(Records(Database.open(stage.settings("AZ-SCC").data / "node.db")).entries()))[1]
    assert read_entry(first).members["previous"] == old_head


def test_new_epoch_keeps_witness_and_holder_keys(make_stage):
    stage = make_stage()
    before = stage.keys("AZ-SCC")
    open_epoch(stage, "AZ-SCC", "2026-2")
    after = stage.keys("AZ-SCC")

    assert after.witness.verifier == before.witness.verifier
    assert after.holder.verifier == before.holder.verifier
    assert after.log.verifier != before.log.verifier
    shutil.rmtree(stage.home("AZ-SCC") / "old-data")
