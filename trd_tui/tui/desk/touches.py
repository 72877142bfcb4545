"""What the editor of a campaign's touches asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trd_tui.domain.finding import Finding
    from trd_tui.domain.sequence import Touch
    from trd_tui.services.edit_views import EditPreview
    from trd_tui.services.texts import SentTest
    from trd_tui.services.touch_views import Editable, Reader, Unsaved
    from trd_tui.services.views import ActResult
    from trd_tui.tui.desk import Progress


class TouchesDesk(Protocol):
    """Its questions. New touches have negative positions until they are saved."""

    async def read(self, campaign_id: str) -> Editable | None:
        """The sequence as it is stored; ``None`` when the campaign is gone."""
        ...

    async def keep(self, campaign_id: str, unsaved: Unsaved | None) -> None:
        """Keep what is not saved yet until the next login; ``None`` keeps nothing, as `save` does."""
        ...

    async def kept(self, campaign_id: str) -> Unsaved | None:
        """What was not saved the last time."""
        ...

    async def reader(self, campaign_id: str, place: int, matching: str = "") -> Reader | None:
        """A contact as whom texts are read; behind the last comes the first. ``None`` without any."""
        ...

    async def look(self, found: Editable, touches: Sequence[Touch]) -> list[Finding]:
        """What is to be said of these texts, the worst first."""
        ...

    async def preview(
        self, campaign_id: str, touches: Sequence[Touch], send_time: int, progress: Progress | None = None
    ) -> EditPreview:
        """What saving would change. Raises ``EditError`` and ``DefinitionError``."""
        ...

    async def save(
        self,
        campaign_id: str,
        touches: Sequence[Touch],
        send_time: int,
        version: int,
        progress: Progress | None = None,
    ) -> ActResult:
        """Save; raises what `preview` does, and ``ChangedMeanwhileError`` when somebody else was first."""
        ...

    async def test(
        self, campaign_id: str, touch: Touch, place: int, to: str, contact: str | None, variant: str | None
    ) -> SentTest:
        """Send a text as it is written to one's own number, once.

        ``place`` is the touch's place in the sequence, from 1. Raises ``TextError`` and ``PhoneError``.
        """
        ...
