"""The real desk's answers to the editor of touches."""

from __future__ import annotations

from collections.abc import Sequence

from trd_tui.domain.finding import Finding
from trd_tui.domain.phone import normalise
from trd_tui.domain.sequence import Touch
from trd_tui.services import texts
from trd_tui.services import touches as sequence
from trd_tui.services.edit_views import EditPreview
from trd_tui.services.texts import SentTest
from trd_tui.services.touch_views import Editable, Reader, Unsaved, look_at
from trd_tui.services.views import ActResult
from trd_tui.tui.desk import Progress
from trd_tui.tui.service_desk.asking import Asking
from trd_tui.wiring import make_carrier


class TouchesAnswers:
    """See `TouchesDesk`."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._db, self._clock = asking.product.db, asking.product.clock

    async def read(self, campaign_id: str) -> Editable | None:
        """The sequence as it is stored."""
        return await self._asking.ask(lambda: sequence.editable(self._db, campaign_id))

    async def keep(self, campaign_id: str, unsaved: Unsaved | None) -> None:
        """Keep what is not saved yet."""
        person = self._asking.person
        await self._asking.ask(lambda: sequence.keep(self._db, self._clock, person, campaign_id, unsaved))

    async def kept(self, campaign_id: str) -> Unsaved | None:
        """What was not saved the last time."""
        return await self._asking.ask(lambda: sequence.kept(self._db, self._asking.person, campaign_id))

    async def reader(self, campaign_id: str, place: int, matching: str = "") -> Reader | None:
        """A contact as whom texts are read."""
        return await self._asking.ask(lambda: sequence.reader(self._db, campaign_id, place, matching))

    async def look(self, found: Editable, touches: Sequence[Touch]) -> list[Finding]:
        """The lint, on the services' loop: the screen's own goes on."""

        async def look() -> list[Finding]:
            return look_at(found, touches)

        return await self._asking.ask(look)

    async def preview(
        self, campaign_id: str, touches: Sequence[Touch], send_time: int, progress: Progress | None = None
    ) -> EditPreview:
        """What saving would change."""
        return await self._asking.ask(
            lambda: sequence.preview(
                self._db,
                self._clock,
                campaign_id,
                touches,
                send_time,
                progress=progress,
                limits=self._asking.product.limits,
            )
        )

    async def save(
        self,
        campaign_id: str,
        touches: Sequence[Touch],
        send_time: int,
        version: int,
        progress: Progress | None = None,
    ) -> ActResult:
        """Save, then wake the scheduler."""
        person = self._asking.person
        done = await self._asking.ask(
            lambda: sequence.save(
                self._db, self._clock, person, campaign_id, touches, send_time, version, progress=progress
            )
        )
        self._asking.touch()
        return done

    async def test(
        self, campaign_id: str, touch: Touch, place: int, to: str, contact: str | None, variant: str | None
    ) -> SentTest:
        """Send a text as it is written to one's own number."""
        product, number = self._asking.product, normalise(to)

        async def send() -> SentTest:
            carrier = make_carrier(product.settings, product.clock, product.behaviour)
            try:
                return await texts.send_test(
                    self._db,
                    self._clock,
                    self._asking.person,
                    carrier,
                    campaign_id,
                    touch.position if touch.position > 0 else place,
                    number,
                    contact,
                    variant,
                    budgets=product.budgets,
                    draft=touch,
                )
            finally:
                await carrier.close()

        return await self._asking.ask(send)
