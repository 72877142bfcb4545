"""The real desk: the services, asked on a loop of their own. Imported after the first paint."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, cast

from trd_tui.clock import VirtualClock
from trd_tui.services import control, listing
from trd_tui.services.actor import Actor
from trd_tui.services.attendance import Attendance, place_of
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
from trd_tui.settings_file import SettingsPlace
from trd_tui.store import control as control_row
from trd_tui.store.changes import Changes
from trd_tui.store.commit_watch import CommitWatch
from trd_tui.tui.desk import EngineView, Progress
from trd_tui.tui.loop_thread import LoopThread
from trd_tui.tui.service_desk.asking import Asking
from trd_tui.tui.service_desk.late_engine import Engine, LateEngine
from trd_tui.wiring import Product, engine_in_thread

if TYPE_CHECKING:
    from trd_tui.services.listing import OwnPause
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
    from trd_tui.tui.service_desk.acts import Acts
    from trd_tui.tui.service_desk.inbox import ServiceInbox
    from trd_tui.tui.service_desk.timeline import TimelineService

log = logging.getLogger(__name__)

FASTEST = 100_000.0
SLOWEST = 1.0
DRAIN_S = 30.0
"""Seconds that leaving waits for answers of the carrier."""


MOST_PAUSES = 500
"""Campaigns, and senders, that have paused by themselves, told at most."""


class ServiceDesk:
    """A desk over an opened product. Its awaited methods run on the thread's loop, whoever awaits them."""

    def __init__(
        self,
        product: Product,
        actor: Actor,
        thread: LoopThread,
        engine: Engine,
        *,
        title: str,
        zone: str,
        place: SettingsPlace | None = None,
    ) -> None:
        self.title, self.zone = title, zone
        self.actor, self.carrier = actor.name, product.settings.carrier
        self._product, self._person, self._thread, self._engine = product, actor, thread, engine
        self._db, self._clock = product.db, product.clock
        self._late = int(product.settings.max_lateness_h * 3_600_000)
        # The token must be asked on one connection: its own engine has only one. It is asked for as long as
        # the app is shown: in one hop, where the asyncio engine takes four.
        self._changes = Changes(product.settings.database_url)
        self._watching = ThreadPoolExecutor(1, "trd-token")
        self._commits = CommitWatch(product.settings.database_url, self._somebody_wrote)
        self._wake: Callable[[], None] | None = None
        self._asking = Asking(product, actor, zone, thread, engine.touch)
        self._attendance = Attendance(product.db, product.clock, actor, place_of(os.environ))
        self._place = place
        self.rows_shown: Callable[[], None] | None = None
        """Called once, when the first page of campaigns is there."""

    # What other screens than the first ask is imported behind the first rows.

    @cached_property
    def people(self) -> PeopleDesk:
        """What the contacts of a campaign ask."""
        from trd_tui.tui.service_desk.people import PeopleService

        return PeopleService(self._asking)

    @cached_property
    def timeline(self) -> TimelineDesk:
        """What the timeline of a campaign asks."""
        from trd_tui.tui.service_desk.timeline import TimelineService

        return TimelineService(self._asking)

    @cached_property
    def reports(self) -> ReportsDesk:
        """What the reports ask."""
        from trd_tui.tui.service_desk.reports import Reports

        return Reports(self._asking)

    @cached_property
    def health(self) -> HealthDesk:
        """What the state of the machine asks."""
        from trd_tui.tui.service_desk.health import Health

        return Health(self._asking)

    @cached_property
    def summary(self) -> SummaryDesk:
        """What the summary of a campaign asks."""
        from trd_tui.tui.service_desk.summary import SummaryAnswers

        return SummaryAnswers(self._asking)

    @cached_property
    def touches(self) -> TouchesDesk:
        """What the editor of touches asks."""
        from trd_tui.tui.service_desk.touches import TouchesAnswers

        return TouchesAnswers(self._asking)

    @cached_property
    def terms(self) -> TermsDesk:
        """What a campaign's schedule and limits ask."""
        from trd_tui.tui.service_desk.terms import TermsAnswers

        return TermsAnswers(self._asking)

    @cached_property
    def inbox(self) -> InboxDesk:
        """What the inbox asks."""
        from trd_tui.tui.service_desk.inbox import ServiceInbox

        return ServiceInbox(self._asking)

    @cached_property
    def administration(self) -> AdministrationDesk:
        """What senders, suppressions, settings and audit ask."""
        from trd_tui.tui.service_desk.administration import Administration

        return Administration(self._asking, self._place)

    @cached_property
    def new_campaign(self) -> StepsDesk:
        """What the steps of a new campaign ask."""
        from trd_tui.tui.service_desk.new_campaign import Steps

        return Steps(self._asking)

    @cached_property
    def _acts(self) -> Acts:
        from trd_tui.tui.service_desk.acts import Acts

        product = self._product
        return Acts(product.db, product.clock, self._person, self._late, product.settings.require_consent)

    def now(self) -> int:
        """Campaign time."""
        return self._clock.now()

    @property
    def speed(self) -> float:
        """Campaign milliseconds a real millisecond."""
        return self._clock.speed

    def change_speed(self, factor: float) -> float | None:
        """Multiply the speed of a demonstration clock; its anchor is stored, for those who watch."""
        clock = self._clock
        if not isinstance(clock, VirtualClock) or self.engine().role != "sending":
            return None
        clock.set_speed(max(SLOWEST, min(FASTEST, clock.speed * factor)))
        anchor = clock.anchor

        async def store() -> None:
            await self._db.write(control_row.set_anchor, anchor)

        self._thread.later(store)
        self._engine.touch()
        return clock.speed

    def engine(self) -> EngineView:
        """What the scheduler does."""
        state = self._engine.state()
        return EngineView(
            role=str(state.role), holder=state.holder, rate=state.rate, in_flight=state.in_flight,
            last_error=state.last_error, last_error_at=state.last_error_at, notice=state.notice,
        )  # fmt: skip

    def stop_now(self) -> None:
        """Close the gate in memory, before the database is told."""
        self._engine.stop_now()

    async def stop_everywhere(self) -> None:
        """Set the emergency stop for every process."""
        await self._thread.call(lambda: control.stop(self._db, self._clock, self._person))

    async def release(self, seen: Overview) -> bool:
        """Release the emergency stop that somebody was asked about."""
        stop = (seen.stopped_at, seen.stop_reason)
        released = await self._thread.call(
            lambda: control.start(self._db, self._clock, self._person, seen=stop)
        )
        self._engine.touch()
        return released

    async def token(self) -> int:
        """Ask the database's own sign of a change."""
        if not self._changes.at_once:
            return await asyncio.get_running_loop().run_in_executor(self._watching, self._changes.token)
        return self._changes.token()

    @property
    def stopped(self) -> bool:
        """Whether the emergency stop was set when the token was asked for last."""
        return self._changes.stopped

    @property
    def trouble(self) -> str | None:
        """Why the carrier could not be asked when the token was asked for last."""
        return self._changes.trouble

    def wake_on_changes(self, wake: Callable[[], None]) -> None:
        """Call this, from a thread, whenever somebody has changed the database."""
        self._wake = self._engine.told = wake
        self._commits.start()

    def _somebody_wrote(self) -> None:
        """The scheduler is told, so that it need not look, too, and the screen."""
        self._engine.touch()
        if self._wake is not None:
            self._wake()

    async def overview(self) -> Overview:
        """The figures above the list."""
        return await self._thread.call(lambda: listing.overview(self._db, self._clock, self.zone))

    async def own_pauses(self) -> Sequence[OwnPause]:
        """Campaigns and senders that nobody has paused, with the reason."""
        return await self._thread.call(
            lambda: listing.paused_by_themselves(self._db, self._clock, MOST_PAUSES)
        )

    async def page(self, query: ListQuery) -> CampaignPage:
        """A page of campaigns."""
        page = await self._thread.call(lambda: listing.page(self._db, query))
        shown, self.rows_shown = self.rows_shown, None
        if shown is not None:
            shown()
        return page

    async def rank(self, campaign_id: str, query: ListQuery) -> int | None:
        """Where a campaign stands in the list."""
        return await self._thread.call(lambda: listing.rank(self._db, campaign_id, query))

    async def ids(self, query: ListQuery) -> Sequence[str]:
        """Ids of all campaigns of the list."""
        return await self._thread.call(lambda: listing.matching_ids(self._db, query))

    async def detail(self, campaign_id: str) -> CampaignDetail | None:
        """One campaign."""
        return await self._thread.call(lambda: listing.campaign_detail(self._db, campaign_id))

    async def contacts(self, campaign_id: str, query: ContactQuery) -> ContactPage:
        """A page of a campaign's contacts."""
        return await self._thread.call(lambda: listing.contact_page(self._db, campaign_id, query))

    async def next_sends(self, campaign_id: str) -> Sequence[Sends]:
        """The next instants at which a campaign sends."""
        return await self._thread.call(lambda: listing.next_sends(self._db, campaign_id))

    async def contact_counts(self, campaign_id: str) -> Mapping[str, int]:
        """A campaign's contacts by state."""
        return await self._thread.call(lambda: listing.contact_counts(self._db, campaign_id))

    async def preview(self, act: str, ids: Sequence[str]) -> ActPreview:
        """What an act would do."""
        from trd_tui.services import previews

        return await self._thread.call(
            lambda: previews.preview(
                self._db,
                self._clock,
                act,
                ids,
                max_lateness_ms=self._late,
                prices=self._product.prices if act in ("start", "resume") else None,
                limits=self._product.limits,
                foreign=self._asking.foreign,
            )
        )

    async def act(
        self,
        act: str,
        ids: Sequence[str],
        *,
        name: str | None = None,
        versions: Mapping[str, int] | None = None,
        progress: Progress | None = None,
    ) -> Sequence[ActResult]:
        """Do it, then wake the scheduler."""
        results = await self._thread.call(lambda: self._acts.act(act, ids, name, progress, versions))
        self._engine.touch()
        return results

    async def export(
        self, ids: Sequence[str], *, progress: Progress | None = None
    ) -> tuple[str, Sequence[ActResult]]:
        """Write contacts and messages into files."""
        return await self._thread.call(lambda: self._acts.export(ids, progress))

    async def undo(self, act: str, results: Sequence[ActResult]) -> Sequence[ActResult]:
        """Take an act back, then wake the scheduler."""
        undone = await self._thread.call(lambda: self._acts.undo(act, results))
        self._engine.touch()
        return undone

    def attend(self) -> None:
        """Let the others see that this app is open."""
        self._thread.later(self._attendance.attend)

    async def connected(self) -> Sequence[Connected]:
        """Everybody whose app is open."""
        return await self._thread.call(self._attendance.connected)

    def somebody_is_gone(self) -> bool:
        """Whether the app of somebody who was connected was killed since."""
        return self._attendance.somebody_is_gone()

    async def close(self) -> None:
        """Drain what is being sent, store where a virtual clock has come to, give everything back."""
        if not await asyncio.to_thread(self._engine.stop, DRAIN_S):
            log.warning(
                "the scheduler was still waiting for the carrier; it ends when the carrier has answered"
            )
        opened = vars(self)  # what nobody has asked needs no closing
        if "timeline" in opened:
            await asyncio.to_thread(cast("TimelineService", self.timeline).close)
        await self._thread.call(self._close)
        await self._thread.stop()

    async def _close(self) -> None:
        await self._attendance.leave()
        clock = self._clock
        if isinstance(clock, VirtualClock):
            await self._db.write(control_row.set_anchor, clock.anchor)
        await asyncio.to_thread(self._commits.close)
        await asyncio.to_thread(self._watching.shutdown)
        self._changes.close()
        if "inbox" in vars(self):
            await cast("ServiceInbox", self.inbox).close()
        await self._product.close()


