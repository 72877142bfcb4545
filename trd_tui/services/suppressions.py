"""The do-not-contact list: numbers put on it and taken off it, each with a reason and an audit row.

Who is put on it gets nothing more from that moment on: their sequences end in the same transaction, and
what is about to be called is not called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.decision import IS_OPT_OUT
from trd_tui.domain.message import EnrolmentStatus
from trd_tui.domain.phone import PhoneError, normalise
from trd_tui.domain.refused import RefusedError
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.services.administration_views import SuppressionQuery, SuppressionRow, SuppressionRows
from trd_tui.store import audit, counters, decisions, doubts, exits, inbox, suppressions
from trd_tui.store.completing import complete_campaigns
from trd_tui.store.counters import CampaignDelta
from trd_tui.store.database import Database
from trd_tui.store.suppressions import Listed, Suppression

CHUNK = 200
"""Numbers of one transaction: even if all of them are in campaigns, the writer is held for about 50 ms."""

LONGEST_REASON = 500
"""Characters of a reason."""

MOST_TOLD = 20
"""Bad numbers that one refusal names."""


class SuppressionError(RefusedError, ValueError):
    """The list was not changed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """What putting numbers on the list did.

    Attributes:
        added: numbers that are new on it.
        known: numbers that were on it, each with the reason, which stays.
        ended: sequences that ended by it.
    """

    added: tuple[str, ...]
    known: tuple[tuple[str, str], ...]
    ended: int


@dataclass(frozen=True, slots=True)
class Lifted:
    """What taking numbers off the list did.

    Attributes:
        removed: what stood there.
        left: numbers that were not on it.
    """

    removed: tuple[Suppression, ...]
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuppressionPage:
    """A page of the list, the latest first, and how many numbers the search finds."""

    rows: tuple[Suppression, ...]
    total: int


async def add(db: Database, clock: Clock, actor: Actor, numbers: Sequence[str], reason: str) -> Suppressed:
    """Put numbers on the list and end their open sequences.

    Args:
        db: the database.
        clock: campaign time.
        actor: who asks.
        numbers: phone numbers in any usual notation.
        reason: why, for people.

    Raises:
        SuppressionError: one is no number, or the reason is empty; nothing was changed.
    """
    why, wanted = checked_reason(reason), _numbers(numbers)
    added: list[str] = []
    known: list[tuple[str, str]] = []
    ended = 0
    for start in range(0, len(wanted), CHUNK):
        step = await db.write(_add, clock, actor, wanted[start : start + CHUNK], why)
        added += step.added
        known += step.known
        ended += step.ended
    return Suppressed(tuple(added), tuple(known), ended)


async def remove(db: Database, clock: Clock, actor: Actor, numbers: Sequence[str], reason: str) -> Lifted:
    """Take numbers off the list, in one transaction; sequences that have ended do not come back.

    Raises:
        SuppressionError: one is no number, or the reason is empty; nothing was changed.
    """
    return await db.write(_remove, clock, actor, _numbers(numbers), checked_reason(reason))


async def put_back(db: Database, clock: Clock, actor: Actor, row: SuppressionRow) -> bool:
    """Take a lift back: the number stands on the list as it did, and what has begun since ends.

    Whose word it is stays, as does since when; who took the lift back is in the audit.

    Args:
        db: the database.
        clock: campaign time.
        actor: who takes it back.
        row: as it stood there.

    Returns:
        Whether it was not there by then.
    """

    def back(conn: Connection) -> bool:
        if suppressions.which(conn, [row.number], WORKSPACE):
            return False
        after = {"reason": row.reason, "source": row.source, "since": row.since}
        audit.record(conn, actor, "undo unsuppress", "suppression", row.number, None, after, at=clock.real())
        stood = Listed(row.number, row.reason, row.source, row.since, row.person)
        suppressions.put_back(conn, stood, clock.now(), actor, WORKSPACE)
        put_on_list(conn, clock, actor, [row.number], [row.reason], row.source)
        return True

    return await db.write(back)


async def page(db: Database, search: str = "", limit: int = 50, offset: int = 0) -> SuppressionPage:
    """A page of the list; ``search`` is part of a number, however it is written."""

    def read(conn: Connection) -> SuppressionPage:
        found = suppressions.page(conn, search, limit, offset, WORKSPACE)
        return SuppressionPage(tuple(found), suppressions.count(conn, search, WORKSPACE))

    return await db.read(read)


