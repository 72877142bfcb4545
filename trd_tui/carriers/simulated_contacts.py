"""The people whom the simulated carrier reaches: who answers what, and who has said stop."""

from __future__ import annotations

from collections.abc import Mapping

from trd_tui.carriers.behaviour import Fate, ScriptedReply
from trd_tui.carriers.magic import GOOD_SENDER
from trd_tui.carriers.simulated_ledger import SimulatedLedger
from trd_tui.carriers.simulated_rows import Entry
from trd_tui.domain.optout import carrier_word
from trd_tui.domain.segments import segments


class SimulatedContacts:
    """Answers for the contacts and remembers, as a carrier does, who has opted out of which number.

    Args:
        scripted: numbers that answer for certain.
        ledger: where earlier runs wrote down what has been sent and answered.
    """

    def __init__(self, scripted: Mapping[str, ScriptedReply], ledger: SimulatedLedger) -> None:
        self._scripted = scripted
        self._texts = ledger.count_to(list(scripted))
        # Contact and our number -> campaign instants of STOP (true) and START (false).
        self._words: dict[tuple[str, str], list[tuple[int, bool]]] = {}
        for ours, contact, body, at in ledger.answers():
            self._note(contact, ours, body, at)

    def answer_to(self, to: str, fate: Fate) -> tuple[str, int] | None:
        """The answer to an accepted text and the campaign milliseconds until it comes."""
        scripted = self._scripted.get(to)
        if scripted is None:
            return None if fate.reply is None else (fate.reply, fate.reply_ms)
        self._texts[to] += 1
        return (scripted.body, scripted.delay_ms) if self._texts[to] == scripted.after else None

    def write(self, mark: str, contact: str, ours: str, service: str | None, body: str, at: int) -> Entry:
        """A contact's text to us, which comes at a campaign instant."""
        self._note(contact, ours, body, at)
        return Entry(
            mark=mark,
            inbound=True,
            sender=contact,
            to=ours,
            service=service,
            body=body,
            attempt_id="",
            segments=segments(body),
            accepted_at=at,
            next_at=at,
            next_status="received",
            next_error=None,
            untold=False,
        )

    def opted_out(self, contact: str, ours: str, now: int) -> bool:
        """Whether the contact's latest word to this number, at a campaign instant, is stop."""
        words = self._words.get((contact, ours))
        if words is None:
            return False
        # Of two words at one instant the later written one counts.
        said = [word for word in reversed(words) if word[0] <= now]
        return bool(said) and max(said, key=lambda word: word[0])[1]

    def _note(self, contact: str, ours: str, body: str, at: int) -> None:
        word = carrier_word(body)
        if word in ("opt_out", "opt_in"):
            self._words.setdefault((contact, ours), []).append((at, word == "opt_out"))


def our_number(sender: str) -> str:
    """The number that a messaging service picks; any other sender is its own number."""
    return GOOD_SENDER if sender.startswith("MG") else sender
