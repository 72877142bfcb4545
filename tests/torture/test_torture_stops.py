"""How soon a stop is a stop, with real processes; the short proof stands in `e2e/test_e2e_stop.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.__main__ import stops
from tests.torture.latency import latency_lines


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_act_to_last_call(tmp_path: Path, capsys: pytest.CaptureFixture[str], database: str) -> None:
    found = stops(tmp_path, 30, database)
    with capsys.disabled():
        print(f"\n{database}\n{latency_lines(found)}")
    assert all(found.values())
