"""What others do to a draft while its steps are open: taken over and told, or asked whose stands."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from trd_tui.domain.sheet_meet import step_of, take, value_of, words_of
from trd_tui.tui import format as show
from trd_tui.tui.menu import Choice
from trd_tui.tui.telling import TOLD_S
from trd_tui.tui.work import begin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.notifications import SeverityLevel
    from textual.widget import Widget

    from trd_tui.domain.sheet import Sheet
    from trd_tui.services.draft_news import Change
    from trd_tui.tui.desk import Desk
    from trd_tui.tui.new_campaign.screen import NewCampaignScreen

NEITHER, MINE, THEIRS = "neither", "mine", "theirs"

_SHOWN = 44
"""Letters of a text that the question shows, around where two differ."""

_NAMED = 3
"""Parts that one sentence names; the rest is counted."""


def who_of(change: Change, desk: Desk) -> str:
    """Who changed something, and when, as far as it is known."""
    if not change.who:
        return "Somebody"
    who = f"{change.who} (you, in another window)" if change.who == desk.actor else change.who
    if change.at is None:
        return who
    return f"{show.local(change.at, desk.zone).strftime('%H:%M')} {who}"


def named_parts(parts: Sequence[str], most: int = _NAMED) -> str:
    """Parts in words, the first by name: ``the budget, the days, the brand and 2 more``."""
    named = [words_of(part) for part in parts[:most]]
    if len(parts) > most:
        named.append(f"{len(parts) - most} more")
    return f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]


def said_of(changes: Sequence[Change], desk: Desk) -> str:
    """Who changed what: ``14:02 bob changed the budget and the days.`` is one such sentence."""
    return f"{who_of(changes[0], desk)} changed {named_parts([change.part for change in changes])}."


class News:
    """What is known of others' work on the draft of one screen."""

    def __init__(self, steps: NewCampaignScreen) -> None:
        self._steps = steps
        self.ended = ""
        """Why it is no draft any more; empty while it is one."""
        self.status = "draft"
        self.not_stored: tuple[str, ...] = ()
        """Parts that are typed and not stored, as far as it was heard."""
        self.focused: Widget | None = None
        self._stored: Sheet | None = None
        self._crossed: tuple[Change, ...] = ()
        self._asked: Change | None = None
        self._left = False
        self.starting = False
        """A start that was asked for here is under way: what it makes of the draft is no news."""
        self.over = False
        """It has made it a campaign that runs: nothing more is stored."""

    async def hear(self) -> None:
        """Take over what others changed, and tell it; the caller keeps others from storing meanwhile."""
        steps = self._steps
        if not steps.sheet.campaign_id:
            return
        while True:
            sheet = steps.sheet
            found = await steps.ready.new_campaign.heard(sheet)
            if steps.sheet is sheet:  # else a letter came meanwhile, and is not part of what was heard
                break
        if found.ended and self.starting:
            self.over = True
            return
        steps.contacts = found.contacts
        self._stored, self.not_stored = found.stored, found.not_stored
        new = set(found.crossed) - set(self._crossed)
        self._crossed = found.crossed
        if found.ended:
            if not self.ended:
                self.ended, self.status = found.ended, found.status
                steps.faults = ()
                self._refuse()
            return
        self.ended = ""
        steps.met(found.sheet, found.faults)
        if found.taken:
            self._tell(found.taken, "It shows here now.")
        if new:
            self._tell(found.crossed, "You have changed the same: ctrl+s asks whose stands.", warn=True)

    def _tell(self, changes: Sequence[Change], after: str, *, warn: bool = False) -> None:
        severity: SeverityLevel = "warning" if warn else "information"
        self._steps.notify(f"{said_of(changes, self._steps.ready)} {after}", severity=severity)

    async def start(self, draft: str) -> None:
        """Start it, after a question. Until that is over nobody is told that it is no draft any more."""
        from trd_tui.tui.performing import perform

        self.starting = True
        try:
            await perform(self._steps, "start", [draft])
        finally:
            self.starting = self.over = self._steps.started
        if not self.starting and self._steps.is_open:
            self._steps.live()

    # It is no draft any more

    def refuses(self) -> bool:
        """Say why nothing can be stored, where that is so; answers whether it is."""
        if self.ended:
            self._refuse()
        return bool(self.ended)

    def _refuse(self) -> None:
        steps, typed = self._steps, self._typed()
        said = self.ended
        if typed:
            said += f" What you typed of {typed} is not in it."
        steps.trd.take_back("Not stored")
        steps.notify(f"{said} esc leaves the steps.", title="Not stored", severity="warning", timeout=TOLD_S)

    def _typed(self) -> str:
        from trd_tui.services.draft_news import typed_since

        parts = [words_of(part) for part in typed_since(self._steps.sheet)]
        more = f" and {len(parts) - _NAMED} more" if len(parts) > _NAMED else ""
        return ", ".join(parts[:_NAMED]) + more

    async def leave(self) -> None:
        """Leave what is no draft any more; what was typed is kept where it can be used, and that is said."""
        if self._left:
            return
        self._left = True
        steps, typed = self._steps, self._typed()
        app, desk = steps.trd, steps.ready.new_campaign
        await desk.keep(steps.sheet)  # an undo of what ended it brings the steps back as they were
        waits = await desk.hand_over(steps.sheet) if typed else False
        steps.dismiss()
        if not typed:
            app.notify(self.ended, title="Left")
            return
        said = f"{typed[0].upper()}{typed[1:]}: what you typed there was not stored."
        if waits:
            said = "The touches that you typed wait there, unsaved: enter on it, then 2."
        app.notify(f"{self.ended} {said}", title="Not stored", severity="warning", timeout=TOLD_S)

    # Both have changed the same

    def crossed_steps(self) -> set[int]:
        """Steps in which both have changed the same."""
        return {step_of(change.part) for change in self._crossed}

    def asks(self) -> bool:
        """Ask whose stands of the first part that both have changed; answers whether there is one."""
        steps = self._steps
        if not self._crossed or self._stored is None:
            return False
        self._asked = change = self._crossed[0]
        if steps.focused is not None and steps.focused.id != "menu":
            self.focused = steps.focused
        mine, theirs = (self._text(sheet, change.part) for sheet in (steps.sheet, self._stored))
        at = next((i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), 0)
        cut = max(0, at - 12) if max(len(mine), len(theirs)) > _SHOWN else 0
        choices = (
            Choice(NEITHER, "n", "Neither yet: go on typing"),
            Choice(MINE, "m", f"Mine:   {_excerpt(mine, cut)}"),
            Choice(THEIRS, "t", f"Theirs: {_excerpt(theirs, cut)}"),
        )
        what = words_of(change.part)
        title = f"{what[0].upper()}{what[1:]} · {who_of(change, steps.ready)} changed it too"
        steps.menu().open(title, choices, x=4, y=6)
        return True

    @staticmethod
    def _text(sheet: Sheet, part: str) -> str:
        value = value_of(sheet, part)
        if value is None:
            return "(taken out)"
        if isinstance(value, str):
            return value or "(empty)"
        text = value.variants[0].body if value.variants else value.body
        return f"day {value.day}{'' if value.active else ', off'}: {' '.join(text.split())}"

    def answered(self, answer: str | None) -> bool:
        """The menu was answered; answers whether this had asked."""
        change, self._asked = self._asked, None
        if change is None or self._stored is None:
            return False
        if answer in (MINE, THEIRS):
            begin(self._steps, partial(self._settle, change, answer, self._stored), group="settle")
        return True

    async def _settle(self, change: Change, answer: str, stored: Sheet) -> None:
        """Theirs is known from now on: what is typed is a change of it, or it takes the place of that."""
        steps = self._steps
        sheet = steps.sheet
        if answer == THEIRS:
            sheet = take(sheet, stored, (change.part,))
        base = take(sheet.base or stored, stored, (change.part,))
        steps.met(replace(sheet, base=base), steps.faults)
        self._crossed = tuple(each for each in self._crossed if each != change)
        await steps.store()
        if change not in self._crossed:
            whose = "Yours" if answer == MINE else "Theirs"
            steps.notify(f"{whose} stands: {words_of(change.part)}.", title="Stored")
        if not self.asks() and steps.pane is not None:
            steps.pane.heard()


def _excerpt(text: str, cut: int) -> str:
    said = ("…" if cut else "") + text[cut : cut + _SHOWN]
    return said + ("…" if len(text) > cut + _SHOWN else "")
