"""Pages to read: an act of the audit, a suppression, a sender with its campaigns, what a check has found."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.tui import format as show
from trd_tui.tui.administration.columns import about
from trd_tui.tui.columns_people import value_of
from trd_tui.tui.help import PageScreen

if TYPE_CHECKING:
    from trd_tui.services.administration_views import AuditEntry, SenderCampaign, SenderRow, SuppressionRow
    from trd_tui.services.findings import Finding

WORD = 12
"""Cells of the words before what they say."""

Parts = list["str | tuple[str, str]"]


class FactsScreen(PageScreen):
    """Words and what they say, wrapped."""

    CSS_PATH = "../help.tcss"

    def facts(self, facts: Sequence[tuple[str, str]]) -> Parts:
        """Lines of words and what they say."""
        parts: Parts = []
        for word, said in facts:
            lines = wrap(said, max(20, self.room - WORD)) or ["-"]
            parts += [(f"{word:<{WORD}}", "$trd-quiet"), f"\n{'':{WORD}}".join(lines), "\n"]
        return parts


class EntryScreen(FactsScreen):
    """All of one act."""

    def __init__(self, row: AuditEntry, zone: str) -> None:
        super().__init__(f"Act {row.id:,}")
        self._row, self._zone = row, zone

    def content_of(self) -> Content:
        """Who, what, when, before and after."""
        row = self._row
        at = show.local(row.at, self._zone)
        parts = self.facts(
            [
                ("when", at.strftime("%a %-d %b %Y, %H:%M:%S %Z")),
                ("who", row.actor),
                ("login", row.login),
                ("what", row.act.replace("_", " ")),
                ("on", about(row)),
                ("id", f"{row.subject} {row.subject_id}"),
            ]
        )
        for title, values in (("Before", row.before), ("After", row.after)):
            parts += ["\n", (title, "bold $primary"), "\n"]
            parts += self.facts(
                [(key.replace("_", " "), value_of(key, given)) for key, given in values.items()]
            )
            if not values:
                parts += [("nothing is kept of it", "$trd-quiet"), "\n"]
        return Content.assemble(*parts).rstrip()


class SuppressionScreen(FactsScreen):
    """All of one suppression."""

    def __init__(self, row: SuppressionRow, zone: str) -> None:
        super().__init__(row.number)
        self._row, self._zone = row, zone

    def content_of(self) -> Content:
        """Why, since when and by whom."""
        row = self._row
        since = show.local(row.since, self._zone).strftime("%a %-d %b %Y, %H:%M %Z")
        parts = self.facts(
            [("number", row.number), ("reason", row.reason), ("source", row.source), ("since", since),
             ("by", row.by)]
        )  # fmt: skip
        parts += ["\n", ("It gets no text, from no campaign and by no hand. x lifts it.", "$trd-quiet")]
        return Content.assemble(*parts)


class SenderScreen(FactsScreen):
    """A sender and the campaigns that use it."""

    def __init__(self, row: SenderRow, campaigns: Sequence[SenderCampaign], whole: str) -> None:
        super().__init__(row.address)
        self._row, self._campaigns, self._whole = row, campaigns, whole

    def content_of(self) -> Content:
        """How it is, then one line a campaign."""
        parts: Parts = ["\n".join(wrap(self._whole, self.room)), "\n\n", ("Campaigns", "bold $primary"), "\n"]
        for campaign in self._campaigns:
            symbol, _tone = show.STATUS.get(campaign.status, ("?", "quiet"))
            parts += [f"{symbol} {campaign.status:<10} ", campaign.name, "\n"]
        more = self._row.campaigns - len(self._campaigns)
        if not self._campaigns:
            parts.append(("No campaign uses it; choose it when you create one.", "$trd-quiet"))
        elif more > 0:
            parts.append((f"and {more:,} more", "$trd-quiet"))
        return Content.assemble(*parts).rstrip()


_MARKS = {"ok": ("✔", "$success"), "warning": ("▲", "$warning"), "error": ("✗", "$error")}


class CheckScreen(FactsScreen):
    """What a check of credentials and senders has found."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("Credentials and senders")
        self._findings = findings

    def content_of(self) -> Content:
        """One line a finding, and what to do next."""
        parts: Parts = []
        for found in self._findings:
            symbol, colour = _MARKS[found.level]
            parts += [(f"{symbol} ", colour), (f"{found.subject:<13}", "bold")]
            parts += [f"\n{'':15}".join(wrap(f"{found.level}: {found.text}", self.room - 15)), "\n"]
            if found.remedy:
                lines = wrap(f"→ {found.remedy}", self.room - 15)
                parts += [("".ljust(15) + f"\n{'':15}".join(lines), "$accent"), "\n"]
        parts += ["\n", (self._last(), "$trd-quiet")]
        return Content.assemble(*parts)

    def _last(self) -> str:
        if any(each.level == "error" for each in self._findings):
            return "Mend what is marked ✗, in tab 3 or in the environment, then start trd again and check."
        if any(each.level == "warning" and each.subject == "sender" for each in self._findings):
            return "Texts of the senders that are marked ▲ do not go out."
        return "Nothing keeps texts from going out here."


class KeysScreen(FactsScreen):
    """What a keymap can name: every action, its key of now and what it does."""

    def __init__(self) -> None:
        super().__init__("Names of actions")

    def content_of(self) -> Content:
        """One line an action, by its name."""
        from trd_tui.tui.actions import every, shown

        parts: Parts = [("name", "$trd-quiet"), f"{'':18}", ("key         does", "$trd-quiet"), "\n"]
        for action in sorted((a for a in every() if a.keys), key=lambda a: a.id):
            said = wrap(action.help, max(20, self.room - 34))
            parts += [(f"{action.id:<22}", "bold"), (f"{shown(action.id, action.shown):<12}", "bold $accent")]
            parts += [f"\n{'':34}".join(said), "\n"]
        return Content.assemble(*parts).rstrip()
