import pytest

from node.demo.national import SYSTEMS, api_url, folder_of
from node.demo.stage import Cast, Stage
from node.envelope.keyfile import Cost
from node.gateway.folder_layout import NAMES
from node.store.accounts import Accounts
from node.store.database import Database

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
NO_BROKER = "amqp://nobody:planted-password@127.0.0.1:9/none"


@pytest.fixture
def stage(tmp_path):
    stage = Stage(
        tmp_path / "s", Cast(("AZ-SCC",), ("KZ-SRC",)), cost=CHEAP, outside=NO_BROKER, has_systems=True
    )
    stage.found()
    return stage


def test_found_with_systems_adds_them_and_opens_their_doors(stage):
    settings = stage.settings("AZ-SCC")
    accounts = Accounts(Database.open(settings.data / "node.db"))
    assert sorted(accounts.systems(), key=lambda one: one.id) == sorted(SYSTEMS, key=lambda one: one.id)
    assert settings.national is not None
    assert settings.folders.keys() == {"terminal"}
    assert {path.name for path in folder_of(stage.home("AZ-SCC")).iterdir()} == set(NAMES)
    assert api_url(settings) == f"http://127.0.0.1:{settings.api.port}/api/v1"


def test_found_without_systems_opens_no_door(tmp_path):
    stage = Stage(tmp_path / "s", Cast(("AZ-SCC",), ()), cost=CHEAP, outside=NO_BROKER)
    stage.found()
    settings = stage.settings("AZ-SCC")
    assert (settings.national, settings.api, settings.folders) == (None, None, {})
    assert api_url(settings) is None


async def test_found_with_systems_works_within_a_running_loop(tmp_path):
    stage = Stage(tmp_path / "s", Cast(("AZ-SCC",), ()), cost=CHEAP, outside=NO_BROKER, has_systems=True)
    stage.found()
    assert stage.settings("AZ-SCC").folders


def test_national_account_at_a_given_broker_has_names_of_its_own(stage):
    account = stage.hosts.national_account("AZ-SCC", "declarations")
    assert account.prefix.endswith(".az-scc.national.")
    assert account.prefix != stage.hosts.account("AZ-SCC", "anybody").prefix
    user = stage.hosts.national_user("AZ-SCC", "declarations")
    assert user == f"system.{account.prefix}declarations.none"
