"""The audit: all acts of all people and processes, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from trd_tui.clock import real_now
from trd_tui.services.administration_views import AuditEntry, AuditQuery
from trd_tui.tui.actions import page_bindings
from trd_tui.tui.administration.columns import about, audit_columns
from trd_tui.tui.administration.page import AdministrationPage, named_choices
from trd_tui.tui.columns_people import changes
from trd_tui.tui.lines import Part

if TYPE_CHECKING:
    from trd_tui.tui.table.column import TableColumn

_WORDS = {"actor": "person", "act": "act"}


class AuditPage(AdministrationPage):
    """The page."""

    BINDINGS = page_bindings("administration_audit")
    SEARCHES = "search acts"
    EMPTY = "Nothing was done yet. Every act of a person or a process is written down here, with who did it."

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.query_now = AuditQuery()
        self._names: Sequence[tuple[str, int]] = ()
        self._campaign = ""

    def columns(self, zone: str) -> tuple[TableColumn, ...]:
        """Of acts."""
        return audit_columns(zone)

    def now(self) -> int:
        """Acts happen in real time, also of a demonstration."""
        return self.desk.now() if self.desk.speed == 1 else real_now()

    async def read(self, offset: int, limit: int) -> tuple[Sequence[AuditEntry], int]:
        """A page of the acts."""
        page = await self.asks.audit(replace(self.query_now, offset=offset, limit=limit))
        return page.rows, page.total

    async def rank(self, key: Any) -> int | None:
        """At which place an act stands."""
        return await self.asks.audit_rank(key, self.query_now)

    def say(self) -> None:
        """How many there are, and which."""
        query = self.query_now
        parts = [self.counted("act")]
        for word, value in (("person", query.actor), ("act", query.act.replace("_", " ")),
                            ("campaign", self._campaign if query.campaign else "")):  # fmt: skip
            if value:
                parts += [Part(f" · {word} "), Part(f" {value} ", "chosen")]
        if len(parts) > 1:
            parts += [Part("  esc", "key", "back"), Part(" shows all", "quiet", "back")]
        if self.desk.speed != 1:
            parts.append(Part("   real time, also of a demonstration", "quiet"))
        self.said(*parts)

    def whole(self, row: AuditEntry) -> str:
        """Who did what to what, and what changed."""
        by = row.actor if row.login in (row.actor, "") else f"{row.actor} ({row.login})"
        changed = "; ".join(changes(row))
        return f"{by}: {row.act.replace('_', ' ')} {about(row)}" + (f"\n{changed}" if changed else "")

    def offers(self, action: str) -> bool:
        """A campaign is opened only of an act on one."""
        row: AuditEntry | None = self.table.row
        if action == "audit_campaign":
            return row is not None and bool(row.name)
        return row is not None or action != "audit_open"

    # Filter and search

    def search_for(self, text: str) -> None:
        """Show the acts that hold it."""
        self._show(replace(self.query_now, search=text))

    def _show(self, query: AuditQuery) -> None:
        self.query_now = query
        narrowed = query != AuditQuery()
        self.show_other("No act matches; esc shows all again." if narrowed else self.EMPTY)

    def action_filter(self) -> None:
        """The menu of filters; person and act lead to a menu of names."""
        from trd_tui.tui.menu import Choice

        row: AuditEntry | None = self.table.row
        campaign = row.name if row is not None else ""
        self.pick(
            "Show acts",
            (
                Choice("all", "*", "All acts"),
                Choice("names:actor", "p", "Of one person or process …"),
                Choice("names:act", "a", "Of one kind …"),
                Choice(
                    "campaign", "c", "On this campaign",
                    campaign or "this act is not on a campaign", disabled=not campaign,
                ),
            ),
        )  # fmt: skip

    def chosen(self, id: str) -> bool:
        """A filter was chosen."""
        kind, _, which = id.partition(":")
        row: AuditEntry | None = self.table.row
        if kind == "all":
            self.leave()
        elif kind == "names":
            self.launch(partial(self._pick_name, which), group="names", exclusive=True)
        elif kind in _WORDS:
            name = self._names[int(which)][0]
            changed = {"actor": name} if kind == "actor" else {"act": name}
            self._show(replace(self.query_now, **changed))  # type: ignore[arg-type] # both are texts
        elif kind == "campaign" and row is not None:
            self._campaign = row.name
            self._show(replace(self.query_now, campaign=row.subject_id))
        else:
            return False
        return True

    async def _pick_name(self, of: str) -> None:
        self._names = await self.asks.audit_names(of)
        choices = named_choices(of, self._names, lambda name: name.replace("_", " ") if of == "act" else name)
        self.pick(f"Which {_WORDS[of]}?", tuple(choices))

    def leave(self) -> bool:
        """Take the filters away."""
        everything = AuditQuery(search=self.query_now.search)
        if self.query_now == everything:
            return False
        self._show(everything)
        return True

    # Acts

    def action_open(self) -> None:
        """All of this act."""
        from trd_tui.tui.administration.reading import EntryScreen

        row = self.table.aimed_at("act")
        if row is not None:
            self.app.push_screen(EntryScreen(row, self.desk.zone))

    def on_window_table_opened(self) -> None:
        """A double click opens, too."""
        self.action_open()

    def action_campaign(self) -> None:
        """Its campaign's own screen."""
        row: AuditEntry | None = self.table.aimed_at("act")
        if row is None:
            return
        if not row.name:
            self.app.notify("This act is not on a campaign.", severity="warning")
            return
        from trd_tui.tui.campaign.screen import CampaignScreen

        self.app.push_screen(CampaignScreen(row.subject_id))

    def action_export(self) -> None:
        """The acts that are listed, as a file."""
        from trd_tui.tui.administration.running import export
        from trd_tui.tui.work import begin

        app = self.frame.trd
        begin(
            app, partial(export, app, "acts", partial(self.asks.export_audit, self.query_now)), group="acts"
        )
