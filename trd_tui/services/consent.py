"""Consent of one contact: read, and added to; a row that is there stays as it is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.consent import Consent, ConsentError, given_at, kind_of, one_line
from trd_tui.domain.phone import PhoneError, normalise
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.store import audit, consents, personal, suppressions
from trd_tui.store.consents import ConsentRow
from trd_tui.store.database import Database
from trd_tui.store.suppressions import Suppression


class NoSuchContactError(LookupError):
    """There is no contact of this number; the message says so."""


@dataclass(frozen=True, slots=True)
class ConsentOf:
    """What is on record of one contact.

    Attributes:
        number: E.164.
        consented: whether the latest row that says anything gives consent.
        rows: in the order in which they were recorded.
        suppression: why the number is not texted all the same; ``None`` where nothing says so.
    """

    number: str
    consented: bool
    rows: tuple[ConsentRow, ...]
    suppression: Suppression | None = None

    @property
    def stays(self) -> str:
        """What a suppression means beside a consent, and what lifts it; empty where there is none."""
        if self.suppression is None:
            return ""
        own = self.suppression.source in ("reply", "carrier")
        start = "; so does START, sent by its owner" if own else ""
        return (
            f"it stays on the do-not-contact list ({self.suppression.reason}), and no text goes to it,"
            f" whatever consent there is; `trd suppress remove {self.number} --reason TEXT` lifts that{start}"
        )


def checked_number(said: str) -> str:
    """A number as E.164.

    Raises:
        NoSuchContactError: it is none, so that it cannot be a contact's.
    """
    try:
        return normalise(said.strip())
    except PhoneError as error:
        raise NoSuchContactError(f"{said}: {error}") from error


async def of_number(db: Database, number: str) -> ConsentOf:
    """Everything on record of a contact.

    Raises:
        NoSuchContactError: there is no such contact.
    """
    return await db.read(_of, checked_number(number))


async def add(
    db: Database,
    clock: Clock,
    actor: Actor,
    number: str,
    kind: str,
    source: str,
    date: str | None = None,
    proof: str = "",
) -> ConsentOf:
    """Add a row to a contact.

    Args:
        db: the database.
        clock: campaign time.
        actor: who asks.
        number: the contact's, in any usual notation.
        kind: how consent was given.
        source: where it was given.
        date: when, if that is known.
        proof: what proves it, in words.

    Raises:
        NoSuchContactError: there is no such contact.
        ConsentError: no such kind, no date, or no source; nothing was changed.
    """
    where = one_line(source, "source")
    if not where:
        raise ConsentError("the source of a consent is empty; say where it was given: --source TEXT")
    latest = max(clock.now(), clock.real())
    when = given_at(date, latest) if date else None
    consent = Consent(kind_of(kind), where, when, one_line(proof, "proof"))
    return await db.write(_add, clock, actor, checked_number(number), consent)


def _add(conn: Connection, clock: Clock, actor: Actor, number: str, consent: Consent) -> ConsentOf:
    contact = _contact(conn, number)
    consents.add(conn, contact, consent, actor, clock.now(), WORKSPACE)
    # what the row says stands in the row, which an erasure reaches
    after = {"kind": consent.kind}
    audit.record(conn, actor, "consent", "contact", number, None, after, at=clock.real())
    return _of(conn, number)


def _of(conn: Connection, number: str) -> ConsentOf:
    contact = _contact(conn, number)
    rows = tuple(consents.of_contact(conn, contact))
    listed = suppressions.rows_of(conn, [number], WORKSPACE)
    consented = not consents.among(conn, [number], WORKSPACE)
    return ConsentOf(number, consented, rows, listed[0] if listed else None)


def _contact(conn: Connection, number: str) -> int:
    contact = personal.contact_of(conn, number, WORKSPACE)
    if contact is None:
        raise NoSuchContactError(f"there is no contact {number}; import them first, or name another one")
    return contact
