"""What an act would do, in one sentence with its figures, before anybody confirms it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping

from trd_tui.clock import Clock
from trd_tui.domain.campaign import CampaignAct, CampaignStatus, refusal
from trd_tui.services.views import ActPreview, ActResult
from trd_tui.store import campaigns
from trd_tui.store.database import Database

HOUR_MS = 3_600_000

_CHECKED = {
    "start": CampaignAct.START,
    "pause": CampaignAct.PAUSE,
    "resume": CampaignAct.RESUME,
    "archive": CampaignAct.ARCHIVE,
}


def refused(act: str, row: RowMapping) -> str | None:
    """Why this act is refused for this campaign; ``None`` when it is allowed."""
    checked = _CHECKED.get(act)
    reason = None if checked is None else refusal(CampaignStatus(row["status"]), checked)
    if reason is None and act == "start" and not row["contact_count"]:
        return "cannot start: the campaign has no contacts; import some first"
    return reason


def counted(number: int, noun: str) -> str:
    """``1 message``, ``1,234 messages``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


async def preview(db: Database, clock: Clock, act: str, ids: Sequence[str]) -> ActPreview:
    """Say what an act would do to these campaigns.

    Args:
        db: the database.
        clock: campaign time, for what is due soon.
        act: start, pause, resume, duplicate, archive or delete.
        ids: campaigns; those that the act cannot change are told apart with the reason.

    Raises:
        ValueError: there is no such act.
    """
    return await db.read(_preview, act, list(dict.fromkeys(ids)), clock.now())


def _preview(conn: Connection, act: str, ids: Sequence[str], now: int) -> ActPreview:
    found = campaigns.find(conn, ids)
    rows: list[RowMapping] = []
    no: list[ActResult] = []
    for id_ in ids:
        row = found.get(id_)
        if row is None:
            no.append(ActResult(id_, id_, False, "there is no such campaign"))
        elif reason := refused(act, row):
            no.append(ActResult(id_, row["name"], False, reason))
        else:
            rows.append(row)
    contacts = sum(row["contact_count"] for row in rows)
    waiting = sum(row["waiting_count"] for row in rows)
    if act == "pause":
        waiting = campaigns.due_before(conn, [row["id"] for row in rows], now + HOUR_MS) if rows else 0
    sent = sum(row["sent_count"] for row in rows)
    one = len(rows) == 1
    sentence = (
        _SENTENCES[act](rows, contacts, waiting, sent) if rows and act in _SENTENCES else _nothing(act, no)
    )
    return ActPreview(
        act=act,
        sentence=sentence,
        campaigns=len(rows),
        contacts=contacts,
        messages=waiting,
        refused=tuple(no),
        type_name=rows[0]["name"] if act == "delete" and one and sent else None,
    )


def _nothing(act: str, no: Sequence[ActResult]) -> str:
    if act not in _SENTENCES:
        raise ValueError(f"there is no act {act!r}; use one of {', '.join(_SENTENCES)}")
    if len(no) == 1:
        return f"{no[0].name}: {no[0].message}"
    return f"Nothing to {act}: none of the {len(no)} campaigns allows it."


def _them(rows: Sequence[RowMapping]) -> str:
    return rows[0]["name"] if len(rows) == 1 else counted(len(rows), "campaign")


def _start(rows: Sequence[RowMapping], contacts: int, _waiting: int, _sent: int) -> str:
    return f"Start {_them(rows)}: {counted(contacts, 'contact')} will get the first touch when it is due."


def _pause(rows: Sequence[RowMapping], _contacts: int, waiting: int, _sent: int) -> str:
    return f"Pause {_them(rows)}: {counted(waiting, 'message')} due in the next hour will wait."


def _resume(rows: Sequence[RowMapping], _contacts: int, waiting: int, _sent: int) -> str:
    return (
        f"Resume {_them(rows)}: {counted(waiting, 'waiting message')} will go on;"
        " what fell due meanwhile moves by the whole days of the pause."
    )


def _duplicate(rows: Sequence[RowMapping], _contacts: int, _waiting: int, _sent: int) -> str:
    what = "a draft" if len(rows) == 1 else "a draft of each"
    return f"Duplicate {_them(rows)}: {what} with all settings and touches, without contacts."


def _archive(rows: Sequence[RowMapping], _contacts: int, waiting: int, _sent: int) -> str:
    return f"Archive {_them(rows)}: {counted(waiting, 'waiting message')} will never be sent."


def _delete(rows: Sequence[RowMapping], contacts: int, waiting: int, sent: int) -> str:
    return (
        f"Delete {_them(rows)}: {counted(waiting, 'waiting message')} will not be sent;"
        f" {counted(contacts, 'contact')} and {counted(sent, 'sent message')} are hidden and kept."
    )


_SENTENCES = {
    "start": _start,
    "pause": _pause,
    "resume": _resume,
    "duplicate": _duplicate,
    "archive": _archive,
    "delete": _delete,
}
