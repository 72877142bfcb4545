"""What a campaign would send from now on: the machine itself, run on a copy, with nobody to send to.

It stands beside the wiring, because it needs both sides of the house: a draft or a paused campaign is begun
by the services, and what follows is the engine's own deciding.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from trd_tui.clock import Anchor, VirtualClock, real_now
from trd_tui.domain.clearance import Clearance, End, Hold, Later, OverBudget, Send
from trd_tui.domain.due import DueRow
from trd_tui.domain.outlook import Because, Outlook, Sent, note
from trd_tui.engine.claiming import Claimer
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.ready import Ready
from trd_tui.engine.rehearsal import Course, RehearsalCancelledError, rehearse
from trd_tui.services import campaigns as acts
from trd_tui.services.actor import Actor
from trd_tui.store import campaigns, control, excerpt, senders
from trd_tui.store.database import Database, SyncDatabase

TO_THE_SECOND = 20_000
"""Up to so many messages of senders with a rate a dry run follows seconds; above it, minutes."""

STEP_MS, LONG_STEP_MS = 1_000, 60_000

TELL_S = 0.5

HELD_BY_PLAN = "fell due while nothing was sent; a person decides"

Progress = Callable[[int, int], None]
"""Told how many messages have gone, of about how many."""


class NotForeseenError(Exception):
    """There is nothing to foresee; the message says why."""


class ForesightCancelledError(Exception):
    """It was called off."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        campaign_id: the campaign.
        start: campaign instant from which to look ahead.
        until: campaign instant at which to end; ``None`` = when nothing more goes out.
        step_ms: milliseconds of campaign time that one claim takes together; ``None`` = as fits.
    """

    campaign_id: str
    start: int
    until: int | None = None
    step_ms: int | None = None


def foresee(
    url: str,
    options: EngineOptions,
    question: Question,
    *,
    sent: Callable[[Sent], None] = lambda _sent: None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Outlook:
    """Say what would go out if nobody answered; reads the database and changes nothing.

    Call it outside of an event loop: it may take minutes.

    Args:
        url: the database.
        options: of the machine that would send.
        question: which campaign, from when, until when.
        sent: told every message of the campaign in the order in which they go.
        progress: told now and then how far it is.
        cancelled: asked between two batches.

    Raises:
        NotForeseenError: there is no such campaign, or it never sends any more.
        ForesightCancelledError: `cancelled` said yes.
        StoreError: a database cannot be read, or the copy not be written.
    """
    with tempfile.TemporaryDirectory(prefix="trd-simulate-") as folder:
        copy = f"sqlite:///{Path(folder) / 'copy.db'}"
        try:
            outlook = _copy(url, copy, question, cancelled)
            _begin(copy, options, question, outlook)
            _run(copy, options, question, outlook, _Listener(outlook, sent, progress), cancelled)
        except (excerpt.CopyCancelledError, RehearsalCancelledError) as error:
            raise ForesightCancelledError("called off") from error
        return outlook


@contextmanager
def _throw_away(url: str, *, foreign_keys: bool = True) -> Iterator[SyncDatabase]:
    """A database whose loss does not matter: nothing waits for the disk."""
    database = SyncDatabase(url)
    try:
        raw = database.engine.raw_connection()
        cursor = raw.cursor()
        cursor.execute("PRAGMA synchronous = OFF")
        if not foreign_keys:
            cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.close()
        raw.close()
        yield database
    finally:
        database.close()


def _copy(url: str, copy: str, question: Question, cancelled: Callable[[], bool]) -> Outlook:
    """Take the copy and note what holds before the run."""
    with _throw_away(copy, foreign_keys=False) as target:
        source = SyncDatabase(url)
        try:

            def both(reading: Connection) -> None:
                target.write(
                    lambda writing: excerpt.copy_excerpt(
                        reading, writing, question.campaign_id, question.start, cancelled
                    )
                )

            source.read(both)
        finally:
            source.close()
        outlook = target.read(_outlook, question)
        target.write(excerpt.from_now_on, senders.UNTIL_A_PERSON_ACTS)
        return outlook


def _outlook(connection: Connection, question: Question) -> Outlook:
    """An empty outlook, with what is to be taken for granted.

    Raises:
        NotForeseenError: there is no such campaign, or it never sends any more.
    """
    row = campaigns.get(connection, question.campaign_id)
    if row is None:
        raise NotForeseenError(f"there is no campaign {question.campaign_id}; see trd campaign list")
    if row["status"] in ("completed", "archived"):
        raise NotForeseenError(f"{row['name']} is {row['status']}: it sends nothing more")
    outlook = Outlook(
        row["id"],
        row["name"],
        row["status"],
        row["timezone"],
        question.start,
        row["budget_micros"],
        row["held_count"],
    )
    if row["status"] == "draft":
        outlook.assumed.append("the campaign is a draft: it starts now")
    elif row["status"] == "paused":
        policy = row["resume_policy"]
        outlook.assumed.append(f"the campaign is paused: it resumes now, by its policy {policy}")
    if control.read_control(connection).stopped:
        outlook.assumed.append("all sending is stopped: it is released now")
    for address in senders.paused_for_good(connection):
        outlook.assumed.append(f"the sender {address} is paused: it goes on now")
    if row["in_flight_count"]:
        outlook.assumed.append("what is on its way arrives")
    return outlook


def _begin(copy: str, options: EngineOptions, question: Question, outlook: Outlook) -> None:
    """Start a draft, resume what is paused: by the service that does it for people."""
    act = {"draft": "start", "paused": "resume"}.get(outlook.status)
    if act is None:
        return
    clock = VirtualClock(Anchor(real_now(), question.start, 0.0))

    async def begin() -> None:
        db = Database(copy)
        ids, nobody = [outlook.campaign_id], Actor(0, "dry run", "")
        try:
            if act == "start":
                (result,) = await acts.start(db, clock, nobody, ids)
            else:
                lateness = options.downtime.max_lateness_ms
                (result,) = await acts.resume(db, clock, nobody, ids, max_lateness_ms=lateness)
        finally:
            await db.close()
        if not result.ok:
            raise NotForeseenError(f"{outlook.name}: {result.message}")

    asyncio.run(begin())


class _Listener:
    """Adds up what the run tells: the claim's decisions, then what really went."""

    def __init__(self, outlook: Outlook, sent: Callable[[Sent], None], progress: Progress | None) -> None:
        self.outlook = outlook
        self.expected = self.done = 0
        self._sent = sent
        self._progress = progress
        self._told = time.monotonic()
        # by message, how many of this run its contact has had before; of one batch only
        self._places: dict[int, int] = {}
        self._put_off: set[tuple[str, int]] = set()

    def decided(self, campaign_id: str, row: DueRow, decision: Clearance) -> None:
        """The claim has asked the rules about a message."""
        outlook = self.outlook
        if campaign_id != outlook.campaign_id:
            return
        match decision:
            case Send():
                self._places[row.id] = row.sent_count
            case Later(rule, _, reason):
                if (rule, row.id) not in self._put_off:  # a daily budget may move one from day to day
                    self._put_off.add((rule, row.id))
                    note(outlook.put_off, rule, reason, row.number)
            case Hold(rule, reason, country):
                note(outlook.held, rule, reason, row.number, country)
            case End(rule, _, reason):
                note(outlook.ended, rule, reason, row.number)
            case OverBudget(_, reason):
                outlook.end_reason = reason

    def batch(self, ready: Sequence[Ready], at: int) -> None:
        """Some messages have gone."""
        outlook = self.outlook
        for each in ready:
            if each.campaign_id != outlook.campaign_id:
                outlook.others[each.campaign_id] = outlook.others.get(each.campaign_id, 0) + 1
                continue
            to = each.request.to
            message = Sent(at, each.contact_id, to, each.touch, each.variant, each.segments, each.cost_micros)
            outlook.count(message, self._places[each.message_id])
            self._sent(message)
            self.done += 1
        self._places.clear()
        if time.monotonic() - self._told > TELL_S:
            self._told = time.monotonic()
            self.tell(max(self.expected, self.done + 1))

    def tell(self, expected: int | None = None) -> None:
        """Say how far it is; without a number that it is all."""
        if self._progress:
            self._progress(self.done, expected or self.done)


