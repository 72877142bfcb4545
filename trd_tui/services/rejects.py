"""The rejects file: rows that were not imported, each with its reason, to be mended and imported again."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from trd_tui.services.contact_file import REASON, ContactFile
from trd_tui.services.contact_rows import surplus_values

_OURS = re.compile(r"line \d+: ")


def is_rejection(value: str) -> bool:
    """Whether a value of a ``reason`` column is why a row was rejected, as `RejectsFile` writes it."""
    return _OURS.match(value) is not None


class RejectsFile:
    """Has the columns of the file that was imported and a last one, ``reason``.

    Values that a row had beyond its columns stand behind its reason: it is rejected until they are gone.

    It is written beside its place and moved there at the end, because the file that is being read may be
    the rejects file of the last time. Without a rejected row no file is made.
    """

    def __init__(self, path: Path, source: ContactFile) -> None:
        self.path = path
        self._part = path.with_name(path.name + ".part")
        self._source = source
        self._file: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> RejectsFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is None:
            return
        self._file.close()
        os.replace(self._part, self.path)

    def add(self, line: int, row: list[str], reason: str) -> None:
        """Write down a rejected row."""
        if self._file is None:
            self._open()
        width = len(self._source.header)
        kept = row[:width] + [""] * (width - len(row))
        surplus = surplus_values(row, self._source.width)
        self._writer.writerow([*kept, f"line {line}: {reason}", *surplus])

    def _open(self) -> None:
        # it holds people's numbers: readable by its owner only
        handle = os.open(self._part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        wide = self._source.encoding in ("utf-8-sig", "utf-16", "cp1252")
        self._file = open(handle, "w", encoding="utf-8-sig" if wide else "utf-8", newline="")  # noqa: SIM115
        self._writer = csv.writer(self._file, delimiter=self._source.delimiter)
        self._writer.writerow([*self._source.header, REASON])
