"""A contacts file: looked through once before anything is stored, then streamed row by row.

The first look finds the encoding, the separator and the columns, counts the rows, and refuses what is not a
contacts file, so that an import either does not begin or meets only single bad rows.
"""

from __future__ import annotations

import codecs
import csv
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from trd_tui.domain.csv_columns import ColumnError, ColumnMap, NoNumberError, match_columns, of_header
from trd_tui.domain.refused import RefusedError

REASON = "reason"
"""The last column of a rejects file; an import passes it over."""

_NO_PHONE = (
    "a phone column is missing: press enter on the line of the column that holds the numbers,"
    " then choose phone"
)
"""For who sees the columns, and so need not be told them."""

_CHUNK = 1 << 20
_WIDEST = 1 << 30
_MOST_LINES = 100
"""A quoted value that runs over more lines has lost its closing quote."""

_OTHER_FORMATS = {
    b"PK\x03\x04": "is an Excel or OpenDocument workbook; save it as CSV",
    b"\xd0\xcf\x11\xe0": "is an old Excel workbook; save it as CSV",
    b"%PDF": "is a PDF; export the contacts as CSV",
    b"\x1f\x8b": "is compressed; unpack it first",
}

_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
"""What no header holds."""

_OF_TABLES = re.compile(r"[\n\r\t,;|]|\A[ -~]+\Z")
"""Separators, lines, or one plain title; else all bytes would be letters of some script."""


class ContactFileError(RefusedError, ValueError):
    """A file that cannot be imported at all; the message names it and says what to do.

    Attributes:
        table: the file, where only its columns are what is wrong; else ``None``.
        in_file: the message for who has no option ``--map``, and only the file to change.
        by_hand: the same without the file's name, for who maps the columns on a screen.
    """

    table: Table | None = None

    def __init__(self, message: str, in_file: str = "", by_hand: str = "") -> None:
        super().__init__(message)
        self.in_file = in_file or message
        self.by_hand = by_hand or message


@dataclass(frozen=True, slots=True)
class Table:
    """A file of rows, as the first look has found it.

    Attributes:
        path: the file.
        encoding: a codec's name; UTF-8 unless the file says or shows otherwise.
        delimiter: what stands between values.
        header: titles of the columns, without the last when it is a rejects file's reason.
        width: values of a whole row.
        rows: rows below the header, empty lines not counted.
        narrowest: values of the shortest row that stands on one line.
    """

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    width: int
    rows: int
    narrowest: int

    def read(self) -> Iterator[tuple[int, list[str], list[str]]]:
        """Every row that is not empty: the number of its first line, its values, and the lines themselves.

        The list of lines is used again for the next row.
        """
        lines: list[str] = []

        def kept(file: Iterable[str]) -> Iterator[str]:
            for line in file:
                lines.append(line)
                yield line

        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            reader = csv.reader(kept(file), delimiter=self.delimiter)
            next(reader)
            before = reader.line_num
            lines.clear()
            for row in reader:
                if row:
                    yield before + 1, row, lines
                before = reader.line_num
                lines.clear()


@dataclass(frozen=True, slots=True)
class ContactFile(Table):
    """Such a file that can be imported.

    Attributes:
        columns: which column holds what.
    """

    columns: ColumnMap


def look_through(path: Path, mapping: Mapping[str, str] | None = None, *, strict: bool = True) -> ContactFile:
    """Look through a contacts file without storing anything.

    Args:
        path: a CSV file; separated by commas, semicolons, tabs or bars.
        mapping: fields by column title, as the person who imports said.
        strict: every column of the mapping must be there; else what was said of another file's columns
            is passed over.

    Raises:
        ContactFileError: it cannot be read or is no contacts file; the message says why and what to do.
    """
    mapping = mapping or {}
    try:
        _check_kind(path)
        encoding = _encoding(path)
        return _columns_and_rows(path, encoding, mapping, strict)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ContactFileError(f"{path} cannot be read: {reason}") from error


def _check_kind(path: Path) -> None:
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        raise ContactFileError(f"{path} is a folder; name a CSV file")
    if not stat.S_ISREG(mode):
        raise ContactFileError(f"{path} is no regular file; save the contacts to a file first")


