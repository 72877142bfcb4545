"""Noon, and a carrier whose list can be read."""

from __future__ import annotations

import pytest

from tests.support.carriers import ListedCarrier
from tests.support.services import HOUR, Desk


@pytest.fixture(autouse=True)
def noon(desk: Desk) -> None:
    """When nobody sleeps: 13:00 in New York, 10:00 in Los Angeles."""
    desk.later(4 * HOUR)


@pytest.fixture
def carrier(desk: Desk) -> ListedCarrier:
    return ListedCarrier(desk.clock)
