"""Whether the carrier can be asked, kept in the database while it cannot: every screen shows it."""

from __future__ import annotations

from contextlib import suppress

from trd_tui.carriers.protocol import CarrierListError, CarrierRefusedError
from trd_tui.domain.carrier_trouble import UNREACHABLE_AFTER_MS, CarrierTrouble, Kind
from trd_tui.engine.threads import StoreThreads
from trd_tui.store import control
from trd_tui.store.errors import StoreError


class Asking:
    """Notes what becomes of the questions to the carrier.

    Refused credentials are told at once: only a person can help. A carrier that does not answer is told after
    a minute in vain.
    """

    def __init__(self, store: StoreThreads) -> None:
        self._store = store
        self._since: int | None = None
        self.noted: CarrierTrouble | None = None
        """What the database says; a new term takes over what the last has left there."""

    async def failed(self, error: CarrierListError, real: int) -> None:
        """It was asked in vain at a real instant."""
        if self._since is None or real < self._since:
            self._since = real
        refused = isinstance(error, CarrierRefusedError)
        if not refused and real - self._since < UNREACHABLE_AFTER_MS:
            return
        kind: Kind = "refused" if refused else "unreachable"
        if self.noted is None or (self.noted.kind, self.noted.said) != (kind, str(error)):
            await self._note(CarrierTrouble(kind, str(error), self._since))

    async def answered(self) -> None:
        """It has answered."""
        self._since = None
        if self.noted is not None:
            await self._note(None)

    async def _note(self, trouble: CarrierTrouble | None) -> None:
        with suppress(StoreError):  # the next question notes it
            await self._store.write(control.set_trouble, trouble)
            self.noted = trouble
