"""Sums for reports: from kept counters and through indexes; by rows only where the caller has bounded them.

``scope`` is a campaign's id, or `ALL` for every campaign that is neither archived nor deleted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, text

ALL = ""

_SHOWN = "c.workspace_id = :workspace AND c.deleted_at IS NULL"


def _scoped(scope: str, campaign: str = "c.id") -> str:
    return f"{_SHOWN} AND {campaign} = :scope" if scope else f"{_SHOWN} AND c.status <> 'archived'"


def _values(workspace: int, scope: str, **more: Any) -> dict[str, Any]:
    return {"workspace": workspace, **({"scope": scope} if scope else {}), **more}


class Sums(NamedTuple):
    """What became of some messages.

    Attributes:
        key: a campaign's id, the position of a touch or an hour since the epoch.
        sent: accepted by the carrier.
        delivered: of those.
        failed: refused, failed or undelivered.
        cost_micros: of the accepted.
    """

    key: Any
    sent: int
    delivered: int
    failed: int
    cost_micros: int


class Answers(NamedTuple):
    """What contacts answered, each contact counted once in a campaign: the answer that its counters hold."""

    key: Any
    replied: int
    opted_out: int


_MESSAGE_KEYS = {
    "campaign": "m.campaign_id",
    "touch": "m.touch",
    "hour": "coalesce(m.sent_at, m.updated_at) / 3600000",
}
_ANSWER_KEYS = {"campaign": "r.campaign_id", "touch": "m.touch", "hour": "r.received_at / 3600000"}


def weight(conn: Connection, workspace: int, scope: str, since: int) -> int:
    """How many messages `messages` would go through, at most, by kept counters."""
    statement = (
        "SELECT coalesce(sum(c.sent_count + c.failed_count), 0) FROM campaigns c"
        f" WHERE {_scoped(scope)} AND c.last_activity_at >= :since"
    )
    return int(conn.execute(text(statement), _values(workspace, scope, since=since)).scalar_one())


def messages(conn: Connection, workspace: int, scope: str, since: int, by: str) -> list[Sums]:
    """What became of the messages that were sent, or refused, from an instant on; ask `weight` before.

    Args:
        conn: a transaction.
        workspace: whose.
        scope: a campaign or `ALL`.
        since: campaign instant.
        by: ``campaign``, ``touch`` or ``hour``.
    """
    accepted = "CASE WHEN m.sent_at IS NOT NULL THEN {} ELSE 0 END"
    statement = (
        f"SELECT {_MESSAGE_KEYS[by]}, sum({accepted.format(1)}),"
        " sum(CASE WHEN m.state = 'delivered' THEN 1 ELSE 0 END),"
        " sum(CASE WHEN m.state IN ('failed','undelivered') THEN 1 ELSE 0 END),"
        f" sum({accepted.format('m.cost_micros')})"
        " FROM campaigns c JOIN enrolments e ON e.campaign_id = c.id"
        " JOIN scheduled_messages m ON m.enrolment_id = e.id"
        f" WHERE {_scoped(scope)} AND c.last_activity_at >= :since AND (m.sent_at >= :since"
        " OR (m.sent_at IS NULL AND m.state = 'failed' AND m.updated_at >= :since)) GROUP BY 1"
    )
    rows = conn.execute(text(statement), _values(workspace, scope, since=since))
    return [Sums(key, int(sent), int(done), int(failed), int(cost)) for key, sent, done, failed, cost in rows]


def answers(
    conn: Connection, workspace: int, scope: str | None, since: int, by: str, *, opt_outs_only: bool = False
) -> list[Answers]:
    """Replies and opt-outs that came from an instant on, by the campaign, touch or hour of each.

    Args:
        conn: a transaction.
        workspace: whose.
        scope: a campaign or `ALL`; ``None`` for every campaign, also those archived or deleted.
        since: campaign instant.
        by: ``campaign``, ``touch`` or ``hour``.
        opt_outs_only: leave replies out, which are many.
    """
    which = "" if scope is None else f" AND {_scoped(scope, 'r.campaign_id')}"
    campaigns = "" if scope is None else " JOIN campaigns c ON c.id = r.campaign_id"
    touched = " LEFT JOIN scheduled_messages m ON m.id = r.message_id" if by == "touch" else ""
    kinds = "r.kind = 'opt_out'" if opt_outs_only else "r.kind IN ('reply','opt_out')"
    counted = "count(DISTINCT CASE WHEN r.kind = '{}' AND r.received_at = e.{} THEN e.id END)"
    statement = (
        f"SELECT {_ANSWER_KEYS[by]}, {counted.format('reply', 'replied_at')},"
        f" {counted.format('opt_out', 'opted_out_at')} FROM replies r{campaigns}"
        " JOIN enrolments e ON e.campaign_id = r.campaign_id AND e.contact_id = r.contact_id"
        f"{touched} WHERE r.workspace_id = :workspace AND r.received_at >= :since AND {kinds}{which}"
        " GROUP BY 1"
    )
    rows = conn.execute(text(statement), _values(workspace, scope or ALL, since=since))
    return [Answers(key, int(replied), int(out)) for key, replied, out in rows if key is not None]


_TOUCH_SUMS = (
    "sum(t.sent_count), sum(t.delivered_count), sum(t.failed_count), sum(t.replied_count),"
    " sum(t.opted_out_count)"
)


def touches(conn: Connection, workspace: int) -> list[tuple[int, ...]]:
    """``(position, first day, last day, sent, delivered, failed, replied, opted out)`` over all campaigns."""
    statement = (
        f"SELECT t.position, min(t.day), max(t.day), {_TOUCH_SUMS} FROM campaigns c"
        f" JOIN touches t ON t.campaign_id = c.id WHERE {_scoped(ALL)}"
        " AND (t.removed = 0 OR t.sent_count > 0) GROUP BY t.position ORDER BY t.position"
    )
    rows = conn.execute(text(statement), _values(workspace, ALL))
    return [tuple(int(value) for value in row) for row in rows]


_HOURS = text(
    "SELECT hour, sent_count, delivered_count, failed_count, replied_count FROM hourly_totals"
    " WHERE workspace_id = :workspace AND hour >= :hour ORDER BY hour"
)


def hours(conn: Connection, workspace: int, hour: int) -> list[tuple[int, int, int, int, int]]:
    """``(hour, sent, delivered, failed, replied)`` of all campaigns, from an hour since the epoch on."""
    rows = conn.execute(_HOURS, {"workspace": workspace, "hour": hour})
    return [
        (int(at), int(sent), int(done), int(failed), int(replied)) for at, sent, done, failed, replied in rows
    ]


_SPENT_BY_DAY = text(
    "SELECT day, spent_micros, priced_micros FROM spend_days"
    " WHERE workspace_id = :workspace AND scope = :scope AND day >= :day ORDER BY day"
)


def spent_by_day(conn: Connection, workspace: int, scope: str, day: int) -> list[tuple[int, int, int]]:
    """``(day, spent, of that real prices)`` of a campaign or of all, from a day (ordinal) on."""
    rows = conn.execute(_SPENT_BY_DAY, {"workspace": workspace, "scope": scope, "day": day})
    return [(int(at), int(spent), int(priced)) for at, spent, priced in rows]


_SPENT = text(f"SELECT coalesce(sum(c.cost_micros), 0) FROM campaigns c WHERE {_scoped(ALL)}")


def spent(conn: Connection, workspace: int) -> int:
    """What all campaigns have cost, in micro-dollars, without what persons sent by hand."""
    return int(conn.execute(_SPENT, _values(workspace, ALL)).scalar_one())


_COST_COLUMNS = (
    "c.id, c.name, c.status, c.replied_count, c.cost_micros, c.by_hand_micros, c.reserved_micros,"
    " c.priced_micros, c.budget_micros, c.daily_budget_micros"
)
_SPENDERS = text(
    f"SELECT {_COST_COLUMNS}, c.cost_micros + c.by_hand_micros AS spent FROM campaigns c"
    f" WHERE {_scoped(ALL)} ORDER BY spent DESC, c.id LIMIT :limit"
)
_SPENDERS_SINCE = text(
    f"SELECT {_COST_COLUMNS}, s.spent FROM (SELECT scope, sum(spent_micros) AS spent FROM spend_days"
    "  WHERE workspace_id = :workspace AND day >= :day AND scope <> '' GROUP BY scope) s"
    f" JOIN campaigns c ON c.id = s.scope WHERE {_scoped(ALL)} ORDER BY s.spent DESC, c.id LIMIT :limit"
)


def spenders(conn: Connection, workspace: int, day: int | None, limit: int) -> list[RowMapping]:
    """Campaigns with their budgets, the dearest first: since ever, or from a day (ordinal) on."""
    values = _values(workspace, ALL, limit=limit)
    if day is None:
        return list(conn.execute(_SPENDERS, values).mappings())
    return list(conn.execute(_SPENDERS_SINCE, {**values, "day": day}).mappings())


_NAMES = text(
    f"SELECT c.id, c.name, c.status, c.contact_count FROM campaigns c WHERE {_scoped(ALL)}"
    " AND c.last_activity_at >= :since ORDER BY c.last_activity_at DESC LIMIT :limit"
)


def lately_active(conn: Connection, workspace: int, since: int, limit: int) -> list[RowMapping]:
    """Campaigns that did anything from an instant on, the latest first."""
    return list(conn.execute(_NAMES, _values(workspace, ALL, since=since, limit=limit)).mappings())


class CodeCount(NamedTuple):
    """How often the carrier had something against a message.

    Attributes:
        code: its number for what was wrong.
        messages: messages that have met it last.
        failed: those of them that it has ended.
        last_at: campaign instant of the last.
    """

    code: int
    messages: int
    failed: int
    last_at: int


def errors(conn: Connection, workspace: int, scope: str, since: int) -> list[CodeCount]:
    """The codes of messages that went wrong from a campaign instant on, the most frequent first."""
    which = " AND campaign_id = :scope" if scope else ""
    statement = (
        "SELECT error_code, count(*), sum(CASE WHEN state IN ('failed','undelivered') THEN 1 ELSE 0 END),"
        " max(updated_at) FROM scheduled_messages WHERE error_code IS NOT NULL AND updated_at >= :since"
        f" AND workspace_id = :workspace{which} GROUP BY error_code ORDER BY 2 DESC, 1"
    )
    rows = conn.execute(text(statement), _values(workspace, scope, since=since))
    return [CodeCount(*map(int, row)) for row in rows]
