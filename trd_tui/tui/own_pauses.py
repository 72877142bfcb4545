"""Campaigns that a rule of their own has paused: told when it happens, wherever one is, and in the list."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from trd_tui.domain.sentences import closed, part
from trd_tui.tui.actions import shown
from trd_tui.tui.telling import TOLD_S
from trd_tui.tui.work import begin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trd_tui.services.listing import OwnPause
    from trd_tui.tui.app import TrdApp

FIRST_AFTER = 3.0
"""Seconds after the first look: the first rows come before."""

EVERY = 2.0
"""Least seconds between two looks."""

SHARE = 20
"""The next look comes at least so many times later than the last has taken."""

NAMED = 3
"""Campaigns that are named at a time."""


class OwnPauses:
    """Which campaigns have paused by themselves, and who was told of it."""

    def __init__(self, app: TrdApp) -> None:
        self._app = app
        self._next: float | None = None
        self._stale = True
        self.reasons: dict[str, str] = {}
        self._no_news: set[str] = set()

    def came_back(self, ids: Iterable[str]) -> None:
        """The delete of these was taken back: what has paused them shows at once, and is no news."""
        self._no_news |= set(ids)
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
        known, self._no_news = self._no_news, set()
        news = [each for each in found if self.reasons.get(each.id) != each.reason and each.id not in known]
        reasons = {each.id: each.reason for each in found}
        if reasons != self.reasons:
            self.reasons = reasons
            self._app.ways.own_pauses_changed()
        if news:
            self._tell(news)

    def _tell(self, news: list[OwnPause]) -> None:
        first = news[0]
        if len(news) == 1:
            title, said = (
                f"{first.name} has paused by itself",
                closed(first.reason[:1].upper() + first.reason[1:]),
            )
        else:
            title = f"{len(news):,} campaigns have paused by themselves"
            said = "; ".join(f"{each.name}: {part(each.reason)}" for each in news[:NAMED])
            said += f"; and {len(news) - NAMED:,} more." if len(news) > NAMED else "."
        self._app.notify(f"{said} {_remedy(news)}", title=title, severity="warning", timeout=TOLD_S)


def _remedy(news: Sequence[OwnPause]) -> str:
    """The keys that help: a larger budget where it is that, else a look at it first."""
    looks, resumes = f"{shown('open', 'enter')} on it says more", f"{shown('resume', 'r')} resumes"
    limits = f"{shown('steps', 'S')} changes its limits"
    if all(each.used_up for each in news):
        return f"{limits}, {resumes}."
    if any(each.used_up for each in news):
        return f"Where it is the budget, {limits}; else {looks}. Then {resumes}."
    return f"{looks}; {resumes} once it is mended."
