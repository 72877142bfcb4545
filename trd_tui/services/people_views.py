"""What the lists of one campaign hold beside its contacts: replies and acts. It imports no SQL."""

from __future__ import annotations

from dataclasses import dataclass

from trd_tui.domain.decision import Decision


@dataclass(frozen=True, slots=True)
class ReplyQuery:
    """Which replies of a campaign to show.

    Attributes:
        kind: one kind; ``None`` for all.
        touch: only what answers this touch.
        search: part of a name, number or text.
        limit: rows of the page.
        offset: rows before it.
    """

    kind: str | None = None
    touch: int | None = None
    search: str = ""
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class CampaignReply:
    """One text that came in on a campaign.

    Attributes:
        id: its row.
        number: who wrote, E.164 or a short code.
        name: of the contact; empty where they are none or have none.
        at: campaign instant.
        kind: reply, unclear (perhaps an opt-out), opt_out, opt_in, help or auto (a machine).
        body: the text.
        touch: the touch that it answers; ``None`` where that is not known.
        answered_at: campaign instant at which a person answered it.
        counted: it is the one that counts for its contact in the reply rate.
        decision: what a person has decided about one that is unclear.
    """

    id: int
    number: str
    name: str
    at: int
    kind: str
    body: str
    touch: int | None
    answered_at: int | None
    counted: bool
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class CampaignReplyPage:
    """A page of them and how many match."""

    rows: tuple[CampaignReply, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ContactActResult:
    """What an act on one contact did: whether, and in a sentence."""

    ok: bool
    message: str
