"""One import on its way through a file: read, check, store, batch after batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.consent import GIVEN, Consent, ConsentError
from trd_tui.domain.sentences import part
from trd_tui.domain.state_names import not_understood
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.services.campaigns import PLAN_CHUNK
from trd_tui.services.consent_rows import StatedConsent, of_file, row_consents
from trd_tui.services.contact_file import ContactFile
from trd_tui.services.contact_rows import RowError, row_reader
from trd_tui.services.drafts import Progress, create_draft
from trd_tui.services.import_views import (
    ImportRefusedError,
    ImportReport,
    ImportStoppedError,
    RejectedRow,
    RepeatedRow,
    kind_of_reason,
)
from trd_tui.services.rejects import RejectsFile
from trd_tui.services.seen import SeenNumbers
from trd_tui.store import audit, campaigns, consents, contacts, planning, sheets
from trd_tui.store.contacts import Fields
from trd_tui.store.database import SyncDatabase
from trd_tui.store.errors import StoreError

if TYPE_CHECKING:
    from trd_tui.domain.definition import CampaignDefinition

BATCH = 5_000
"""Contacts of one transaction: the writer is held for about 30 ms."""

_SHOWN = 20
_COUNTED = (
    *("rows", "added", "existing", "repeated", "rejected", "enrolled", "already_enrolled"),
    "unplaced",
    *("consents", "without_consent", "suppressed", "lacking"),
)

_Consents = list[tuple[str, Consent]]
"""Numbers with what the file says of their consent."""


@dataclass(slots=True)
class ContactImport:
    """An import; `run` does it."""

    store: SyncDatabase
    clock: Clock
    actor: Actor
    file: ContactFile
    dry_run: bool = False
    campaign_id: str | None = None
    draft: CampaignDefinition | None = None
    made: Callable[[str], None] = lambda _id: None
    """Told the id of the campaign that was made of ``draft``."""
    rejects: RejectsFile | None = None
    progress: Progress | None = None
    cancelled: Callable[[], bool] = lambda: False
    counts: Counter[str] = field(default_factory=Counter)
    shown: list[RejectedRow] = field(default_factory=list)
    again: list[tuple[int, str]] = field(default_factory=list)
    """Line and number of the first repeated rows."""
    repeats: tuple[RepeatedRow, ...] = ()
    doubts: list[RejectedRow] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    running: bool = False
    """The campaign is active: who joins is planned at once."""
    stated: StatedConsent = field(default_factory=StatedConsent)
    require_consent: bool = False
    """Nobody joins a campaign that has been started who has no consent on record."""
    begun: bool = False
    """The campaign has been started."""
    consent: Consent | None = None
    """Of every row that says nothing itself."""

    def run(self) -> ImportReport:
        """Read, check and store the whole file."""
        stopped = announced = False
        kept = self._report(stopped=False)
        try:
            self.consent = of_file(self.file, self.stated, self._latest())
            for batch, own, done in self._batches():
                if self.dry_run:
                    self.counts.update(self.store.read(self._tried, batch, own))
                else:
                    self.counts.update(self.store.write(self._stored, batch, own))
                    if self.draft is not None and not announced:
                        self.made(str(self.campaign_id))
                        announced = True
                    kept = self._report(stopped=False)
                    self._plan()
                del batch, own  # the next one is gathered while this name would hold it
                if self.progress:
                    self.progress(done, self.file.rows)
                if self.cancelled():
                    stopped = True
                    break
            self.repeats = self._repeats()
            report = self._report(stopped)
            if not self.dry_run:
                self.store.write(self._audited, report)
        except ConsentError as error:
            raise ImportRefusedError(str(error)) from error
        except (StoreError, OSError) as error:
            if isinstance(error, OSError):
                reason = f"{error.filename or self.file.path}: {(error.strerror or str(error)).lower()}"
            else:
                reason = part(str(error))
            raise ImportStoppedError(reason, kept) from error
        return report

    def _latest(self) -> int:
        """The instant behind which no consent can lie; a virtual clock may be ahead of the real one."""
        return max(self.clock.now(), self.clock.real())

    def _batches(self) -> Iterator[tuple[list[Fields], _Consents | None, int]]:
        """Contacts in the order of the file, each number once, and how many rows have been read.

        Where the file itself tells of consent, each contact's own comes along.
        """
        read, seen = row_reader(self.file), SeenNumbers()
        consent_of = self._row_consents()
        batch: list[Fields] = []
        own: _Consents | None = None if consent_of is None else []
        rows = repeated = 0
        for line, row, lines in self.file.read():
            if rows and rows % BATCH == 0 and self.cancelled():
                break  # also where row after row is rejected and no batch comes together
            rows += 1
            try:
                contact = read(row, lines)
                said = None if consent_of is None else consent_of(row)
            except RowError as error:
                self._reject(line, row, str(error))
                continue
            if not seen.add(int(contact[0])):
                repeated += 1
                if len(self.again) < _SHOWN:
                    self.again.append((line, contact[0]))
                continue
            self._doubt(line, contact)
            batch.append(contact)
            if own is not None and said is not None:
                own.append((contact[0], said))
            if len(batch) == BATCH:
                self.counts["rows"], self.counts["repeated"] = rows, repeated
                yield batch, own, rows
                batch, own = [], None if own is None else []
        self.counts["rows"], self.counts["repeated"] = rows, repeated
        yield batch, own, rows

    def _row_consents(self) -> Callable[[list[str]], Consent | None] | None:
        return row_consents(self.file, self.stated, self._latest())

    def _repeats(self) -> tuple[RepeatedRow, ...]:
        """Which rows were taken in the place of the first repeated ones.

        The file is read again up to them: a line kept for every number would cost memory by its length.
        """
        left, taken = {number for _line, number in self.again}, dict[str, int]()
        if not left:
            return ()
        read, consent_of = row_reader(self.file), self._row_consents()
        for line, row, lines in self.file.read():
            try:
                number = read(row, lines)[0]
                if consent_of is not None:
                    consent_of(row)
            except RowError:
                continue
            if number in left:
                left.remove(number)
                taken[number] = line
                if not left:
                    break
        return tuple(
            RepeatedRow(line, number, taken[number]) for line, number in self.again if number in taken
        )

    def _reject(self, line: int, row: list[str], reason: str) -> None:
        if not any(value.strip() for value in row):
            return  # spreadsheets leave lines of bare separators behind the last row
        self.counts["rejected"] += 1
        self.reasons[kind_of_reason(reason)] += 1
        if len(self.shown) < _SHOWN:
            at = self.file.columns.number
            self.shown.append(RejectedRow(line, row[at].strip() if at < len(row) else "", reason))
        if self.rejects:
            self.rejects.add(line, row, reason)

    def _doubt(self, line: int, contact: Fields) -> None:
        """Note what is stored as it stands and says nothing; abroad it is not asked."""
        number, state, zip_code = contact[0], contact[6], contact[7]
        if (state or zip_code) and number.startswith("+1") and (said := not_understood(state, zip_code)):
            self.counts["unplaced"] += 1
            if len(self.doubts) < _SHOWN:
                self.doubts.append(RejectedRow(line, number, said))

    def _tried(self, conn: Connection, batch: list[Fields], own: _Consents | None) -> dict[str, int]:
        numbers = [contact[0] for contact in batch]
        known = contacts.known(conn, WORKSPACE, numbers)
        existing = len(known)
        found = {"existing": existing, "added": len(batch) - existing}
        found["suppressed"] = sheets.suppressed_of(conn, WORKSPACE, numbers)
        lacking = self._lacking(conn, numbers, known.keys(), own)
        found["lacking"] = len(lacking)
        if self.campaign_id is not None:
            self._check_campaign(conn)
            if self.require_consent and self.begun:
                found["without_consent"] = len(lacking)
                numbers = [number for number in numbers if number not in lacking]
            inside = contacts.enrolled(conn, WORKSPACE, self.campaign_id, numbers)
            found |= {"already_enrolled": inside, "enrolled": len(numbers) - inside}
        elif self.draft is not None:
            found["enrolled"] = len(batch)
        return found

    def _stored(self, conn: Connection, batch: list[Fields], own: _Consents | None) -> dict[str, int]:
        now = self.clock.now()
        if self.draft is not None and self.campaign_id is None:
            if not batch:
                raise ImportRefusedError(self._nobody())
            self.campaign_id = create_draft(conn, self.clock, self.actor, self.draft)
        if self.campaign_id is not None:
            self._check_campaign(conn)
        if not batch:
            return {}
        stored = contacts.store(conn, WORKSPACE, batch, now)
        numbers = [contact[0] for contact in batch]
        found = {"added": stored.added, "existing": stored.existing}
        found["suppressed"] = sheets.suppressed_of(conn, WORKSPACE, numbers)
        found["consents"] = self._consented(conn, numbers, own, now)
        if self.campaign_id is not None:
            before = contacts.last_enrolment(conn)
            if self.require_consent and self.begun:
                without = consents.among(conn, numbers, WORKSPACE)
                numbers = [number for number in numbers if number not in without]
                found["without_consent"] = len(without)
            joined = contacts.enrol(conn, WORKSPACE, self.campaign_id, numbers, now)
            found |= {"enrolled": joined, "already_enrolled": len(numbers) - joined}
            if joined and self.running:
                planning.begin_plan(conn, self.campaign_id, "join", now, before)
        return found

    def _lacking(
        self, conn: Connection, numbers: list[str], known: Collection[str], own: _Consents | None
    ) -> set[str]:
        """Numbers of whom there is no consent, neither on record nor in what is said now."""
        if own is None and self.consent is not None and self.consent.kind in GIVEN:
            return set()
        given = {number for number, said in own or () if said.kind in GIVEN}
        without = consents.among(conn, [number for number in numbers if number in known], WORKSPACE)
        return {
            number for number in numbers if number not in given and (number in without or number not in known)
        }

    def _consented(self, conn: Connection, numbers: list[str], own: _Consents | None, now: int) -> int:
        """Keep what was said of consent, in one statement a batch."""
        if own is not None:
            return consents.add_each(conn, own, self.actor, now, WORKSPACE)
        if self.consent is not None:
            return consents.add_to_all(conn, numbers, self.consent, self.actor, now, WORKSPACE)
        return 0

    def _check_campaign(self, conn: Connection) -> None:
        row = campaigns.get(conn, str(self.campaign_id))
        if row is None:
            raise ImportRefusedError(f"there is no campaign {self.campaign_id}; see trd campaign list")
        if row["status"] in ("completed", "archived"):
            raise ImportRefusedError(
                f"{row['name']} is {row['status']} and takes no more contacts;"
                " duplicate it and import into the copy"
            )
        self.running = row["status"] == "active"
        self.begun = row["status"] != "draft"

    def _nobody(self) -> str:
        if not self.counts["rejected"]:
            return f"{self.file.path} holds no contacts, only a header row"
        first = self.shown[0]
        return (
            f"{self.file.path}: none of its {self.counts['rejected']:,} rows can be imported;"
            f" line {first.line}: {first.reason}"
        )

    def _plan(self) -> None:
        while self.running and self.campaign_id is not None:
            step = self.store.write(planning.plan_chunk, self.campaign_id, self.clock.now(), PLAN_CHUNK)
            if step.finished:
                return

    def _report(self, stopped: bool) -> ImportReport:
        return ImportReport(
            file=str(self.file.path),
            **{name: self.counts[name] for name in _COUNTED},
            reasons=dict(self.reasons.most_common()),
            dry_run=self.dry_run,
            cancelled=stopped,
            rejects=tuple(self.shown),
            repeats=self.repeats,
            doubts=tuple(self.doubts),
            rejects_file=self.rejects.path if self.rejects and self.counts["rejected"] else None,
            campaign_id=self.campaign_id,
            notes=self.file.columns.notes,
        )

    def _audited(self, conn: Connection, report: ImportReport) -> None:
        name = self.file.path.name
        subject, id_ = ("campaign", self.campaign_id) if self.campaign_id else ("contact", name)
        after = {"file": name, **{count: getattr(report, count) for count in _COUNTED}}
        audit.record(conn, self.actor, "import", subject, id_, None, after, at=self.clock.real())
