"""What ``trd doctor`` and the app can say of credentials and senders. It shows no secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from trd_tui.services.administration_views import SenderRow
from trd_tui.services.findings import Finding
from trd_tui.settings import Settings, is_this_host

if TYPE_CHECKING:
    from trd_tui.carriers.protocol import Carrier

_SHOWN = 3
"""Numbers that are named in one line."""

_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")


def credentials(settings: Settings) -> Iterator[Finding]:
    """Whether the credentials are complete and look as Twilio writes them."""
    if not settings.twilio_account_sid or settings.twilio_auth() is None:
        yield Finding(
            "error",
            "credentials",
            "Twilio's credentials are incomplete",
            "set TRD_TWILIO_ACCOUNT_SID and TRD_TWILIO_AUTH_TOKEN (or an API key's SID and secret)",
        )
        return
    wrong = [
        *_misshapen("TRD_TWILIO_ACCOUNT_SID", "AC", settings.twilio_account_sid),
        *_misshapen("TRD_TWILIO_API_KEY_SID", "SK", settings.twilio_api_key_sid),
    ]
    yield from wrong
    if not wrong:
        by = "the auth token" if settings.twilio_auth_token else "an API key"
        yield Finding("ok", "credentials", f"account {settings.twilio_account_sid}, with {by}")


def webhooks(settings: Settings) -> Iterator[Finding]:
    """Whether Twilio's webhooks are served, could be checked and can reach us, without trying it."""
    url, token = settings.public_url, settings.twilio_auth_token
    if token is None and settings.twilio_auth() is not None:
        yield Finding(
            "warning",
            "webhooks",
            "an API key is set, but no auth token",
            "webhooks cannot be checked without TRD_TWILIO_AUTH_TOKEN, and are refused",
        )
    elif url is None:
        yield Finding(
            "ok",
            "webhooks",
            "not used: answers and receipts are asked for",
            "set TRD_PUBLIC_URL and run `trd serve` to have them at once",
        )
    else:
        yield Finding("ok", "webhooks", f"Twilio posts to {url}")
    if url is None:
        return
    host = urlsplit(url).hostname or ""
    if is_this_host(host) and not is_this_host(urlsplit(settings.twilio_api_base or "").hostname or ""):
        text = f"TRD_PUBLIC_URL is {url}, where Twilio reaches nobody"
        yield Finding("warning", "webhooks", text, "write the address that this host has in the internet")
    elif url.startswith("http://") and not is_this_host(host):
        text = "TRD_PUBLIC_URL begins with http://: texts and numbers travel in the open"
        yield Finding("warning", "webhooks", text, "serve it behind a proxy that speaks https")


def _misshapen(name: str, prefix: str, sid: str | None) -> Iterator[Finding]:
    """A finding where a SID is none. Its value is not shown: a secret may have been pasted there."""
    if sid is None or (sid.startswith(prefix) and _SID.fullmatch(sid)):
        return
    begins = f"begins with {prefix} and " if sid.startswith(prefix) else f"does not begin with {prefix}, "
    yield Finding(
        "error",
        "credentials",
        f"{name} is no SID: it {begins}has {len(sid)} characters;"
        f" it must be {prefix} and 32 hexadecimal digits",
        "copy it from Twilio's console",
    )


def misshapen(addresses: Sequence[str]) -> Iterator[Finding]:
    """Findings where an address is neither a number, a short code nor a messaging service's SID."""
    from trd_tui.domain.phone import PhoneError, normalise_sender

    for address in addresses:
        try:
            problem = "" if normalise_sender(address) == address else f"'{address}' is not in E.164"
        except PhoneError as error:
            problem = str(error)
        if problem:
            remedy = "write a number like +12125550123, or MG and 32 hexadecimal digits, in the definition"
            yield Finding("error", "sender", problem, remedy)


def paused(known: Sequence[SenderRow], now: int) -> Iterator[Finding]:
    """Findings of senders from which nothing goes at a campaign instant."""
    for sender in known:
        if sender.paused_until is not None and sender.paused_until > now:
            text = f"{sender.address} is paused: {sender.paused_reason or 'no reason given'}"
            remedy = "when its cause is mended, Resume in Administration or `trd sender resume` lets it send"
            yield Finding("warning", "sender", text, remedy)


async def at_the_carrier(carrier: Carrier, addresses: Sequence[str]) -> list[Finding]:
    """What the carrier itself says of the account, and which senders are numbers of somebody else.

    Raises:
        CarrierListError: it cannot be asked; the message names the remedy.
    """
    account = await carrier.check()
    found = [Finding("ok", "carrier", account.said)]
    if account.numbers is None:
        return found
    owned = sorted(account.numbers)
    for address in addresses:
        if address.startswith("+") and address not in account.numbers:
            text = f"{address} is no number of this account: the carrier will refuse its texts"
            shown = ", ".join(owned[:_SHOWN]) + (" and others" if len(owned) > _SHOWN else "")
            remedy = f"choose one of its own: {shown}" if owned else "get a number in the carrier's console"
            found.append(Finding("warning", "sender", text, remedy, foreign=address))
    return found
