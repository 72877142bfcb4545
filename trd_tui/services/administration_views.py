"""What the administration's pages hold. It imports no SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trd_tui.domain.finding import one_or_many
from trd_tui.domain.sentences import part


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which acts to show; empty fields do not count.

    Attributes:
        actor: of this person or process.
        act: of this kind.
        campaign: on the campaign of this id.
        search: part of a name, a number, an act or of what was before or after.
        limit: rows of the page.
        offset: rows before it.
    """

    actor: str = ""
    act: str = ""
    campaign: str = ""
    search: str = ""
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act.

    Attributes:
        id: its row.
        at: real instant.
        actor: who, as they are called in TRD.
        login: the login name of the system under which the program ran.
        act: what was done.
        subject: to what kind of thing.
        subject_id: to which one.
        name: a campaign's name; empty for other things.
        before: what it was, of the fields that changed.
        after: what it is since.
    """

    id: int
    at: int
    actor: str
    login: str
    act: str
    subject: str
    subject_id: str
    name: str
    before: Mapping[str, object]
    after: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of acts and how many match."""

    rows: tuple[AuditEntry, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SuppressionQuery:
    """Which suppressed numbers to show.

    Attributes:
        reason: only of this reason; ``None`` for all.
        search: part of a number, or where it has no digit, of a reason.
        limit: rows of the page.
        offset: rows before it.
    """

    reason: str | None = None
    search: str = ""
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class SuppressionRow:
    """A suppressed number.

    Attributes:
        number: E.164.
        reason: why.
        source: carrier, contact, import, or operator.
        since: campaign instant.
        by: who put it there, a person or whoever else says so; ``a file`` where nobody knows who imported.
        person: who put it there, where it was a person.
    """

    number: str
    reason: str
    source: str
    since: int
    by: str
    person: str | None = None

    @property
    def words(self) -> str:
        """Why it stands there, and by whom."""
        return f"{part(self.reason)}, by {self.by}"

    def stood(self, at: str, ended: int) -> str:
        """That it was there when somebody put it there once more.

        Args:
            at: since when, in words.
            ended: sequences that were open all the same, and that this has ended.
        """
        also = f"; this ended {one_or_many(ended, 'sequence')}" if ended else ""
        return f"stood on the do-not-contact list already: {self.words}, {at}{also}"


@dataclass(frozen=True, slots=True)
class SuppressionRows:
    """A page of them and how many match."""

    rows: tuple[SuppressionRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SenderRow:
    """A sender and how it is used.

    Attributes:
        address: E.164 number, short code or messaging service SID.
        kind: long_code, toll_free, short_code or messaging_service.
        rate_milli: thousandths of a segment a second; 0 = no limit.
        paused_until: campaign instant; ``None`` = not paused.
        paused_for_good: it is paused until a person resumes it.
        paused_reason: why.
        campaigns: that name it.
        active: of them, those that send.
        foreign: it was no number of the account when the carrier was asked last.
    """

    address: str
    kind: str
    rate_milli: int
    paused_until: int | None
    paused_for_good: bool
    paused_reason: str
    campaigns: int
    active: int
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class SenderCampaign:
    """A campaign that uses a sender."""

    id: str
    name: str
    status: str
