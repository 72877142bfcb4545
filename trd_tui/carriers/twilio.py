"""The Twilio carrier, on the real SDK. Importing this costs 250 ms: import it when it is needed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from twilio.base import values
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from trd_tui.carriers.protocol import (
    Accepted,
    Begin,
    CarrierAccount,
    CarrierListError,
    CarrierMessage,
    NotBegunError,
    Outcome,
    SendRequest,
    Unknown,
    at_once,
)
from trd_tui.carriers.twilio_answers import list_error, message_of, outcome_of
from trd_tui.carriers.twilio_http import Answer, TwilioHttpClient, answer_slot, begin_slot
from trd_tui.clock import real_now

PAGE_SIZE = 1_000
"""Twilio's largest page."""

RECONCILE_PAGE_SIZE = 50
SWEEP_EVERY_MS = 600_000
"""How often a poll reads the whole of its days, for receipts that came late for an old message."""

_VALIDITY_S = (1, 36_000)
_SERVICE_PREFIX = "MG"


class TwilioCarrier:
    """Sends through Twilio's REST API, and reads its lists.

    One instance belongs to one event loop; connections open with the first request.

    Args:
        account_sid: the account (``AC...``).
        auth: user and secret: the account with its auth token, or an API key with its secret.
        api_base: base URL instead of Twilio's own: a proxy or a local peer.
        timeout_s: seconds after which an answer is given up.
        concurrency: requests at once.
        status_callback: URL that Twilio shall post statuses to; the attempt id is added to its query.
    """

    name = "twilio"

    def __init__(
        self,
        account_sid: str,
        auth: tuple[str, str],
        *,
        api_base: str | None = None,
        timeout_s: float = 20,
        concurrency: int = 100,
        status_callback: str | None = None,
    ) -> None:
        self._timeout_s = timeout_s
        self._callback = status_callback
        self._account_sid = account_sid
        self._own_user = auth[0] == account_sid
        self._http = TwilioHttpClient(api_base, timeout_s, concurrency)
        self._client = Client(auth[0], auth[1], account_sid, http_client=self._http)
        self._account = self._client.api.v2010.accounts(account_sid)
        # Built once: the SDK makes a new list resource at every attribute access.
        self._messages = self._account.messages
        self._seen: dict[str, tuple[str, int | None, int | None]] = {}
        self._since: int | None = None
        self._swept_at = 0

    async def send(self, request: SendRequest, begin: Begin = at_once) -> Outcome:
        """Send one text, once. Never raises for what the carrier or the network does.

        Raises:
            NotBegunError: ``begin``, asked when the request has a connection, has refused.
        """
        answer = Answer()
        token = answer_slot.set(answer)
        begin_token = begin_slot.set(begin)
        service = request.sender.startswith(_SERVICE_PREFIX)
        try:
            made = await self._messages.create_async(
                to=request.to,
                body=request.body,
                from_=values.unset if service else request.sender,
                messaging_service_sid=request.sender if service else values.unset,
                validity_period=_validity(request.validity_s),
                status_callback=_callback(self._callback, request.attempt_id),
            )
        except NotBegunError:
            raise
        except Exception as error:
            # All of it: whatever went wrong after the request left, the message may be on its way.
            return outcome_of(error, answer, self._timeout_s)
        finally:
            answer_slot.reset(token)
            begin_slot.reset(begin_token)
        if not made.sid:
            return Unknown("Twilio's answer has no message id; it may have taken the message.")
        segments = str(made.num_segments or "")
        return Accepted(made.sid, int(segments) or None if segments.isdigit() else None)

    async def sent_to(self, number: str, since: int) -> Sequence[CarrierMessage]:
        """List what was sent to a number since a real instant, newest first.

        Without a filter by date: Twilio's knows the date of sending only, which a queued message lacks.
        """
        found: list[CarrierMessage] = []
        with self._reading():
            async for page in self._pages(to=number, page_size=RECONCILE_PAGE_SIZE):
                found.extend(each for each in page if not each.inbound and each.created_at >= since)
                # The order is by the date of sending; a whole page of older ones ends the search.
                if all(each.created_at < since for each in page):
                    break
        return sorted(found, key=lambda each: each.created_at, reverse=True)

    async def changes(self, since: int) -> Sequence[CarrierMessage]:
        """List messages in both directions of the days from a real instant on, newest first.

        Reads until a page holds nothing new, and all of it when ``since`` has not moved on (the last
        report was lost) or every ten minutes. Twilio lists no message that it has not sent yet, and none
        whose receipt comes a day late: ask for those with :meth:`fetch`.
        """
        now = real_now()
        moved = self._since is not None and since > self._since
        sweep = not moved or now - self._swept_at >= SWEEP_EVERY_MS
        day = datetime.fromtimestamp(max(0, since) / 1000, UTC).date().isoformat()
        seen: dict[str, tuple[str, int | None, int | None]] = {}
        found: dict[str, CarrierMessage] = {}
        with self._reading():
            async for page in self._pages(date_sent_after=day, page_size=PAGE_SIZE):
                marks = {each.sid: (each.status, each.error_code, each.price_micros) for each in page}
                news = any(self._seen.get(sid) != mark for sid, mark in marks.items())
                seen.update(marks)
                found.update((each.sid, each) for each in page)
                if not news and not sweep:
                    break
        # Only now: a list that broke off half-way has told nothing.
        self._since = since
        if sweep:
            self._seen, self._swept_at = seen, now
        else:
            self._seen.update(seen)
        return list(found.values())

    async def fetch(self, sid: str) -> CarrierMessage | None:
        """Read one message by its id; ``None`` when Twilio does not know it."""
        with self._reading():
            try:
                return message_of(await self._messages(sid).fetch_async())
            except TwilioRestException as error:
                if error.status == 404 and error.code == 20404:
                    return None
                raise

    def next_event_at(self) -> int | None:
        """Twilio says nothing of what will come."""
        return None

    async def check(self) -> CarrierAccount:
        """Say in a sentence that credentials and connection work, and which numbers are the account's."""
        with self._reading():
            # A standard API key may not read the account itself, but its numbers.
            numbers = await self._account.incoming_phone_numbers.list_async(limit=PAGE_SIZE)
            known = (
                None if len(numbers) == PAGE_SIZE else frozenset(str(each.phone_number) for each in numbers)
            )
            owned = f"{len(numbers)} number" + ("" if len(numbers) == 1 else "s")
            if not self._own_user:
                return CarrierAccount(f"Twilio accepts the API key; the account has {owned}.", known)
            account = await self._account.fetch_async()
        if str(account.status) != "active":
            raise CarrierListError(f"the Twilio account is {account.status}; open it in Twilio's console")
        return CarrierAccount(
            f"Twilio accepts the credentials; the account is active and has {owned}.", known
        )

    async def close(self) -> None:
        """Give connections back."""
        await self._http.close()

    async def _pages(self, **filters: Any) -> AsyncIterator[list[CarrierMessage]]:
        page = await self._messages.page_async(**filters)
        while page is not None:
            yield [message_of(each) for each in page]
            page = await page.next_page_async()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn whatever goes wrong while reading into the protocol's one error."""
        answer = Answer()
        token = answer_slot.set(answer)
        try:
            yield
        except CarrierListError:
            raise
        except Exception as error:
            # The cause is cut off: the SDK's exceptions hold addresses with contacts' numbers in them.
            raise list_error(error, answer, self._timeout_s) from None
        finally:
            answer_slot.reset(token)


def _validity(seconds: int | None) -> Any:
    if seconds is None:
        return values.unset
    least, most = _VALIDITY_S
    return min(most, max(least, seconds))


def _callback(url: str | None, attempt_id: str) -> Any:
    """The callback's URL with the attempt in it: it names the message even when the answer was lost."""
    if url is None:
        return values.unset
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("attempt", attempt_id)]
    return urlunsplit(parts._replace(query=urlencode(query)))
