"""Decisions about texts that read like opt-outs: kept in the audit, told beside the text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, text

from trd_tui.domain.decision import IS_OPT_OUT, NO_OPT_OUT, TAKEN_BACK, Decision
from trd_tui.store import audit, inbox
from trd_tui.store.audit import Who

_OF = text(
    "SELECT act, actor, after FROM audit WHERE subject = 'conversation' AND subject_id = :number"
    " AND act IN :acts ORDER BY id"
).bindparams(bindparam("acts", expanding=True))


def of_number(connection: Connection, number: str) -> list[Decision]:
    """What was decided about a number, the oldest first."""
    found = []
    values = {"number": number, "acts": [NO_OPT_OUT, IS_OPT_OUT, TAKEN_BACK]}
    for act, actor, after in connection.execute(_OF, values):
        kept = json.loads(after or "{}")
        if "up_to" in kept:  # not those of before this was kept, nor of whom nothing is kept any more
            found.append(Decision(act, actor, int(kept["when"]), int(kept["up_to"])))
    return found


def record(
    connection: Connection,
    who: Who,
    act: str,
    number: str,
    now: int,
    real: int,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Keep a decision of now about everything that a number has written.

    Args:
        connection: the transaction in which it is carried out.
        who: who decides.
        act: one of `trd_tui.domain.decision`.
        number: E.164.
        now: campaign instant.
        real: real instant.
        more: what else the audit shall say.
    """
    after = {**(more or {}), "up_to": inbox.latest_reply(connection, number), "when": now}
    audit.record(connection, who, act, "conversation", number, None, after, at=real)
