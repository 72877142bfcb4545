"""Step 5: the dry run - what goes when, what it costs, what the lint and the law say."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from trd_tui.domain.sheet import REVIEW, Sheet
from trd_tui.tui.lines import ActionLine, Part
from trd_tui.tui.new_campaign.outlook import review_content
from trd_tui.tui.new_campaign.pane import Pane
from trd_tui.tui.scroll import Scroll

if TYPE_CHECKING:
    from trd_tui.tui.desk.new_campaign import Review
    from trd_tui.tui.new_campaign.screen import NewCampaignScreen


class ReviewPane(Pane):
    """The step."""

    STEP: ClassVar = REVIEW
    SAVES: ClassVar = "save as draft, leave"

    def __init__(self, steps: NewCampaignScreen) -> None:
        super().__init__(steps)
        self.review: Review | None = None
        self._of: tuple[Sheet, int | None] | None = None

    def compose(self) -> ComposeResult:
        """The text, and the two ways out."""
        yield ActionLine(id="outcome")
        with Scroll(id="review-scroll"):
            yield Static("", id="review-text", markup=False)

    def entered(self) -> None:
        """Look ahead, unless nothing has changed since the last time."""
        self.query_one("#review-scroll").focus()
        if self.review is None or self.review.outlook is None or self._of != self._now():
            self.launch(self._look_ahead, group="review")

    def _now(self) -> tuple[Sheet, int | None]:
        """What the dry run is about: where the person stands is not part of it."""
        from dataclasses import replace

        return replace(self.sheet, step=REVIEW, seen=(), imported=()), self.steps.contacts

    def outdated(self) -> bool:
        """Whether somebody has changed the draft, or who is in it, since the dry run."""
        return self._of is not None and self._of != self._now()

    def heard(self) -> None:
        """The dry run is of one state of the draft: of another one it runs again."""
        if self.display and not self.steps.news.ended and self.own is None and self.outdated():
            self.notify("The draft has changed: the dry run runs again.")
            self.launch(self._look_ahead, group="review")

    async def _look_ahead(self) -> None:
        self.review = None
        await self.steps.store()
        if any(fault.step != REVIEW for fault in self.steps.faults):
            self.drawn()
            return
        own = self.watch_own("Dry run", "messages", self.steps.say_hints)
        self._of = self._now()
        self.drawn()
        try:
            self.review = await self.asked.review(self.sheet, own)
        finally:
            self.own = None
            self.steps.say_hints()
        if self.outdated():
            self.heard()
            return
        self.steps.reviewed = self.review.outlook is not None
        self.steps.say()

    def drawn(self) -> None:
        """Say what was found, or what is not right yet."""
        if not self.steps.is_open:
            return
        said = review_content(
            self.review,
            self.steps.faults,
            self.size.width - 3,
            running=self.own is not None,
        )
        text = self.query_one("#review-text", Static)
        if text.content != said:
            text.update(said)
        right = not self.steps.faults
        parts = [Part("ctrl+s", "key", "save_step"), Part(" save as draft, leave it   ", "", "save_step")]
        parts += (
            [Part("r", "key", "begin"), Part(" start: texts go from now on", "", "begin")] if right else []
        )
        self.query_one("#outcome", ActionLine).show(parts)

    async def save(self) -> bool:
        """The draft is stored; the steps are over, unless something is not right yet."""
        await self.steps.store()
        if self.steps.faults:
            names = ", ".join(str(step) for step in sorted({fault.step for fault in self.steps.faults}))
            self.steps.lacks(
                f"What is right is stored; step {names} is not right yet and is kept as it is typed."
                if self.sheet.campaign_id
                else "There is no draft before step 1 has a name and a sender; what is typed is kept."
            )
            return False
        await self.steps.finish(f"{self.sheet.name} is kept as a draft; r on the overview starts it.")
        return False
