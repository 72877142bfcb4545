"""What is held about one number: shown as a whole, and erased as a whole.

What lies outside of the database is not reached: backups and exports, rejects files, log files, the books of
the carrier (the simulated one's, too). The call journal holds ids of attempts and neither numbers nor texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.finding import one_or_many
from trd_tui.domain.message import EnrolmentStatus
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.services.consent import NoSuchContactError, checked_number
from trd_tui.services.suppressions import checked_reason
from trd_tui.store import audit, control, counters, exits, personal
from trd_tui.store.completing import complete_campaigns
from trd_tui.store.counters import CampaignDelta
from trd_tui.store.database import Database
from trd_tui.store.personal import Held


class ErasureError(Exception):
    """Nothing was erased; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did.

    Attributes:
        number: E.164; it stays on the do-not-contact list and nowhere else.
        alias: what stands in its place.
        counts: rows that held something, by what they are.
        ended: sequences that it ended.
    """

    number: str
    alias: str
    counts: dict[str, int]
    ended: int


async def of_number(db: Database, number: str) -> Held:
    """Everything that is held about a number.

    Raises:
        NoSuchContactError: it is no number, or nothing is held about it.
    """
    wanted = checked_number(number)
    found = await db.read(personal.held, wanted, WORKSPACE)
    if found.nothing and found.suppression is None:
        raise NoSuchContactError(f"nothing is held about {wanted}")
    return found


def counts_of(found: Held) -> dict[str, int]:
    """How many rows hold something about the number, by what they are."""
    return {
        "contacts": int(found.contact is not None),
        "consents": len(found.consents),
        "enrolments": len(found.enrolments),
        "messages": len(found.messages),
        "replies": len(found.replies),
        "answers": len(found.answers),
        "notes": len(found.notes),
        "drafts": len(found.drafts),
        "acts": len(found.audit),
        "events": len(found.outbox),
    }


def rows_sentence(counts: Mapping[str, int]) -> str:
    """``1 contact and 2 messages``: rows by what they are, without those of which there are none."""
    parts = [one_or_many(count, *_NAMES[what]) for what, count in counts.items() if count]
    return " and ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part) or "no row"


_NAMES = {
    "contacts": ("contact",),
    "consents": ("consent",),
    "enrolments": ("enrolment",),
    "messages": ("message",),
    "answers": ("answer",),
    "notes": ("note",),
    "drafts": ("half-written answer",),
    "replies": ("reply", "replies"),
    "acts": ("audit row",),
    "events": ("event not yet posted", "events not yet posted"),
}


def erasure_sentence(found: Held) -> str:
    """What an erasure would do, for the question before it."""
    return (
        f"Erase what is personal in {rows_sentence(counts_of(found))} of {found.number}, and end its"
        " sequences? Counters stay, the number itself stays on the do-not-contact list, and nothing brings"
        " it back."
    )


async def erase(db: Database, clock: Clock, actor: Actor, number: str, reason: str) -> Erased:
    """Erase a person's words, names and number everywhere in the database, but for the do-not-contact list.

    Args:
        db: the database.
        clock: campaign time.
        actor: who asks.
        number: in any usual notation.
        reason: why; it is audited, so it shall not name the person.

    Raises:
        NoSuchContactError: it is no number, or nothing is held about it.
        SuppressionError: the reason is empty or very long.
        ErasureError: a message to it is under way; nothing was changed.
    """
    why = checked_reason(reason)
    found = await of_number(db, number)
    if found.nothing:
        raise ErasureError(
            f"{found.number} was erased before; only its place on the do-not-contact list is left"
        )
    return await db.write(_erase, clock, actor, found, why)


def _erase(conn: Connection, clock: Clock, actor: Actor, before: Held, reason: str) -> Erased:
    overwrote = personal.overwrite_freed_space(conn)
    now, real = clock.now(), clock.real()
    contact = personal.contact_of(conn, before.number, WORKSPACE)
    deltas: dict[str, CampaignDelta] = {}
    ended = 0
    if contact is not None:
        _not_under_way(conn, contact, before.number)
        gone = EnrolmentStatus.REMOVED
        ended = len(exits.end_contact(conn, contact, gone, personal.ERASED, now, deltas))
        # on PostgreSQL a claim may have taken one while its row was waited for
        _not_under_way(conn, contact, before.number)
    if deltas:
        counters.apply(conn, deltas, now)
        complete_campaigns(conn, sorted(deltas), now, real)
    since = personal.held(conn, before.number, WORKSPACE, after=before.marks)
    found = since._replace(
        replies=_together(before.replies, since.replies), audit=_together(before.audit, since.audit)
    )
    alias = personal.new_alias()
    personal.erase(conn, found, alias, now, WORKSPACE)
    counts = counts_of(found)
    audit.record(conn, actor, "erase", "contact", alias, None, {"reason": reason, **counts}, at=real)
    control.bump_fence(conn)
    personal.overwrite_freed_space(conn, overwrote)
    return Erased(before.number, alias, counts, ended)


def _together(first: Sequence[personal.Row], then: Sequence[personal.Row]) -> list[personal.Row]:
    rows = {row["id"]: row for row in (*first, *then)}
    return [rows[id_] for id_ in sorted(rows)]


def _not_under_way(conn: Connection, contact: int, number: str) -> None:
    if personal.in_flight(conn, contact):
        raise ErasureError(
            f"a message to {number} is under way, or nobody knows yet whether it was sent, and its text is"
            " needed to find it at the carrier; pause its campaigns, let `trd run` or the app find out, then"
            " erase again"
        )