def put_on_list(
    conn: Connection, clock: Clock, actor: Actor, numbers: Sequence[str], reasons: Sequence[str], source: str
) -> int:
    """Suppress E.164 numbers, each with its reason, and end their sequences; returns how many ended.

    It comes last in its transaction, because it writes the control row.
    """
    now, real = clock.now(), clock.real()
    because = dict(zip(numbers, reasons, strict=True))
    deltas: dict[str, CampaignDelta] = {}
    ended = 0
    for contact, number in suppressions.in_campaigns(conn, numbers, WORKSPACE):
        why = f"suppressed: {because[number]}"
        ended += len(exits.end_contact(conn, contact, EnrolmentStatus.OPTED_OUT, why, now, deltas))
    doubts.settle_numbers(conn, numbers, WORKSPACE)
    if deltas:
        counters.apply(conn, deltas, now)
        complete_campaigns(conn, sorted(deltas), now, real)
    by_reason: dict[str, list[str]] = {}
    for number, why in because.items():
        by_reason.setdefault(why, []).append(number)
    for why, group in by_reason.items():
        suppressions.suppress(conn, group, why, source, now, WORKSPACE, actor)
    return ended


def _add(conn: Connection, clock: Clock, actor: Actor, numbers: Sequence[str], reason: str) -> Suppressed:
    known = suppressions.which(conn, numbers, WORKSPACE)
    new = [number for number in numbers if number not in known]
    for number in new:
        after = {"reason": reason}
        audit.record(conn, actor, "suppress", "suppression", number, None, after, at=clock.real())
        if inbox.doubt(conn, number) is not None:
            decisions.record(conn, actor, IS_OPT_OUT, number, clock.now(), clock.real())
    ended = put_on_list(conn, clock, actor, numbers, [reason] * len(numbers), "operator")
    return Suppressed(tuple(new), tuple(known.items()), ended)


def _remove(conn: Connection, clock: Clock, actor: Actor, numbers: Sequence[str], reason: str) -> Lifted:
    there = {row.number: row for row in suppressions.rows_of(conn, numbers, WORKSPACE)}
    for number, row in there.items():
        suppressions.unsuppress(conn, number, WORKSPACE)
        before = {"reason": row.reason, "source": row.source, "since": row.created_at}
        after = {"reason": reason}
        audit.record(conn, actor, "unsuppress", "suppression", number, before, after, at=clock.real())
    doubts.settle_numbers(conn, there, WORKSPACE)
    return Lifted(tuple(there.values()), tuple(number for number in numbers if number not in there))


def checked_reason(reason: str) -> str:
    """A reason on one line.

    Raises:
        SuppressionError: it is empty or very long.
    """
    line = " ".join(reason.split())
    if not line:
        raise SuppressionError("the reason is empty; say why, for who reads the list later: --reason TEXT")
    if len(line) > LONGEST_REASON:
        raise SuppressionError(f"the reason is longer than {LONGEST_REASON} characters; shorten it")
    return line


def _numbers(given: Sequence[str]) -> list[str]:
    found: dict[str, None] = {}
    wrong: dict[str, PhoneError] = {}
    for each in given:
        try:
            found[normalise(each.strip())] = None
        except PhoneError as error:
            wrong[each] = error
    if wrong:
        told = [f"{each}: {error}" for each, error in wrong.items()]
        more = f"and {len(told) - MOST_TOLD:,} more; " if len(told) > MOST_TOLD else ""
        raise SuppressionError(f"{'; '.join(told[:MOST_TOLD])}; {more}nothing was changed")
    return list(found)


_BY = {"reply": "the contact", "contact": "the contact", "carrier": "the carrier", "import": "a file"}
"""Who says so, where no person does; of imports of before the list itself knew it, nobody knows who."""


async def listed(db: Database, query: SuppressionQuery) -> SuppressionRows:
    """A page of the list with who put each number there, the latest first."""

    def read(conn: Connection) -> SuppressionRows:
        rows, total = suppressions.listed(
            conn, query.reason, query.search, query.limit, query.offset, WORKSPACE
        )
        return SuppressionRows(tuple(map(_row, rows)), total)

    return await db.read(read)


async def stood(db: Database, number: str) -> SuppressionRow | None:
    """One number as it stands on the list, by whom and since when; ``None`` where it does not."""
    return await db.read(row_of, number)


def row_of(conn: Connection, number: str) -> SuppressionRow | None:
    """The same, in a transaction that there is."""
    row = suppressions.listed_one(conn, number, WORKSPACE)
    return None if row is None else _row(row)


def _row(row: Listed) -> SuppressionRow:
    return SuppressionRow(*row[:4], row.by or _BY.get(row.source, row.source), row.by)


async def rank(db: Database, number: str, query: SuppressionQuery) -> int | None:
    """At which place, from 0, a number stands in that list; ``None``: nowhere."""
    return await db.read(suppressions.rank, number, query.reason, query.search, WORKSPACE)


async def reasons(db: Database, limit: int = 20) -> Sequence[tuple[str, int]]:
    """The commonest reasons, each with how many numbers have it."""
    return await db.read(suppressions.reasons, limit, WORKSPACE)
