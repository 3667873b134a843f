import click
import pytest
import typer

from node.cli import (
    access,
    attachments,
    cases,
    codes,
    commands,
    convert,
    corridor,
    desk,
    exchange,
    logbook,
    matches,
    messages,
    national,
    network,
    stats,
    watch_list,
)
from node.cli.app import app

REGISTERED = (  # importing a module registers its commands
    *(access, attachments, cases, codes, commands, convert, corridor, desk),
    *(exchange, logbook, matches, messages, national, network, stats, watch_list),
)

WORDS = {
    "init": "Make a new authority: settings, keys, its log",
    "run": "Run the node until it is told to stop",
    "demo": "Run three authorities and a day on the corridor",
    "schemas": "Write the JSON Schemas and the table templates of all documents",
    "send": "Send documents. Each is sealed, recorded",
    "convert": "Make documents of tables and messages",
    "inbox": "List received messages, newest first",
    "show": "Show a message: the document, its journey",
    "stats": "Print the figures of a period",
    "read": "Record that an officer has opened a message",
    "assign": "Record that a unit of ours was given a message",
    "attach": "Take a file in and print its description",
    "attachments": "List the files of a message, and how far each",
    "save": "Write out a file of a message, its hash checked",
    "cases": "List conversations, the one that moved last first",
    "case": "Show a case as a timeline: every linked conversation",
    "deadlines": "List what is owed, by us and to us",
    "corridor": "Print the cargo expected in a period",
    "matches list": "List what was found, the newest first",
    "matches show": "Show a match and why, line by line",
    "matches confirm": "Confirm a match",
    "matches dismiss": "Dismiss a match, for a reason",
    "watch add": "Write items, new or changed",
    "watch list": "List the items of the watch list",
    "watch end": "End an item: it is looked for no longer",
    "proof": "Export the evidence of a message",
    "verify": "Verify an evidence file, offline",
    "broker definitions": "Print RabbitMQ definitions for our broker",
    "broker national": "Print RabbitMQ definitions for our national systems",
    "folders": "Make the folders in which national systems drop files",
    "log verify": "Verify the whole log: every entry, signed head",
    "log show": "List entries of the log in order",
    "codes import": "Load an edition of an open list",
    "codes list": "List every code list",
    "codes show": "Show a code with the codes above and below it",
    "network found": "Found a network: write its first directory",
    "network add": "Add members, agreements or suspensions",
    "network sign": "Cosign a directory as one of its holders",
    "network join": "Adopt a network's directory",
    "network show": "Show who is in the network",
    "systems add": "Add a national system",
    "systems change": "Change what is given of a system",
    "systems list": "List the national systems",
    "systems show": "Show a system, with the digest",
    "systems disable": "Shut a system out at every door",
    "systems enable": "Let a disabled system in again",
    "tokens issue": "Issue a token and print it, once",
    "tokens list": "List tokens, the newest first",
    "tokens revoke": "End a token now",
}


def leaves(command, path=()):
    members = getattr(command, "commands", None)
    if members is None:
        yield " ".join(path), command
        return
    for name, member in members.items():
        yield from leaves(member, (*path, name))


COMMANDS = dict(leaves(typer.main.get_command(app)))


def test_application_has_exactly_the_commands_that_are_described_here():
    assert COMMANDS.keys() == WORDS.keys()


@pytest.mark.parametrize("name", WORDS)
def test_help_of_command_says_what_it_does(name, sarbon):
    result = sarbon(*name.split(), "--help")
    assert result.code == 0
    assert WORDS[name] in " ".join(result.out.split())
    assert f"Usage: sarbon {name}" in result.out


@pytest.mark.parametrize("name", WORDS)
def test_help_of_command_explains_every_option_and_argument(name):
    command = COMMANDS[name]
    unexplained = [
        parameter.name
        for parameter in command.params
        if not getattr(parameter, "help", None) and not isinstance(parameter, click.core.Group)
    ]
    assert unexplained == []


@pytest.mark.parametrize("group", ["", "log", "network", "broker", "systems", "tokens"])
def test_group_without_command_prints_its_help_and_is_wrong_use(group, sarbon):
    result = sarbon(*group.split())
    assert result.code == 2
    for name in WORDS:
        if group and name.startswith(group + " "):
            assert name.removeprefix(group + " ") in result.out + result.err


def test_help_names_the_exit_codes(sarbon):
    shown = " ".join(sarbon("--help").out.split())
    assert "0 done, 1 refused or not verified, 2 wrong use, 3 machine or configuration" in shown
