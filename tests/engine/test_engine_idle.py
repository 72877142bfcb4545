"""A scheduler that has nothing to settle asks the database nothing until somebody has written."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from trd_tui.engine.reconciling import any_unsettled
from trd_tui.engine.term import Term
from trd_tui.store import queue


class Asked:
    """A store that counts its reads and answers what it is told to."""

    def __init__(self, answers: dict[object, object]) -> None:
        self.answers, self.reads = answers, 0

    async def read(self, statement: object) -> object:
        self.reads += 1
        return self.answers.get(statement, [])


async def nothing(*_args: object) -> None:
    pass


def term(store: Asked, gate: SimpleNamespace) -> Any:
    made: Any = Term.__new__(Term)
    made.means = SimpleNamespace(store=store, clock=SimpleNamespace(real=lambda: 0, now=lambda: 0))
    made.gate, made._planned_at, made._settled_at = gate, None, None
    made.reconciler = SimpleNamespace(due=None, look_again=nothing, take_adopted=list)
    made.answers = SimpleNamespace(due=None)
    store.write = nothing  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize("work", ["_reconcile", "_carry_on_plans"])
async def test_it_asks_again_only_when_somebody_may_have_written(work: str) -> None:
    store, gate = Asked({any_unsettled: False, queue.unplanned: None}), SimpleNamespace(changes=3)
    made = term(store, gate)
    await getattr(made, work)()
    first = store.reads
    assert first
    await getattr(made, work)()
    assert store.reads == first
    gate.changes = 4
    await getattr(made, work)()
    assert store.reads == 2 * first
    gate.changes = None  # nobody looks: it cannot be known
    await getattr(made, work)()
    await getattr(made, work)()
    assert store.reads == 4 * first


async def test_while_something_is_unsettled_it_asks_every_time() -> None:
    store, gate = Asked({any_unsettled: True}), SimpleNamespace(changes=3)
    made = term(store, gate)
    await made._reconcile()
    first = store.reads
    await made._reconcile()
    assert store.reads == 2 * first
