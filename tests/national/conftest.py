"""Systems and documents for the tests of the national side."""

import json

import pytest

from node.message.document import read_document
from node.national.scopes import Role
from node.national.system import System
from tests.world import alert


def system(id_="risk-engine", **changes):
    """Make a system that deals with alerts of one unit, unless a test wants another."""
    members = {
        "title": "Risk engine",
        "role": Role.SYSTEM,
        "units": frozenset({"PCU-ALYAT"}),
        "types": frozenset({"alert"}),
        **changes,
    }
    return System(id_, **members)


def alert_of(unit="PCU-ALYAT", **changes):
    """Read an alert of one of our units."""
    originator = {"authority": "AZ-SCC", "unit": unit, "country": "AZ"}
    raw = json.loads(alert(originator="AZ-SCC", recipients=["UZ-CC"], **changes))
    return read_document(json.dumps({**raw, "originator": originator}).encode()).document


@pytest.fixture
def make_system():
    return system


@pytest.fixture
def make_alert():
    return alert_of
