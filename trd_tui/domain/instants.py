"""Instants as programs and people outside read them."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(instant: int | None) -> str | None:
    """An instant in epoch milliseconds as ISO 8601 in UTC, to the second: ``2024-01-20T14:30:00Z``."""
    if instant is None:
        return None
    return datetime.fromtimestamp(instant // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_instant(name: str, value: object) -> bool:
    """Whether a value of the audit is an instant in epoch milliseconds, by the name that it has there."""
    named = name.endswith("_at") or name in ("since", "until", "virtual")
    return named and isinstance(value, int) and value > 10**11
