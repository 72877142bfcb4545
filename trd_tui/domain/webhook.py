"""Outgoing webhooks: which events there are, how a post is signed, and when it is tried again."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from trd_tui.domain.nearest import did_you_mean

EVENTS = {
    "reply": "a contact has answered",
    "opt_out": "a contact has opted out, by a text or at the carrier",
    "completed": "a campaign has come to its end",
    "alert": "the program has stopped all sending, paused a sender, or a campaign whose budget is used up",
}
"""What can be posted, with when it is."""

TEST = "test"
"""The event that only `trd webhook test` posts."""

SHORTEST_PAUSE_MS = 5_000
LONGEST_PAUSE_MS = 3_600_000
DAY_MS = 86_400_000

MOST_REFUSALS = 33
"""After so many, about a day by `pause_ms`, an event that the receiver refuses is given up."""

LONGEST_URL = 2_000


class WebhookError(ValueError):
    """A webhook that cannot be as asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        kind: one of `EVENTS`.
        data: what the receiver is told.
        number: the person it is about, so that an erasure finds it.
        campaign_id: the campaign that it is about; its name is told, too.
    """

    kind: str
    data: dict[str, object]
    number: str | None = None
    campaign_id: str | None = None


def refused_by_carrier(number: str, reason: str, campaign_id: str | None) -> Event:
    """An opt-out that shows by the carrier's refusal."""
    data: dict[str, object] = {"number": number, "by": "carrier", "reason": reason}
    return Event("opt_out", data, number, campaign_id)


def inbound(number: str, body: str, kind: str, sid: str, campaign_id: str | None) -> list[Event]:
    """What a text that came in is worth telling: an answer, an opt-out, or nothing."""
    if kind == "opt_out":
        said: dict[str, object] = {"number": number, "by": "text", "text": body, "sid": sid}
        return [Event("opt_out", said, number, campaign_id)]
    if kind in ("reply", "unclear"):
        # what may be an opt-out waits for a person, who wants to hear of it
        said = {"number": number, "text": body, "sid": sid, "unclear": kind == "unclear"}
        return [Event("reply", said, number, campaign_id)]
    return []


def headers(secret: str, event_id: str, kind: str, body: bytes, real: int) -> dict[str, str]:
    """The headers of one post.

    Args:
        secret: what receiver and sender share.
        event_id: the same at every attempt.
        kind: which event it is.
        body: what is posted.
        real: real instant of this attempt.
    """
    timestamp = str(real // 1000)
    return {
        "Content-Type": "application/json",
        "User-Agent": "TRD-Webhook/1",
        "TRD-Event": kind,
        "TRD-Event-Id": event_id,
        "TRD-Timestamp": timestamp,
        "TRD-Signature": f"v1={signature(secret, timestamp, body)}",
    }


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 of the timestamp, a full stop and the body, in hexadecimal digits."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def pause_ms(failures: int) -> int:
    """How long to wait after so many failures in a row: 5 s, twice as long each time, at most an hour."""
    return int(min(SHORTEST_PAUSE_MS * 2 ** min(failures - 1, 20), LONGEST_PAUSE_MS))


def checked_url(said: str) -> str:
    """An address that can be posted to. Private ones are allowed: the receiver is the user's own host.

    Raises:
        WebhookError: it is none.
    """
    url = said.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WebhookError(f"{said} is no address: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise WebhookError(f"{said} is no address that can be posted to; begin it with https:// or http://")
    if parts.username is not None or parts.password is not None:
        raise WebhookError(
            "leave name and password out of the address: it is listed; check the signature instead"
        )
    if parts.fragment:
        raise WebhookError(f"{said}: leave out what follows the #, it is never sent")
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        raise WebhookError(f"the address is longer than {LONGEST_URL:,} characters, or holds blanks")
    return url


def checked_events(said: str) -> tuple[str, ...]:
    """The events of a comma-separated list.

    Raises:
        WebhookError: one is none, or there is none.
    """
    wanted = [each.strip().lower().replace("-", "_") for each in said.split(",") if each.strip()]
    for each in wanted:
        if each not in EVENTS:
            raise WebhookError(f"there is no event '{each}'{did_you_mean(each, EVENTS)}")
    if not wanted:
        raise WebhookError(f"name the events to be posted: {', '.join(EVENTS)}")
    return tuple(each for each in EVENTS if each in wanted)


def free_name(url: str, taken: Sequence[str]) -> str:
    """A name for a webhook that got none: its host, with a number where that is taken."""
    host = urlsplit(url).hostname or "webhook"
    name, count = host, 1
    while name in taken:
        count += 1
        name = f"{host}-{count}"
    return name
