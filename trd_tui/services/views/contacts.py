"""A campaign's contacts: where each of them stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContactQuery:
    """Which contacts to show: one enrolment status or all; part of a name or a number; who is suppressed."""

    status: str | None = None
    search: str = ""
    limit: int = 50
    offset: int = 0
    suppressed: bool = False


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One contact in one campaign: where they stand, what was last and what comes next."""

    enrolment_id: int
    contact_id: int
    number: str
    first_name: str
    last_name: str
    company: str
    status: str
    sent_count: int
    touches_planned: int
    touches_resolved: int
    last_sent_at: int | None
    next_touch: int | None
    next_at: int | None
    next_state: str | None
    reason: str | None
    """Why it ended, or why the next message is held."""
    ended_touch: int | None
    replied_at: int | None
    opted_out_at: int | None
    last_touch: int | None = None
    """The last touch that was tried; ``None`` before the first."""
    last_state: str | None = None
    """What became of it: sent, delivered, undelivered or failed."""
    last_at: int | None = None
    """When it was accepted, else when it failed."""
    suppressed: str | None = None
    """Why the number must not be texted."""

    @property
    def name(self) -> str:
        """First and last name, as far as they are known."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class ContactPage:
    """A page of a campaign's contacts and how many match in all."""

    rows: tuple[ContactRow, ...]
    total: int
