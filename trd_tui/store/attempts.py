"""Finding a message by the id of an attempt: the carrier names it in its callbacks."""

from __future__ import annotations

import re

from sqlalchemy import Connection, text

from trd_tui.store import by_hand, counters
from trd_tui.store.counters import CampaignDelta
from trd_tui.store.recover import ROWS, InFlightRow
from trd_tui.store.spending import DayBook

_ATTEMPT_ID = re.compile(r"[0-9a-f]{1,16}-([0-7]?[0-9a-f]{1,15})-[0-9a-f]{1,16}")
"""As ``recover.attempt_id`` writes them; the number of a row has 63 bits."""

_IN_FLIGHT = text(
    ROWS + " WHERE m.id = :message_id AND m.attempt_id = :attempt AND m.state IN ('sending','unknown')"
)
# SQLite takes a partial index only where the query repeats its condition word for word.
_BEING_CALLED = (
    "SELECT count(*) FROM scheduled_messages WHERE state IN ('sending','unknown') AND state = 'sending'"
    " AND {} = :value AND fencing_token = (SELECT token FROM leases WHERE name = 'scheduler'"
    " AND owner IS NOT NULL AND expires_at > :real)"
)
_CALLED_NUMBER = text(_BEING_CALLED.format("recipient"))
_CALLED_ATTEMPT = text(_BEING_CALLED.format("attempt_id"))
_TAKE_BACK = text(
    "UPDATE scheduled_messages SET state = 'unknown', looks = 0, looked_at = NULL,"
    # the caps go on counting it from when it was tried
    " reason = :reason, updated_at = coalesce((SELECT o.tried_at FROM outlays o WHERE o.kind = 'unclear'"
    " AND o.state = 'spent' AND o.contact_id = scheduled_messages.contact_id AND o.attempt_id = :attempt),"
    " CAST(:now AS BIGINT))"
    " WHERE id = :message_id AND attempt_id = :attempt AND recipient = :recipient AND state = :state"
    " AND sid IS NULL RETURNING workspace_id, campaign_id, enrolment_id, contact_id, cost_micros, spend_day"
)
_WAITS_NO_MORE = text(
    "UPDATE enrolments SET status = 'active', updated_at = :now WHERE id = :enrolment_id AND status = 'held'"
)


def message_of(attempt: str) -> int | None:
    """The message that an attempt's id names; ``None`` for ids of other kinds (test sends, answers)."""
    parts = _ATTEMPT_ID.fullmatch(attempt)
    return None if parts is None else int(parts[1], 16)


def in_flight(connection: Connection, attempt: str) -> InFlightRow | None:
    """The message that is in flight under an attempt."""
    if (message := message_of(attempt)) is None:
        return None
    row = connection.execute(_IN_FLIGHT, {"message_id": message, "attempt": attempt}).one_or_none()
    return None if row is None else InFlightRow(*row)


def number_is_called(connection: Connection, number: str, real: int) -> bool:
    """Whether a sender that is alive at a real instant is calling the carrier for a text to this number."""
    return bool(connection.execute(_CALLED_NUMBER, {"value": number, "real": real}).scalar_one())


def is_called(connection: Connection, attempt: str, real: int) -> bool:
    """Whether a sender that is alive at a real instant is making this attempt."""
    return bool(connection.execute(_CALLED_ATTEMPT, {"value": attempt, "real": real}).scalar_one())


def take_back(connection: Connection, attempt: str, recipient: str, now: int) -> bool:
    """Put a message back in flight that was given up, because the carrier says that it was sent.

    It waits for a person, who would decide wrongly, or for another try, which would be a double. ``False``
    when there is no such message: another attempt has begun, or a person has decided already.
    """
    said = "the carrier says that it was sent"
    return any(_in_flight_again(connection, attempt, recipient, state, said, now) for state in _GIVEN_UP)


def take_up(connection: Connection, attempt: str, recipient: str, now: int) -> bool:
    """Make a held message unknown again, because the carrier's list can be read again.

    ``False`` when somebody has decided about it meanwhile.
    """
    return _in_flight_again(connection, attempt, recipient, "held", None, now)


_GIVEN_UP = ("held", "scheduled")


def _in_flight_again(
    connection: Connection, attempt: str, recipient: str, state: str, reason: str | None, now: int
) -> bool:
    if (message := message_of(attempt)) is None:
        return False
    values = {"message_id": message, "attempt": attempt, "recipient": recipient, "now": now}
    row = connection.execute(_TAKE_BACK, {**values, "state": state, "reason": reason}).one_or_none()
    if row is None:
        return False
    workspace, campaign, enrolment, contact, cost, day = row
    connection.execute(_WAITS_NO_MORE, {"enrolment_id": enrolment, "now": now})
    delta = CampaignDelta(in_flight_count=1, reserved_micros=cost, recompute_next_due=True)
    if state == "held":
        delta.held_count = -1
    else:
        delta.waiting_count = -1
    counters.apply(connection, {campaign: delta}, now)
    days = DayBook()
    days.add(workspace, campaign, day, reserved=cost)
    days.write(connection)
    by_hand.clear_up(connection, contact, attempt, now)
    return True
