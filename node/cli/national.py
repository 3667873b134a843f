"""Commands that prepare the doors of national systems: broker national, folders.

Responsible for what an operator sets up once. Must not open a door.
"""

import json
from urllib.parse import unquote

from node.cli.app import DEFAULT_CONFIG, ConfigOption, app, settings_of
from node.cli.commands import broker_app
from node.errors import OperatorError
from node.settings import Settings
from node.store.keyring import read_private


@broker_app.command("national")
def broker_national(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Print RabbitMQ definitions for our national systems: a user for us and one for each of them.

    Passwords are read from the folder `national-passwords` beside the settings: one file a user, named
    `node` or as the system's id; a user without a file must bring a client certificate.
    """
    from node.broker.national_topology import definitions, node_user, system_user

    settings = settings_of(config)
    if settings.national is None:
        raise OperatorError("settings.invalid", "there is no [national] in the settings", hint="add it")
    vhost, prefix = unquote(settings.national.url.rpartition("/")[2]), settings.national.prefix
    systems = _systems(settings)
    folder = config.resolve().parent / "national-passwords"
    files = {
        node_user(vhost, prefix=prefix): folder / "node",
        **{system_user(one, vhost, prefix=prefix): folder / one for one in systems},
    }
    passwords = {
        user: read_private(path).decode().strip() if path.is_file() else None
        for user, path in files.items()
    }
    value = definitions(vhost=vhost, systems=systems, passwords=passwords, prefix=prefix)
    print(json.dumps(value, indent=2))


@app.command()
def folders(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Make the folders in which national systems drop files, as the settings name them.

    A running node makes none: on a share that is not mounted it would write beside it.
    """
    from node.gateway.folder_layout import make_folders

    settings = settings_of(config)
    if not settings.folders:
        raise OperatorError("settings.invalid", "there is no [folders.…] in the settings", hint="add it")
    for system, folder in settings.folders.items():
        make_folders(folder.path)
        print(f"{system}: {folder.path}")


def _systems(settings: Settings) -> list[str]:
    """Give the systems that have something to do at the broker, also those that are disabled now."""
    from node.daemon.amqp_door import uses_amqp
    from node.store.accounts import Accounts
    from node.store.database import Database

    database = Database.open_current(settings.data / "node.db")
    try:
        return [system.id for system in Accounts(database).systems() if uses_amqp(system)]
    finally:
        database.close()
