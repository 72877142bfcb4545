"""Acts on campaigns, the same on every screen: preview, question, doing, toasts, undo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from trd_tui.tui.base import DeskScreen
from trd_tui.tui.work import begin

if TYPE_CHECKING:
    from trd_tui.services.views import ActResult, CampaignRow


KEPT = 20
"""Acts that are kept to be taken back."""

UNDOABLE = frozenset({"start", "pause", "resume", "delete", "duplicate"})
"""Acts that can be taken back. What has been sent, and an archive, cannot."""


CAMPAIGNS, TALKS = "campaigns", "conversations"
"""What an act was about, and so which screens show what became of it."""


class Done(NamedTuple):
    """An act that ``z`` takes back, or says why not.

    Attributes:
        what: what was done, as a noun with its article: ``the pause of Spring``.
        take_back: takes it back and tells; ``None`` where nothing does.
        stays: why it stays and what can be done instead, as sentences; asked when ``z`` is pressed where
            what is so then depends on others.
        place: what it was about.
        under: the act after it that stays; ``z`` asks before it reaches below that.
    """

    what: str
    take_back: Callable[[], Awaitable[object]] | None
    stays: str | Callable[[], str] = ""
    place: str = CAMPAIGNS
    under: str = ""

    @property
    def why(self) -> str:
        """Why it stays, as it is now."""
        return self.stays if isinstance(self.stays, str) else self.stays()


class ActingScreen(DeskScreen):
    """A screen on which campaigns are acted upon."""

    # What a screen says of itself

    def targets(self) -> Sequence[str]:
        """Ids that an act is about: the marks, else the row under the cursor."""
        return ()

    def rows_in_view(self) -> Sequence[CampaignRow]:
        """Campaigns that can be seen now."""
        row = self.current()
        return () if row is None else (row,)

    def current(self) -> CampaignRow | None:
        """The campaign under the cursor."""
        return None

    def say_no_target(self) -> None:
        """Say why an act has found nothing to be about."""

    def looked_at(self) -> Mapping[str, int]:
        """Versions of the campaigns, by id, that a start shall be of; none where any will do."""
        return {}

    def acted(self, act: str, results: Sequence[ActResult]) -> None:
        """An act is over: read again, take marks away."""

    # Acting

    def perform(self, act: str, ids: Sequence[str]) -> None:
        """Preview, ask, do and tell, in a worker of the app: it goes on when this screen is left."""
        from trd_tui.tui.performing import perform

        if not ids:
            self.say_no_target()
            return
        work = partial(perform, self, act, ids)
        if act == "export":  # asks nothing
            begin(self.trd, work, group="acts")
        else:
            self.trd.begin_question(self.trd, work, group="acts")

    def action_steps(self) -> None:
        """To the steps of the draft under the cursor, or to what can be changed once it was started."""
        row = self.current()
        if row is not None:
            self.steps_of(row)
        else:
            self.say_no_target()

    def steps_of(self, row: CampaignRow) -> None:
        """To the steps of this draft, or to what can be changed of a campaign that was started."""
        from trd_tui.domain.campaign import edit_refusal

        if row.status == "draft":
            self.take_steps(row.id)
        elif said := edit_refusal(row.name, row.status):
            self.notify(f"{said}.", severity="warning")
        else:
            self.take_terms(row.id)

    def action_import_contacts(self) -> None:
        """A file of contacts into the campaign under the cursor; in a draft, that is its second step."""
        row = self.current()
        if row is not None and row.status == "draft":
            self.take_steps(row.id, 2)
        elif row is not None and self.desk is not None:
            from trd_tui.tui.importing import import_into

            work = partial(import_into, self.trd, row, self.desk.new_campaign)
            self.trd.begin_question(self.trd, work, group="acts")
        else:
            self.say_no_target()

    def take_steps(self, campaign_id: str, step: int = 0) -> None:
        """To the steps of a draft, to one of them or to the one that was left."""
        if self.desk is None:
            self.notify("The product is still opening; try again in a moment.", severity="warning")
            return
        from trd_tui.tui.new_campaign.screen import NewCampaignScreen

        self.app.push_screen(NewCampaignScreen(campaign_id, step))

    def take_terms(self, campaign_id: str) -> None:
        """To the schedule and limits of a campaign that was started."""
        if self.desk is None:
            self.notify("The product is still opening; try again in a moment.", severity="warning")
            return
        from trd_tui.tui.terms.screen import TermsScreen

        self.app.push_screen(TermsScreen(campaign_id))

    def _resume_or_start(self) -> str:
        """Drafts are started by the key that resumes: what is marked, as far as it is in view, decides."""
        ids = set(self.targets())
        found = [row for row in self.rows_in_view() if row.id in ids]
        return "start" if found and all(row.status == "draft" for row in found) else "resume"

    def action_pause(self) -> None:
        """Pause."""
        self.perform("pause", self.targets())

    def action_resume(self) -> None:
        """Resume; a draft is started."""
        self.perform(self._resume_or_start(), self.targets())

    def action_duplicate(self) -> None:
        """Duplicate."""
        self.perform("duplicate", self.targets())

    def action_delete(self) -> None:
        """Delete."""
        self.perform("delete", self.targets())

    def action_archive(self) -> None:
        """Archive."""
        self.perform("archive", self.targets())

    def action_export(self) -> None:
        """Export."""
        self.perform("export", self.targets())

    def action_undo(self) -> None:
        """Take the last act back that was not taken back yet."""
        from trd_tui.tui.undoing import press

        press(self, CAMPAIGNS)
