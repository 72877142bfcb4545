"""The screen of health: what its tabs show and what its keys do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from trd_tui.domain.sentences import closed, part
from trd_tui.tui.actions import bindings
from trd_tui.tui.actions.table import HEALTH
from trd_tui.tui.desk.health import LogLine
from trd_tui.tui.health.columns import (
    error_columns,
    log_columns,
    stuck_columns,
    waiting_columns,
    webhook_columns,
)
from trd_tui.tui.health.deciding import HeldActs
from trd_tui.tui.health.lines import headline, machine_content, senders_content, sending_content
from trd_tui.tui.hindrance import NOTHING
from trd_tui.tui.scroll import Scroll
from trd_tui.tui.table.column import TableColumn
from trd_tui.tui.table.window_table import Source

if TYPE_CHECKING:
    from trd_tui.services.health_views import Health, Waiting

MINUTE_MS = 60_000

FRAME = 6
"""Cells beside a box's content."""

_EMPTY = {
    "waiting": "Nothing waits: no campaign has a message to send.",
    "held": "Nothing is held, and of every message it is known whether it was sent.",
    "errors": "No failures in the last hour: the carrier had nothing against any message.",
    "webhooks": "No receivers of events: trd webhook add names one.",
    "log": "Nothing was said and nothing was logged yet.",
}


class HealthScreen(HeldActs):
    """The state of the machine."""

    CSS_PATH = ["../tabbed.tcss", "health.tcss"]
    BINDINGS = bindings(HEALTH)
    AUTO_FOCUS = "#state"
    TABS = (
        ("state", "State"), ("waiting", "Waiting"), ("held", "Stuck"), ("errors", "Errors"),
        ("webhooks", "Webhooks"), ("log", "Log"),
    )  # fmt: skip
    name_in_table = HEALTH

    def __init__(self) -> None:
        super().__init__()
        self.state: Health | None = None
        self._waiting: Waiting | None = None
        self._standing = NOTHING

    def compose_body(self) -> ComposeResult:
        """The first tab is no list."""
        with Scroll(id="state"):
            for name, title in (("sending", "Who sends"), ("senders", "Senders"), ("machine", "Machine")):
                with Vertical(classes="state-box") as box:
                    box.border_title = title
                    yield Static("", id=f"state-{name}", markup=False)

    # Reading

    async def read_page(self) -> None:
        """Look at the machine, and read what the tab lists."""
        desk = self.ready
        self.state = state = await desk.health.look()
        match self.page:
            case "waiting":
                self._waiting = await desk.health.waiting()
                self.rows = self._waiting.rows
            case "errors":
                self.rows = self.ordered(state.errors)
            case "webhooks":
                self.rows = state.webhooks
            case "log":
                self.rows = await self._said()
        self.table.columns = self.columns()
        self._say()

    async def _said(self) -> tuple[Any, ...]:
        """What this app has told and what it has logged, the latest first."""
        told = [
            LogLine(
                f"told {number} {each.at}", int(each.at * 1000), each.severity, "told",
                f"{each.title}: {each.message}" if each.title else each.message,
            )
            for number, each in enumerate(self.trd.told)
        ]  # fmt: skip
        logged = await self.ready.health.log()
        return tuple(sorted([*told, *logged], key=lambda line: line.at, reverse=True))

    def source(self) -> Source:
        """A window on what stands still; the other tabs have few rows."""
        return Source(self.read_stuck, self.stuck_place) if self.page == "held" else super().source()

    def columns(self) -> tuple[TableColumn, ...]:
        """Of the tab."""
        zone, state = self.ready.zone, self.state
        match self.page:
            case "waiting":
                return waiting_columns(zone)
            case "held":
                return stuck_columns(zone)
            case "errors":
                return error_columns(zone, 0 if state is None else state.sent_lately)
            case "webhooks":
                return webhook_columns(zone, 0 if state is None else state.real)
            case "log":
                return log_columns(zone)
        return ()

    def show_page(self) -> None:
        """The first tab stands in the list's place."""
        lists = self.page != "state"
        self.query_one("#state").display = not lists
        self.table.display = lists
        self.table.markable = self.page == "held"
        super().show_page()
        self.query_one("#rows" if lists else "#state").focus()

    def tick(self) -> None:
        """Time has passed: what says of when it is, and for how long something is so, is read each minute."""
        state, desk = self.state, self.desk
        if state is not None and desk is not None and desk.now() // MINUTE_MS != state.at // MINUTE_MS:
            self.live()
        if self._standing != self.trd.standing:  # of figures there is time
            self._standing = self.trd.standing
            self.read_again()
        super().tick()

    # Saying

    def empty(self) -> str:
        """Why a tab has no rows."""
        return _EMPTY.get(self.page, "")

    def figure(self, tab: str) -> str:
        """How many messages stand still, and how many errors there were."""
        state = self.state
        if state is None:
            return ""
        count = {"held": state.held + state.unknown, "errors": sum(row.messages for row in state.errors)}.get(
            tab
        )
        return f" {count:,}" if count else ""

    def _say(self) -> None:
        state, desk = self.state, self.desk
        if state is None or desk is None:
            return
        width = self.size.width
        self.say(self.query_one("#headline", Static), headline(state, desk.zone, width))
        boxes = {
            "sending": sending_content(state, desk.engine(), desk.zone, width - FRAME),
            "senders": senders_content(state, desk.zone, width - FRAME),
            "machine": machine_content(state, self.checked, desk.zone, width - FRAME),
        }
        for name, content in boxes.items():
            self.say(self.query_one(f"#state-{name}", Static), content)

    def whole_of(self, row: Any) -> str | None:
        """Evidence, meanings and troubles are longer than a cell."""
        match self.page:
            case "held":
                said = f"{row.number} in {row.campaign}, touch {row.touch}: {closed(row.reason)}"
                return said + (" It may have been sent already." if row.perhaps_sent else "")
            case "errors":
                return f"{part(row.name)}: {closed(row.action)}"
            case "webhooks":
                return f"{row.url}: {row.last_error or 'it took the last event'}"
            case "log":
                return str(row.name)
        return None

    def notes(self) -> tuple[str, ...]:
        """What was looked at, and what becomes of unknown messages."""
        if self.page == "waiting" and self._waiting is not None:
            seen = self._waiting
            if seen.more:
                return (
                    f"The rules were asked about the first {seen.looked:,} due messages; there are more.",
                )
            if seen.looked:
                return (f"The rules were asked about all {seen.looked:,} due messages.",)
            return ("No message is due now.",)
        if self.page == "held" and self.state is not None and self.state.unknown:
            return (
                "Unknown messages are looked for at the carrier; what it does not list is held, for you.",
            )
        return ()

    def said_anew(self) -> None:
        """What is known of the integrity has changed."""
        self._say()

    def on_resize(self) -> None:
        """Lines take the room there is."""
        super().on_resize()
        self.call_after_refresh(self._say)

    # Keys

    def action_back(self) -> None:
        """Call off a long act, else take the marks away, else go to the overview."""
        if self.cancel_act():
            return
        if self.table.marks:
            self.table.set_marks([])
        else:
            self.trd.ways.home()

    def action_health_again(self) -> None:
        """Look again."""
        self.read_again()

    def action_held_campaign(self) -> None:
        """The campaign of the message under the cursor."""
        row = self.table.aimed_at("message") if self.page == "held" else None
        if row is not None:
            from trd_tui.tui.campaign.screen import CampaignScreen

            self.app.push_screen(CampaignScreen(row.campaign_id))

    def loaded(self) -> Sequence[Any]:
        """Messages in view."""
        return self.table.loaded_rows()
