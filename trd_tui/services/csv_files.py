"""Files of this computer from which contacts can come: which there are, what a half-typed path may mean."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from trd_tui.domain.csv_columns import column_names, of_header, taken_for
from trd_tui.services.contact_file import ContactFile, ContactFileError, Table, look_through

ENDINGS = (".csv", ".tsv", ".txt")
MOST = 200
"""Files that are listed at most."""

SAMPLES = 3
"""Rows whose values are shown beside the columns."""

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that may hold contacts: name, bytes, and when it was written (epoch milliseconds)."""

    name: str
    size: int
    written_at: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a contacts file: its title, what it is imported as, samples.

    The field is ``ignore`` for none, and empty where several columns have this title.
    """

    title: str
    field: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileLook:
    """What a first look at a contacts file has found.

    Attributes:
        path: where it is.
        rows: rows below the header.
        columns: its columns in order.
        custom: the fields of its own.
        notes: which of several columns that mean the same is used.
        problem: what the columns lack before the file can be imported; empty when nothing.
        in_file: the same for who can change only the file.
    """

    path: Path
    rows: int
    columns: tuple[Column, ...]
    custom: tuple[str, ...]
    notes: tuple[str, ...]
    problem: str = ""
    in_file: str = ""


def found_files(folder: Path) -> tuple[FoundFile, ...]:
    """Files of a folder that may hold contacts, the newest first; none where it cannot be read."""
    found = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if (
                    entry.name.lower().endswith(ENDINGS)
                    and not entry.name.startswith(".")
                    and entry.is_file()
                ):
                    stat = entry.stat()
                    found.append(FoundFile(entry.name, stat.st_size, int(stat.st_mtime * 1000)))
    except OSError:
        pass
    return tuple(sorted(found, key=lambda file: (-file.written_at, file.name))[:MOST])


def complete(typed: str) -> tuple[str, tuple[str, ...]]:
    """What a half-typed path can be completed to, and the names that may be meant; folders end in ``/``.

    Only folders and files that may hold contacts are meant, unless the name is typed to its ending.
    """
    folder, name = os.path.split(os.path.expanduser(typed))
    options = []
    try:
        with os.scandir(folder or ".") as entries:
            for entry in entries:
                if not entry.name.startswith(name) or (
                    entry.name.startswith(".") and not name.startswith(".")
                ):
                    continue
                if entry.is_dir():
                    options.append(entry.name + "/")
                elif entry.name.lower().endswith(ENDINGS):
                    options.append(entry.name)
    except OSError:
        return typed, ()
    if not options:
        return typed, ()
    longest = os.path.commonprefix(options)  # noqa: RUF071 - letters, not parts of a path
    return typed[: len(typed) - len(name)] + longest, tuple(sorted(options)[:MOST])


def look(typed: str, mapping: Mapping[str, str]) -> tuple[ContactFile | None, FileLook]:
    """Look through a file without storing anything.

    Returns:
        The file, ready to be imported, or ``None`` where its columns do not say enough; and what was found.

    Args:
        typed: its path as a person writes it; ``~`` is the home folder.
        mapping: fields by column title, where the person changed the guess; columns of other files may be
            among them.

    Raises:
        ContactFileError: it cannot be read or is no contacts file.
    """
    if not typed.strip():
        raise ContactFileError("name a CSV file; tab completes, or choose one of the list")
    path = Path(typed.strip()).expanduser()
    try:
        file = look_through(path, mapping, strict=False)
    except ContactFileError as error:
        if error.table is None:
            raise
        columns = _columns(error.table, mapping)
        return None, FileLook(path, error.table.rows, columns, (), (), error.by_hand, error.in_file)
    columns = _columns(file, mapping)
    return file, FileLook(path, file.rows, columns, tuple(file.columns.custom), file.columns.notes)


def _columns(file: Table, mapping: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns with what they are taken for, and the values of the first rows."""
    samples: list[list[str]] = [row for _line, row, _lines in islice(file.read(), SAMPLES)]
    fields = taken_for(file.header, of_header(file.header, mapping))
    return tuple(
        Column(
            title,
            fields[at],
            tuple(" ".join(row[at].split())[:_LONGEST] for row in samples if at < len(row)),
        )
        for at, title in enumerate(column_names(file.header))
    )


def rejects_place(file: Path, home: Path) -> Path:
    """Where rejected rows can be written without touching a file that is there: beside it, else at home."""
    folder = file.absolute().parent
    if ".." in folder.parts:  # typed so; people shall read where it is
        folder = folder.resolve()
    if not os.access(folder, os.W_OK):
        folder = home
    count = 1
    while True:
        name = f"{file.stem}-rejects{'' if count == 1 else f'-{count}'}.csv"
        if not (folder / name).exists():
            return folder / name
        count += 1
