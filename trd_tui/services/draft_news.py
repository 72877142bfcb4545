"""What others have done to a draft while somebody is in its steps, and who it was."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping

from trd_tui.domain.sequence import Touch
from trd_tui.domain.sheet import Fault, Sheet
from trd_tui.domain.sheet_meet import changed, place_of, step_of, value_of
from trd_tui.store import audit

_WINDOW = ("days", "opens", "closes")
_LOOKED = 50
"""Latest acts on a draft among which a change is looked for."""


class Change(NamedTuple):
    """A part of a draft that somebody has changed.

    Attributes:
        part: ``name``, ``touch[2]``.
        who: their name; empty when it is not known.
        at: real instant; ``None`` when it is not known.
    """

    part: str
    who: str
    at: int | None


@dataclass(frozen=True, slots=True)
class DraftNews:
    """What has become of a draft since a sheet of it was read.

    Attributes:
        sheet: the sheet, with what others changed taken over where nothing else was typed.
        stored: the draft as it is stored; ``None`` when it is none any more.
        taken: what was taken over.
        crossed: what both have changed, each in another way; a person says whose stands.
        faults: what is wrong now.
        contacts: how many are in it.
        not_stored: parts of which the sheet says something else than the draft.
        ended: a sentence that says why it is no draft any more; empty while it is one.
        status: of the campaign; ``deleted`` when it is gone.
    """

    sheet: Sheet
    stored: Sheet | None
    taken: tuple[Change, ...] = ()
    crossed: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()
    contacts: int = 0
    not_stored: tuple[str, ...] = ()
    ended: str = ""
    status: str = "draft"


def changes(conn: Connection, id_: str, parts: Collection[str]) -> tuple[Change, ...]:
    """Who changed these parts last, and when, as far as it is written down."""
    if not parts:
        return ()
    acts = [each for each in _acts(conn, id_) if each.act == "edit"]
    return tuple(_change(part, acts) for part in parts)


def crossing_faults(conn: Connection, id_: str, stored: Sheet, crossed: Collection[str]) -> list[Fault]:
    """What both have changed, as what keeps a step from being done."""
    found = []
    for change in changes(conn, id_, crossed):
        theirs = read_of(value_of(stored, change.part))
        name = f"{change.part}.body" if change.part.startswith("touch[") else change.part
        said = f"{change.who or 'somebody'} has changed it too, to {theirs}; ctrl+s asks whose stands"
        found.append(Fault(step_of(change.part), name, said))
    return found


def read_of(value: Any) -> str:
    """A part's value as people read it."""
    if value is None:
        return "nothing: it was taken out"
    if isinstance(value, str):
        return f"“{value}”" if value else "nothing"
    texts = " / ".join(each.body for each in value.variants) if value.variants else value.body
    return f"day {value.day}{'' if value.active else ', passed over'}: “{texts}”"


def ended(conn: Connection, sheet: Sheet, row: RowMapping | None) -> DraftNews:
    """The draft was started, archived or deleted meanwhile."""
    status = "deleted" if row is None else row["status"]
    doing = {"active": "start", "deleted": "delete", "archived": "archive"}
    acts = _acts(conn, sheet.campaign_id)
    last = next((each for each in acts if each.act in (doing.get(status, ""), "start", "delete")), None)
    name = sheet.name.strip() or "The draft" if row is None else row["name"]
    said = f"{name} is {status} by now"
    if last is not None:
        past = {"start": "started", "delete": "deleted", "archive": "archived"}[last.act]
        said += f"; {last.actor} {past} it"
    return DraftNews(sheet, None, ended=f"{said}.", status=status)


def typed_since(sheet: Sheet) -> tuple[str, ...]:
    """Parts that were typed and are not stored."""
    return () if sheet.base is None else changed(sheet.base, sheet)


def with_typed(touches: Sequence[Touch], sheet: Sheet) -> tuple[Touch, ...]:
    """Stored touches with the typed ones in their places; new ones have negative positions."""
    found = list(touches)
    for part in typed_since(sheet):
        typed, place = value_of(sheet, part), place_of(part) if part.startswith("touch[") else 0
        if not place or typed is None or typed.variants:
            continue
        day = int(typed.day) if typed.day.strip().isdecimal() else None
        if place <= len(touches):
            old = touches[place - 1]
            found[place - 1] = Touch(
                old.position, day or old.day, typed.body, kind=old.kind, active=typed.active
            )
        else:
            last = max((each.day for each in found), default=-1)
            found.append(Touch(len(touches) - place, day or last + 2, typed.body, active=typed.active))
    return tuple(sorted(found, key=lambda touch: touch.day))


def _acts(conn: Connection, id_: str) -> Sequence[audit.AuditRow]:
    return audit.latest(conn, subject="campaign", subject_id=id_, limit=_LOOKED)


def _change(part: str, acts: Sequence[audit.AuditRow]) -> Change:
    for act in acts:
        if _mentions(json.loads(act.after or "{}"), part):
            return Change(part, act.actor, act.at)
    return Change(part, acts[0].actor, acts[0].at) if acts else Change(part, "", None)


def _mentions(after: dict[str, Any], part: str) -> bool:
    if part.startswith("touch["):
        return any(str(said).startswith(f"touch {place_of(part)}:") for said in after.get("touches", ()))
    return ("window" if part in _WINDOW else "variables" if part == "values" else part) in after
