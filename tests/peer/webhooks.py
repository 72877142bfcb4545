"""The peer posts, too: status callbacks and inbound texts, signed; twice, late and out of order on demand.

Signs by its own hand, so that it shares nothing with the product, not even Twilio's library.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urldefrag

from tests.peer.book import PeerBook
from tests.peer.messages import PeerMessage

Post = Callable[[str, dict[str, str], dict[str, str]], Awaitable[int]]
"""Posts a form (URL, fields, headers) and gives the status of the answer."""


@dataclass(frozen=True, slots=True)
class Callback:
    """One post.

    Attributes:
        url: where to, without what stands behind its ``#``.
        form: its fields.
        at: real instant before which it does not happen.
    """

    url: str
    form: dict[str, str]
    at: int


class Webhooks:
    """What the peer has to post, in the order in which it happens.

    Attributes:
        inbound_url: where texts of contacts are posted to; ``None``: nowhere.
        opt_out_types: what Advanced Opt-Out takes a text for, by the text in small letters.
        answers: the statuses that the product has answered with, the latest last.
    """

    def __init__(self, book: PeerBook, account: str, token: str, post: Post) -> None:
        self._book = book
        self._account = account
        self._token = token
        self._post = post
        self._planned = 0
        self._waiting: list[Callback] = []
        self.inbound_url: str | None = None
        self.opt_out_types: dict[str, str] = {}
        self.answers: list[int] = []

    def take(self) -> list[Callback]:
        """Everything that has happened by now and was not taken yet."""
        for message in self._book.messages[self._planned :]:
            self._waiting += self._inbound(message) if message.inbound else self._statuses(message)
        self._planned = len(self._book.messages)
        now = self._book.now()
        due = [each for each in self._waiting if each.at <= now]
        self._waiting = [each for each in self._waiting if each.at > now]
        return due

    async def post_all(self, *, seed: int | None = None, twice: float = 0.0) -> int:
        """Post what has happened; returns how many posts that were.

        Args:
            seed: of the order; as it happened when it is not said.
            twice: share of the posts that come twice.
        """
        due = self.take()
        chance = random.Random(seed)
        due += [each for each in due if chance.random() < twice]
        if seed is not None:
            chance.shuffle(due)
        for each in due:
            await self.post(each)
        return len(due)

    async def post(self, each: Callback) -> int:
        """Post one; again, while it is asked to, as Twilio does where the address says so."""
        headers = {"X-Twilio-Signature": signature(self._token, each.url, each.form)}
        for _ in range(3):
            answer = await self._post(each.url, each.form, headers)
            self.answers.append(answer)
            if answer < 500:
                break
        return answer

    async def post_forever(self, pause_s: float = 0.02) -> None:
        """Post as it happens, for a peer that is a process."""
        while True:
            await asyncio.gather(*(self.post(each) for each in self.take()))
            await asyncio.sleep(pause_s)

    def _statuses(self, message: PeerMessage) -> Sequence[Callback]:
        """Never the status with which it began."""
        if message.callback is None:
            return []
        url = urldefrag(message.callback).url
        found = [Callback(url, self._status(message, "sent", None), message.sent_at)]
        if message.final_status != "sent":
            code = message.error_code
            found.append(Callback(url, self._status(message, message.final_status, code), message.final_at))
        return found

    def _status(self, message: PeerMessage, status: str, code: int | None) -> dict[str, str]:
        form = {
            "AccountSid": self._account,
            "ApiVersion": "2010-04-01",
            "From": message.sender or "",
            "MessageSid": message.sid,
            "MessageStatus": status,
            "SmsSid": message.sid,
            "SmsStatus": status,
            "To": message.to,
        }
        if message.service:
            form["MessagingServiceSid"] = message.service
        if code is not None:
            form["ErrorCode"] = str(code)
        return form

    def _inbound(self, message: PeerMessage) -> Sequence[Callback]:
        if self.inbound_url is None:
            return []
        form = {
            "AccountSid": self._account,
            "ApiVersion": "2010-04-01",
            "Body": message.body,
            "From": message.sender or "",
            "FromCountry": "US",
            "MessageSid": message.sid,
            "NumMedia": "0",
            "NumSegments": str(message.segments),
            "SmsMessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsStatus": "received",
            "To": message.to,
            "ToZip": "",
        }
        if message.service:
            form["MessagingServiceSid"] = message.service
        told = self.opt_out_types.get(message.body.strip().lower())
        if told is not None:
            form["OptOutType"] = told
        return [Callback(urldefrag(self.inbound_url).url, form, message.created_at)]


def signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """Base64 of the HMAC-SHA1 over the address and every field's name and value, by name."""
    said = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()