PARTS = (
    "acts", "administration", "health", "inbox", "new_campaign", "people", "reports", "summary", "terms",
    "timeline", "touches",
)  # fmt: skip
"""Modules of what other screens than the first ask; imported behind the first rows."""


SCREENS = (
    "new_campaign.screen", "new_campaign.sender", "palette", "dialogs", "help", "campaign.screen",
    "inbox.screen", "reports.screen", "health.screen", "administration.screen", "terms.screen", "importing",
)  # fmt: skip
"""Modules of screens that take up to a tenth of a second to import, in which no key would be answered."""


def _import_parts() -> None:
    for part in PARTS:
        import_module(f"{__name__}.{part}")
    for screen in SCREENS:
        import_module(f"trd_tui.tui.{screen}")


def start_desk(
    product: Product, thread: LoopThread, *, title: str, zone: str, place: SettingsPlace | None = None
) -> ServiceDesk:
    """Start the scheduler in its own thread and put a desk before the product.

    Args:
        product: opened; the desk closes it.
        thread: the loop of the services.
        title: what the top line calls it.
        zone: IANA zone in which instants are shown.
        place: where settings are changed; ``None`` where they are not to be.
    """
    actor = Actor.local(product.settings.actor)
    engine = LateEngine(lambda: engine_in_thread(product, face="app"), then=_import_parts)
    engine.start()
    desk = ServiceDesk(product, actor, thread, engine, title=title, zone=zone, place=place)
    desk.rows_shown = engine.begin_now
    desk.attend()
    return desk