def _run(
    copy: str,
    options: EngineOptions,
    question: Question,
    outlook: Outlook,
    listener: _Listener,
    cancelled: Callable[[], bool],
) -> None:
    """Let the machine run on the copy, then read what has become of the campaign."""
    with _throw_away(copy) as database:
        listener.expected, limited = database.read(_ahead, outlook.campaign_id)
        fits = STEP_MS if limited <= TO_THE_SECOND else LONG_STEP_MS
        outlook.step_ms = question.step_ms or fits
        course = Course(outlook.campaign_id, question.start, question.until, real_now(), outlook.step_ms)
        claimer = Claimer.of(options, watch=listener.decided)
        outlook.ended_at = rehearse(database, claimer, options, course, listener.batch, cancelled)
        if listener.done:
            listener.tell()
        row = database.read(campaigns.find, [outlook.campaign_id])[outlook.campaign_id]
        outlook.left = row["waiting_count"]
        outlook.end = row["status"]
        if outlook.end == "active" and not outlook.left and row["held_count"]:
            outlook.end = "waits"
        if outlook.end != "paused":
            outlook.end_reason = None
        known = outlook.held_before + sum(each.messages for each in outlook.held.values())
        if (by_plan := row["held_count"] - known) > 0:
            outlook.held["resume"] = Because("resume", by_plan, HELD_BY_PLAN, "")


_AHEAD = text(
    "SELECT coalesce(sum(CASE WHEN p.id = :id THEN p.touches_planned - p.touches_resolved ELSE 0 END), 0),"
    " coalesce(sum(CASE WHEN s.rate_milli > 0 THEN p.touches_planned - p.touches_resolved ELSE 0 END), 0)"
    " FROM campaigns p LEFT JOIN senders s ON s.workspace_id = p.workspace_id AND s.address = p.sender"
    " WHERE p.status = 'active'"
)


def _ahead(connection: Connection, campaign_id: str) -> tuple[int, int]:
    """Messages that lie ahead of the campaign, and of all senders with a rate."""
    expected, limited = connection.execute(_AHEAD, {"id": campaign_id}).one()
    return int(expected), int(limited)
