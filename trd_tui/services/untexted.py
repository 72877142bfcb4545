"""Whom a start does not text, in words: who is on the do-not-contact list, and who has left already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping

from trd_tui.domain.finding import one_or_many
from trd_tui.store import sheets, suppressions


class Untexted(NamedTuple):
    """Contacts of campaigns to whom nothing goes.

    Attributes:
        listed: who is on the do-not-contact list, whether that has ended their sequences yet or not.
        left: who is not, but has replied elsewhere, opted out or was taken out before the start.
    """

    listed: int
    left: int

    def said(self) -> list[str]:
        """A part of a sentence each; none where everybody is texted."""
        listed, left = self
        parts = []
        if listed:
            parts.append(f"{one_or_many(listed, 'is suppressed and gets', 'are suppressed and get')} nothing")
        if left:
            parts.append(f"{one_or_many(left, 'has', 'have')} replied, opted out or been taken out already")
        return parts

    def nobody(self) -> str:
        """What is said where that is everybody."""
        listed, left = self
        if listed and left:
            return f"nobody to text: {'; '.join(self.said())}"
        if left:
            return f"nobody to text: {_all(left, 'has', 'have')} replied, opted out or been taken out already"
        return f"nobody to text: {_all(listed, 'is', 'are')} on the do-not-contact list"


def _all(number: int, one: str, many: str) -> str:
    return f"the one contact {one}" if number == 1 else f"all {number:,} contacts {many}"


def untexted_of(conn: Connection, rows: Sequence[RowMapping]) -> Untexted:
    """Count them, of campaigns as they are now."""
    listed = sum(sheets.suppressed_in(conn, row["id"]) for row in rows)
    waiting = suppressions.among(conn, [row["id"] for row in rows]) if rows else 0
    gone = sum(row["contact_count"] - row["open_count"] for row in rows)
    return Untexted(listed, gone - (listed - waiting))
