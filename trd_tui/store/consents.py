"""Consent rows of contacts, which are only ever added: who agreed how, where and when, and who took it back.

Whether somebody has consented is what the latest of their rows says, by the time at which it was given (else
recorded), so that an old file that is imported late does not undo an opt-out. A row of the kind ``unknown``
says nothing either way.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, TextClause, bindparam, text

from trd_tui.domain.consent import Consent
from trd_tui.store.audit import SYSTEM, Who


class ConsentRow(NamedTuple):
    """One row of a contact.

    Attributes:
        id: its number.
        kind: one of `trd_tui.domain.consent.KINDS`, ``opt_in`` or ``revoked``.
        source: where it was given.
        given_at: UTC instant; ``None`` when it is not known.
        proof: what proves it, in words.
        actor: who recorded it.
        login: their login name of the system.
        recorded_at: campaign instant.
    """

    id: int
    kind: str
    source: str
    given_at: int | None
    proof: str
    actor: str
    login: str
    recorded_at: int


_COLUMNS = ", ".join(ConsentRow._fields)
_OF = text(f"SELECT {_COLUMNS} FROM consents WHERE contact_id = :contact_id ORDER BY id")
_INTO = (
    "INSERT INTO consents"
    " (workspace_id, contact_id, kind, source, given_at, proof, actor, login, recorded_at)"
)
_ONE = text(
    f"{_INTO} VALUES (:workspace, :contact_id, :kind, :source, :given_at, :proof, :actor, :login, :now)"
)


def _batch(given: str, join: str) -> TextClause:
    """Rows for contacts by their numbers; the same file again says nothing new."""
    return text(
        f"{_INTO} SELECT c.workspace_id, c.id, j.kind, j.source, j.given_at, '', :actor, :login, :now"
        f" FROM ({given}) j {join} contacts c ON c.workspace_id = :workspace AND c.number = j.number"
        " WHERE NOT EXISTS (SELECT 1 FROM consents k WHERE k.contact_id = c.id AND k.kind = j.kind"
        " AND k.source = j.source AND coalesce(k.given_at, -1) = coalesce(j.given_at, -1))"
    )


_ALIKE_OF = (
    "CAST(:kind AS text) AS kind, CAST(:source AS text) AS source, CAST(:given_at AS bigint) AS given_at"
)
_ALIKE = {
    "sqlite": _batch(f"SELECT value AS number, {_ALIKE_OF} FROM json_each(:numbers)", "CROSS JOIN"),
    "postgresql": _batch(
        f"SELECT value AS number, {_ALIKE_OF} FROM unnest(CAST(:numbers AS text[])) x(value)", "JOIN"
    ),
}
_EACH = {
    "sqlite": _batch(
        "SELECT json_extract(value, '$[0]') AS number, json_extract(value, '$[1]') AS kind,"
        " json_extract(value, '$[2]') AS source, json_extract(value, '$[3]') AS given_at"
        " FROM json_each(:rows)",
        "CROSS JOIN",
    ),
    "postgresql": _batch(
        "SELECT value ->> 0 AS number, value ->> 1 AS kind, value ->> 2 AS source,"
        " CAST(value ->> 3 AS bigint) AS given_at FROM jsonb_array_elements(CAST(:rows AS jsonb)) x(value)",
        "JOIN",
    ),
}
_REVOKED_OF = (
    f"{_INTO} SELECT workspace_id, id, 'revoked', :source, NULL, '', :actor, :login, :now FROM contacts c"
    " WHERE {which} AND NOT EXISTS (SELECT 1 FROM suppressions s"
    " WHERE s.workspace_id = c.workspace_id AND s.number = c.number) ORDER BY id"
)
_REVOKE = text(_REVOKED_OF.format(which="c.workspace_id = :workspace AND c.number IN :numbers")).bindparams(
    bindparam("numbers", expanding=True)
)
_REVOKE_IDS = text(_REVOKED_OF.format(which="c.id IN :ids")).bindparams(bindparam("ids", expanding=True))
# Who has consented: the latest row that says anything.
_DECIDES = (
    "FROM consents k WHERE k.contact_id = {contact} AND k.kind <> 'unknown'"
    " ORDER BY coalesce(k.given_at, k.recorded_at) DESC, k.id DESC LIMIT 1"
)
_LATEST = f"coalesce((SELECT k.kind {_DECIDES}), 'revoked')"
_DECIDING = text(f"SELECT {_COLUMNS} {_DECIDES.format(contact=':contact_id')}")
_WITHOUT = text(
    "SELECT count(*) FROM enrolments e WHERE e.campaign_id = :campaign AND e.id > :after"
    f" AND e.status IN ('active','held') AND {_LATEST.format(contact='e.contact_id')} = 'revoked'"
)
_MOST = text("SELECT coalesce(max(id), 0) FROM enrolments WHERE campaign_id = :campaign")
_AMONG = {
    "sqlite": text(
        "SELECT c.number FROM json_each(:numbers) j CROSS JOIN contacts c"
        " ON c.workspace_id = :workspace AND c.number = j.value"
        f" WHERE {_LATEST.format(contact='c.id')} = 'revoked'"
    ),
    "postgresql": text(
        "SELECT c.number FROM unnest(CAST(:numbers AS text[])) j(value) JOIN contacts c"
        " ON c.workspace_id = :workspace AND c.number = j.value"
        f" WHERE {_LATEST.format(contact='c.id')} = 'revoked'"
    ),
}


def of_contact(conn: Connection, contact_id: int) -> list[ConsentRow]:
    """Every row of a contact, in the order in which they were recorded."""
    return [ConsentRow(*row) for row in conn.execute(_OF, {"contact_id": contact_id})]


def deciding(conn: Connection, contact_id: int) -> ConsentRow | None:
    """The row that says whether a contact has consented; ``None`` when none says anything."""
    row = conn.execute(_DECIDING, {"contact_id": contact_id}).one_or_none()
    return None if row is None else ConsentRow(*row)


def add(
    conn: Connection, contact_id: int, consent: Consent, who: Who, now: int, workspace_id: int = 1
) -> None:
    """Add one row to a contact."""
    values = {
        "workspace": workspace_id,
        "contact_id": contact_id,
        "kind": consent.kind,
        "source": consent.source,
        "given_at": consent.given_at,
        "proof": consent.proof,
    }
    conn.execute(_ONE, {**values, **_by(who, now)})


def add_to_all(
    conn: Connection, numbers: Sequence[str], consent: Consent, who: Who, now: int, workspace_id: int = 1
) -> int:
    """Add the same row to the contacts of these numbers, in one statement; returns how many are new."""
    values = {
        "workspace": workspace_id,
        "numbers": _numbers(conn, numbers),
        "kind": consent.kind,
        "source": consent.source,
        "given_at": consent.given_at,
    }
    return conn.execute(_ALIKE[conn.dialect.name], {**values, **_by(who, now)}).rowcount


def add_each(
    conn: Connection, given: Sequence[tuple[str, Consent]], who: Who, now: int, workspace_id: int = 1
) -> int:
    """Add to the contact of each number a row of its own, in one statement; returns how many are new."""
    rows = [(number, consent.kind, consent.source, consent.given_at) for number, consent in given]
    if not rows:
        return 0
    values = {"workspace": workspace_id, "rows": json.dumps(rows, ensure_ascii=False)}
    return conn.execute(_EACH[conn.dialect.name], {**values, **_by(who, now)}).rowcount


def revoke(
    conn: Connection, numbers: Sequence[str], source: str, now: int, who: Who = SYSTEM, workspace_id: int = 1
) -> None:
    """Note that the contacts of these numbers have opted out; call it right before they are suppressed.

    Who is suppressed already has taken it back before.
    """
    if numbers:
        values = {"workspace": workspace_id, "numbers": list(numbers), "source": source}
        conn.execute(_REVOKE, {**values, **_by(who, now)})


def revoke_contacts(conn: Connection, contact_ids: Sequence[int], source: str, now: int) -> None:
    """The same by contacts, as an act of the program."""
    if contact_ids:
        conn.execute(_REVOKE_IDS, {"ids": list(contact_ids), "source": source, **_by(SYSTEM, now)})


def without(conn: Connection, campaign_id: str, after: int = 0) -> int:
    """How many contacts with an open sequence in a campaign have no consent on record.

    Args:
        conn: any transaction.
        campaign_id: the campaign.
        after: an enrolment id; only those behind it are looked at.
    """
    return int(conn.execute(_WITHOUT, {"campaign": campaign_id, "after": after}).scalar_one())


def last_enrolment(conn: Connection, campaign_id: str) -> int:
    """The highest enrolment id of a campaign: who joins it later lies behind."""
    return int(conn.execute(_MOST, {"campaign": campaign_id}).scalar_one())


def among(conn: Connection, numbers: Sequence[str], workspace_id: int = 1) -> set[str]:
    """Those of some contacts' numbers that have no consent on record."""
    values = {"workspace": workspace_id, "numbers": _numbers(conn, numbers)}
    return {row[0] for row in conn.execute(_AMONG[conn.dialect.name], values)}


def _by(who: Who, now: int) -> dict[str, object]:
    return {"actor": who.name, "login": who.login, "now": now}


def _numbers(conn: Connection, numbers: Sequence[str]) -> str | list[str]:
    return json.dumps(list(numbers)) if conn.dialect.name == "sqlite" else list(numbers)
