"""The real desk's dry runs: each in a thread of its own, for they take minutes and have their own loop."""

from __future__ import annotations

import logging
import threading
from functools import partial

from trd_tui.domain.outlook import Sent
from trd_tui.domain.timeline import QUARTER_MS, Timeline
from trd_tui.foresight import ForesightCancelledError, NotForeseenError, Question, foresee
from trd_tui.services.past_sends import sends_made
from trd_tui.services.views import CampaignDetail
from trd_tui.tui.desk.timeline import DryRun, Foreseen
from trd_tui.tui.service_desk.asking import Asking
from trd_tui.wiring import engine_options

log = logging.getLogger(__name__)

KEPT = 8
"""Campaigns whose last dry run is kept; the oldest goes first."""

ENDS_S = 10.0
"""Seconds that leaving waits for dry runs that were called off."""


class TimelineService:
    """See `TimelineDesk`."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._runs: dict[str, DryRun] = {}
        self._threads: list[threading.Thread] = []

    def latest(self, campaign_id: str) -> DryRun | None:
        """The last dry run of a campaign."""
        return self._runs.get(campaign_id)

    def begin(self, basis: CampaignDetail) -> DryRun:
        """Begin another one."""
        before = self._runs.pop(basis.row.id, None)
        if before is not None and before.running:
            before.cancel()
        run = self._runs[basis.row.id] = DryRun()
        for oldest in list(self._runs)[: max(0, len(self._runs) - KEPT)]:
            self._runs.pop(oldest).cancel()
        thread = threading.Thread(target=self._run, args=(run, basis), name="trd-dry-run", daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()
        return run

    def _run(self, run: DryRun, basis: CampaignDetail) -> None:
        product = self._asking.product
        coming = Timeline(basis.timezone)

        def sent(message: Sent) -> None:
            coming.add(message.at // QUARTER_MS, message.touch, 1, message.segments, message.cost_micros)

        try:
            outlook = foresee(
                product.settings.database_url,
                engine_options(product.settings),
                Question(basis.row.id, product.clock.now()),
                sent=sent,
                progress=run.progress,
                cancelled=lambda: run.cancelled,
            )
            run.found = Foreseen(outlook, coming, basis)
        except ForesightCancelledError:
            run.cancelled = True
        except NotForeseenError as error:
            run.fault = str(error)
        except Exception as error:  # a thread has nobody above it: whoever looks at the run is told
            log.exception("the dry run of %s has failed", basis.row.id)
            run.fault = str(error) or type(error).__name__

    async def made(self, campaign_id: str, timezone: str) -> Timeline:
        """What a campaign has sent."""
        return await self._asking.ask(partial(sends_made, self._asking.product.db, campaign_id, timezone))

    def close(self) -> None:
        """Call off what is under way, and wait until its copies are gone."""
        for run in self._runs.values():
            run.cancel()
        for thread in self._threads:
            thread.join(ENDS_S)