def _encoding(path: Path) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else what Windows wrote.

    Raises:
        ContactFileError: it is empty or not text.
    """
    with path.open("rb") as file:
        head = file.read(4)
        if not head:
            raise ContactFileError(f"{path} is empty; a contacts file begins with a header row")
        for magic, what in _OTHER_FORMATS.items():
            if head.startswith(magic):
                raise ContactFileError(f"{path} {what}")
        wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        encoding = "utf-16" if wide else "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8"
        decoder = codecs.getincrementaldecoder(encoding)()
        file.seek(0)
        table = not wide
        for chunk in chain(iter(partial(file.read, _CHUNK), b""), (b"",)):
            if not wide and b"\x00" in chunk:
                raise _no_text(path)
            if encoding == "cp1252":
                continue
            try:
                read = decoder.decode(chunk, final=wide and not chunk)
            except UnicodeDecodeError:
                if wide:
                    raise ContactFileError(
                        f"{path} is damaged, or not a text file: it begins as UTF-16 and does not go on so;"
                        " export the contacts as CSV in UTF-8"
                    ) from None
                encoding = "cp1252"
            else:
                table = table or bool(_OF_TABLES.search(read))
    if not table:
        raise _no_text(path)
    return encoding


def _no_text(path: Path) -> ContactFileError:
    return ContactFileError(f"{path} is not a text file; export the contacts as CSV in UTF-8")


def _columns_and_rows(path: Path, encoding: str, mapping: Mapping[str, str], strict: bool) -> ContactFile:
    # Windows-1252 leaves five bytes undefined; such a byte is shown as a replacement, not refused.
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        delimiter = _delimiter(file.readline(1 << 20))
        file.seek(0)
        # an empty line behind the last: it is a row by itself unless a quote is still open
        reader = csv.reader(chain(file, ("\n",)), delimiter=delimiter)
        rows, before = 0, 0
        narrowest = _WIDEST
        try:
            titles = next(reader, [])
            if not any(title.strip() for title in titles):
                raise ContactFileError(
                    f"{path}: the first line is empty; a contacts file begins with a header row"
                )
            if _NOT_TEXT.search("".join(titles)):
                raise _no_text(path)
            row, first = titles, 0
            before = reader.line_num
            for row in reader:
                first = before
                if reader.line_num - before > _MOST_LINES and next(reader, None) is not None:
                    raise ContactFileError(
                        f"{path}, line {before + 1}: a quoted value runs over more than {_MOST_LINES} lines;"
                        " is a closing quote missing?"
                    )
                if row:
                    rows += 1
                    if len(row) < narrowest and reader.line_num - before == 1:
                        narrowest = len(row)
                before = reader.line_num
        except csv.Error as error:
            raise ContactFileError(f"{path}, line {before + 1}: {_said(error)}") from error
    if before - first > 1:
        line = before - _lines(row[-1][:-1])
        raise ContactFileError(
            f"{path}, line {line}: a quote opens here and is not closed before the end of the file;"
            " close it or take it out"
        )
    header, width = titles, len(titles)
    mapping = mapping if strict else of_header(header, mapping)
    narrowest = min(narrowest, width)
    if titles[-1].strip().casefold() == REASON and titles[-1] not in mapping:
        header = titles[:-1]
    found = path, encoding, delimiter, tuple(header), width, rows, narrowest
    try:
        columns = match_columns(header, mapping)
    except ColumnError as error:
        by_hand = _NO_PHONE if isinstance(error, NoNumberError) else error.told("enter on its line below")
        refusal = ContactFileError(f"{path}: {error}", f"{path}: {error.told()}", by_hand)
        refusal.table = Table(*found)
        raise refusal from error
    return ContactFile(*found, columns)


def _lines(value: str) -> int:
    """Lines of the file that a value reaches over, when the file ends within it."""
    breaks = len(re.findall(r"\r\n|\r|\n", value))
    return breaks if value.endswith(("\r", "\n")) else breaks + 1


def _said(error: csv.Error) -> str:
    if "field larger than field limit" in str(error):
        return "a value is longer than 131,072 characters; is a closing quote missing?"
    return f"it is no CSV ({error})"


def _delimiter(header: str) -> str:
    """The separator that occurs most often in the header, outside of quotes."""
    plain = re.sub(r'"[^"]*"', "", header)
    counts = {separator: plain.count(separator) for separator in ",;\t|"}
    best = max(counts, key=lambda separator: counts[separator])
    return best if counts[best] else ","
