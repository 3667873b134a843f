"""Publishes documents, one in each file, and takes in what the peers answer, with the Python client.

NODE=https://node.example:8443 SARBON_TOKEN=sarbon_... python client.py ANSWERS_FOLDER DOCUMENT.json ...

Stops when every document has its receipt and an answer. May be killed and run again at any point.
"""
# ruff: noqa: INP001, T201 - a program of one file that prints

import json
import os
import sys
from pathlib import Path

from node.client import Client, Connection


def main(answers: Path, paths: list[Path]) -> None:
    """Publish, then follow events until everything is answered."""
    kept = answers / "position"
    waiting = {json.loads(path.read_bytes())["reference"] for path in paths}
    with Client(Connection(os.environ["NODE"], os.environ["SARBON_TOKEN"])) as node:
        if not kept.exists():
            keep(kept, node.event_position().position)
        for path in paths:
            node.submit(path.read_bytes(), key=path.name)
        events = node.events(
            after=int(kept.read_text()),
            kinds=["message.receipted", "message.received"],
            on_position=lambda position: keep(kept, position),
        )
        for event in events:
            message = event.data.message
            if event.type == "sarbon.message.receipted":
                (answers / f"{message.reference}.receipted").touch()
            else:
                raw = node.document(message.id, originator=message.originator)
                answered = json.loads(raw).get("answers", {}).get("reference")
                if answered in waiting:
                    (answers / f"{answered}.json").write_bytes(raw)
            if is_done(answers, waiting):
                break
        events.close()
    print(f"{len(paths)} published, {len(paths)} receipted, {len(paths)} answers in {answers}")


def keep(path: Path, position: int) -> None:
    """Keep how far we are: the whole number or the one before, whenever we are killed."""
    new = path.with_suffix(".new")
    new.write_text(str(position))
    new.replace(path)


def is_done(answers: Path, waiting: set[str]) -> bool:
    """Say whether every document has its receipt, and an answer."""
    return all(
        (answers / f"{name}.{kind}").exists() for name in waiting for kind in ("receipted", "json")
    )


Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
