"""Whole campaigns of nine touches over 17 days: crashes, lost answers, pauses, stops; a judge."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256

import pytest

from tests.simulation.simulate import Templates, simulate

QUICK = (1, 2, 4, 6)
LONG = range(1_000, 4_000)


@pytest.mark.parametrize("seed", QUICK)
def test_every_touch_goes_once_to_whom_it_should_when_it_should(seed: int, templates: Templates) -> None:
    outcome = simulate(seed, templates.copy("campaigns.db"))
    assert outcome.figures["messages"] > 50
    assert outcome.complaints == [], f"python -m tests.simulation --seed {seed}"


def test_one_seed_is_one_history(templates: Templates) -> None:
    """In another process too, where sets and dictionaries of texts have other orders."""
    other = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--seed", "2", "--ledger"],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    again = simulate(2, templates.copy("again.db")).ledger
    assert f"books {sha256(again.encode()).hexdigest()}" in other.stdout
    assert other.stdout.startswith(again)


@pytest.mark.slow
def test_thousands_of_campaigns(templates: Templates) -> None:
    failed = {
        outcome.seed: outcome.complaints
        for outcome in (simulate(seed, templates.copy("campaigns.db")) for seed in LONG)
        if outcome.complaints
    }
    assert failed == {}
