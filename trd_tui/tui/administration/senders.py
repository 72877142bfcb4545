"""Senders: which there are, how fast they may send, how they are and who uses them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from trd_tui.domain.sentences import closed, part
from trd_tui.tui import format as show
from trd_tui.tui.actions import page_bindings
from trd_tui.tui.administration.columns import health, rate, sender_columns
from trd_tui.tui.administration.page import AdministrationPage
from trd_tui.tui.lines import Part

if TYPE_CHECKING:
    from trd_tui.services.administration_views import SenderRow
    from trd_tui.tui.table.column import TableColumn


class SendersPage(AdministrationPage):
    """The page."""

    BINDINGS = page_bindings("administration_senders")
    EMPTY = (
        "No sender is known yet.\n"
        "a adds one: a number of yours at the carrier, or a messaging service. A campaign adds its own, too."
    )

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.rows: tuple[SenderRow, ...] = ()

    def columns(self, zone: str) -> tuple[TableColumn, ...]:
        """Of senders."""
        return sender_columns(zone)

    def key(self, row: Any) -> Any:
        """Its address."""
        return row.address

    async def read(self, offset: int, limit: int) -> tuple[Sequence[SenderRow], int]:
        """All of them are few."""
        self.rows = tuple(await self.asks.senders())
        return self.rows[offset : offset + limit], len(self.rows)

    async def rank(self, key: Any) -> int | None:
        """At which place an address stands."""
        rows = await self.asks.senders()
        return next((at for at, row in enumerate(rows) if row.address == key), None)

    def say(self) -> None:
        """How many there are, and the carrier."""
        self.said(self.counted("sender"), Part(f" · carrier {self.desk.carrier}", "quiet"))

    def whole(self, row: SenderRow) -> str:
        """How it is, in full."""
        symbol, _tone, words = health(row, self.desk.now(), self.desk.zone)
        reason = f": {part(row.paused_reason)}" if symbol == "‖" and row.paused_reason else ""
        mend = " Mend the cause at the carrier first, then r." if reason else ""
        return (
            f"{row.address}: {row.kind.replace('_', ' ')}, {rate(row.rate_milli)}, {words}{reason}.{mend}\n"
            f"{show.plural(row.campaigns, 'campaign')} use{'s' if row.campaigns == 1 else ''} it,"
            f" {row.active:,} active now."
        )

    def offers(self, action: str) -> bool:
        """Pause or resume, whichever it needs."""
        row: SenderRow | None = self.table.row
        if action in ("sender_add", "sender_check"):
            return True
        if row is None:
            return not action.startswith("sender_")
        paused = row.paused_until is not None and row.paused_until > self.desk.now()
        if action in ("sender_pause", "sender_resume"):
            return paused == (action == "sender_resume")
        return action != "sender_remove" or not row.campaigns

    # Acts

    def _on_row(self, work: Any) -> None:
        row = self.table.aimed_at("sender")
        if row is not None:
            self.ask(partial(work, row))

    def action_open(self) -> None:
        """The sender with its campaigns."""
        self._on_row(self._open)

    async def _open(self, row: SenderRow) -> None:
        from trd_tui.tui.administration.reading import SenderScreen

        found = await self.asks.campaigns_of(row.address)
        await self.app.push_screen(SenderScreen(row, found, self.whole(row)))

    def action_add(self) -> None:
        """Another sender."""
        self.ask(self._add)

    async def _add(self) -> None:
        from trd_tui.tui.administration.ask import Ask
        from trd_tui.tui.administration.checks import wrong_sender

        sentence = (
            "A number of yours like +12125550123, a short code, or a messaging service (MG and 32 digits). z"
            " does not take it back: x removes it again while no campaign uses it."
        )
        address = await self.frame.trd.push_screen_wait(
            Ask("Add a sender", sentence, "add", check=wrong_sender)
        )
        if address is not None:
            known = await self.asks.add_sender(address)
            self.told(f"{known} can be chosen as a campaign's sender. v checks it.", "Added", at=known)

    def action_rate(self) -> None:
        """Another rate."""
        self._on_row(self._rate)

    async def _rate(self, row: SenderRow) -> None:
        from trd_tui.tui.administration.ask import Ask
        from trd_tui.tui.administration.checks import wrong_rate

        typed = await self.frame.trd.push_screen_wait(
            Ask(
                f"Rate of {row.address}",
                "Segments a second, as the carrier allows them; 0 is no limit. It holds at once, everywhere."
                " z does not take it back: t changes it again.",
                "change", value=f"{row.rate_milli / 1_000:g}", check=wrong_rate,
            )
        )  # fmt: skip
        if typed is not None:
            await self.asks.set_rate(row.address, typed)
            self.told(f"{row.address} may send {typed} segments a second.", "Changed")

    def action_pause(self) -> None:
        """Nothing starts from it."""
        self._on_row(self._pause)

    async def _pause(self, row: SenderRow) -> None:
        from trd_tui.tui.administration.ask import Ask

        sentence = (
            f"Nothing starts from {row.address} until it is resumed: texts of"
            f" {show.plural(row.active, 'active campaign')} wait. z does not take it back: r resumes it. Why?"
        )
        why = await self.frame.trd.push_screen_wait(Ask("Pause the sender", sentence, "pause"))
        if why is not None:
            await self.asks.pause_sender(row.address, why)
            self.told(f"{row.address} sends nothing until r resumes it.", "Paused")

    def action_resume(self) -> None:
        """It sends again."""
        self._on_row(self._resume)

    async def _resume(self, row: SenderRow) -> None:
        from trd_tui.tui.dialogs import Confirm

        if row.paused_until is None:
            raise ValueError(f"{row.address} is not paused; p pauses it.")
        why = f" It was paused: {closed(row.paused_reason)}" if row.paused_reason else ""
        sentence = (
            f"{row.address} sends again at once for {show.plural(row.active, 'active campaign')}.{why} If the"
            " cause is still there, it is paused again. z does not take it back: p pauses it."
        )
        if await self.frame.trd.push_screen_wait(Confirm("Resume the sender?", sentence, "Resume")):
            await self.asks.resume_sender(row.address)
            self.told(f"{row.address} sends again.", "Resumed")

    def action_remove(self) -> None:
        """Forget it."""
        self._on_row(self._remove)

    async def _remove(self, row: SenderRow) -> None:
        from trd_tui.tui.administration.checks import removal_refusal
        from trd_tui.tui.dialogs import Confirm

        if refused := removal_refusal(row.campaigns):
            raise ValueError(f"{row.address} {refused}.")
        sentence = (
            f"{row.address} is forgotten here; at the carrier nothing changes. No campaign uses it. z"
            " does not take it back: a adds it again, and t gives it its rate."
        )
        if await self.frame.trd.push_screen_wait(
            Confirm("Remove the sender?", sentence, "Remove", danger=True)
        ):
            await self.asks.remove_sender(row.address)
            self.told(f"{row.address} is forgotten.", "Removed")

    def action_check(self) -> None:
        """Ask the carrier; the answer comes when it comes, and is a page to read."""
        self.app.notify("Asking the carrier …", timeout=3)
        self.launch(self._check, group="check", exclusive=True)

    async def _check(self) -> None:
        from trd_tui.tui.administration.reading import CheckScreen

        found = await self.asks.check()
        if self.is_mounted:
            self.live()  # the list says which are no numbers of the account
        if self.frame.is_current:
            await self.app.push_screen(CheckScreen(found))
        else:  # something else has the keys; what is wrong is told all the same
            bad = [each for each in found if each.level != "ok"]
            for each in bad[:3]:
                self.app.notify(f"{part(each.text)}; {each.remedy}", title=each.subject, severity="warning")
