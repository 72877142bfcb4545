"""A person's own answers: a conversation to answer, an answer, and what it left in the tables."""

from __future__ import annotations

import json
from typing import Any

from tests.support.carriers import ListedCarrier
from tests.support.services import Desk
from trd_tui.carriers.protocol import (
    CarrierMessage,
)
from trd_tui.domain.endings import EVERYTHING, Endings
from trd_tui.engine.receiving import receive_batch
from trd_tui.services import answers
from trd_tui.services.answers import Sent

ANN, BOB = "+12122000000", "+12122000001"
OURS = "+15005550006"
LATER = "+15005550007"


async def texted(desk: Desk, **more: Any) -> str:
    """A running campaign whose contacts have had the first touch."""
    id_ = await desk.running(**more)
    now = desk.clock.now()
    await desk.db.write(
        lambda conn: conn.exec_driver_sql(
            "UPDATE scheduled_messages SET state = 'sent', sid = 'SMt' || id, sent_at = scheduled_for,"
            f" sender = '{OURS}', body = 'Hi', recipient = 'x' WHERE campaign_id = '{id_}'"
        )
    )
    assert now
    return id_


async def writes(
    desk: Desk, body: str = "Call me", number: str = ANN, to: str = OURS, endings: Endings = EVERYTHING
) -> None:
    """Somebody writes to us."""
    at = desk.clock.now()
    sid = f"SMin{await desk.one('SELECT count(*) FROM replies')}"
    message = CarrierMessage(sid, True, number, to, body, "received", None, at, desk.clock.real())
    await desk.db.write(receive_batch, [message], at, desk.clock.real(), endings)


async def credit(desk: Desk, id_: str) -> None:
    """Whatever came in answers this campaign."""
    await desk.db.write(lambda conn: conn.exec_driver_sql(f"UPDATE replies SET campaign_id = '{id_}'"))


async def answer(
    desk: Desk, carrier: ListedCarrier, body: str = "When?", number: str = ANN, **more: Any
) -> Sent:
    return await answers.send(desk.db, desk.clock, desk.actor, carrier, number, body, **more)


async def kept(desk: Desk, columns: str = "state, sid, sender, campaign_id") -> list[tuple[Any, ...]]:
    return await desk.rows(f"SELECT {columns} FROM answers ORDER BY id")


async def money(desk: Desk) -> tuple[Any, ...]:
    """What answers cost the campaign, and which of it is only reserved."""
    (paid,) = await desk.rows("SELECT cost_micros + reserved_micros, by_hand_micros FROM campaigns")
    assert paid[0] == 0, "it counts once"
    reserved = "SELECT coalesce(sum(cost_micros), 0) FROM outlays WHERE state = 'reserved'"
    return (paid[1], await desk.one(reserved))


async def audited(desk: Desk) -> list[tuple[str, dict[str, Any]]]:
    found = await desk.rows("SELECT act, after FROM audit WHERE subject = 'conversation' ORDER BY id")
    return [(act, json.loads(after)) for act, after in found]
