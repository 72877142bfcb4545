"""What the rows of a contacts file, or the person who imports it, say of consent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trd_tui.domain.consent import UNKNOWN, Consent, ConsentError, given_at, kind_of, one_line
from trd_tui.services.contact_file import ContactFile
from trd_tui.services.contact_rows import RowError

COLUMNS = ("consent", "consent_source", "consent_at")
"""Fields of a contacts file that are kept beside the contact, not in it."""


@dataclass(frozen=True, slots=True)
class StatedConsent:
    """What is said of a whole file, as it was written; a row's own columns stand before it."""

    kind: str | None = None
    source: str | None = None
    given_at: str | None = None


def of_file(file: ContactFile, stated: StatedConsent, now: int) -> Consent | None:
    """What holds for every row that says nothing itself; ``None`` when nothing was said.

    Args:
        file: the contacts file; its name is the source unless one was said.
        stated: what the person who imports said.
        now: an instant behind which no consent can lie.

    Raises:
        ConsentError: it is no kind or no date, or a source or date was said without a kind.
    """
    if stated.kind is None:
        if (stated.source or stated.given_at) and "consent" not in file.columns.fields:
            raise ConsentError("a source or date of consent needs its kind; add --consent KIND")
        return None
    return Consent(kind_of(stated.kind), _source(file, stated), _date(stated.given_at, now))


def row_consents(
    file: ContactFile, stated: StatedConsent, now: int
) -> Callable[[list[str]], Consent | None] | None:
    """A function that reads a row's consent; ``None`` when no column of the file holds any.

    The function raises `RowError` where a row says that there is none, or what nobody can read.
    """
    at = [file.columns.fields.get(name) for name in COLUMNS]
    if not any(column is not None for column in at):
        return None
    usual = of_file(file, stated, now)
    source, date = _source(file, stated), _date(stated.given_at, now)

    def read(row: list[str]) -> Consent | None:
        kind, own_source, own_date = (
            row[column].strip() if column is not None and column < len(row) else "" for column in at
        )
        if not (kind or own_source or own_date):
            return usual
        try:
            return Consent(
                kind_of(kind) if kind else usual.kind if usual else UNKNOWN,
                one_line(own_source, "source") or source,
                given_at(own_date, now) if own_date else date,
            )
        except ConsentError as error:
            raise RowError(str(error)) from None

    return read


def _source(file: ContactFile, stated: StatedConsent) -> str:
    return one_line(stated.source or "", "source") or file.path.name


def _date(said: str | None, now: int) -> int | None:
    return given_at(said, now) if said else None
