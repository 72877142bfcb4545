"""A message as the peer keeps it, and as Twilio's JSON shows it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

API = "/2010-04-01"
_PRICE = -0.0083


@dataclass(slots=True)
class PeerMessage:
    """One message; instants are real, in milliseconds since the epoch.

    ``sent_at`` and ``final_at`` may lie ahead: what the message shows depends on when it is asked for.
    ``asked_at`` is when its create came in, ``key`` who asked, ``listed_at`` when lists begin to show it.
    """

    sid: str
    direction: str
    sender: str | None
    to: str
    service: str | None
    body: str
    segments: int
    created_at: int
    sent_at: int
    final_at: int
    final_status: str
    error_code: int | None
    callback: str | None = None
    validity: int | None = None
    asked_at: int = 0
    key: str = ""
    listed_at: int = 0

    @property
    def inbound(self) -> bool:
        return self.direction == "inbound"

    def status(self, now: int) -> str:
        if self.inbound or now >= self.final_at:
            return self.final_status
        if now >= self.sent_at:
            return "sent"
        return "accepted" if self.service else "queued"

    def row(self) -> dict[str, Any]:
        """What the ledger keeps."""
        return asdict(self)

    def show(self, account: str, now: int) -> dict[str, Any]:
        """Twilio's Message resource, as it looks at an instant."""
        status = self.status(now)
        sent = now >= self.sent_at
        final = now >= self.final_at
        path = f"{API}/Accounts/{account}/Messages/{self.sid}"
        failed = final and self.error_code is not None
        return {
            "account_sid": account,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": rfc2822(self.created_at),
            "date_sent": rfc2822(self.sent_at) if sent else None,
            "date_updated": rfc2822(self.final_at if final else self.sent_at if sent else self.created_at),
            "direction": self.direction,
            "error_code": self.error_code if failed else None,
            "error_message": "the peer was told to let it fail" if failed else None,
            "from": self.sender if sent or not self.service else None,
            "messaging_service_sid": self.service,
            "num_media": "0",
            "num_segments": str(self.segments if sent or not self.service else 0),
            "price": f"{_PRICE * self.segments:.5f}" if final and not failed else None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": status,
            "subresource_uris": {"media": f"{path}/Media.json"},
            "to": self.to,
            "uri": f"{path}.json",
        }


def rfc2822(instant: int) -> str:
    """Twilio's dates: whole seconds, GMT."""
    return format_datetime(datetime.fromtimestamp(instant // 1000, UTC))
