"""The real desk's inbox: the services, and one carrier for persons' own answers."""

from __future__ import annotations

from collections.abc import Sequence

from trd_tui.carriers.protocol import Accepted, Carrier, Rejected
from trd_tui.domain.finding import told_once
from trd_tui.services import answers, inbox, inbox_acts, reply_drafts, suppressions
from trd_tui.services.administration_views import SuppressionRow
from trd_tui.services.answer_rules import Draft
from trd_tui.services.inbox_acts import Cleared
from trd_tui.services.inbox_views import ConversationPage, Counts, InboxQuery, WholeConversation
from trd_tui.tui.desk.inbox import Answered
from trd_tui.tui.service_desk.asking import Asking
from trd_tui.wiring import make_carrier


class ServiceInbox:
    """Asks on the services' loop."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._ask, self._person = asking.ask, asking.person
        self._db, self._clock = asking.product.db, asking.product.clock
        self._carrier: Carrier | None = None

    async def page(self, query: InboxQuery, offset: int, limit: int) -> ConversationPage:
        """A page of conversations."""
        return await self._ask(
            lambda: inbox.conversations(self._db, self._clock, query, limit=limit, offset=offset)
        )

    async def rank(self, number: str, query: InboxQuery) -> int | None:
        """Where a conversation stands in the list."""
        return await self._ask(lambda: inbox.rank(self._db, self._clock, number, query))

    async def counts(self) -> Counts:
        """How many conversations each tab has."""
        return await self._ask(lambda: inbox.counts(self._db, self._clock))

    async def conversation(self, number: str) -> WholeConversation | None:
        """One conversation whole."""
        return await self._ask(lambda: inbox.conversation(self._db, self._clock, number))

    async def drafted(self) -> frozenset[str]:
        """To whom this person has half written something."""
        return await self._ask(lambda: reply_drafts.numbers(self._db, self._person))

    async def draft(self, number: str) -> str:
        """What is half written to a number."""
        return await self._ask(lambda: reply_drafts.load(self._db, self._person, number))

    async def last_seen(self, number: str) -> int:
        """The latest answer of before one began to write."""
        return await self._ask(lambda: answers.last_seen(self._db, self._person, number))

    async def keep_draft(self, number: str, body: str, was: str = "", seen: int | None = None) -> str | None:
        """Keep what is half written, unless just that was sent meanwhile."""
        return await self._ask(
            lambda: reply_drafts.save(self._db, self._clock, self._person, number, body, was=was, seen=seen)
        )

    async def prepare(self, number: str, body: str, seen: int | None = None) -> Draft:
        """Check an answer."""
        budgets = self._asking.product.budgets
        return await self._ask(
            lambda: answers.prepare(self._db, self._clock, number, body, budgets=budgets, seen=seen)
        )

    async def send(self, number: str, body: str, seen: int | None = None) -> Answered:
        """Send an answer, then wake the scheduler: it follows what became of it."""
        outcome = (await self._ask(lambda: self._send(number, body, seen))).outcome
        self._asking.touch()
        if isinstance(outcome, Accepted):
            return Answered("sent")
        if isinstance(outcome, Rejected):
            return Answered("failed", told_once(f"{outcome.code}: {outcome.reason}"))
        return Answered("unknown", outcome.reason)

    async def _send(self, number: str, body: str, seen: int | None) -> answers.Sent:
        product = self._asking.product
        if self._carrier is None:  # most who look into the inbox answer nobody
            self._carrier = make_carrier(product.settings, product.clock, product.behaviour)
        return await answers.send(
            self._db,
            self._clock,
            self._person,
            self._carrier,
            number,
            body,
            confirmed=True,
            budgets=product.budgets,
            seen=seen,
        )

    async def mark_answered(self, number: str, up_to: int) -> Sequence[int]:
        """Count what was seen as answered."""
        return await self._ask(
            lambda: inbox_acts.mark_answered(self._db, self._clock, self._person, number, up_to)
        )

    async def wait_again(self, number: str, ids: Sequence[int] | None = None) -> int:
        """Let texts count as unread and wait again."""
        return await self._ask(
            lambda: inbox_acts.wait_again(self._db, self._clock, self._person, number, ids)
        )

    async def mark_read(self, number: str, up_to: int) -> None:
        """Note that somebody has seen it."""
        await self._ask(lambda: inbox_acts.mark_read(self._db, number, up_to))

    async def note(self, number: str, text: str, *, undo: bool = False) -> None:
        """Note something."""
        await self._ask(lambda: inbox_acts.note(self._db, self._clock, self._person, number, text, undo=undo))

    async def snooze(self, number: str, until: int | None, *, undo: bool = False) -> None:
        """Put off, or wake."""
        await self._ask(
            lambda: inbox_acts.snooze(self._db, self._clock, self._person, number, until, undo=undo)
        )

    async def opt_out(self, number: str) -> tuple[SuppressionRow, int] | None:
        """Never text them again, and wake the scheduler: sequences have ended."""
        done = await self._ask(lambda: inbox_acts.opt_out(self._db, self._clock, self._person, number))
        self._asking.touch()
        stood = await self._ask(lambda: suppressions.stood(self._db, number)) if done.known else None
        return None if stood is None else (stood, done.ended)

    async def no_opt_out(self, number: str) -> Cleared:
        """The campaigns go on."""
        product = self._asking.product
        done = await self._ask(
            lambda: inbox_acts.no_opt_out(self._db, self._clock, self._person, number, product.judge)
        )
        self._asking.touch()
        return done

    async def doubt_again(self, cleared: Cleared) -> None:
        """The doubt stands again."""
        await self._ask(lambda: inbox_acts.doubt_again(self._db, self._clock, self._person, cleared))

    async def close(self) -> None:
        """Give the carrier back; awaited on the services' loop."""
        if self._carrier is not None:
            await self._carrier.close()
