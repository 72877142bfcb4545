"""What the app tells people: toasts that are never in the way, and all of them again on request."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import NamedTuple

from textual import on
from textual.app import App
from textual.notifications import Notification, Notify, SeverityLevel

TOAST_LINES = 8
"""Lines that toasts take at most; the style sheet's ``max-height`` leaves two more."""

TOAST_WIDTH = 56
"""Cells of a toast, as in the style sheet; in a narrow terminal three quarters of it."""

TOLD_S = 15.0
"""Seconds that a toast stays whose words one may want to write down."""

KEPT = 100
"""Messages that are kept to be read again."""


class Told(NamedTuple):
    """One message.

    Attributes:
        at: real instant, seconds since the epoch.
        title: its heading; may be empty.
        message: the sentence.
        severity: ``information``, ``warning`` or ``error``.
    """

    at: float
    title: str
    message: str
    severity: SeverityLevel


@dataclass
class Placed(Notification):
    """A toast that belongs to a screen: to that on which it was told, else to the next one.

    One that names ``z`` is true only until that key takes something else back, or nothing any more.
    """

    place: object = None
    names_undo: bool = False
    over: bool = False


class TellingApp(App[None]):
    """An app whose toasts keep clear of what one acts on."""

    def __init__(self) -> None:
        super().__init__()
        self.told: deque[Told] = deque(maxlen=KEPT)
        self._toasts_until = 0.0
        self._toasts: list[Notification] = []
        self._placed: list[Placed] = []
        self._said_error = ""

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
        names_undo: bool = False,
    ) -> None:
        """Tell it as a toast, and keep it. What it holds is text: names of people and files are in it.

        Args:
            message: the sentences.
            title: its heading.
            severity: how grave it is.
            timeout: seconds for which it stays; some for whatever is no other matter.
            markup: what Textual itself tells may be styled.
            names_undo: it says what ``z`` does; it goes when that changes.
        """
        self.told.append(Told(time.time(), title, message, severity))
        shown = self.NOTIFICATION_TIMEOUT if timeout is None else timeout
        self._toasts_until = max(self._toasts_until, time.monotonic() + shown)
        toast = Placed(
            message, title, severity, shown, markup=markup, place=self.told_on(), names_undo=names_undo
        )
        self._placed = [*(each for each in self._placed if not each.has_expired), toast]
        self.post_message(Notify(toast))
        self.place_toasts()

    def told_on(self) -> object:
        """The screen to which a toast of now belongs."""
        return self.screen

    def toasts_over(self, place: object) -> None:
        """This screen is over, by what was done on it: what was told of it belongs to the next one."""
        for toast in self._placed:
            if toast.place is place:
                toast.place = None

    def toasts_at(self, place: object) -> None:
        """This screen is in front now: the toasts of another would cover what it shows."""
        self._placed = [toast for toast in self._placed if not toast.has_expired]
        for toast in self._placed:
            if toast.place is None:
                toast.place = place
            elif toast.place is not place:
                self._unnotify(toast)

    @on(Notify)
    def _make_room(self, event: Notify) -> None:
        """The oldest toasts go when the newest would not fit; they are among the messages."""
        toast = event.notification
        if isinstance(toast, Placed) and (toast.over or toast.place not in (None, self.told_on())):
            event.prevent_default()  # it holds no more, or its screen was left, before it could be shown
            return
        self._toasts = [toast for toast in self._toasts if toast in self._notifications]
        self._toasts.append(toast)
        while len(self._toasts) > 1 and sum(map(self._lines, self._toasts)) > TOAST_LINES:
            self._unnotify(self._toasts.pop(0), refresh=False)  # Textual has no public way to take one back

    def take_back(self, title: str) -> None:
        """What toasts of this title say no longer holds; it stays among the messages."""
        self._end([each for each in self._placed if each.title == title])

    def _refresh_notifications(self) -> None:
        """Show what toasts there are; of one that was taken back Textual leaves its place, a line high."""
        super()._refresh_notifications()
        self.call_later(self._sweep)

    def _sweep(self) -> None:
        places = {f"--textual-toast-{toast.identity}" for toast in self._notifications}
        for place in self.screen.query("ToastHolder"):
            if place.id not in places:
                place.remove()

    def undo_changed(self) -> None:
        """What ``z`` would do now is another thing, or nothing: toasts that name it say what is not so."""
        self._end([each for each in self._placed if each.names_undo])

    def _end(self, toasts: Sequence[Placed]) -> None:
        """What these say holds no more, also where they were only about to be shown."""
        for toast in toasts:
            toast.over = True
            self._placed.remove(toast)
            if toast in self._notifications:
                self._unnotify(toast)

    def _lines(self, toast: Notification) -> int:
        width = min(TOAST_WIDTH, self.size.width * 3 // 4) - 3  # without border and padding
        said = sum(len(wrap(line, max(1, width))) or 1 for line in toast.message.split("\n"))
        return said + len(wrap(toast.title, max(1, width)))

    def lowest_line(self) -> int | None:
        """The line of the screen in front that toasts must leave free; ``None`` when there is none."""
        return None

    def place_toasts(self) -> None:
        """Put the toasts at the top while the line to keep free is among the lowest, else at the bottom.

        Questions keep theirs at the top by their style sheet: their buttons are at their lower end.
        """
        if time.monotonic() > self._toasts_until:  # a key of the list asks; mostly there is no toast
            return
        line = self.lowest_line()
        low = line is not None and line >= self.size.height - 1 - TOAST_LINES
        for rack in self.screen.query("ToastRack"):
            rack.set_class(low, "-high")

    def well(self) -> None:
        """What was wrong is not so any more: the same fault is said again."""
        self._said_error = ""

    def complain(self, error: Exception) -> None:
        """Say a fault once, not four times a second."""
        from trd_tui.domain.refused import RefusedError
        from trd_tui.domain.sentences import begun, closed

        self.log.error(error)
        text = str(error) or type(error).__name__
        if isinstance(error, RefusedError):  # each time: somebody has pressed a key
            self.notify(closed(begun(text)), title=error.TITLE, severity="warning", timeout=10)
            return
        if text != self._said_error:
            self._said_error = text
            self.notify(text, title="Something went wrong", severity="error", timeout=10)
