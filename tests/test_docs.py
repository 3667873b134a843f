"""What is written twice is compared: tables, links, commands and settings in the documents."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
import typer

from node import __version__, limits
from node.audit.event import CATALOGUE
from node.broker.topology import BULK, queue_arguments
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
from node.cli import app as cli_app
from node.cli.app import EXIT_OPERATOR, EXIT_REFUSED
from node.errors import Refusal
from node.settings import Settings, known_names
from node.trust.agreement import Agreement

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "schemas" / "README.md",
        ROOT / "config" / "README.md",
        ROOT / "CHANGELOG.md",
        ROOT / "README.md",
    ]
)
WIRE = (ROOT / "schemas" / "README.md").read_text()
OPERATORS = (ROOT / "docs" / "operators.md").read_text()
SOURCES = sorted((ROOT / "node").rglob("*.py"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:node|tests|docs|schemas|config|bench)/[\w./<>*-]*)`")
LEVELS = {"debug", "info", "warning", "error", "critical"}
# Importing them registers the commands.
assert [access, attachments, cases, codes, commands, convert, desk, exchange, logbook, messages]
assert [corridor, matches, national, network, stats, watch_list]


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def section(text, title):
    found = re.search(
        rf"^(#+) {re.escape(title)}\n(.*?)(?=^#{{1,2}} |\Z)", text, re.MULTILINE | re.DOTALL
    )
    assert found, f"no section {title}"
    return found[2]


def rows(text):
    """Give the rows of a section's tables, heads included, as lists of cells."""
    lines = (line for line in text.splitlines() if line.startswith("|") and set(line) - set("|- :"))
    return [
        [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in lines
    ]


def codes(cell):
    return re.findall(r"`([^`]+)`", cell)


def heading_anchors(text):
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def calls():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                yield path, node


def texts(node):
    return [
        one.value
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]


# The wire format.


def test_wire_format_has_its_nine_sections_in_order():
    assert re.findall(r"^## §(\d) ", WIRE, re.MULTILINE) == list("123456789")


def test_wire_format_section_cited_in_code_exists():
    for path in [*SOURCES, *(ROOT / "tests").rglob("*.py")]:
        for cited in re.findall(r"schemas/README\.md §(\d+)", path.read_text()):
            assert 1 <= int(cited) <= 9, path


def test_wire_format_entries_are_the_catalogue():
    shown = {
        codes(kind)[0]: (set(codes(members)), set(codes(optional)))
        for kind, members, optional, _ in rows(section(WIRE, "§1 Entries"))[1:]
    }
    assert shown == {
        kind.value: (set(required), set(optional)) for kind, (required, optional) in CATALOGUE.items()
    }


def test_wire_format_limits_are_those_of_the_program():
    shown = {codes(name)[0]: int(value) for name, value, _ in rows(section(WIRE, "§7 Limits"))[1:]}
    assert shown == {name: value for name, value in vars(limits).items() if name.isupper()}


def test_wire_format_refusals_are_those_of_the_program():
    shown = [codes(code)[0] for code, _ in rows(section(WIRE, "§8 Refusal codes"))[1:]]
    assert shown == [code.value for code in Refusal]


def test_wire_format_queue_arguments_are_those_of_the_program():
    queues = next(
        cell
        for row in rows(section(WIRE, "§4 Bundles"))
        for cell in row
        if "x-queue" in cell or "x-max" in cell
    )
    for name, value in queue_arguments().items():
        assert str(value) in queues.replace("`", ""), name
    bulk = next(row for row in rows(section(WIRE, "§4 Bundles")) if "in.<PEER>.bulk" in row[1])[2]
    for name, value in queue_arguments(lane=BULK).items() - queue_arguments().items():
        assert f"`{name}` {value}" in bulk


# The operator's handbook.


def test_operators_settings_are_those_of_the_program():
    table = rows(section(OPERATORS, "Settings"))[1:]
    assert [codes(name)[0] for name, *_ in table] == list(known_names())


def test_operators_settings_defaults_are_those_of_the_program():
    shown = {codes(name)[0]: default for name, default, _ in rows(section(OPERATORS, "Settings"))[1:]}
    for name, field in Settings.model_fields.items():
        if name in shown and not field.is_required():
            assert shown[name].strip("`").strip('"') == str(field.default)


def test_operators_agreement_members_are_those_of_the_program():
    shown = {
        name for members, _ in rows(section(OPERATORS, "Agreements"))[1:] for name in codes(members)
    }
    assert shown == Agreement.model_fields.keys() - {"digest"}


def test_operators_log_lines_are_those_of_the_program():
    shown = {(codes(event)[0], level) for event, level, _ in rows(section(OPERATORS, "Log lines"))[1:]}
    found = {
        (call.args[0].value, call.func.attr)
        for path, call in calls()
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in LEVELS
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    assert shown == found


def test_operators_error_codes_are_those_of_the_program():
    shown = {codes(code)[0] for code, _ in rows(section(OPERATORS, "Error codes"))[1:]}
    raised = {
        code
        for path, call in calls()
        if isinstance(call.func, ast.Name)
        and call.func.id in {"OperatorError", "CallerError"}
        and call.args
        for code in texts(call.args[0])
    }
    kept = {code for code in raised if not code.startswith(("demo.", "stage."))}
    assert kept <= shown
    everywhere = {text for path in SOURCES for text in texts(ast.parse(path.read_text()))}
    assert shown <= everywhere


def test_integrators_exit_codes_are_those_of_the_program():
    page = (ROOT / "docs" / "integrators.md").read_text()
    shown = {int(code): meaning for code, meaning in rows(section(page, "Exit codes"))[1:]}
    assert shown.keys() == {0, EXIT_REFUSED, 2, EXIT_OPERATOR}


# Dependencies, decisions, changes.


def test_dependencies_are_those_of_the_project():
    page = (ROOT / "docs" / "dependencies.md").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    def names(requirements):
        return [re.split(r"[<>=~!]", requirement)[0] for requirement in requirements]

    def shown(title):
        return [codes(name)[0] for name, *_ in rows(section(page, title))[1:]]

    assert shown("At run time") == names(project["project"]["dependencies"])
    assert shown("For development") == names(project["dependency-groups"]["dev"])


def test_dependencies_each_have_licence_and_reason():
    page = (ROOT / "docs" / "dependencies.md").read_text()
    for row in rows(page):
        assert all(row), row


def test_decisions_are_listed_and_have_the_four_parts():
    folder = ROOT / "docs" / "decisions"
    files = sorted(path.name for path in folder.glob("0*.md"))
    listed = re.findall(r"\]\((0\d+-[\w-]+\.md)\)", (folder / "README.md").read_text())
    assert listed == files
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    for name in files:
        text = (folder / name).read_text()
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
            "Context",
            "Options",
            "Decision",
            "Consequences",
        ]
        assert len(text.splitlines()) <= 40, name


def test_changelog_has_this_version():
    assert re.search(
        rf"^## \[{re.escape(__version__)}\] - \d{{4}}-\d\d-\d\d$",
        (ROOT / "CHANGELOG.md").read_text(),
        re.MULTILINE,
    )


# Every page.


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_page_links_lead_somewhere(page):
    text = page.read_text()
    for target in LINK.findall(text):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        file, _, anchor = target.partition("#")
        other = (page.parent / file).resolve() if file else page
        assert other.exists(), target
        if anchor:
            assert anchor in heading_anchors(other.read_text()), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_page_names_files_that_exist(page):
    for path in PATH.findall(page.read_text()):
        if not re.search(r"[<*]", path):
            assert (ROOT / path).exists(), path


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_page_commands_exist_with_their_options(page):
    root = typer.main.get_command(cli_app.app)
    text = re.sub(r"\\\n\s*", "", page.read_text())
    for words in re.findall(r"(?:^|[`$(] ?| )sarbon ([^`\n)|>;&]*)", text, re.MULTILINE):
        command, rest = root, words.split()
        while rest and hasattr(command, "commands") and rest[0] in command.commands:
            command = command.commands[rest.pop(0)]
        if command is root:
            assert not re.match(r"[a-z]+ --|[a-z]+ [A-Z]", words), words
            continue
        options = {option for parameter in command.params for option in parameter.opts}
        for word in rest:
            if word.startswith("-") and word != "-":
                assert word.partition("=")[0] in options | {"--help"}, words


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_page_has_no_tab_and_no_trailing_space(page):
    for number, line in enumerate(page.read_text().splitlines(), start=1):
        assert "\t" not in line, number
        assert line == line.rstrip(), number
