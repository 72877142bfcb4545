"""Who did what, when, before and after: rows that are only ever added."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, text


class Who(Protocol):
    """Who acts: a person, or the program itself."""

    @property
    def user_id(self) -> int:
        """The user's id."""
        ...

    @property
    def name(self) -> str:
        """What people call them."""
        ...

    @property
    def login(self) -> str:
        """The login name of the system under which the program ran."""
        ...


@dataclass(frozen=True, slots=True)
class _System:
    user_id: int = 1
    name: str = "system"
    login: str = "system"


SYSTEM: Who = _System()
"""The actor of automatic acts."""


class AuditRow(NamedTuple):
    """One act."""

    id: int
    at: int
    actor: str
    login: str
    act: str
    subject: str
    subject_id: str
    before: str | None
    after: str | None


_RECORD = text(
    "INSERT INTO audit (workspace_id, user_id, actor, login, act, subject, subject_id, before, after, at)"
    " VALUES (:workspace_id, :user_id, :actor, :login, :act, :subject, :subject_id, :before, :after, :at)"
)
_COLUMNS = ", ".join(AuditRow._fields)
_LATEST = text(f"SELECT {_COLUMNS} FROM audit ORDER BY id DESC LIMIT :limit OFFSET :offset")
_LATEST_OF = text(
    f"SELECT {_COLUMNS} FROM audit WHERE subject = :subject AND subject_id = :subject_id"
    " ORDER BY id DESC LIMIT :limit OFFSET :offset"
)

_COUNT_OF = text("SELECT count(*) FROM audit WHERE subject = :subject AND subject_id = :subject_id")
_NEWER = text("SELECT count(*) FROM audit WHERE subject = :subject AND subject_id = :subject_id AND id > :id")


def record(
    connection: Connection,
    actor: Who,
    act: str,
    subject: str,
    subject_id: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    *,
    at: int,
    workspace_id: int = 1,
) -> None:
    """Write an act down, in the transaction that does it.

    Args:
        connection: the writing transaction of the act.
        actor: who acts; `SYSTEM` for automatic acts.
        act: what is done: start, pause, stop ...
        subject: what kind of thing it is done to: campaign, contact, sender, control, suppression.
        subject_id: which one.
        before: what it was, of the fields that change.
        after: what it is now.
        at: real instant.
        workspace_id: the workspace in which it happens.
    """
    connection.execute(
        _RECORD,
        {
            "workspace_id": workspace_id,
            "user_id": actor.user_id,
            "actor": actor.name,
            "login": actor.login,
            "act": act,
            "subject": subject,
            "subject_id": subject_id,
            "before": _json(before),
            "after": _json(after),
            "at": at,
        },
    )


def latest(
    connection: Connection,
    *,
    subject: str | None = None,
    subject_id: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[AuditRow]:
    """The latest acts, newest first; of one thing when ``subject`` and ``subject_id`` are given."""
    values: dict[str, Any] = {"limit": limit, "offset": offset}
    if subject is None:
        return [AuditRow(*row) for row in connection.execute(_LATEST, values)]
    values |= {"subject": subject, "subject_id": subject_id}
    return [AuditRow(*row) for row in connection.execute(_LATEST_OF, values)]


def count_of(connection: Connection, subject: str, subject_id: str) -> int:
    """How many acts of one thing there are."""
    values = {"subject": subject, "subject_id": subject_id}
    return int(connection.execute(_COUNT_OF, values).scalar_one())


def newer(connection: Connection, subject: str, subject_id: str, id_: int) -> int:
    """How many acts of one thing came after one of them."""
    values = {"subject": subject, "subject_id": subject_id, "id": id_}
    return int(connection.execute(_NEWER, values).scalar_one())


def _json(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
