"""Databases for simulations, in memory where the system has such a place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.simulate import Templates


@pytest.fixture(scope="session")
def templates() -> Iterator[Templates]:
    made = Templates()
    yield made
    made.close()
