"""One sending machine a database: a lease with a fencing token that grows with every change of owner."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from trd_tui.store.control import keep_beating
from trd_tui.store.driver import fetch_all
from trd_tui.store.writes import quietly

SCHEDULER = "scheduler"


class LeaseLostError(Exception):
    """Another process has become the sender of this database; this one must not send or record as sender."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds the lease.

    Attributes:
        token: the fencing token of the present owner.
        owner: the owner's unique id; ``None`` when nobody holds it.
        description: host, process and face of the owner, for people.
        expires_at: real instant after which others may take it.
        yield_to: who asked the owner to give it up.
        held_since: real instant at which the owner took it; ``None`` when nobody holds it.
    """

    token: int
    owner: str | None
    description: str | None
    expires_at: int
    yield_to: str | None
    held_since: int | None = None

    def holds(self, real: int) -> bool:
        """Whether somebody has it at a real instant."""
        return self.owner is not None and self.expires_at > real


_ENSURE = text(
    "INSERT INTO leases (name, token, expires_at) VALUES (:name, 0, 0) ON CONFLICT (name) DO NOTHING"
)
_ACQUIRE = text(
    "UPDATE leases SET token = CASE WHEN token < :floor THEN :floor ELSE token END + 1, owner = :owner,"
    " description = :description, expires_at = :expires_at, yield_to = NULL, held_since = :real"
    " WHERE name = :name"
    " AND (owner IS NULL OR owner = :owner OR expires_at <= :real OR token = :dead)"
)
_FIELDS = "token, owner, description, expires_at, yield_to, held_since"
_RENEW = text(
    "UPDATE leases SET expires_at = :expires_at WHERE name = :name AND owner = :owner AND token = :token"
    f" RETURNING {_FIELDS}"
)
_RELEASE = text(
    "UPDATE leases SET owner = NULL, description = NULL, expires_at = 0, yield_to = NULL, held_since = NULL"
    " WHERE name = :name AND owner = :owner AND token = :token"
)
_START_OVER = text(
    "UPDATE leases SET token = CASE WHEN token < :token THEN :token ELSE token END, owner = NULL,"
    " description = NULL, expires_at = 0, yield_to = NULL, held_since = NULL WHERE name = :name"
)
_READ = text(f"SELECT {_FIELDS} FROM leases WHERE name = :name")
_CHECK = {
    "sqlite": _READ,
    # Who takes the lease over waits until the claim that relies on it has been committed: nothing that was
    # claimed under the old token appears after the new owner has looked for it.
    "postgresql": text(f"{_READ.text} FOR SHARE"),
}
_ASK = text("UPDATE leases SET yield_to = :who WHERE name = :name AND owner IS NOT NULL")


def read(connection: Connection, name: str = SCHEDULER) -> Lease:
    """Who holds the lease now; token 0 and no owner where nobody ever did."""
    row = connection.execute(_READ, {"name": name}).one_or_none()
    return Lease(0, None, None, 0, None) if row is None else Lease(*row)


def acquire(
    connection: Connection,
    owner: str,
    description: str,
    real: int,
    ttl_ms: int,
    name: str = SCHEDULER,
    *,
    floor: int = 0,
    dead: int | None = None,
) -> int | None:
    """Take a lease that is free or has run out; return its new fencing token, else ``None``.

    Args:
        connection: a writing transaction.
        owner: our unique id.
        description: host, process and face, for people.
        real: real instant.
        ttl_ms: how long it holds without being renewed.
        name: which lease.
        floor: the new token is above this one, whatever the database knows.
        dead: a token whose owner is known to be dead: its lease need not run out.
    """
    connection.execute(_ENSURE, {"name": name})
    values = {
        "name": name,
        "owner": owner,
        "description": description,
        "expires_at": real + ttl_ms,
        "real": real,
        "floor": floor,
        "dead": -1 if dead is None else dead,
    }
    if connection.execute(_ACQUIRE, values).rowcount != 1:
        return None
    return read(connection, name).token


def renew(
    connection: Connection,
    owner: str,
    token: int,
    real: int,
    ttl_ms: int,
    name: str = SCHEDULER,
    *,
    downtime_ms: int | None = None,
) -> Lease:
    """Prolong the lease and return it (its ``yield_to`` may ask for it).

    With ``downtime_ms`` (real milliseconds) the owner also leaves a sign of life.

    Raises:
        LeaseLostError: it belongs to another owner by now.
    """
    values = {"name": name, "owner": owner, "token": token, "expires_at": real + ttl_ms}
    with quietly(connection):
        held = fetch_all(connection, _RENEW, values)
        if not held:
            raise LeaseLostError
        if downtime_ms is not None:
            keep_beating(connection, real, downtime_ms)
    return Lease(*held[0])


def check(connection: Connection, token: int, name: str = SCHEDULER) -> None:
    """Make sure, inside the transaction that relies on it, that the token is still the present one.

    Raises:
        LeaseLostError: it is not.
    """
    row = connection.execute(_CHECK[connection.dialect.name], {"name": name}).one_or_none()
    if row is None or row[0] != token:
        raise LeaseLostError


def release(connection: Connection, owner: str, token: int, name: str = SCHEDULER) -> None:
    """Give the lease back at a graceful end, so that the next sender starts at once."""
    connection.execute(_RELEASE, {"name": name, "owner": owner, "token": token})


def start_over(connection: Connection, token: int, name: str = SCHEDULER) -> None:
    """Let nobody hold the lease of a copy, and its next token be above one that the original has reached."""
    connection.execute(_ENSURE, {"name": name})
    connection.execute(_START_OVER, {"name": name, "token": token})


def ask_to_yield(connection: Connection, who: str, name: str = SCHEDULER) -> bool:
    """Ask the present owner to give the lease up; ``False`` when nobody holds it."""
    return connection.execute(_ASK, {"name": name, "who": who}).rowcount == 1
