"""Values the tests of this package start from: the published examples, fresh each time."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"


def example(name: str) -> dict[str, Any]:
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def notice() -> dict[str, Any]:
    return example("notice-minimum")


@pytest.fixture
def full_notice() -> dict[str, Any]:
    return example("notice-full")


@pytest.fixture
def alert() -> dict[str, Any]:
    return example("alert-minimum")


@pytest.fixture
def full_alert() -> dict[str, Any]:
    return example("alert-full")


@pytest.fixture
def published() -> Callable[[str], dict[str, Any]]:
    return example
