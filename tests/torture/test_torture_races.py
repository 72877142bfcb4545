"""Processes that race for one database, headless and in a terminal: one sends at a time."""

from __future__ import annotations

import signal
from itertools import islice
from pathlib import Path

import pytest

from tests.torture.race import WEATHER, Race, acts, race
from tests.torture.scene import SOON, scene

EACH = 15
"""Signals in a long race: three of each kind."""


def run_race(folder: Path, size: int, apps: int, what: list[signal.Signals], url: str | None) -> Race:
    with scene(folder, "peer", url, weather=WEATHER, TRD_UNKNOWN_POLICY="retry", **SOON) as made:
        result = race(made, size, apps, what, people=60 if len(what) < EACH else 400)
    assert result.guilty == []
    assert result.holders > len(what) / 2, "the sender has hardly changed"
    return result


def test_three_processes_one_of_them_the_app(tmp_path: Path) -> None:
    """The sender is suspended beyond its lease, loses its line, is killed: another goes on each time."""
    what = [signal.SIGHUP, signal.SIGSTOP, signal.SIGKILL]
    run_race(tmp_path, 3, 1, what, None)


@pytest.mark.slow
@pytest.mark.parametrize("size", [2, 4, 8])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_many_signals_to_whoever_sends(
    tmp_path: Path,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    size: int,
    database: str,
) -> None:
    url = None if database == "sqlite" else str(request.getfixturevalue("postgres_url"))
    result = run_race(tmp_path, size, size // 2, list(islice(acts(size), EACH)), url)
    with capsys.disabled():
        print(
            f"\n{size} processes, {database}: {dict(result.acts)}, {result.holders} senders in turn,"
            f" {result.verdict.messages:,} messages, {len(result.late)} of a suspended sender's"
            f" {result.on_the_way} calls under way came late, {result.verdict.held} held"
        )
