"""What the screens read and ask for; the only thing they know of the rest of the product.

Its rows are the services' own frozen dataclasses, which import no SQL. The real desk (``service_desk``) is
imported after the first paint; tests use a desk without a database.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trd_tui.services.listing import OwnPause
    from trd_tui.services.views import (
        ActPreview,
        ActResult,
        CampaignDetail,
        CampaignPage,
        Connected,
        ContactPage,
        ContactQuery,
        ListQuery,
        Overview,
        Sends,
    )
    from trd_tui.tui.desk.administration import AdministrationDesk
    from trd_tui.tui.desk.health import HealthDesk
    from trd_tui.tui.desk.inbox import InboxDesk
    from trd_tui.tui.desk.new_campaign import StepsDesk
    from trd_tui.tui.desk.people import PeopleDesk
    from trd_tui.tui.desk.reports import ReportsDesk
    from trd_tui.tui.desk.summary import SummaryDesk
    from trd_tui.tui.desk.terms import TermsDesk
    from trd_tui.tui.desk.timeline import TimelineDesk
    from trd_tui.tui.desk.touches import TouchesDesk


Progress = Callable[[int, int], None]
"""Done and total of a long act; called from any thread. ``ActCancelledError`` out of it ends the act."""


@dataclass(frozen=True)
class EngineView:
    """What this process's scheduler does, as the top line shows it.

    Attributes:
        role: ``starting``, ``sending`` here, ``watching`` another process send, or ``ended`` by a fault.
        holder: who sends where it is not us, for people.
        rate: messages a second, lately.
        in_flight: calls to the carrier that have not been answered.
        last_error: the latest fault in a sentence.
        last_error_at: its real instant, to the minute; ``None`` where nobody knows.
        notice: what the scheduler did of itself that people should know, in a sentence.
    """

    role: str = "watching"
    holder: str = ""
    rate: float = 0.0
    in_flight: int = 0
    last_error: str | None = None
    last_error_at: int | None = None
    notice: str | None = None


class Desk(Protocol):
    """Everything a screen may ask for. The awaited ones never run on the screen's own loop."""

    title: str
    """The workspace's name."""

    actor: str
    """Who acts."""

    carrier: str
    """``simulated`` or ``twilio``."""

    zone: str
    """IANA zone in which instants are shown."""

    @property
    def people(self) -> PeopleDesk:
        """A campaign's contacts one by one, its replies and its acts."""
        ...

    @property
    def timeline(self) -> TimelineDesk:
        """When a campaign has sent and will send."""
        ...

    @property
    def reports(self) -> ReportsDesk:
        """What the screen of reports asks for."""
        ...

    @property
    def health(self) -> HealthDesk:
        """What the screen of health asks for."""
        ...

    @property
    def summary(self) -> SummaryDesk:
        """For the summary of a campaign."""
        ...

    @property
    def touches(self) -> TouchesDesk:
        """For the editor of a campaign's touches."""
        ...

    @property
    def terms(self) -> TermsDesk:
        """For a campaign's schedule and limits."""
        ...

    @property
    def new_campaign(self) -> StepsDesk:
        """What the steps of a new campaign ask."""
        ...

    @property
    def inbox(self) -> InboxDesk:
        """What the inbox asks for."""
        ...

    @property
    def administration(self) -> AdministrationDesk:
        """What the administration asks for."""
        ...

    def now(self) -> int:
        """Campaign time."""
        ...

    @property
    def speed(self) -> float:
        """Campaign milliseconds a real millisecond."""
        ...

    def change_speed(self, factor: float) -> float | None:
        """Multiply the speed of a demonstration clock; answers the new one, ``None`` for the real clock."""
        ...

    def engine(self) -> EngineView:
        """What the scheduler does; answers at once."""
        ...

    def stop_now(self) -> None:
        """Set the emergency stop of this process's scheduler in memory; answers at once."""
        ...

    async def stop_everywhere(self) -> None:
        """Set the emergency stop in the database, for every process."""
        ...

    async def release(self, seen: Overview) -> bool:
        """Release the emergency stop that these figures tell of; ``False`` where it is another, or none."""
        ...

    async def token(self) -> int:
        """A number that differs after anybody changed the database."""
        ...

    @property
    def stopped(self) -> bool:
        """Whether the database had the emergency stop at the last `token`; answers at once."""
        ...

    @property
    def trouble(self) -> str | None:
        """Why the carrier could not be asked, in a word, at the last `token`; ``None`` while it answers."""
        ...

    def wake_on_changes(self, wake: Callable[[], None]) -> None:
        """Call this, from any thread, after anybody has changed the database; at once, but not in a burst."""
        ...

    async def overview(self) -> Overview:
        """The figures above the list."""
        ...

    async def own_pauses(self) -> Sequence[OwnPause]:
        """Campaigns and senders that nobody has paused, with the reason; some hundred at most."""
        ...

    async def page(self, query: ListQuery) -> CampaignPage:
        """A page of campaigns."""
        ...

    async def rank(self, campaign_id: str, query: ListQuery) -> int | None:
        """Where a campaign stands in the list; ``None`` when it is not in it."""
        ...

    async def ids(self, query: ListQuery) -> Sequence[str]:
        """Ids of all campaigns of the list, for marking them all."""
        ...

    async def detail(self, campaign_id: str) -> CampaignDetail | None:
        """One campaign; ``None`` when there is none of that id."""
        ...

    async def contacts(self, campaign_id: str, query: ContactQuery) -> ContactPage:
        """A page of a campaign's contacts."""
        ...

    async def next_sends(self, campaign_id: str) -> Sequence[Sends]:
        """The next instants at which a campaign sends, and how many messages each."""
        ...

    async def contact_counts(self, campaign_id: str) -> Mapping[str, int]:
        """A campaign's contacts by state; a state nobody is in is missing."""
        ...

    async def preview(self, act: str, ids: Sequence[str]) -> ActPreview:
        """What an act would do."""
        ...

    async def act(
        self,
        act: str,
        ids: Sequence[str],
        *,
        name: str | None = None,
        versions: Mapping[str, int] | None = None,
        progress: Progress | None = None,
    ) -> Sequence[ActResult]:
        """Do it to all of them; each answers for itself. ``name`` is a duplicate's.

        A start is refused where the campaign is not of the version that ``versions`` gives for its id.

        Called off, what is done stays done, a campaign half way is paused, the others are as before.
        """
        ...

    async def export(
        self, ids: Sequence[str], *, progress: Progress | None = None
    ) -> tuple[str, Sequence[ActResult]]:
        """Write contacts and messages into files of a new folder; answers where that is."""
        ...

    async def undo(self, act: str, results: Sequence[ActResult]) -> Sequence[ActResult]:
        """Take an act back where nothing was sent because of it."""
        ...

    async def connected(self) -> Sequence[Connected]:
        """Everybody whose app is open, this one among them, the longest here first."""
        ...

    def somebody_is_gone(self) -> bool:
        """Whether the app of somebody who was connected was killed since; answers at once."""
        ...

    async def close(self) -> None:
        """Give everything back; sends that are under way are drained."""
        ...


OpenDesk = Callable[[], Awaitable[Desk]]
"""Imports the product and opens it; awaited after the first paint."""
