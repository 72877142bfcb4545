"""Senders are killed at every named point of the send path: nothing is sent twice, nothing is lost."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.peer_process import ROOT
from tests.torture.__main__ import long_form
from tests.torture.scene import CARRIER_STORM, SOON, STORM, scene
from tests.torture.schedule import one_at_each_point
from tests.torture.stage import torture
from trd_tui.engine.checkpoints import POINTS

AT_THE_PEER = ("intent committed", "before call", "call answered", "recorded", "draining")
AT_THE_SIMULATED = ("record begins", "claim begins", "changes merged", "lease renewed", "look begins")
"""Ten points, both carriers, databases and policies: the short form. The long form takes everything."""


def kill_at(folder: Path, carrier: str, points: tuple[str, ...], policy: str, url: str | None) -> None:
    """Kill at each point once, however long a busy machine takes; every named point is passed by somebody."""
    weather = {**STORM, "lists": {}} if carrier == "peer" else CARRIER_STORM
    with scene(folder, carrier, url, weather=weather, TRD_UNKNOWN_POLICY=policy, **SOON) as made:
        made.days = (1, 2)
        stage = torture(made, len(points), one_at_each_point(points), 1, people=40, enough=1, patience_s=60)
    assert stage.verdict.guilty == [], f"seed {stage.seed}"
    assert stage.kills == len(points)
    assert stage.at == dict.fromkeys(points, 1), "somebody died elsewhere than told"
    assert stage.points == set(POINTS), "a named point is never reached"


def test_kills_beside_the_peer_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    kill_at(tmp_path, "peer", AT_THE_PEER, "retry", postgres_url)


def test_kills_beside_the_simulated_carrier_on_sqlite(tmp_path: Path) -> None:
    kill_at(tmp_path, "simulated", AT_THE_SIMULATED, "hold", None)


def test_the_product_ships_without_a_hook() -> None:
    """Nothing in the package sets it, and no import does."""
    for file in (ROOT / "trd_tui").rglob("*.py"):
        assert not re.search(r"\bhook\s*=[^=]", file.read_text("utf-8")), f"{file} sets it"
    code = (
        "from tests.torture.victim import IMPORTED; from importlib import import_module;"
        "[import_module(name) for name in IMPORTED];"
        "from trd_tui.engine import checkpoints; print(checkpoints.hook)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "None\n"


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
@pytest.mark.parametrize("carrier", ["peer", "simulated"])
@pytest.mark.parametrize("policy", ["hold", "retry"])
def test_five_hundred_kills(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], policy: str, carrier: str, database: str
) -> None:
    with capsys.disabled():
        print()
        stages = long_form(
            500, carrier=carrier, policy=policy, database=database, seed=1, folder=tmp_path / "stages"
        )
    assert [sentence for stage in stages for sentence in stage.verdict.guilty] == []
