"""What ``trd doctor`` can say of credentials and senders without asking anybody. It shows no secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from trd_tui.cli.findings import Finding
from trd_tui.settings import Settings

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
    if settings.twilio_auth_token is None:
        yield Finding(
            "warning",
            "credentials",
            "an API key is set, but no auth token",
            "webhooks cannot be checked without TRD_TWILIO_AUTH_TOKEN",
        )
    elif not wrong:
        yield Finding("ok", "credentials", f"account {settings.twilio_account_sid}")


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


def senders(addresses: Sequence[str]) -> Iterator[Finding]:
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
