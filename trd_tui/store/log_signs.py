"""Sleep until a file is written: the system itself tells of it, on Linux."""

from __future__ import annotations

import os
import select
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inotify_simple import INotify


class LogSigns:
    """Tells that a file was written; whoever waits for that costs nothing.

    It need not be told of every file system: some that lie in another machine say nothing.

    Args:
        file: that is written; it must be there.

    Raises:
        OSError: this system tells of no writes, of no more files, or there is no such file.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._signs = _inotify()
        try:
            self._end = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
            try:
                self._attend()
            except OSError:
                os.close(self._end)
                raise
        except OSError:
            self._signs.close()
            raise
        self._poll = select.poll()
        self._poll.register(self._signs, select.POLLIN)
        self._poll.register(self._end, select.POLLIN)

    def wait(self, seconds: float) -> bool:
        """Sleep until the file is written; ``False`` when it was not, or when :meth:`wake` was called.

        Raises:
            OSError: the file is not there any more.
        """
        self._attend()  # another file may have come in its place
        self._poll.poll(seconds * 1000)
        return self.any()

    def any(self) -> bool:
        """Whether it was written since the last call, without waiting."""
        return bool(self._signs.read(timeout=0))

    def wake(self) -> None:
        """End the wait that is under way and every later one; may be called from any thread."""
        os.eventfd_write(self._end, 1)

    def close(self) -> None:
        """Give everything back."""
        self._signs.close()
        with suppress(OSError):
            os.close(self._end)

    def _attend(self) -> None:
        from inotify_simple import flags

        self._signs.add_watch(self._file, flags.MODIFY)


def _inotify() -> INotify:
    """The system's signs.

    Raises:
        OSError: it has none.
    """
    if sys.platform != "linux":
        raise OSError(f"{sys.platform} has no inotify")
    from inotify_simple import INotify

    return INotify()
