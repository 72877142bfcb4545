"""Sleep until somebody has written: what the system, or the server, tells of by itself."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from inotify_simple import INotify


class Signs(Protocol):
    """Tells that something was written; whoever waits for that costs nothing.

    ``wait`` and ``any`` belong to one thread; ``wake`` may be called from any.

    Attributes:
        are_heard_by_looking: a look takes what there is to hear, so that it is not missed if it is not heard
            apart from that.
    """

    are_heard_by_looking: bool

    def wait(self, seconds: float) -> bool:
        """Sleep until something is written; ``False`` when nothing was, or when :meth:`wake` was called.

        Raises:
            OSError: nobody tells any more.
        """
        ...

    def any(self) -> bool:
        """Whether something was written since the last call, without waiting."""
        ...

    def wake(self) -> None:
        """End the wait that is under way and every later one."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


class _Woken:
    """Waits for whatever a descriptor tells, unless it is woken."""

    def __init__(self) -> None:
        self._end, self._to_end = os.pipe()

    def _sleep(self, descriptor: int, seconds: float) -> bool:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        poll.register(self._end, select.POLLIN)
        return any(told == descriptor for told, _ in poll.poll(seconds * 1000))

    def wake(self) -> None:
        os.write(self._to_end, b".")

    def close(self) -> None:
        for end in (self._end, self._to_end):
            with suppress(OSError):
                os.close(end)


class LogSigns(_Woken):
    """A file is written: the system tells, on Linux.

    It need not be told of every file system: some that lie in another machine say nothing.

    Args:
        file: that is written; it must be there.

    Raises:
        OSError: this system tells of no writes, of no more files, or there is no such file.
    """

    are_heard_by_looking = False

    def __init__(self, file: Path) -> None:
        self._file = file
        self._signs = _inotify()
        try:
            self._attend()
            super().__init__()
        except OSError:
            self._signs.close()
            raise

    def wait(self, seconds: float) -> bool:
        """Sleep until the file is written."""
        self._attend()  # another file may have come in its place
        return self._sleep(self._signs.fileno(), seconds) and self.any()

    def any(self) -> bool:
        """Whether it was written since the last call."""
        return bool(self._signs.read(timeout=0))

    def close(self) -> None:
        """Give everything back."""
        self._signs.close()
        super().close()

    def _attend(self) -> None:
        from inotify_simple import flags

        self._signs.add_watch(self._file, flags.MODIFY)


class ServerSigns(_Woken):
    """The server has something to tell on a connection; whoever asks it for anything next hears what.

    Args:
        descriptor: of the connection that listens.
    """

    are_heard_by_looking = True

    def __init__(self, descriptor: Callable[[], int]) -> None:
        super().__init__()
        self._descriptor = descriptor

    def wait(self, seconds: float) -> bool:
        """Sleep until the server says something."""
        return self._sleep(self._descriptor(), seconds)

    def any(self) -> bool:
        """Whether it has said something that was not read yet."""
        return self._sleep(self._descriptor(), 0)


def _inotify() -> INotify:
    """The system's signs.

    Raises:
        OSError: it has none.
    """
    if sys.platform != "linux":
        raise OSError(f"{sys.platform} has no inotify")
    from inotify_simple import INotify

    return INotify()
