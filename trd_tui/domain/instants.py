"""Instants as programs and people outside read them."""

from __future__ import annotations

from datetime import UTC, datetime


def iso(instant: int | None) -> str | None:
    """An instant in epoch milliseconds as ISO 8601 in UTC, to the second: ``2024-01-20T14:30:00Z``."""
    if instant is None:
        return None
    return datetime.fromtimestamp(instant // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
