"""What the screen of a campaign's schedule and limits asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trd_tui.domain.sheet import Sheet
    from trd_tui.services.edit_views import EditPreview
    from trd_tui.services.term_views import Terms
    from trd_tui.services.views import ActResult
    from trd_tui.tui.desk import Progress


class TermsDesk(Protocol):
    """Its questions."""

    async def read(self, campaign_id: str, sheet: Sheet | None) -> Terms | None:
        """What is stored beside what is typed; without a sheet, what was typed at the last look.

        ``None`` when the campaign is gone.
        """
        ...

    async def keep(self, campaign_id: str, sheet: Sheet | None) -> None:
        """Keep what is not stored yet until the next login; ``None`` keeps nothing, as `save` does."""
        ...

    async def preview(self, sheet: Sheet, progress: Progress | None = None) -> EditPreview:
        """What storing it would change. Raises ``EditError``."""
        ...

    async def save(self, sheet: Sheet, version: int, progress: Progress | None = None) -> ActResult:
        """Store it; raises as `preview`, and ``ChangedMeanwhileError`` when somebody else was first."""
        ...
