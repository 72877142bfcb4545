"""What the keys of the touches page do. All but saving and the test change only what is not saved yet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from trd_tui.domain import redraft
from trd_tui.domain.redraft import RedraftError
from trd_tui.domain.window import WindowError, format_time, parse_time
from trd_tui.tui import format as show
from trd_tui.tui.campaign.page import CampaignPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trd_tui.domain.finding import Finding
    from trd_tui.domain.redraft import Touches
    from trd_tui.services.touch_views import Reader, Unsaved
    from trd_tui.tui.campaign.touch_draft import SequenceDraft


class TouchActs(CampaignPage):
    """The acts of the page."""

    draft: SequenceDraft | None = None
    reader: Reader | None = None
    findings: Sequence[Finding] | None = None
    kept: Unsaved | None = None
    """What the next login would find."""
    saving = False
    """What is shown is being saved: nothing is changed meanwhile."""

    # What the page shows; it says how

    def show_all(self) -> None:
        """Show the touch that is chosen."""

    def say_head(self) -> None:
        """Say which touch is shown."""

    def say_read(self) -> None:
        """Say the text as somebody reads it."""

    # Changing

    def editable(self) -> SequenceDraft | None:
        """The draft where it may be changed; else it is said why not."""
        draft = self.draft
        if draft is None or self.saving:
            return None
        if draft.found.refusal is not None:
            self.app.notify(draft.found.refusal, severity="warning")
            return None
        return draft

    def write_body(self, body: str) -> None:
        """The text that is shown becomes another one."""
        draft = self.draft
        if draft is not None:
            draft.touches = redraft.write(draft.touches, draft.position, draft.variant, body)

    def _change(self, change: Callable[[SequenceDraft], Touches]) -> bool:
        draft = self.editable()
        if draft is None:
            return False
        try:
            draft.touches = change(draft)
        except RedraftError as error:
            self.app.notify(_sentence(error), severity="warning")
            return False
        return True

    def action_edit(self) -> None:
        """Into the text, where it may be changed; while it is being saved its keys stay where they are."""
        if self.saving or self.editable() is not None:
            self.query_one("#touch-text").focus()

    def action_remove(self) -> None:
        """Take the touch out."""
        draft = self.draft
        if draft is None:
            return
        place = draft.place
        if self._change(lambda draft: redraft.remove(draft.touches, draft.position)):
            draft.choose(draft.touches[min(place, len(draft.touches) - 1)].position)
            self.show_all()

    def action_switch(self) -> None:
        """Send it, or pass it over."""
        if self._change(lambda draft: redraft.switch(draft.touches, draft.position)):
            self.show_all()

    def action_variant(self) -> None:
        """Another text beside those that there are; it begins with the one that is shown."""
        made: list[str] = []

        def add(draft: SequenceDraft) -> Touches:
            touches, name = redraft.add_variant(draft.touches, draft.position, draft.body)
            made.append(name)
            return touches

        if self._change(add) and self.draft is not None:
            self.draft.choose(self.draft.position, made[0])
            self.show_all()
            self.action_edit()

    def action_no_variant(self) -> None:
        """Remove the variant that is shown."""
        if self._change(
            lambda draft: redraft.remove_variant(draft.touches, draft.position, draft.variant or "")
        ):
            if self.draft is not None:
                self.draft.choose(self.draft.position)
            self.show_all()

    def action_other_variant(self, by: int) -> None:
        """Show another variant."""
        draft = self.draft
        names = [] if draft is None else [each.name for each in draft.touch.variants]
        if draft is None or not names:
            self.app.notify("This touch has one text; v writes another beside it.", severity="warning")
            return
        at = names.index(draft.variant or names[0])
        draft.choose(draft.position, names[(at + by) % len(names)])
        self.show_all()

    def plain_body(self) -> str | None:
        """The text that is shown in characters that make it cheaper; ``None`` where that changes nothing."""
        draft = self.draft
        if draft is None:
            return None
        shown = [each for each in self.findings or () if each.touch == draft.position]
        plain = [each.plain for each in shown if each.variant == draft.variant and each.plain is not None]
        return plain[0] if plain and plain[0] != draft.body else None

    def action_plain(self) -> None:
        """Replace what turns the text into UCS-2."""
        plain = self.plain_body()
        if plain is None:
            self.app.notify("Every character of this text is as cheap as it can be.", severity="warning")
        elif self.editable() is not None:
            self.write_body(plain)
            self.show_all()

    # Asking

    def _ask(self, title: str, sentence: str, value: str, verb: str, take: Callable[[str], None]) -> None:
        """Ask for a value, then take it; where it is wrong, say why and ask again, with what was typed."""

        async def ask() -> None:
            from trd_tui.tui.dialogs import AskName

            given, wrong = value, ""
            while answer := await self.app.push_screen_wait(AskName(title, wrong + sentence, given, verb)):
                try:
                    take(answer)
                    return
                except (RedraftError, WindowError) as error:
                    given, wrong = answer, f"✗ {_sentence(error)}\n\n"

        self.campaign.trd.begin_question(self, ask, group="acts")

    def action_add(self) -> None:
        """A new touch."""
        draft = self.editable()
        if draft is None:
            return
        usual = redraft.day_behind(draft.touches, draft.position)

        def take(given: str) -> None:
            draft.touches, position = redraft.add(draft.touches, _whole(given, "day"))
            draft.choose(position)
            self.show_all()
            self.action_edit()

        self._ask(
            "Add a touch", "On which day? Day 1 is the contact's day of enrolment.", str(usual), "add", take
        )

    def action_day(self) -> None:
        """Another day."""
        draft = self.editable()
        if draft is None:
            return

        def take(given: str) -> None:
            draft.touches = redraft.move(draft.touches, draft.position, _whole(given, "day"))
            self.show_all()

        sentence = "On which day shall this touch be due? Day 1 is the contact's day of enrolment."
        self._ask("Day", sentence, str(draft.touch.day), "set", take)

    def action_time(self) -> None:
        """Another time of day, for all touches."""
        draft = self.editable()
        if draft is None:
            return

        def take(given: str) -> None:
            draft.send_time = parse_time(given, field="send_time")
            self.show_all()

        sentence = "At which time of their day shall contacts get the touches of this campaign?"
        self._ask("Send time", sentence, format_time(draft.send_time), "set", take)

    def action_weight(self) -> None:
        """Another share."""
        draft = self.editable()
        if draft is None:
            return
        variant = next((each for each in draft.touch.variants if each.name == draft.variant), None)
        if variant is None:
            self.app.notify("This touch has one text; v writes another beside it.", severity="warning")
            return

        def take(given: str) -> None:
            draft.touches = redraft.weigh(
                draft.touches, draft.position, variant.name, _whole(given, "weight")
            )
            self.show_all()

        sentence = f"The weight of variant {variant.name}, beside the weights of the others:"
        self._ask("Weight", sentence, str(variant.weight), "set", take)

    # Reading as somebody

    def action_scroll(self, by: int) -> None:
        """Scroll what is said of the text, by a line."""
        self.query_one("#touch-below").scroll_relative(y=by, animate=False)

    def action_reader(self, by: int) -> None:
        """Read as the next contact, or the one before."""
        place = 0 if self.reader is None else self.reader.place + by
        self.launch(partial(self._as_reader, place, ""), group="reader", exclusive=True)

    def action_choose_reader(self) -> None:
        """Read as a contact of one's choice."""

        def take(given: str) -> None:
            self.launch(partial(self._as_reader, 0, given), group="reader", exclusive=True)

        sentence = "Part of the contact's name or number; empty fields of theirs show what would be held."
        self._ask("Read as", sentence, "", "read", take)

    async def _as_reader(self, place: int, matching: str) -> None:
        found = await self.desk.touches.reader(self.campaign_id, place, matching)
        if found is None:
            said = f"No contact matches “{matching}”." if matching else "The campaign has no contacts yet."
            self.app.notify(said, severity="warning")
            return
        self.reader = found
        self.say_read()
        self.say_head()

    # Keeping, saving, discarding, testing

    async def keep_typed(self) -> None:
        """Keep what is not saved, where it is not kept yet."""
        draft, unsaved = self.draft, None if self.draft is None else self.draft.unsaved()
        if draft is not None and unsaved != self.kept and self.campaign.desk is not None:
            self.kept = unsaved
            await self.desk.touches.keep(self.campaign_id, unsaved)

    def unsaved(self) -> str | None:
        """What is not saved."""
        return None if self.draft is None else self.draft.said()

    def action_save(self) -> None:
        """Say who is moved, ask, and save."""
        from trd_tui.tui.campaign.touch_saving import save

        if self.editable() is not None:
            self.campaign.trd.begin_question(self.app, partial(save, self), group="acts")

    def action_discard(self) -> None:
        """Ask, then show what is stored."""
        from trd_tui.tui.campaign.touch_saving import discard

        if self.unsaved() is None:
            self.app.notify("Everything is saved.", severity="warning")
        elif not self.saving:
            self.campaign.trd.begin_question(self.app, partial(discard, self), group="acts")

    def action_test(self) -> None:
        """Ask for one's own number, then send the text as it is written."""
        from trd_tui.tui.campaign.touch_saving import test

        if self.draft is not None and not self.saving:
            self.campaign.trd.begin_question(self.app, partial(test, self), group="acts")


def _whole(given: str, what: str) -> int:
    try:
        return int(given)
    except ValueError:
        raise RedraftError(f"the {what} must be a whole number, not '{show.shortened(given)}'") from None


def _sentence(error: Exception) -> str:
    """A refusal as a sentence."""
    said = str(error)
    return said[:1].upper() + said[1:] + ("" if said.endswith(".") else ".")
