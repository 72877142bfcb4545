"""Whether the carrier can be asked, kept in the database while it cannot: every screen shows it."""

from __future__ import annotations

from trd_tui.carriers.protocol import CarrierListError, CarrierRefusedError
from trd_tui.domain.carrier_trouble import UNREACHABLE_AFTER_MS, CarrierTrouble, Kind
from trd_tui.engine.automatic import note_trouble
from trd_tui.engine.gate import Gate, uptime_ns
from trd_tui.engine.threads import StoreThreads
from trd_tui.store.errors import StoreError


class Asking:
    """Notes what becomes of the questions to the carrier, and of sends that tell the same.

    Refused credentials are told at once and close the gate: only a person can help, and the next question
    that is answered opens it. A carrier that does not answer is told after a quarter of a minute in vain.

    Args:
        store: where it is noted.
        gate: closed while the credentials are refused.
    """

    def __init__(self, store: StoreThreads, gate: Gate) -> None:
        self._store = store
        self._gate = gate
        self._since: int | None = None
        self._noted: CarrierTrouble | None = None
        # By the system's uptime: when a send was last refused, and since when questions are answered again.
        self._refused_ns = 0
        self._answered_ns: int | None = None

    @property
    def in_vain(self) -> bool:
        """Whether the last question, or a send since, came to nothing."""
        return self._since is not None or self._gate.credentials_refused

    def take_over(self, noted: CarrierTrouble | None) -> None:
        """What the last term has left in the database, which holds until the carrier answers."""
        self._noted = noted
        self._gate.credentials_refused = noted is not None and noted.kind == "refused"

    async def failed(self, error: CarrierListError, asked: int, real: int) -> None:
        """It was asked in vain.

        Args:
            error: what became of that.
            asked: real instant at which it was asked.
            real: real instant now.
        """
        if self._since is None or asked < self._since:
            self._since = asked
        refused = isinstance(error, CarrierRefusedError)
        if refused:
            self._gate.credentials_refused = True
        elif real - self._since < UNREACHABLE_AFTER_MS:
            return
        kind: Kind = "refused" if refused else "unreachable"
        if self._noted is None or (self._noted.kind, self._noted.said) != (kind, str(error)):
            await self._note(CarrierTrouble(kind, str(error), self._since), real)

    def unreached(self, real: int) -> None:
        """A send found no way to it at a real instant; questions come soon then, and tell."""
        if self._since is None:
            self._since = real

    def send_refused(self, said: str, begun_ns: int, real: int) -> bool:
        """A send was refused for its credentials: nothing is called any more until the carrier answers.

        Args:
            said: what the carrier said.
            begun_ns: the uptime at which it was called.
            real: real instant.

        Returns:
            Whether it waits for the credentials; the caller notes that with its row. They may read and not
            send where questions were answered since the last one was refused: waiting does not help then.
        """
        waits = self._answered_ns is None or begun_ns <= self._answered_ns
        self._refused_ns, self._answered_ns = uptime_ns(), None
        self._gate.credentials_refused = True
        self.unreached(real)
        if waits and (self._noted is None or self._noted.kind != "refused"):
            self._noted = CarrierTrouble("refused", said, real)
        return waits

    def send_accepted(self) -> None:
        """A send was taken: the credentials may send, unless that was before one was refused."""
        if not self._gate.credentials_refused:
            self._refused_ns, self._answered_ns = 0, None

    async def answered(self, asked_ns: int, real: int) -> None:
        """It has answered what it was asked at an instant of the system's uptime.

        All that sends were told before is recorded by now.
        """
        if asked_ns <= self._refused_ns:
            return  # a send was refused since: the next question tells
        self._since = None
        if self._refused_ns and self._answered_ns is None:
            self._answered_ns = uptime_ns()
        self._gate.credentials_refused = False
        if self._noted is not None:
            await self._note(None, real)

    async def _note(self, trouble: CarrierTrouble | None, real: int) -> None:
        before, self._noted = self._noted, trouble  # first: sends that end meanwhile need not note the same
        try:
            await self._store.write(note_trouble, trouble, real)
        except StoreError:  # the next question notes it
            if self._noted is trouble:
                self._noted = before
