"""What the administration asks: senders, suppressions, settings and the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trd_tui.services.administration_views import (
        AuditPage,
        AuditQuery,
        SenderCampaign,
        SenderRow,
        SuppressionQuery,
        SuppressionRow,
        SuppressionRows,
    )
    from trd_tui.services.csv_files import FileLook
    from trd_tui.services.findings import Finding
    from trd_tui.services.suppression_files import ListImport
    from trd_tui.settings_file import SettingView
    from trd_tui.tui.desk import Progress
    from trd_tui.tui.desk.new_campaign import Watch

Exported = tuple[str, int]
"""The file as people write it, and its rows."""


class AdministrationDesk(Protocol):
    """Asked by the pages of the administration. What is refused is an error that says what to do."""

    async def senders(self) -> Sequence[SenderRow]:
        """Every sender with its use."""
        ...

    async def campaigns_of(self, address: str) -> Sequence[SenderCampaign]:
        """Campaigns that use a sender, the active first."""
        ...

    async def add_sender(self, address: str) -> str:
        """Make a sender known; answers its address as it is stored."""
        ...

    async def set_rate(self, address: str, per_second: str) -> None:
        """Change how fast a sender may send, in segments a second as typed."""
        ...

    async def pause_sender(self, address: str, reason: str) -> None:
        """Let nothing start from a sender until it is resumed."""
        ...

    async def resume_sender(self, address: str) -> None:
        """Let a sender send again."""
        ...

    async def remove_sender(self, address: str) -> None:
        """Forget a sender that no campaign uses."""
        ...

    async def check(self) -> Sequence[Finding]:
        """Look at credentials, webhooks and senders, and ask the carrier; no finding holds a secret."""
        ...

    async def suppressed(self, query: SuppressionQuery) -> SuppressionRows:
        """A page of suppressed numbers, the latest first."""
        ...

    async def suppressed_rank(self, number: str, query: SuppressionQuery) -> int | None:
        """At which place a number stands in that list."""
        ...

    async def reasons(self) -> Sequence[tuple[str, int]]:
        """The commonest reasons with how many numbers have each."""
        ...

    async def suppress(self, number: str, reason: str) -> tuple[str, str]:
        """Suppress a number; answers it in E.164, and what came of it in a sentence."""
        ...

    async def lift(self, number: str, reason: str) -> bool:
        """Lift a suppression; answers whether there was one."""
        ...

    async def put_back(self, row: SuppressionRow) -> bool:
        """Take a lift back; answers whether the number was not on the list by then."""
        ...

    async def look_at_list(
        self, file: str, mapping: Mapping[str, str], watch: Watch
    ) -> tuple[FileLook, ListImport | None]:
        """What a file holds, and what its import would do: ``None`` where its columns do not say enough.

        Raises:
            ContactFileError: it cannot be read, or is no such file.
        """
        ...

    async def import_suppressions(self, file: str, mapping: Mapping[str, str], watch: Watch) -> ListImport:
        """Suppress all numbers of a file; rows that are rejected are written beside it."""
        ...

    async def export_suppressions(self, progress: Progress) -> Exported:
        """Write the whole list into a file."""
        ...

    async def settings(self) -> Sequence[SettingView]:
        """Every setting with its value and where it comes from."""
        ...

    def settings_refusal(self) -> str | None:
        """Why settings cannot be changed here; ``None`` when they can."""
        ...

    async def edit_setting(self, key: str, text: str) -> object:
        """Write a setting into the user's file, or take it out where the text is empty; answers its value."""
        ...

    async def audit(self, query: AuditQuery) -> AuditPage:
        """A page of acts, the newest first."""
        ...

    async def audit_rank(self, act_id: int, query: AuditQuery) -> int:
        """At which place an act stands."""
        ...

    async def audit_names(self, of: str) -> Sequence[tuple[str, int]]:
        """People (``actor``) or kinds of act (``act``) with the number of their acts."""
        ...

    async def export_audit(self, query: AuditQuery, progress: Progress) -> Exported:
        """Write the acts that match into a file."""
        ...
