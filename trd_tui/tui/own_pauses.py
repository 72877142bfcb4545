"""What nobody has paused and pauses: campaigns by a rule of their own, senders that the carrier refuses.

It is told when it happens, wherever one is; a campaign is marked in the list, too.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from trd_tui.domain.sentences import closed, part
from trd_tui.tui.actions import shown
from trd_tui.tui.telling import TOLD_S
from trd_tui.tui.work import begin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trd_tui.services.listing import OwnPause
    from trd_tui.tui.app import TrdApp

FIRST_AFTER = 3.0
"""Seconds after the first look: the first rows come before."""

EVERY = 2.0
"""Least seconds between two looks."""

SHARE = 20
"""The next look comes at least so many times later than the last has taken."""

NAMED = 3
"""Campaigns, or senders, that are named at a time."""


class OwnPauses:
    """What has paused by itself, and what of it was told."""

    def __init__(self, app: TrdApp) -> None:
        self._app = app
        self._next: float | None = None
        self._stale = True
        self._told: dict[str, int] = {}
        self.reasons: dict[str, str] = {}
        """Of campaigns, by id."""

    def came_back(self) -> None:
        """A delete was taken back: what has paused its campaigns shows at once. It was told before."""
        self._next = 0.0
        self.look(changed=True)

    def look(self, *, changed: bool) -> None:
        """Look again where something has changed since, when it is time to; nothing waits for it."""
        now = time.monotonic()
        self._stale = self._stale or changed
        if self._next is None:
            self._next = now + FIRST_AFTER
        if self._stale and now >= self._next:
            self._stale, self._next = False, now + 60.0  # until it has been read
            begin(self._app, self._read, group="own-pauses", exclusive=True)

    async def _read(self) -> None:
        desk, begun = self._app.desk, time.monotonic()
        if desk is None:
            return
        try:
            found = await desk.own_pauses()
        finally:
            ended = time.monotonic()
            self._next = max(begun + EVERY, ended + SHARE * (ended - begun))
        news = [each for each in found if self._told.get(each.id) != each.entry]
        self._told |= {each.id: each.entry for each in found}  # also of what is deleted, and may come back
        reasons = {each.id: each.reason for each in found if not each.is_sender}
        if reasons != self.reasons:
            self.reasons = reasons
            self._app.ways.own_pauses_changed()
        campaigns, senders = [each for each in news if not each.is_sender], [e for e in news if e.is_sender]
        if campaigns:
            one = f"{campaigns[0].name} has paused by itself"
            self._tell(campaigns, one, "campaigns have paused by themselves", _remedy(campaigns))
        if senders:
            there = f"{shown('go_administration', 'f6')}, 1"
            remedy = f"Nothing goes from it. {there} says more; r there resumes it once it is mended."
            one = f"The system has paused {senders[0].name}"
            self._tell(senders, one, "senders were paused by the system", remedy)

    def _tell(self, news: Sequence[OwnPause], one: str, many: str, remedy: str) -> None:
        first = news[0]
        if len(news) == 1:
            title, said = one, closed(first.reason[:1].upper() + first.reason[1:])
        else:
            title = f"{len(news):,} {many}"
            said = "; ".join(f"{each.name}: {part(each.reason)}" for each in news[:NAMED])
            said += f"; and {len(news) - NAMED:,} more." if len(news) > NAMED else "."
        self._app.take_back(title)  # of its last pause
        self._app.notify(f"{said} {remedy}", title=title, severity="warning", timeout=TOLD_S)


def _remedy(news: Sequence[OwnPause]) -> str:
    """The keys that help: a larger budget where it is that, else a look at it first."""
    looks, resumes = f"{shown('open', 'enter')} on it says more", f"{shown('resume', 'r')} resumes"
    limits = f"{shown('steps', 'S')} changes its limits"
    if all(each.used_up for each in news):
        return f"{limits}, {resumes}."
    if any(each.used_up for each in news):
        return f"Where it is the budget, {limits}; else {looks}. Then {resumes}."
    return f"{looks}; {resumes} once it is mended."
