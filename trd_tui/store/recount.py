"""Every counter once more, from the rows: what the kept ones must be equal to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, text

from trd_tui.store.counters import COUNTERS, HOUR_COUNTERS, HOUR_MS, TOTALS, TOUCH_COUNTERS


def _count(condition: str) -> str:
    return f"sum(CASE WHEN {condition} THEN 1 ELSE 0 END)"


def _sum(column: str, condition: str) -> str:
    return f"sum(CASE WHEN {condition} THEN {column} ELSE 0 END)"


_ACCEPTED = "sent_at IS NOT NULL"
_IN_FLIGHT = "state IN ('sending','unknown')"
_DELIVERED = "state = 'delivered'"
_FAILED = "state IN ('failed','undelivered')"

_FROM_ENROLMENTS = {
    "contact_count": "count(*)",
    "open_count": _count("status IN ('active','held')"),
    "texted_count": _count("sent_count > 0"),
    "replied_count": _count("replied_at IS NOT NULL"),
    "opted_out_count": _count("opted_out_at IS NOT NULL"),
    "touches_planned": "sum(touches_planned)",
    "touches_resolved": "sum(touches_resolved)",
}
_FROM_MESSAGES = {
    "waiting_count": _count("state = 'scheduled'"),
    "in_flight_count": _count(_IN_FLIGHT),
    "held_count": _count("state = 'held'"),
    "sent_count": _count(_ACCEPTED),
    "delivered_count": _count(_DELIVERED),
    "failed_count": _count(_FAILED),
    "segment_count": _sum("segments", _ACCEPTED),
    "cost_micros": _sum("cost_micros", _ACCEPTED),
    "reserved_micros": _sum("cost_micros", _IN_FLIGHT),
    "priced_micros": _sum("cost_micros", f"{_ACCEPTED} AND priced = 1"),
}
_NEXT_DUE = "min(CASE WHEN state = 'scheduled' THEN scheduled_for END)"

_CAMPAIGNS = text(
    "SELECT id, name, workspace_id, CASE WHEN deleted_at IS NULL THEN status ELSE 'deleted' END AS standing,"
    f" next_due_at, {', '.join(COUNTERS)} FROM campaigns"
)
_ENROLMENTS = text(
    f"SELECT campaign_id, {', '.join(_FROM_ENROLMENTS.values())} FROM enrolments GROUP BY campaign_id"
)
_MESSAGES = text(
    f"SELECT campaign_id, {', '.join(_FROM_MESSAGES.values())}, {_NEXT_DUE}"
    " FROM scheduled_messages GROUP BY campaign_id"
)
_BY_HAND = text(
    "SELECT campaign_id, sum(cost_micros) FROM outlays"
    " WHERE campaign_id IS NOT NULL AND state <> 'free' GROUP BY campaign_id"
)
_DAY_COUNTERS = ("spent_micros", "reserved_micros", "priced_micros")
_DAYS = text(f"SELECT workspace_id, scope, day, {', '.join(_DAY_COUNTERS)} FROM spend_days")
_DAY_SOURCES = (
    text(
        f"SELECT workspace_id, campaign_id, spend_day, {_sum('cost_micros', _ACCEPTED)},"
        f" {_sum('cost_micros', _IN_FLIGHT)}, {_sum('cost_micros', f'{_ACCEPTED} AND priced = 1')}"
        " FROM scheduled_messages WHERE spend_day > 0 GROUP BY 1, 2, 3"
    ),
    text(
        "SELECT workspace_id, campaign_id, day,"
        + ", ".join(
            _sum("cost_micros", condition)
            for condition in ("state = 'spent'", "state = 'reserved'", "state = 'spent' AND priced = 1")
        )
        + " FROM outlays WHERE day > 0 GROUP BY 1, 2, 3"
    ),
)
_TOUCHES = text(f"SELECT campaign_id, position, {', '.join(TOUCH_COUNTERS)} FROM touches")
_VARIANTS = text(f"SELECT campaign_id, touch, name, {', '.join(TOUCH_COUNTERS)} FROM touch_variants")
_TOUCH_MESSAGES = text(
    f"SELECT campaign_id, touch, variant, {_count(_ACCEPTED)}, {_count(_DELIVERED)}, {_count(_FAILED)}"
    " FROM scheduled_messages GROUP BY campaign_id, touch, variant"
)
_TOUCH_ANSWERS = {
    counter: text(
        "SELECT m.campaign_id, m.touch, m.variant, count(*) FROM"
        " (SELECT min(r.message_id) AS message_id FROM enrolments e JOIN replies r"
        "  ON r.contact_id = e.contact_id AND r.campaign_id = e.campaign_id"
        f"  AND r.kind = '{kind}' AND r.received_at = e.{instant}"
        f"  WHERE e.{instant} IS NOT NULL GROUP BY e.id) a"
        " JOIN scheduled_messages m ON m.id = a.message_id GROUP BY m.campaign_id, m.touch, m.variant"
    )
    for counter, kind, instant in (
        ("replied_count", "reply", "replied_at"),
        ("opted_out_count", "opt_out", "opted_out_at"),
    )
}
_TOTALS = text(f"SELECT workspace_id, status, campaign_count, {', '.join(TOTALS)} FROM totals")
_HOURS = text(f"SELECT workspace_id, hour, {', '.join(HOUR_COUNTERS)} FROM hourly_totals")
_HOUR_SOURCES = {
    "sent_count": ("scheduled_messages", "sent_at", _ACCEPTED),
    "delivered_count": ("scheduled_messages", "final_at", _DELIVERED),
    "failed_count": ("scheduled_messages", "coalesce(final_at, updated_at)", _FAILED),
    "replied_count": ("enrolments", "replied_at", "replied_at IS NOT NULL"),
}


def _wrong_campaigns(connection: Connection) -> Iterator[str]:
    campaigns = list(connection.execute(_CAMPAIGNS).mappings())
    rows: dict[str, dict[str, int | None]] = {}
    for statement, names in (
        (_ENROLMENTS, tuple(_FROM_ENROLMENTS)),
        (_MESSAGES, (*_FROM_MESSAGES, "next_due_at")),
        (_BY_HAND, ("by_hand_micros",)),
    ):
        for id_, *values in connection.execute(statement):
            found = rows.setdefault(id_, {})
            for name, value in zip(names, values, strict=True):
                found[name] = None if value is None else int(value)
    for campaign in campaigns:
        found = rows.get(campaign["id"], {})
        where = f"campaign {campaign['name']} ({campaign['id']})"
        yield from _differences(where, campaign, {name: found.get(name) or 0 for name in COUNTERS})
        if campaign["next_due_at"] != found.get("next_due_at"):
            yield (
                f"{where}: next_due_at is {campaign['next_due_at']}, its messages say"
                f" {found.get('next_due_at')}"
            )


def _wrong_touches(connection: Connection) -> Iterator[str]:
    rows: dict[tuple[str, int], Counter[str]] = {}
    of_variants: dict[tuple[str, int, str], Counter[str]] = {}

    def count(campaign: str, touch: int, variant: str | None, **found: int) -> None:
        rows.setdefault((campaign, touch), Counter()).update(found)
        if variant is not None:
            of_variants.setdefault((campaign, touch, variant), Counter()).update(found)

    for campaign, touch, variant, sent, delivered, failed in connection.execute(_TOUCH_MESSAGES):
        sums = {"sent_count": int(sent), "delivered_count": int(delivered), "failed_count": int(failed)}
        count(campaign, touch, variant, **sums)
    for counter, statement in _TOUCH_ANSWERS.items():
        for campaign, touch, variant, number in connection.execute(statement):
            count(campaign, touch, variant, **{counter: int(number)})
    for kept in connection.execute(_TOUCHES).mappings():
        found = rows.pop((kept["campaign_id"], kept["position"]), Counter())
        where = f"touch {kept['position']} of campaign {kept['campaign_id']}"
        yield from _differences(where, kept, {name: found[name] for name in TOUCH_COUNTERS})
    for campaign, touch in rows:
        yield f"campaign {campaign}: there are messages of touch {touch}, which it does not have"
    yield from _wrong_variants(connection, of_variants)


def _wrong_variants(connection: Connection, rows: dict[tuple[str, int, str], Counter[str]]) -> Iterator[str]:
    for kept in connection.execute(_VARIANTS).mappings():
        found = rows.pop((kept["campaign_id"], kept["touch"], kept["name"]), Counter())
        where = f"variant {kept['name']} of touch {kept['touch']} of campaign {kept['campaign_id']}"
        yield from _differences(where, kept, {name: found[name] for name in TOUCH_COUNTERS})
    for campaign, touch, variant in rows:
        yield f"campaign {campaign}: messages of touch {touch} have variant {variant}, which it does not have"


def _wrong_totals(connection: Connection) -> Iterator[str]:
    campaigns = connection.execute(_CAMPAIGNS).mappings()
    names = ("campaign_count", *TOTALS)
    rows: dict[tuple[int, str], dict[str, int]] = {}
    for campaign in campaigns:
        found = rows.setdefault((campaign["workspace_id"], campaign["standing"]), dict.fromkeys(names, 0))
        found["campaign_count"] += 1
        for name in TOTALS:
            found[name] += campaign[name]
    yield from _wrong_kept(
        {(row["workspace_id"], row["status"]): row for row in connection.execute(_TOTALS).mappings()},
        rows,
        "the total of {} campaigns",
        names,
    )


def _wrong_hours(connection: Connection) -> Iterator[str]:
    rows: dict[tuple[int, int], dict[str, int]] = {}
    for name, (table, instant, condition) in _HOUR_SOURCES.items():
        statement = text(
            f"SELECT workspace_id, ({instant}) / {HOUR_MS} AS hour, count(*) FROM {table}"
            f" WHERE {condition} GROUP BY 1, 2"
        )
        for workspace, hour, number in connection.execute(statement):
            rows.setdefault((workspace, int(hour)), {})[name] = int(number)
    yield from _wrong_kept(
        {(row["workspace_id"], row["hour"]): row for row in connection.execute(_HOURS).mappings()},
        rows,
        "the total of hour {}",
        HOUR_COUNTERS,
    )


def _wrong_days(connection: Connection) -> Iterator[str]:
    rows: dict[tuple[int, Any], dict[str, int]] = {}
    for statement in _DAY_SOURCES:
        for workspace, campaign, day, *amounts in connection.execute(statement):
            for scope in {"", campaign or ""}:
                found = rows.setdefault((workspace, (scope, day)), dict.fromkeys(_DAY_COUNTERS, 0))
                for name, amount in zip(_DAY_COUNTERS, amounts, strict=True):
                    found[name] += int(amount)
    yield from _wrong_kept(
        {
            (row["workspace_id"], (row["scope"], row["day"])): row
            for row in connection.execute(_DAYS).mappings()
        },
        rows,
        "the cost of campaign and day {}",
        _DAY_COUNTERS,
    )


def _wrong_kept(
    kept: Mapping[tuple[int, Any], Mapping[Any, Any]],
    rows: Mapping[tuple[int, Any], Mapping[str, int]],
    where: str,
    names: tuple[str, ...],
) -> Iterator[str]:
    """Compare kept sums by key; a key that one side lacks counts as zeros."""
    for key in sorted({*kept, *rows}):
        zeros = dict.fromkeys(names, 0)
        found = {**zeros, **rows.get(key, {})}
        yield from _differences(where.format(key[1]), kept.get(key, zeros), found)


def _differences(where: str, kept: Mapping[Any, Any], found: Mapping[str, int]) -> Iterator[str]:
    for name, value in found.items():
        if kept[name] != value:
            yield f"{where}: {name} is {kept[name]}, its rows say {value}"


COUNTER_CHECKS = (_wrong_campaigns, _wrong_touches, _wrong_totals, _wrong_hours, _wrong_days)
"""Each finds the counters of one kind that differ from their rows, a sentence each."""
