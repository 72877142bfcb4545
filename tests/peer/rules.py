"""What the peer refuses, and with which code: its own reading of Twilio's documents, not the product's."""

from __future__ import annotations

import re

SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_E164 = re.compile(r"\+[1-9]\d{6,14}")

FROM_MAGIC = {
    "+15005550001": 21212,
    "+15005550007": 21606,
    "+15005550008": 21611,
}
TO_MAGIC = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
TEXTS = {
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    20503: "Service unavailable",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid 'From' Phone Number",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number provided is not a valid message-capable Twilio phone number.",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21612: "The 'To' phone number is not currently reachable via SMS",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21705: "The Messaging Service Sid is invalid",
}

STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
START_WORDS = frozenset({"start", "yes", "unstop"})


def refusal(form: dict[str, str], numbers: frozenset[str]) -> int | None:
    """The code with which a create is refused; ``None`` when it is taken (opt-outs are asked elsewhere)."""
    to, sender, service = form.get("To"), form.get("From"), form.get("MessagingServiceSid")
    if not to:
        return 21604
    if not sender and not service:
        return 21603
    if not form.get("Body"):
        return 21602
    if len(form["Body"]) > 1600:
        return 21617
    if service:
        if not SERVICE.fullmatch(service):
            return 21705
    elif sender in FROM_MAGIC:
        return FROM_MAGIC[sender]
    elif sender not in numbers:
        return 21606
    if to in TO_MAGIC:
        return TO_MAGIC[to]
    return None if _E164.fullmatch(to) else 21211
