"""What an act would do, in one sentence with its figures, before anybody confirms it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from trd_tui.clock import Clock
from trd_tui.domain.campaign import CampaignAct, CampaignStatus, refusal
from trd_tui.domain.finding import one_or_many
from trd_tui.domain.foreign_sender import ForeignSender
from trd_tui.domain.money import format_usd
from trd_tui.domain.prices import PriceTable
from trd_tui.domain.put_off import USUAL_LIMITS, Limits, may_put_off
from trd_tui.domain.resume import MAX_LATENESS_MS
from trd_tui.domain.schedule import first_touch_instant, local_date, next_touch_instant
from trd_tui.domain.window import Window
from trd_tui.services.estimates import COUNTED_CONTACTS
from trd_tui.services.resume_preview import resume_preview
from trd_tui.services.start_budgets import short_starts
from trd_tui.services.stored_draft import not_stored_of
from trd_tui.services.untexted import Untexted, untexted_of
from trd_tui.services.views import ActPreview, ActResult, ResumePreview
from trd_tui.store import campaigns, consents, senders
from trd_tui.store.database import Database
from trd_tui.store.put_off import putters

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


async def preview(
    db: Database,
    clock: Clock,
    act: str,
    ids: Sequence[str],
    *,
    policy: str | None = None,
    max_lateness_ms: int = MAX_LATENESS_MS,
    prices: PriceTable | None = None,
    limits: Limits = USUAL_LIMITS,
    foreign: Collection[str] = (),
) -> ActPreview:
    """Say what an act would do to these campaigns.

    Args:
        db: the database.
        clock: campaign time, for what is due soon.
        act: start, pause, resume, duplicate, archive or delete.
        ids: campaigns; those that the act cannot change are told apart with the reason.
        policy: of a resume, for this once; each campaign's own without one.
        max_lateness_ms: of a resume: campaign milliseconds after which a touch waits for a person.
        prices: of a start or a resume: the price table; the package's own when none is given.
        limits: what the settings limit over all campaigns.
        foreign: senders of which the carrier has said that they are no numbers of the account.

    Raises:
        ValueError: there is no such act, or no such policy.
    """
    found = await _without_caps(db, clock, act, ids, policy, max_lateness_ms, prices, foreign)
    if act not in _DATING or not found.campaigns:
        return found
    no = {result.campaign_id for result in found.refused}
    going = [id_ for id_ in dict.fromkeys(ids) if id_ not in no]
    counted = found.contacts <= COUNTED_CONTACTS
    may = await db.read(putters, going, clock.now(), limits, counted=counted)
    return (
        replace(found, sentence=f"{found.sentence} {may_put_off(may)}", may_put_off=tuple(may))
        if may
        else found
    )


NAMED = 6
"""Campaigns of a bulk act that are named."""

_DATING = ("start", "resume")
"""Acts that give messages a date."""


async def _without_caps(
    db: Database,
    clock: Clock,
    act: str,
    ids: Sequence[str],
    policy: str | None,
    max_lateness_ms: int,
    prices: PriceTable | None,
    foreign: Collection[str],
) -> ActPreview:
    found = await db.read(_preview, act, list(dict.fromkeys(ids)), clock.now(), foreign)
    if act not in _DATING or not found.campaigns or found.contacts > COUNTED_CONTACTS:
        return found
    if act == "start":
        short = _short_budgets(await short_starts(db, clock, ids, prices), found.campaigns, "start")
        return replace(found, sentence=" ".join([found.sentence, *short]))
    no = {result.campaign_id for result in found.refused}
    resumes = [
        await resume_preview(db, clock, id_, policy=policy, max_lateness_ms=max_lateness_ms, prices=prices)
        for id_ in dict.fromkeys(ids)
        if id_ not in no
    ]
    sentence = _resume_sentence(resumes, clock.now())
    return replace(
        found,
        sentence=sentence,
        messages=sum(each.messages for each in resumes),
        resumes=tuple(resumes),
    )


def _resume_sentence(resumes: Sequence[ResumePreview], now: int) -> str:
    """``Resume Spring (shift): 12 messages go on, 3 of them at another time ...``."""
    one = resumes[0]
    who = one.name if len(resumes) == 1 else counted(len(resumes), "campaign")
    policies = {each.policy for each in resumes}
    policy = f" ({one.policy}: {one.meaning})" if len(policies) == 1 else ""
    parts = [one_or_many(sum(each.messages for each in resumes), "message goes on", "messages go on")]
    for figure, words in (("moved", "at a new time"), ("skipped", "skipped"), ("held", "for review")):
        number = sum(each.total(figure) for each in resumes)
        if number:
            parts.append(f"{number:,} {words}")
    if finished := sum(each.finished for each in resumes):
        parts.append(f"{counted(finished, 'contact')} finished")
    first = min((each.first_at for each in resumes if each.first_at is not None), default=None)
    last = max((each.last_at for each in resumes if each.last_at is not None), default=None)
    if first is not None and last is not None:
        parts.append(f"the first {_from_now(first - now)}, the last {_from_now(last - now)}")
        cost, in_all = sum(each.cost_micros for each in resumes), sum(each.in_all for each in resumes)
        more = in_all > sum(each.messages for each in resumes)
        follows = f" for the next touch of each contact, {in_all:,} in all if nobody answers" if more else ""
        parts.append(f"about {format_usd(cost)}{follows}")
    short = _short_budgets([each for each in resumes if each.over_budget], len(resumes))
    return " ".join([f"Resume {who}{policy}: {', '.join(parts)}.", *short])


def _short_budgets(short: Sequence[ResumePreview], of: int, act: str = "resume") -> list[str]:
    """Whose budget does not last for the messages that are named, among so many campaigns."""
    if not short:
        return []
    if len(short) > 1:
        pause = f"pause {_PAUSES[act][1]}"
        return [f"The budgets of {len(short)} of them do not last for these: they {pause} once used up."]
    whose = "Its budget" if of == 1 else f"The budget of {short[0].name}"
    return [f"{whose} has {short_budget(short[0], act)}."]


_PAUSES = {"resume": ("again", "again"), "start": ("by itself", "by themselves")}
"""How one, and how many, pause for a budget after an act."""


def short_budget(preview: ResumePreview, act: str = "resume") -> str:
    """``$0.03 left, enough for 1 of these 7: it pauses again after that``.

    Args:
        preview: of a campaign whose budget does not last.
        act: resume, or start.
    """
    left, fits = format_usd(preview.budget_left_micros or 0), preview.affordable
    enough = f"enough for {f'about {fits:,}' if fits else 'none'} of these {preview.messages:,}"
    if preview.messages == 1:
        enough = "not enough for this one"
    return f"{left} left, {enough}: it pauses {_PAUSES[act][0]} {'after that' if fits else 'at once'}"


def _from_now(ms: int) -> str:
    """``now``, ``in 5 min``, ``in 3 h``, ``in 2 days``."""
    minutes = max(0, ms) // 60_000
    if minutes < 1:
        return "now"
    if minutes < 120:
        return f"in {minutes} min"
    return f"in {minutes // 60} h" if minutes < 2_880 else f"in {minutes // 1_440} days"


def _preview(
    conn: Connection, act: str, ids: Sequence[str], now: int, foreign: Collection[str]
) -> ActPreview:
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
    if not rows or act not in (*_SENTENCES, "start"):
        sentence = _nothing(act, no)
    elif act == "start":
        untexted = untexted_of(conn, rows)
        sentence = _start(rows, untexted)
        texted = contacts > untexted.listed + untexted.left
        if one and texted and (moved := _first_touch_moved(conn, rows[0], now)):
            sentence = f"{sentence} {moved}"
    else:
        sentence = _SENTENCES[act](rows, contacts, waiting, sent)
    return ActPreview(
        act=act,
        sentence=sentence,
        campaigns=len(rows),
        contacts=contacts,
        messages=waiting,
        refused=tuple(no),
        type_name=rows[0]["name"] if act == "delete" and one and sent else None,
        not_stored=not_stored_of(conn, rows) if act == "start" else (),
        names=tuple(row["name"] for row in rows[:NAMED]),
        without_consent=(
            sum(consents.without(conn, row["id"]) for row in rows)
            if act == "start" and contacts <= COUNTED_CONTACTS
            else 0
        ),
        paused_senders=tuple(senders.paused_of(conn, rows, now)) if act in _DATING else (),
        foreign_senders=_foreign(rows, foreign) if act in _DATING else (),
    )


def _foreign(rows: Sequence[RowMapping], foreign: Collection[str]) -> tuple[ForeignSender, ...]:
    used = Counter(row["sender"] for row in rows if row["sender"] in foreign)
    return tuple(ForeignSender(address, count) for address, count in used.most_common())


def _nothing(act: str, no: Sequence[ActResult]) -> str:
    if act not in ("start", *_SENTENCES):
        raise ValueError(f"there is no act {act!r}; use one of {', '.join(('start', *_SENTENCES))}")
    if len(no) == 1:
        return f"{no[0].name}: {no[0].message}"
    return f"Nothing to {act}: none of the {len(no)} campaigns allows it."


def _them(rows: Sequence[RowMapping]) -> str:
    return rows[0]["name"] if len(rows) == 1 else counted(len(rows), "campaign")


def _start(rows: Sequence[RowMapping], untexted: Untexted) -> str:
    contacts = sum(row["contact_count"] for row in rows)
    number = contacts - untexted.listed - untexted.left
    if not number:
        return f"Start {_them(rows)}: {untexted.nobody()}."
    said = f"Start {_them(rows)}: {counted(number, 'contact')} will get the first touch when it is due"
    return f"{'; '.join([said, *untexted.said()])}."


def _first_touch_moved(conn: Connection, row: RowMapping, now: int) -> str:
    """When the first touches go where the first one cannot go on its own day; else nothing.

    Days are counted from the local date of the start, and the first touch alone waits for the window: after
    a start at night the second may follow it a day later.
    """
    every = campaigns.touches_of(conn, row["id"])
    touches = [each for each in every if each["active"] and not each["removed"]]
    if len(touches) < 2:
        return ""
    zone, send_time = row["timezone"], row["send_time"]
    window = Window(row["window_days"], row["window_from"], row["window_to"])
    today, first, second = local_date(now, zone), touches[0]["day"], touches[1]["day"]
    at = first_touch_instant(now, today, first, 0, send_time, zone, window)
    if local_date(at, zone).toordinal() == today.toordinal() + first - 1:
        return ""
    then = next_touch_instant(today, second, 0, send_time, zone, window, at)
    return (
        f"The day of the start is day 1: the first touch goes out {_at(at, zone)}, "
        f"the second {_at(then, zone)} ({zone})."
    )


def _at(instant: int, zone: str) -> str:
    """``Wed 2 Dec 09:00``, on the wall clock of a zone."""
    at = datetime.fromtimestamp(instant / 1000, ZoneInfo(zone))
    return f"{at:%a} {at.day} {at:%b %H:%M}"


def _pause(rows: Sequence[RowMapping], _contacts: int, waiting: int, _sent: int) -> str:
    return f"Pause {_them(rows)}: {counted(waiting, 'message')} due in the next hour will wait."


def _resume(rows: Sequence[RowMapping], _contacts: int, waiting: int, _sent: int) -> str:
    return (
        f"Resume {_them(rows)}: {counted(waiting, 'waiting message')} will go on;"
        " what fell due meanwhile goes by the campaign's resume policy."
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
    "pause": _pause,
    "resume": _resume,
    "duplicate": _duplicate,
    "archive": _archive,
    "delete": _delete,
}
