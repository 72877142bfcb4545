"""What a campaign's screen asks of its people: one contact, replies, acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from trd_tui.services.administration_views import AuditPage
    from trd_tui.services.inbox_views import WholeConversation
    from trd_tui.services.people_views import CampaignReplyPage, ContactActResult, ReplyQuery
    from trd_tui.services.views import ContactQuery
    from trd_tui.services.why_views import Why
    from trd_tui.tui.desk import Progress

ContactAct = Literal["send", "skip", "stop", "opt_out", "allow"]
"""Let the held message go, skip it, take them out of the campaign, suppress the number, lift that again."""


class PeopleDesk(Protocol):
    """Asked by the pages of a campaign."""

    async def why(self, campaign_id: str, number: str) -> Why | None:
        """Where a contact stands and which rule decides; ``None`` when they are not in the campaign."""
        ...

    async def act(self, act: ContactAct, campaign_id: str, number: str) -> ContactActResult:
        """Do something about one contact."""
        ...

    async def replies(self, campaign_id: str, query: ReplyQuery) -> CampaignReplyPage:
        """A page of what came in on a campaign, the newest first."""
        ...

    async def reply_rank(self, campaign_id: str, reply_id: int, query: ReplyQuery) -> int | None:
        """At which place one of them stands."""
        ...

    async def reply_counts(self, campaign_id: str) -> Mapping[tuple[int | None, str], int]:
        """How many came in, by touch and kind."""
        ...

    async def conversation(self, number: str) -> WholeConversation | None:
        """Everything with one number, in both directions."""
        ...

    async def activity(self, campaign_id: str, offset: int, limit: int) -> AuditPage:
        """A page of what was done to a campaign, the newest first."""
        ...

    async def activity_rank(self, campaign_id: str, act_id: int) -> int:
        """At which place an act stands."""
        ...

    async def export_contacts(self, campaign_id: str, query: ContactQuery, progress: Progress) -> Exported:
        """Write the contacts that are listed into a file."""
        ...

    async def export_replies(self, campaign_id: str, query: ReplyQuery, progress: Progress) -> Exported:
        """Write the replies that are listed into a file."""
        ...

    async def export_activity(self, campaign_id: str, progress: Progress) -> Exported:
        """Write the acts into a file."""
        ...

    async def export_days(
        self, campaign_id: str, rows: Sequence[Sequence[object]], *, whole: bool
    ) -> Exported:
        """Write the rows of a calendar into a file, whose name says it where what is to come lacks."""
        ...


Exported = tuple[str, int]
"""The file as people write it, and its rows."""
