"""The real desk's answers to the screen of a campaign's schedule and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.services import terms
from trd_tui.tui.service_desk.asking import Asking

if TYPE_CHECKING:
    from trd_tui.domain.sheet import Sheet
    from trd_tui.services.edit_views import EditPreview
    from trd_tui.services.term_views import Terms
    from trd_tui.services.views import ActResult
    from trd_tui.tui.desk import Progress


class TermsAnswers:
    """See `TermsDesk`."""

    def __init__(self, asking: Asking) -> None:
        self._asking, self._person = asking, asking.person
        self._db, self._clock = asking.product.db, asking.product.clock

    async def read(self, campaign_id: str, sheet: Sheet | None) -> Terms | None:
        """What is stored beside what is typed."""
        return await self._asking.ask(lambda: terms.read(self._db, self._person, campaign_id, sheet))

    async def keep(self, campaign_id: str, sheet: Sheet | None) -> None:
        """Keep what is not stored yet."""
        await self._asking.ask(lambda: terms.keep(self._db, self._clock, self._person, campaign_id, sheet))

    async def preview(self, sheet: Sheet, progress: Progress | None = None) -> EditPreview:
        """What storing it would change."""
        limits = self._asking.product.limits
        return await self._asking.ask(
            lambda: terms.preview(self._db, self._clock, sheet, progress=progress, limits=limits)
        )

    async def save(self, sheet: Sheet, version: int, progress: Progress | None = None) -> ActResult:
        """Store it, then wake the scheduler."""
        done = await self._asking.ask(
            lambda: terms.save(self._db, self._clock, self._person, sheet, version, progress=progress)
        )
        self._asking.touch()
        return done
