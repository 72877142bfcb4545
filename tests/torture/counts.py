"""How often a process has passed each point of the send path; readable from outside, also after its end."""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path

from trd_tui.engine.checkpoints import POINTS

_ONE = struct.Struct("<Q")


class Counts:
    """A file of counters, one a point, shared with the process that counts.

    The process dies of SIGKILL and loses nothing: the pages belong to the kernel.
    """

    def __init__(self, file: Path, *, new: bool = False) -> None:
        size = _ONE.size * len(POINTS)
        if new:
            file.write_bytes(bytes(size))
        descriptor = os.open(file, os.O_RDWR)
        self._pages = mmap.mmap(descriptor, size)
        os.close(descriptor)

    def add(self, point: str) -> int:
        """Count one passing; returns how many there are now."""
        at = _ONE.size * POINTS.index(point)
        count: int = _ONE.unpack_from(self._pages, at)[0] + 1
        _ONE.pack_into(self._pages, at, count)
        return count

    def of(self, point: str) -> int:
        """How often the point was passed."""
        count: int = _ONE.unpack_from(self._pages, _ONE.size * POINTS.index(point))[0]
        return count

    def passed(self) -> set[str]:
        """Points that were passed at all."""
        return {point for point in POINTS if self.of(point)}
