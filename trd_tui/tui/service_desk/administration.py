"""The real desk's part for the administration."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress as ignoring
from dataclasses import replace
from pathlib import Path

from trd_tui.domain.finding import one_or_many
from trd_tui.services import audit_log, csv_files, senders, settings_edit, suppression_files, suppressions
from trd_tui.services.administration_views import (
    AuditPage,
    AuditQuery,
    SenderCampaign,
    SenderRow,
    SuppressionQuery,
    SuppressionRow,
    SuppressionRows,
)
from trd_tui.services.credentials import at_the_carrier, credentials, misshapen, paused, webhooks
from trd_tui.services.csv_files import FileLook
from trd_tui.services.export_files import new_folder
from trd_tui.services.findings import Finding
from trd_tui.services.imports import ContactFileError
from trd_tui.services.suppression_files import ListImport
from trd_tui.settings import SettingsError, checked
from trd_tui.settings_file import SettingsPlace, SettingView, described, described_of
from trd_tui.store.database import parse_url
from trd_tui.tui.desk import Progress
from trd_tui.tui.desk.administration import Exported
from trd_tui.tui.desk.new_campaign import Watch
from trd_tui.tui.service_desk.acts import EXPORTS
from trd_tui.tui.service_desk.asking import Asking, Watched
from trd_tui.wiring import law_of, make_carrier


class Administration:
    """See `AdministrationDesk`."""

    def __init__(self, asking: Asking, place: SettingsPlace | None) -> None:
        self._asking, self.place = asking, place
        product = asking.product
        self._product, self._db, self._clock, self._who = product, product.db, product.clock, asking.person

    # Senders

    async def senders(self) -> Sequence[SenderRow]:
        """Every sender with its use."""
        rows = await self._asking.ask(lambda: senders.page(self._db))
        return [replace(row, foreign=row.address in self._asking.foreign) for row in rows]

    async def campaigns_of(self, address: str) -> Sequence[SenderCampaign]:
        """Campaigns that use a sender."""
        return await self._asking.ask(lambda: senders.campaigns_of(self._db, address))

    async def add_sender(self, address: str) -> str:
        """Make a sender known."""
        return await self._asking.ask(lambda: senders.add(self._db, self._clock, self._who, address))

    async def set_rate(self, address: str, per_second: str) -> None:
        """Change a sender's rate, then wake the scheduler."""
        await self._asking.ask(
            lambda: senders.set_rate(self._db, self._clock, self._who, address, per_second)
        )
        self._asking.touch()

    async def pause_sender(self, address: str, reason: str) -> None:
        """Pause a sender."""
        await self._asking.ask(lambda: senders.pause(self._db, self._clock, self._who, address, reason))

    async def resume_sender(self, address: str) -> None:
        """Resume a sender, then wake the scheduler."""
        await self._asking.ask(lambda: senders.resume(self._db, self._clock, self._who, address))
        self._asking.touch()

    async def remove_sender(self, address: str) -> None:
        """Forget a sender."""
        await self._asking.ask(lambda: senders.remove(self._db, self._clock, self._who, address))

    async def check(self) -> Sequence[Finding]:
        """Look without asking anybody first; who is misshapen need not be asked for."""
        return await self._asking.ask(self._check)

    async def _check(self) -> Sequence[Finding]:
        settings = self._product.settings
        found = [Finding("ok", "carrier", f"{settings.carrier} is chosen")]
        if settings.carrier == "twilio":
            found += [*credentials(settings), *webhooks(settings)]
        known = await senders.page(self._db)
        addresses = [row.address for row in known]
        found += [*misshapen(addresses), *paused(known, self._clock.now())]
        if not known:
            remedy = "add one with a, or start a campaign, which adds its own"
            found.append(Finding("warning", "sender", "no sender is known", remedy))
        if any(each.subject == "credentials" and each.level == "error" for each in found):
            return found
        try:
            carrier = make_carrier(settings, self._clock, self._product.behaviour)
            try:
                said = await at_the_carrier(carrier, addresses)
            finally:
                await carrier.close()
        except Exception as error:
            found.append(Finding("error", "carrier", _sentence(error)))
            return found
        self._asking.foreign.clear()
        self._asking.foreign.update(each.foreign for each in said if each.foreign)
        found += said
        return found

    # Suppressions

    async def suppressed(self, query: SuppressionQuery) -> SuppressionRows:
        """A page of suppressed numbers."""
        return await self._asking.ask(lambda: suppressions.listed(self._db, query))

    async def suppressed_rank(self, number: str, query: SuppressionQuery) -> int | None:
        """At which place a number stands."""
        return await self._asking.ask(lambda: suppressions.rank(self._db, number, query))

    async def reasons(self) -> Sequence[tuple[str, int]]:
        """The commonest reasons."""
        return await self._asking.ask(lambda: suppressions.reasons(self._db))

    async def suppress(self, number: str, reason: str) -> tuple[str, str]:
        """Suppress a number."""
        done = await self._asking.ask(
            lambda: suppressions.add(self._db, self._clock, self._who, [number], reason)
        )
        if done.known:
            known, why = done.known[0]
            return known, f"{known} was on the list already: {why}"
        added = done.added[0]
        return added, f"{added} is texted no more; {one_or_many(done.ended, 'sequence')} ended."

    async def lift(self, number: str, reason: str) -> bool:
        """Lift a suppression."""
        done = await self._asking.ask(
            lambda: suppressions.remove(self._db, self._clock, self._who, [number], reason)
        )
        return bool(done.removed)

    async def put_back(self, row: SuppressionRow) -> bool:
        """Take a lift back."""
        return await self._asking.ask(lambda: suppressions.put_back(self._db, self._clock, self._who, row))

    async def look_at_list(
        self, file: str, mapping: Mapping[str, str], watch: Watch
    ) -> tuple[FileLook, ListImport | None]:
        """A first look, and what an import would do."""
        table, found = await asyncio.to_thread(csv_files.look, file, mapping)
        if table is None:
            return found, None
        watched = Watched(watch)
        report = await self._asking.ask(
            lambda: suppression_files.import_list(
                self._db, self._clock, self._who, table, dry_run=True,
                cancelled=watched.cancelled, progress=watched,
            )
        )  # fmt: skip
        return found, report

    async def import_suppressions(self, file: str, mapping: Mapping[str, str], watch: Watch) -> ListImport:
        """Suppress all numbers of a file; called off, what was read until then is on the list."""
        table, found = await asyncio.to_thread(csv_files.look, file, mapping)
        if table is None:
            raise ContactFileError(found.in_file)
        watched = Watched(watch)
        return await self._asking.ask(
            lambda: suppression_files.import_list(
                self._db, self._clock, self._who, table,
                rejects=csv_files.rejects_place(found.path, Path.home()),
                cancelled=watched.cancelled, progress=watched,
            )
        )  # fmt: skip

    async def export_suppressions(self, progress: Progress) -> Exported:
        """Write the whole list into a file."""
        return await self._exported(
            "suppressions.csv", lambda file: suppression_files.export_list(self._db, file, progress)
        )

    # Settings

    async def settings(self) -> Sequence[SettingView]:
        """Every setting with its value and where it comes from."""
        if self.place is None:
            return described_of(self._product.settings)
        return await asyncio.to_thread(described, self.place)

    def settings_refusal(self) -> str | None:
        """A demonstration touches nothing of the user's."""
        if self.place is None:
            return "A demonstration leaves your settings as they are; change them in trd itself."
        return None

    async def edit_setting(self, key: str, text: str) -> object:
        """Write a setting, when all that it stands for can be read."""
        place = self.place
        if place is None:
            raise SettingsError(self.settings_refusal() or "")

        if text:
            await asyncio.to_thread(lambda: self._try(key, checked(key, text, "settings")))
        return await self._asking.ask(
            lambda: settings_edit.change(self._db, self._clock, self._who, place, key, text)
        )

    def _try(self, key: str, value: object) -> None:
        """Refuse what would keep the next start from starting.

        Raises:
            SettingsError: of the files that a setting names, or the credentials that a carrier needs.
        """
        settings = replace(self._product.settings, **{key: value})  # type: ignore[arg-type] # checked
        if key == "quiet_hours_file":
            law_of(settings)
        elif key == "prices_file":
            replace(self._product, settings=settings).prices  # noqa: B018 - reading it is the test
        elif key == "database_url":
            parse_url(settings.database_url)
        elif key == "carrier" and settings.carrier == "twilio" and settings.twilio_auth() is None:
            raise SettingsError(
                "carrier: twilio needs twilio_account_sid and twilio_auth_token first (or an API key)"
            )

    # The audit

    async def audit(self, query: AuditQuery) -> AuditPage:
        """A page of acts."""
        return await self._asking.ask(lambda: audit_log.page(self._db, query))

    async def audit_rank(self, act_id: int, query: AuditQuery) -> int:
        """At which place an act stands."""
        return await self._asking.ask(lambda: audit_log.rank(self._db, act_id, query))

    async def audit_names(self, of: str) -> Sequence[tuple[str, int]]:
        """People or kinds of act."""
        return await self._asking.ask(lambda: audit_log.names(self._db, of))

    async def export_audit(self, query: AuditQuery, progress: Progress) -> Exported:
        """Write the acts that match into a file."""
        return await self._exported(
            "audit.csv", lambda file: audit_log.export(self._db, query, file, progress)
        )

    async def _exported(self, name: str, write_to: Callable[[Path], Awaitable[int]]) -> Exported:
        home = Path.home()
        at = time.strftime("%Y-%m-%d-%H%M", time.localtime(self._clock.real() / 1000))

        async def run() -> Exported:
            folder = new_folder(home / EXPORTS, at)
            try:
                rows = await write_to(folder / name)
            except BaseException:
                with ignoring(OSError):
                    folder.rmdir()
                raise
            return f"~/{(folder / name).relative_to(home)}", rows

        return await self._asking.ask(run)


def _sentence(error: Exception) -> str:
    """What our own errors say; of others only the kind, for nobody knows what they hold."""
    if type(error).__module__.startswith("trd_tui."):
        return " ".join(str(error).split())
    return f"the carrier could not be asked ({type(error).__name__}); look at the network, then check again"
