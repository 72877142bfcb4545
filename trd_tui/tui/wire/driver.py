"""Waits for keys without looking for them: an idle app shall let the processor sleep."""

from __future__ import annotations

import os
import select
from codecs import getincrementaldecoder
from threading import Event
from typing import TYPE_CHECKING, Any

from textual._time import get_time
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App


class Ending(Event):
    """Says that no more input is wanted, also to one who waits for what the system can wait for."""

    def __init__(self) -> None:
        super().__init__()
        self.heard, self._said = os.pipe()

    def set(self) -> None:
        """Wake who waits."""
        super().set()
        os.write(self._said, b"\0")

    def clear(self) -> None:
        """Input is wanted again."""
        if self.is_set():
            os.read(self.heard, 64)
        super().clear()

    def __del__(self) -> None:
        os.close(self.heard)
        os.close(self._said)


class PatientDriver(LinuxDriver):
    """Reads keys as Textual's own driver does, which looks ten times a second whether it is to end.

    Each look wakes a sleeping processor. This one sleeps until there is input, until the escape key can no
    longer be the beginning of another, or until it is told to end.
    """

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.exit_event: Ending = Ending()

    def start_application_mode(self) -> None:
        """Begin, or begin again: the system also continues what was never stopped, when the line is lost.

        Two threads that read would share the keys, and only the later one would be told to end.
        """
        if self._key_thread is not None and self._key_thread.is_alive():
            self.exit_event.set()
            self._key_thread.join()
            self.exit_event.clear()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def run_input_thread(self) -> None:
        """Hand over what comes until it is told to end, or the terminal is gone."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")().decode
        ending = self.exit_event
        sources = [self.fileno, ending.heard]
        while not ending.is_set():
            due = parser._timeout_time  # Textual has no public way to when its parser must be asked again
            wait = None if due is None else max(0.0, due - get_time())
            if self.fileno in select.select(sources, [], [], wait)[0]:
                try:
                    data = os.read(self.fileno, 4096)
                except OSError:  # the other side is gone, and the system has not said so yet
                    return
                if not data:
                    return
                for event in parser.feed(text) if (text := decode(data)) else ():
                    self.process_message(event)
            for event in parser.tick():
                self.process_message(event)
