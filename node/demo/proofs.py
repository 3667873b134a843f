"""The end of the story: every log verified, one proof exported, checked and attacked.

Responsible for doing so through the same commands that an auditor has.
"""

import json
from typing import Any

from node.demo.stage import Stage
from node.errors import OperatorError, PeerError
from node.store.database import Database
from node.store.record import Records
from node.trust.judgement import judge_evidence

WITNESS_OF_STORY = "UZ-CC"


def prove(stage: Stage) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Verify all logs, then export one proof and try to make a changed one pass."""
    logs = {authority: _verify_log(stage, authority) for authority in stage.cast.nodes}
    return logs, _prove_one(stage)


def _verify_log(stage: Stage, authority: str) -> dict[str, Any]:
    result = stage.command(authority, "log", "verify", "--json")
    found: dict[str, Any] = json.loads(result.stdout or result.stderr)
    return found


def _prove_one(stage: Stage) -> dict[str, Any]:
    authority = WITNESS_OF_STORY
    database = Database.open(stage.home(authority) / "data" / "node.db")
    alert = Records(database).inbox(limit=1, type_="alert/1")[0]
    path = stage.folder / "alert.proof"
    exported = stage.command(authority, "proof", alert.id, "--output", str(path), "--disclose")
    if exported.returncode != 0:
        raise OperatorError("demo.proof", exported.stderr[:400], hint="this must not happen")
    fingerprint = stage.settings(authority).fingerprint
    verified = stage.command(authority, "verify", str(path), "--fingerprint", fingerprint, "--json")
    value: dict[str, Any] = json.loads(verified.stdout or verified.stderr)
    raw = path.read_bytes()
    places = range(0, len(raw), max(1, len(raw) // 200))
    value["bytes"] = len(raw)
    value["path"] = str(path)
    value["tampered"] = len(places)
    value["tampered_accepted"] = sum(_passes(raw, place, fingerprint) for place in places)
    return value


def _passes(raw: bytes, place: int, fingerprint: str) -> bool:
    """Say whether evidence still passes with one byte changed."""
    changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
    try:
        judge_evidence(changed, fingerprint=fingerprint)
    except PeerError:
        return False
    return True
