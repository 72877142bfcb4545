"""The real desk's people of a campaign: one contact, replies, acts, and lists as files."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from trd_tui.services import audit_log, campaign_replies, inbox, leaving, listing, review, suppressions
from trd_tui.services.administration_views import AuditPage, AuditQuery
from trd_tui.services.inbox_views import WholeConversation
from trd_tui.services.list_files import List, write_list
from trd_tui.services.people_views import CampaignReplyPage, ContactActResult, ReplyQuery
from trd_tui.services.views import ContactQuery
from trd_tui.services.why import NobodyFoundError, Why, why
from trd_tui.tui import format as show
from trd_tui.tui.desk import Progress
from trd_tui.tui.desk.people import ContactAct, Exported
from trd_tui.tui.service_desk.acts import EXPORTS
from trd_tui.tui.service_desk.asking import Asking
from trd_tui.wiring import sequences_of

PAGE = 1_000
"""Rows of an export that are read at once."""


class PeopleService:
    """See `PeopleDesk`."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        product = asking.product
        self._db, self._clock, self._settings = product.db, product.clock, product.settings

    async def why(self, campaign_id: str, number: str) -> Why | None:
        """Where a contact stands."""

        async def look() -> Why | None:
            try:
                return await why(
                    self._db, self._clock, campaign_id, number, sequences_of(self._settings),
                    daily_budget=self._settings.daily_budget_micros,
                )  # fmt: skip
            except NobodyFoundError:
                return None

        return await self._asking.ask(look)

    async def act(self, act: ContactAct, campaign_id: str, number: str) -> ContactActResult:
        """Do something about one contact, then wake the scheduler."""
        result = await self._asking.ask(partial(self._act, act, campaign_id, number))
        self._asking.touch()
        return result

    async def _act(self, act: ContactAct, campaign_id: str, number: str) -> ContactActResult:
        db, clock, who = self._db, self._clock, self._asking.person
        noted = f"noted by {who.name} in the app"
        try:
            if act == "opt_out":
                done = await suppressions.add(db, clock, who, [number], f"opted out, {noted}")
                if done.known and (stood := await suppressions.stood(db, number)) is not None:
                    at = show.when(stood.since, clock.now(), self._asking.zone)
                    return ContactActResult(False, f"{number} {stood.stood(at, done.ended)}.")
                ended = f"{done.ended} sequence{'' if done.ended == 1 else 's'} ended"
                return ContactActResult(True, f"{number} is on the do-not-contact list; {ended}.")
            if act == "allow":
                lifted = await suppressions.remove(db, clock, who, [number], f"may be texted again, {noted}")
                if not lifted.removed:
                    return ContactActResult(False, f"{number} is not on the do-not-contact list any more.")
                return ContactActResult(True, f"{number} may be texted again; what has ended stays ended.")
            if act == "stop":
                name = await leaving.take_out(db, clock, who, campaign_id, number, noted)
                return ContactActResult(True, f"{number} gets nothing more of {name}.")
            judge = self._asking.product.judge
            decided = await review.review(db, clock, who, campaign_id, act, [number], judge)
        except (suppressions.SuppressionError, leaving.LeavingError, review.ReviewError) as error:
            return ContactActResult(False, str(error))
        if not decided.done:
            return ContactActResult(False, "; ".join(reason for _, reason in decided.left))
        return ContactActResult(True, f"{number}: {review.sentence(decided)}.")

    async def replies(self, campaign_id: str, query: ReplyQuery) -> CampaignReplyPage:
        """A page of what came in."""
        return await self._asking.ask(partial(campaign_replies.page, self._db, campaign_id, query))

    async def reply_rank(self, campaign_id: str, reply_id: int, query: ReplyQuery) -> int | None:
        """At which place one of them stands."""
        return await self._asking.ask(partial(campaign_replies.rank, self._db, campaign_id, reply_id, query))

    async def reply_counts(self, campaign_id: str) -> Mapping[tuple[int | None, str], int]:
        """How many came in."""
        return await self._asking.ask(partial(campaign_replies.counts, self._db, campaign_id))

    async def conversation(self, number: str) -> WholeConversation | None:
        """Everything with one number."""
        return await self._asking.ask(partial(inbox.conversation, self._db, self._clock, number))

    async def activity(self, campaign_id: str, offset: int, limit: int) -> AuditPage:
        """A page of what was done."""
        return await self._asking.ask(partial(audit_log.page, self._db, _acts(campaign_id, limit, offset)))

    async def activity_rank(self, campaign_id: str, act_id: int) -> int:
        """At which place an act stands."""
        return await self._asking.ask(partial(audit_log.rank, self._db, act_id, _acts(campaign_id)))

    # Lists as files

    async def export_contacts(self, campaign_id: str, query: ContactQuery, progress: Progress) -> Exported:
        """The contacts that are listed."""

        async def page(offset: int) -> tuple[Sequence[Any], int]:
            found = await listing.contact_page(
                self._db, campaign_id, replace(query, offset=offset, limit=PAGE)
            )
            return found.rows, found.total

        return await self._write(campaign_id, "contacts", page, progress)

    async def export_replies(self, campaign_id: str, query: ReplyQuery, progress: Progress) -> Exported:
        """The replies that are listed."""

        async def page(offset: int) -> tuple[Sequence[Any], int]:
            found = await campaign_replies.page(
                self._db, campaign_id, replace(query, offset=offset, limit=PAGE)
            )
            return found.rows, found.total

        return await self._write(campaign_id, "replies", page, progress)

    async def export_activity(self, campaign_id: str, progress: Progress) -> Exported:
        """The acts."""

        async def page(offset: int) -> tuple[Sequence[Any], int]:
            found = await audit_log.page(self._db, _acts(campaign_id, PAGE, offset))
            return found.rows, found.total

        return await self._write(campaign_id, "activity", page, progress)

    async def export_days(
        self, campaign_id: str, rows: Sequence[Sequence[object]], *, whole: bool
    ) -> Exported:
        """The rows of a calendar."""

        async def page(offset: int) -> tuple[Sequence[Any], int]:
            return rows[offset:], len(rows)

        called = "timeline" if whole else "timeline-sent-only"
        return await self._write(campaign_id, "timeline", page, lambda _done, _total: None, called=called)

    async def _write(
        self,
        campaign_id: str,
        what: List,
        page: Callable[[int], Awaitable[tuple[Sequence[Any], int]]],
        progress: Progress,
        *,
        called: str = "",
    ) -> Exported:
        at = time.strftime("%Y-%m-%d-%H%M%S", time.localtime(self._clock.real() / 1000))
        home = Path.home()
        name = f"{campaign_id}-{called or what}-{at}.csv"
        rows = await self._asking.ask(partial(write_list, what, home / EXPORTS, name, page, progress))
        return f"~/{EXPORTS}/{name}", rows


def _acts(campaign_id: str, limit: int = 1, offset: int = 0) -> AuditQuery:
    return AuditQuery(campaign=campaign_id, limit=limit, offset=offset)
