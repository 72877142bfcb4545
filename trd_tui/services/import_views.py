"""What an import of contacts says: its report, the rows that it names, and why it ended early."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from trd_tui.domain.finding import one_or_many
from trd_tui.domain.refused import RefusedError

_QUOTED = re.compile(r"'.*'\s*")
_NUMBERS = re.compile(r": no numbers begin with [\d ]+")


def kind_of_reason(reason: str) -> str:
    """What rejected rows have in common: the reason without what stands in the row itself."""
    said = " ".join(_NUMBERS.sub("", _QUOTED.sub("", reason, count=1)).split())
    return said.replace(" :", ":")


class ImportRefusedError(RefusedError):
    """The import cannot begin, or nothing of it could be used; the message says why."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not imported, or only in part: its first line in the file, its number, and why."""

    line: int
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class RepeatedRow:
    """A row whose number stands in the file before: its line, the number, and the line that was taken."""

    line: int
    number: str
    taken: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or with ``dry_run`` would do.

    Attributes:
        file: the file's name.
        rows: rows below the header.
        added: contacts that are new.
        existing: contacts that were there; the fields that the file gives were changed.
        repeated: rows whose number stands in the file before; the first one counted.
        rejected: rows that cannot be contacts.
        enrolled: contacts that joined the campaign.
        already_enrolled: contacts that were in it before.
        consents: consent rows that are new.
        without_consent: contacts that did not join, because the setting ``require_consent`` is on and none
            of them is on record.
        suppressed: contacts of the file who must not be texted; they are in the campaign and get nothing.
        lacking: with ``dry_run``: contacts of the file of whom no consent is on record, nor in the file.
        unplaced: contacts of the file with a state or zip that is not understood; the other one, else the
            area code of their number, says where they are.
        reasons: rejected rows by what is wrong with them.
        dry_run: nothing was stored.
        cancelled: it was stopped between two transactions; what was stored until then stays.
        rejects: the first rejected rows.
        repeats: the first repeated rows. They are in no rejects file: whoever imported it unmended would
            write the values of the row that was left over those of the row that was taken.
        doubts: the first rows that were imported though their state or zip is not understood.
        rejects_file: where all rejected rows were written, if a place was named and there were any.
        campaign_id: the campaign that they joined, if any.
        notes: of columns that mean the same, which one is used and what became of the other.
    """

    file: str
    rows: int = 0
    added: int = 0
    existing: int = 0
    repeated: int = 0
    rejected: int = 0
    enrolled: int = 0
    already_enrolled: int = 0
    consents: int = 0
    without_consent: int = 0
    suppressed: int = 0
    lacking: int = 0
    unplaced: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    dry_run: bool = False
    cancelled: bool = False
    rejects: tuple[RejectedRow, ...] = ()
    repeats: tuple[RepeatedRow, ...] = ()
    doubts: tuple[RejectedRow, ...] = ()
    rejects_file: Path | None = None
    campaign_id: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def contacts(self) -> int:
        """Rows that are contacts, each number once."""
        return self.added + self.existing

    @property
    def empty(self) -> int:
        """Rows of nothing but separators, as spreadsheets leave them behind the last one."""
        return self.rows - self.rejected - self.repeated - self.contacts

    @property
    def nobody(self) -> bool:
        """No row holds anything."""
        return self.rows == self.empty


class ImportStoppedError(ImportRefusedError):
    """An import ended before the end of its file; the message says why, what was kept and how to go on.

    Attributes:
        report: what it had done until then.
    """

    def __init__(self, reason: str, report: ImportReport, left: str = "") -> None:
        super().__init__(f"{reason}; {_kept(report)}{left}")
        self.reason = reason
        self.report = report


def _kept(report: ImportReport) -> str:
    """What an import that ended early has left, and how to go on."""
    if report.dry_run or not report.added + report.existing:
        return "nothing was stored"
    return (
        f"the first {one_or_many(report.rows, 'row is', 'rows are')} stored"
        f" ({one_or_many(report.added, 'new contact')});"
        " import the same file again to go on, nobody is doubled"
    )
