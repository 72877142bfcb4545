"""A person's own answers, as far as the engine has to do with them: looked for, and followed to their end."""

from __future__ import annotations

from sqlalchemy import Connection

from trd_tui.carriers.error_codes import reason_of
from trd_tui.carriers.protocol import Carrier, CarrierListError, CarrierMessage
from trd_tui.clock import Clock
from trd_tui.domain.message import MessageState, merge_state, state_of_carrier_status
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.reconciling import CLOCK_SKEW_MS, ROWS, Transact, look_times, matches
from trd_tui.store import answers, audit, receive
from trd_tui.store.answers import AnswerRow, UnderWay


class AnswerReconciler:
    """Looks for answers of which nobody knows whether they were sent. It never sends one again.

    Args:
        carrier: whose list is read.
        options: tuning.
        clock: campaign and real time.
    """

    def __init__(self, carrier: Carrier, options: EngineOptions, clock: Clock) -> None:
        self.carrier = carrier
        self.options = options
        self.clock = clock

    def due(self, connection: Connection, real: int) -> list[UnderWay]:
        """Answers that it is time to look for, at a real instant.

        Also those that are still being sent: whoever calls the carrier has had an answer or a time-out by
        then, or is gone.
        """
        return answers.due(connection, *look_times(self.options, real), ROWS)

    async def look(self, row: UnderWay, transact: Transact[object], real: int) -> CarrierMessage | None:
        """Look for one; return what the list says of it when it was found."""
        try:
            listing = await self.carrier.sent_to(row.recipient, row.attempted_at - CLOCK_SKEW_MS)
        except CarrierListError:
            # It waits: an answer that may have been sent is written again by a person only.
            await transact(lambda conn: answers.looked(conn, row.attempt_id, real, found_nothing=False))
            return None
        reports = [(message.sid, message.to) for message in listing]
        taken = await transact(lambda conn: receive.known_sids(conn, reports)) if reports else set()
        found = matches(row, listing, taken if isinstance(taken, set) else ())
        if len(found) == 1:
            await transact(lambda conn: self._adopt(conn, row, found[0]))
            return found[0]
        if found:
            evidence = ", ".join(message.sid for message in found)
            reason = f"the carrier lists several messages that may be it: {evidence}"
            await transact(lambda conn: self._give_up(conn, row, reason))
        elif row.looks + 1 < self.options.reconcile_looks:
            await transact(lambda conn: answers.looked(conn, row.attempt_id, real, found_nothing=True))
        else:
            # A list that does not show it proves nothing: the line was lost after it may have gone out.
            reason = f"the line was lost and the carrier does not list it after {row.looks + 1} looks"
            await transact(lambda conn: self._give_up(conn, row, reason))
        return None

    def _adopt(self, connection: Connection, row: UnderWay, message: CarrierMessage) -> None:
        if answers.accepted(
            connection,
            row.attempt_id,
            message.sid,
            message.segments,
            self.clock.now(),
        ):
            self._told(connection, row, {"answer": "accepted", "sid": message.sid})

    def _give_up(self, connection: Connection, row: UnderWay, reason: str) -> None:
        if answers.ended(connection, row.attempt_id, "held", None, reason, self.clock.now()):
            self._told(connection, row, {"answer": "held", "reason": reason})

    def _told(self, connection: Connection, row: UnderWay, after: dict[str, object]) -> None:
        after = {"attempt": row.attempt_id, **after}
        audit.record(
            connection,
            audit.SYSTEM,
            "answer_found",
            "conversation",
            row.recipient,
            None,
            after,
            at=self.clock.real(),
        )


def merge_status(
    connection: Connection, row: AnswerRow, message: CarrierMessage, now: int
) -> tuple[bool, str | None]:
    """Merge the state of an accepted answer.

    Returns:
        Whether the report is news, and the reason when the answer has failed by it.
    """
    if not receive.keep_event(connection, message.sid, message.status, message.error_code, now):
        return False, None
    current = MessageState(row.state)
    state = merge_state(current, state_of_carrier_status(message.status))
    if state is current:
        return True, None
    code = message.error_code
    reason = None if code is None else f"{code}: {reason_of(code)}"
    moved = answers.set_state(connection, row.id, state, code, reason, now)
    return True, reason if moved and state is not MessageState.DELIVERED else None
