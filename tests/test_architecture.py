"""docs/architecture.md is true: modules, the one path of data, states, contracts, tests that mirror."""

import importlib
import re
import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from node.transfer.lifecycle import TRANSITIONS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS = PROJECT["tool"]["importlinter"]["contracts"]
MODULES = sorted(path for path in (ROOT / "node").rglob("*.py") if path.name != "__init__.py")
PURE = (
    *("reference", "message", "convert", "envelope", "audit", "trust", "conversation", "transfer"),
    *("matching", "corridor", "national"),
)
STEP = re.compile(r"`(node(?:\.\w+)+)`")


def section(title):
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def cells(text):
    rows = (line.strip("|").split("|") for line in text.splitlines() if line.startswith("|"))
    return [[cell.strip() for cell in row] for row in rows][2:]


def named():
    return {cell.strip("*`") for cell, _ in cells(section("The house"))}


def resolve(dotted):
    """Find a module, or something in one; raises if there is no such thing."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            found = getattr(found, name)
        return found
    raise ModuleNotFoundError(dotted)


def test_page_names_only_what_exists():
    assert [name for name in named() if not (ROOT / name).exists()] == []


def test_page_names_every_package():
    packages = {
        f"{path.parent.relative_to(ROOT).as_posix()}/" for path in (ROOT / "node").rglob("__init__.py")
    }
    assert packages - {"node/"} <= named()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_is_named_and_under_300_lines(path):
    name = path.relative_to(ROOT).as_posix()
    assert name in named() or name.startswith("node/store/migrations/")
    assert len(path.read_text().splitlines()) < 300


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_begins_with_a_docstring(path):
    assert path.read_text().startswith('"""')


def test_one_path_of_data_names_real_functions_in_each_step():
    steps = cells(section("The one path of data"))
    assert [step for step, *_ in steps] == [
        *(f"OUT {number}" for number in range(1, 7)),
        *(f"IN {number}" for number in range(1, 7)),
        *(f"FILE {number}" for number in range(1, 4)),
        "LOG 1",
        "LOG 2",
    ]
    for _, _, where in steps:
        found = STEP.findall(where)
        assert found
        assert all(callable(resolve(dotted)) for dotted in found)


def test_states_are_those_of_the_lifecycle():
    rows = cells(section("States of a message"))
    shown = {
        (before if before.isascii() else None, event.strip("`")): set(after.split(", "))
        for before, event, after in rows
    }
    assert shown == {
        (before and before.value, kind.value): {state.value for state in after}
        for (before, kind), after in TRANSITIONS.items()
    }


def test_layers_are_those_of_the_contract():
    shown = re.findall(r"`([\w| ]+)`(?= →|\n\n)", section("What may import what"))
    assert shown == CONTRACTS[0]["layers"]


def test_contracts_are_all_explained():
    assert [name for name, _ in cells(section("What may import what"))] == [
        contract["name"] for contract in CONTRACTS
    ]


def test_import_contracts_hold(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True, no_logo=True) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.relative_to(ROOT / "node").parts[0] in PURE],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_pure_module_has_its_test_file(path):
    package, module = path.relative_to(ROOT / "node").parts
    assert (ROOT / "tests" / package / f"test_{module}").is_file()


WHOLE = {"test_corridor.py", "test_garden.py", "test_mutations.py", "test_compatibility.py"}
"""Tests of all documents together, rather than of one module: traffic, schemas, masses."""


def test_test_file_of_a_package_mirrors_a_module():
    for path in (ROOT / "tests").glob("*/test_*.py"):
        package, module = path.parent.name, path.name.removeprefix("test_")
        if package in PURE and not (ROOT / "node" / package / module).is_file():
            assert path.name in WHOLE, path
