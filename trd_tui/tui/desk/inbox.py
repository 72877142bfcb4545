"""What the inbox asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from trd_tui.services.administration_views import SuppressionRow
    from trd_tui.services.answer_rules import Draft
    from trd_tui.services.inbox_acts import Cleared
    from trd_tui.services.inbox_views import ConversationPage, Counts, InboxQuery, WholeConversation


@dataclass(frozen=True)
class Answered:
    """What became of an answer.

    Attributes:
        state: ``sent`` the carrier has taken it; ``failed`` it was not sent; ``unknown`` nobody knows yet,
            the scheduler finds out and nothing is sent again by itself.
        reason: why, where it was not taken.
    """

    state: Literal["sent", "failed", "unknown"]
    reason: str = ""


class InboxDesk(Protocol):
    """Conversations, what is done with them, and half-written answers. Numbers are E.164."""

    async def page(self, query: InboxQuery, offset: int, limit: int) -> ConversationPage:
        """A page of conversations."""
        ...

    async def rank(self, number: str, query: InboxQuery) -> int | None:
        """Where a conversation stands in the list; ``None`` when it is not in it."""
        ...

    async def counts(self) -> Counts:
        """How many conversations each tab has."""
        ...

    async def conversation(self, number: str) -> WholeConversation | None:
        """One conversation whole; ``None`` when there is none."""
        ...

    async def drafted(self) -> frozenset[str]:
        """To whom this person has half written something."""
        ...

    async def draft(self, number: str) -> str:
        """What is half written to a number; empty when nothing."""
        ...

    async def last_seen(self, number: str) -> int:
        """Which answer to a number was the latest when this person last wrote at theirs; 0 for none."""
        ...

    async def keep_draft(self, number: str, body: str, was: str = "", seen: int | None = None) -> str | None:
        """Keep what is half written; an empty one goes.

        ``was`` is what was kept or read last. A field that is left names the answer that it has ``seen``, and
        hears who has sent just this text since: it is not kept then.
        """
        ...

    async def prepare(self, number: str, body: str, seen: int | None = None) -> Draft:
        """Check an answer; a refusal says why and what to do. Of answers after ``seen`` the warnings tell."""
        ...

    async def send(self, number: str, body: str, seen: int | None = None) -> Answered:
        """Send an answer whose warnings somebody has seen, once; a refusal says why and what to do."""
        ...

    async def mark_answered(self, number: str, up_to: int) -> Sequence[int]:
        """Count what was seen as answered; answers the ids for `wait_again`."""
        ...

    async def wait_again(self, number: str, ids: Sequence[int] | None = None) -> int:
        """Let texts count as unread and wait again; the latest by default."""
        ...

    async def mark_read(self, number: str, up_to: int) -> None:
        """Note that somebody has seen it."""
        ...

    async def note(self, number: str, text: str, *, undo: bool = False) -> None:
        """Note something in place of what was noted; ``undo`` takes that back."""
        ...

    async def snooze(self, number: str, until: int | None, *, undo: bool = False) -> None:
        """Put off until a campaign instant; ``None`` wakes it; ``undo`` takes that back."""
        ...

    async def opt_out(self, number: str) -> tuple[SuppressionRow, int] | None:
        """Never text them again.

        Returns:
            What stood on the list already, where something did, and how many sequences ended all the same.
        """
        ...

    async def no_opt_out(self, number: str) -> Cleared:
        """What reads like an opt-out is none: the campaigns go on."""
        ...

    async def doubt_again(self, cleared: Cleared) -> None:
        """Take that back; refused once a text has gone to them."""
        ...
