"""Who else is connected: every open app leaves a sign of life, and sees those of the others.

A sign is one small write a minute. Every write makes all open apps look whether their figures have changed,
so signs are rare; and they are no part of the audit. A sign also says of which process it is: one of this
host that was killed is known for gone at once, one of another host when its signs are old.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress

from trd_tui.clock import Clock
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.services.processes import Process
from trd_tui.services.views import Connected
from trd_tui.store import sessions
from trd_tui.store.database import Database
from trd_tui.store.errors import StoreError
from trd_tui.store.sessions import Session

log = logging.getLogger(__name__)

BEAT_S = 60.0
"""Seconds between two signs of life."""

GONE_MS = 180_000
"""Without a sign for so long, an app counts as gone: killed, or its host is asleep."""


def place_of(environment: Mapping[str, str]) -> str:
    """From where somebody has come, by the variables of their login: an address, ``browser`` or ``here``."""
    if "WebDriver" in environment.get("TEXTUAL_DRIVER", ""):
        return "browser"
    return next(iter(environment.get("SSH_CONNECTION", "").split()), "here")


class Attendance:
    """One open app among others; belongs to the event loop in which it begins.

    Args:
        db: where the signs are.
        clock: signs are of its real time.
        person: who acts in this app.
        place: from where they have come.
    """

    def __init__(self, db: Database, clock: Clock, person: Actor, place: str) -> None:
        self._db, self._clock = db, clock
        now = clock.real()
        id_ = f"{uuid.uuid4().hex}@{Process.this()}"
        self._own = Session(id_, person.name, person.login, place, now, now)
        self._leaving = asyncio.Event()
        self._in_turn = asyncio.Lock()
        self._others: tuple[Process, ...] = ()

    async def attend(self) -> None:
        """Leave signs of life until `leave`; a database that cannot be written now is tried again later."""
        while not self._leaving.is_set():
            try:
                await self.beat()
            except StoreError as error:
                log.warning("nobody sees that this app is open: %s", error)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), BEAT_S)

    async def beat(self) -> None:
        """Leave one sign of life; after `leave` there is none to be left.

        Raises:
            StoreError: the database cannot be written now.
        """
        async with self._in_turn:
            if self._leaving.is_set():
                return
            now = self._clock.real()
            await self._db.write(
                sessions.seen, WORKSPACE, self._own._replace(seen_at=now), forget_before=now - GONE_MS
            )

    async def leave(self) -> None:
        """This app is left: the others need not wait until its signs are old."""
        self._leaving.set()
        async with self._in_turn:  # after a sign that is just being left
            with suppress(StoreError):
                await self._db.write(sessions.left, self._own.id)

    async def connected(self) -> Sequence[Connected]:
        """Everybody whose app is open, this one among them, the longest here first.

        Raises:
            StoreError: the database cannot be read now.
        """
        found = await self._db.read(sessions.present, WORKSPACE, self._clock.real() - GONE_MS)
        here = [s for s in found if s.id == self._own.id or not _is_gone(s)]
        others = (Process.read(s.id.partition("@")[2]) for s in here if s.id != self._own.id)
        self._others = tuple(process for process in others if process is not None)
        return [Connected(s.actor, s.login, s.place, s.since, s.id == self._own.id) for s in here]

    def somebody_is_gone(self) -> bool:
        """Whether one of those who were counted last runs no more; asks only the system."""
        return any(process.is_gone() for process in self._others)


def _is_gone(session: Session) -> bool:
    process = Process.read(session.id.partition("@")[2])
    return process is not None and process.is_gone()
