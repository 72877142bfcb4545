"""Whatever people, the carrier and crashes do to campaigns, in whatever order: the promises hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.simulation.machine import Machine, MakeDatabase
from tests.simulation.simulate import Templates
from tests.support.postgres import Cluster

QUICK = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    # The same examples every time: a quick form that fails does so for whoever has changed something.
    derandomize=True,
    database=None,
    # A failure is told as it was found: to make it smaller can take longer than all the rest.
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
LONG = settings(
    QUICK, max_examples=1_500, stateful_step_count=60, derandomize=False, phases=tuple(Phase), print_blob=True
)


@pytest.fixture
def in_files(templates: Templates) -> MakeDatabase:
    @contextmanager
    def make() -> Iterator[str]:
        yield templates.copy("machine.db")

    return make


@pytest.fixture
def in_postgres(cluster: Cluster) -> MakeDatabase:
    @contextmanager
    def make() -> Iterator[str]:
        name = cluster.create()
        yield cluster.url(name)
        cluster.drop(name)

    return make


def run(make: MakeDatabase, how: settings) -> None:
    class OnThese(Machine):
        def __init__(self) -> None:
            super().__init__(make)

    run_state_machine_as_test(OnThese, settings=how)


def test_any_order_of_acts_and_crashes(in_files: MakeDatabase) -> None:
    run(in_files, QUICK)


def test_any_order_of_acts_and_crashes_on_postgres(in_postgres: MakeDatabase) -> None:
    run(in_postgres, settings(QUICK, max_examples=2))


@pytest.mark.slow
def test_many_orders_of_acts_and_crashes(in_files: MakeDatabase) -> None:
    run(in_files, LONG)


@pytest.mark.slow
def test_many_orders_of_acts_and_crashes_on_postgres(in_postgres: MakeDatabase) -> None:
    run(in_postgres, settings(LONG, max_examples=150))
