"""The rows of a report, of kept counters or of what was counted, and error codes in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from trd_tui.carriers.error_codes import failure_of_status, reason_of
from trd_tui.domain.failures import NOT_REACHED, Decision, FailureClass, decide
from trd_tui.domain.sentences import part
from trd_tui.services.report_views import ErrorRow, Figures
from trd_tui.services.variant_views import VariantFigures
from trd_tui.services.views import TouchFunnel
from trd_tui.store import figures

_FOLLOWS = {
    Decision.RETRY: "it is tried again, or the next touch follows",
    Decision.HOLD: "it waits for a person",
    Decision.FAIL_TOUCH: "the next touch follows",
    Decision.FAIL_CONTACT: "the contact's sequences end",
    Decision.SUPPRESS: "the number is not texted again",
    Decision.PAUSE_SENDER: "its sender pauses",
    Decision.PAUSE_ALL: "all sending stops",
}
"""What a verdict means for those concerned, in words."""

_WAITS: dict[object, str] = {
    NOT_REACHED: "it is tried again until the carrier answers",
    FailureClass.CREDENTIALS: "it waits until the credentials are right, and a stop is released",
}
"""What follows where the carrier as a whole took nothing."""

_SUMMED = ("sent_count", "delivered_count", "failed_count", "replied_count", "opted_out_count", "cost_micros")


def error_row(found: figures.CodeCount) -> ErrorRow:
    """A code with its meaning in plain words."""
    meaning = part(reason_of(found.code).removesuffix(f" (code {found.code})."))
    failure = failure_of_status(found.code)
    waits = _WAITS.get(NOT_REACHED if found.code == NOT_REACHED else failure)
    if waits is not None:
        return ErrorRow(found.code, meaning, waits, found.messages, found.failed, found.last_at, waits=True)
    verdict = decide(failure, 1, None, 0)
    action = f"{part(verdict.reason)}: {_FOLLOWS[verdict.decision]}"
    return ErrorRow(found.code, meaning, action, found.messages, found.failed, found.last_at)


def funnel_row(touch: TouchFunnel) -> Figures:
    """A touch, by its kept counters."""
    day = f"day {touch.day}" if touch.active else f"day {touch.day}, off"
    return _kept(str(touch.position), f"#{touch.position}", day, touch)


def variant_rows(touch: TouchFunnel) -> Iterable[Figures]:
    """The variants of a touch, with the range in which their share of replies lies."""
    for each in touch.variants:
        low, high = each.reply_range
        said = "taken out" if each.removed else f"{low:.1f} to {high:.1f} % reply"
        yield _kept(f"{touch.position}/{each.name}", f"  {each.name}", said, each)


def _kept(id_: str, name: str, status: str, row: TouchFunnel | VariantFigures) -> Figures:
    return Figures(
        id_, name, status, None, row.sent_count, row.delivered_count, row.failed_count,
        row.replied_count, row.opted_out_count,
    )  # fmt: skip


def figures_row(
    id_: str,
    name: str,
    status: str,
    contacts: int | None,
    counted: dict[object, figures.Sums] | None,
    answers: dict[object, figures.Answers],
    key: object,
) -> Figures:
    """What was counted of one thing.

    Args:
        id_: of the row.
        name: for people.
        status: what stands beside the name.
        contacts: how many it has, where that is asked.
        counted: sums by key; ``None`` where there were too many messages to go through.
        answers: replies and opt-outs by key.
        key: of the thing in both.
    """
    answered = answers.get(key)
    replied, opted_out = (0, 0) if answered is None else (answered.replied, answered.opted_out)
    if counted is None:
        return Figures(id_, name, status, contacts, replied_count=replied, opted_out_count=opted_out)
    sums = counted.get(key)
    sent, delivered, failed, cost = (0, 0, 0, 0) if sums is None else sums[1:]
    return Figures(id_, name, status, contacts, sent, delivered, failed, replied, opted_out, cost)


def sum_of(id_: str, name: str, rows: Sequence[Figures]) -> Figures:
    """The sum of some rows; what one of them does not know, nobody knows."""
    sums: dict[str, Any] = {}
    for column in _SUMMED:
        values = [getattr(row, column) for row in rows]
        sums[column] = None if None in values else sum(values)
    return replace(Figures(id_, name), **sums)
