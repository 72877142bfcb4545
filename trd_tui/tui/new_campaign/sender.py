"""Step 1: what the campaign is called, who sends it, and in whose name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from trd_tui.domain.sheet import SENDER
from trd_tui.tui.new_campaign.field import Field, Line
from trd_tui.tui.new_campaign.form import Form
from trd_tui.tui.new_campaign.pane import Pane
from trd_tui.tui.rows import Rows

if TYPE_CHECKING:
    from trd_tui.services.new_campaign import KnownSender

NO_SENDER = (
    "No sender is known yet. Type the number from which texts go, as Twilio's console shows it"
    " (+12125550123), a short code, or the SID of a messaging service (MG…). It is added with the usual rate"
    " of its kind when the step is saved. `trd doctor` says whether Twilio knows it."
)

SIMULATED = "\n\nThe carrier is the simulated one: any number does, and nothing leaves this computer."


class PastTheList(Line):
    """A line beside the list of senders: tab leads past it, as from any other field; down leads into it.

    Args:
        id: of the line.
        placeholder: shown while it is empty.
        key: leads past the list.
        to: the line on its other side.
    """

    def __init__(self, id: str, placeholder: str, *, key: str, to: str) -> None:
        super().__init__(id, placeholder)
        self._past, self._to = key, to

    async def on_key(self, event: events.Key) -> None:
        """The key that leads past the list."""
        if event.key == self._past:
            event.stop()
            event.prevent_default()
            self.screen.query_one(f"#{self._to}").focus()


def sender_fields() -> Iterator[Widget]:
    """The fields, and the senders that exist."""
    yield Field("name", "Name", Line("name"), note="what your team calls it; contacts never see it")
    yield Field(
        "sender", "Sender", PastTheList("sender", "+12125550123", key="tab", to="brand"),
        note="a number, short code or messaging service; ↓ to those known",
    )  # fmt: skip
    yield Rows(id="senders")
    yield Static("", id="no-senders", classes="hint-text", markup=False)
    yield Field(
        "brand", "Brand", PastTheList("brand", "Acme Homes", key="shift+tab", to="sender"),
        note="who writes; carriers want to read it in the first text",
    )  # fmt: skip


def show_senders(form: Form, found: Sequence[KnownSender], chosen: str, *, simulated: bool) -> None:
    """Show who can send, with the cursor on who is chosen."""
    rows = form.query_one("#senders", Rows)
    lines = [
        (each.address, Content.assemble(
            (f"{each.address:<36}", "bold"), f"{each.kind}, {each.rate}",
            (f"  ‖ paused: {each.paused}" if each.paused else "", "$warning"),
        ))
        for each in found
    ]  # fmt: skip
    rows.clear_options()
    rows.add_options([Option(line, id=address) for address, line in lines])
    rows.display = bool(found)
    rows.styles.height = min(len(found), 6)
    places = [at for at, each in enumerate(found) if each.address == chosen]
    rows.highlighted = (places or [0])[0] if found else None
    none = form.query_one("#no-senders", Static)
    none.display = not found
    none.update(Content(NO_SENDER + (SIMULATED if simulated else "")))


def take_sender(form: Form, address: str) -> None:
    """One of the list is chosen."""
    form.query_one("#sender", Line).put(address)
    form.typed(sender=address)
    form.query_one("#brand").focus()


class SenderPane(Pane):
    """The step."""

    STEP: ClassVar = SENDER

    def compose(self) -> ComposeResult:
        """The fields, and the senders that exist."""
        yield from sender_fields()

    def entered(self) -> None:
        """The cursor to the name; the senders are read again."""
        super().entered()
        self.launch(self._read, group="senders")

    async def _read(self) -> None:
        found = await self.asked.senders()
        show_senders(self, found, self.sheet.sender, simulated=self.steps.ready.carrier == "simulated")

    def entered_in(self, line: Input) -> None:
        """Enter goes on; from a sender that is typed past the list, whose Enter would take another."""
        if line.id == "sender" and line.value.strip():
            self.query_one("#brand").focus()
        else:
            super().entered_in(line)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter takes the sender."""
        event.stop()
        take_sender(self, str(event.option_id))
