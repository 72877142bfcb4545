"""Who must not be called, as far as the database has been told; a call all the same is a fault."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, text

from tests.simulation.carrier import Fate
from tests.simulation.scenario import UNCLEAR
from tests.simulation.stage import Stage
from trd_tui.carriers.protocol import SendRequest

_OPEN = text("SELECT id FROM campaigns WHERE status = 'active' AND deleted_at IS NULL")
_STOPPED = text("SELECT coalesce((SELECT stopped FROM control WHERE id = 1), 0)")
_WHOSE = text("SELECT campaign_id FROM scheduled_messages WHERE attempt_id = :attempt")
_KNOWN = text("SELECT 1 FROM scheduled_messages WHERE sid = :sid")
_CONTACT = text("SELECT 1 FROM contacts WHERE number = :number")
_MEMBER_OF = text(
    "SELECT e.campaign_id FROM enrolments e JOIN contacts c ON c.id = e.contact_id WHERE c.number = :number"
)


class Watch(Stage):
    """Sees commits, merged polls and calls; the arguments are those of `Stage`."""

    def __init__(self, url: str, start: int, seed: int, fate: Callable[[SendRequest, int], Fate]) -> None:
        super().__init__(url, start, seed, fate)
        self.carrier.before_call = self._before_call
        self.db.committed = self._committed
        self.faults: list[str] = []
        """What must never happen and has."""
        self.out: dict[tuple[str, str], str] = {}
        """Campaign and number of whom nothing may be called any more, as far as the database has been told.

        With the reason; an empty campaign stands for every one, also those to come.
        """
        self.doubts: set[str] = set()
        """Numbers that have perhaps opted out, as far as the database has been told: a person decides."""
        self.open: set[str] = set()
        self.stopped = False
        self.names: dict[str, list[str]] = {}
        """Ids of the campaigns whose texts begin with this name."""
        self.on_commit: list[Callable[[], None]] = []
        """What is to be noted at the next commit."""
        self._callers: dict[str, str] = {}
        self._soft: dict[str, int] = {}
        self._merged_lines: set[str] = set()

    def _committed(self) -> None:
        """An act has been committed: look what may send from now on."""
        self.open, self.stopped = self.db.sync.read(_read_open)
        for mark in self.on_commit:
            mark()
        self.on_commit.clear()

    def merged(self) -> None:
        """What the last poll listed is committed: who has answered must not hear more of us."""
        # Failures in a row are counted by when the texts were sent; of one instant a delivery comes last.
        for message in sorted(
            self.carrier.listed, key=lambda each: (each.created_at, each.status == "delivered")
        ):
            number = str(message.sender) if message.inbound else message.to
            mark = f"{message.sid} {message.status}"
            if mark in self._merged_lines:
                continue
            self._merged_lines.add(mark)
            if message.inbound and message.body == "STOP":
                self.leaves(number, "opted out")
            elif message.inbound and message.body == UNCLEAR:
                if self.rows(_CONTACT, number=number):
                    self.doubts.add(number)
                    self.note("doubt", number)
            elif message.inbound:
                # Whoever enrols them again after that means it.
                for (campaign,) in self.rows(_MEMBER_OF, number=number):
                    self.leaves(number, "replied", str(campaign))
            elif not self.rows(_KNOWN, sid=message.sid):
                # Not adopted yet: the product cannot know whose status this is; a later poll lists it again.
                self._merged_lines.discard(mark)
            elif message.error_code == 30005:
                self.leaves(number, "a bad number")
            elif message.error_code == 30003:
                self._soft[number] = self._soft.get(number, 0) + 1
                if self._soft[number] == 3:
                    self.leaves(number, "a bad number")
            elif message.status == "delivered":
                self._soft[number] = 0
        self.carrier.listed = []

    def leaves(self, number: str, reason: str, campaign: str = "") -> None:
        """From now on nothing of a campaign, or nothing at all, may go to a number."""
        if (campaign, number) not in self.out:
            self.out[campaign, number] = reason
            self.note("out", f"{campaign} {number}")

    def _before_call(self, request: SendRequest) -> None:
        campaign, touch = self.whose(request)
        what = f"call {len(self.carrier.calls) + 1}: touch {touch} of {campaign} to {request.to}"
        if self.stopped:
            self.faults.append(f"{what} during the emergency stop")
        if campaign not in self.open:
            self.faults.append(f"{what} although the campaign does not run")
        if request.to in self.doubts:
            self.faults.append(f"{what} although they have perhaps opted out")
        for reason in (self.out.get((campaign, request.to)), self.out.get(("", request.to))):
            if reason is not None:
                self.faults.append(f"{what} although they have {reason}")

    def whose(self, request: SendRequest) -> tuple[str, int]:
        """Campaign and text of a call: by what it says, and by its row where a copy has the same text."""
        name, number = request.body.split(":", 1)[0].split(" ")
        if len(self.names[name]) == 1:
            return self.names[name][0], int(number)
        # The row knows of its last attempt only: looked up before the call, and remembered.
        if request.attempt_id not in self._callers:
            ((campaign,),) = self.rows(_WHOSE, attempt=request.attempt_id)
            self._callers[request.attempt_id] = str(campaign)
        return self._callers[request.attempt_id], int(number)


def _read_open(connection: Connection) -> tuple[set[str], bool]:
    return {row[0] for row in connection.execute(_OPEN)}, bool(connection.execute(_STOPPED).scalar_one())
