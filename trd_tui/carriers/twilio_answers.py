"""Reading Twilio's answers: what an error means for a send, and a Message resource as ours."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Protocol

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.response import Response

from trd_tui.carriers.error_codes import error_codes, failure_of, is_ambiguous, reason_of
from trd_tui.carriers.protocol import (
    CarrierListError,
    CarrierMessage,
    CarrierRefusedError,
    Outcome,
    Rejected,
    Unknown,
    keepable,
)
from trd_tui.carriers.twilio_http import Answer, NotConnectedError
from trd_tui.domain.failures import NOT_REACHED, FailureClass

_CODE_OF_STATUS = {401: 20003, 429: 20429}
"""For answers that carry no code of their own."""

_ACCOUNT_NOT_FOUND = 404
_OPEN_STATUSES = frozenset({408})
"""4xx that a proxy gives after it may have passed the request on."""


class Resource(Protocol):
    """What we read of the SDK's Message."""

    sid: str | None
    direction: object
    from_: str | None
    to: str | None
    body: str | None
    status: object
    error_code: object
    date_created: datetime | None
    date_updated: datetime | None
    num_segments: str | None
    price: str | None
    price_unit: str | None
    messaging_service_sid: str | None


def outcome_of(error: Exception, answer: Answer, timeout_s: float) -> Outcome:
    """What an exception out of a create means: refused for certain, or nobody knows.

    Args:
        error: what the SDK or the network raised.
        answer: what had come over the wire by then.
        timeout_s: the time-out, for the reason.
    """
    if isinstance(error, NotConnectedError):
        reason = f"Twilio could not be reached ({error}); nothing was sent."
        return Rejected(NOT_REACHED, FailureClass.RETRY, reason)
    status, code = status_and_code(error, answer)
    if isinstance(error, TimeoutError):
        return Unknown(f"Twilio did not answer within {timeout_s:g} s; it may have taken the message.")
    if status is None:
        return Unknown("The connection to Twilio was lost before its answer; it may have taken the message.")
    if not 400 <= status < 500 or status in _OPEN_STATUSES or (code is not None and is_ambiguous(code)):
        named = f" (code {code})" if code is not None and code != status else ""
        return Unknown(f"Twilio answered HTTP {status}{named}; it may have taken the message.")
    if status == _ACCOUNT_NOT_FOUND:
        return Rejected(20404, FailureClass.ACCOUNT, "Twilio does not know the account (HTTP 404).")
    if code is None or code == status:
        code = _CODE_OF_STATUS.get(status, status)
    reason = reason_of(code) if code in error_codes() else f"Twilio refused with HTTP {status}, code {code}."
    failure = FailureClass.RETRY if status == 429 and code not in error_codes() else failure_of(code)
    return Rejected(code, failure, reason, retry_after(answer))


def retry_after(answer: Answer) -> float | None:
    """Seconds that the answer asks us to wait; dates and nonsense count as not given."""
    try:
        seconds = float(answer.headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None


REFUSING = frozenset({401, 403, 404})
"""HTTP statuses of a list by which Twilio does not know us, or does not let us."""


def list_error(error: Exception, answer: Answer, timeout_s: float) -> CarrierListError:
    """Why a list or a resource could not be read, with the remedy; holds no secret and no number."""
    connected = not isinstance(error, (NotConnectedError, TimeoutError))
    refused = connected and status_and_code(error, answer)[0] in REFUSING
    kind = CarrierRefusedError if refused else CarrierListError
    return kind(_why_unread(error, answer, timeout_s))


def _why_unread(error: Exception, answer: Answer, timeout_s: float) -> str:
    if isinstance(error, NotConnectedError):
        return f"Twilio could not be reached ({error}); check the network and TRD_TWILIO_API_BASE"
    if isinstance(error, TimeoutError):
        return f"Twilio did not answer within {timeout_s:g} s"
    status, code = status_and_code(error, answer)
    if status is None:
        return "the connection to Twilio was lost before its answer"
    if status == 401:
        return (
            "Twilio refused the credentials (code 20003); check TRD_TWILIO_ACCOUNT_SID and"
            " TRD_TWILIO_AUTH_TOKEN (or the API key and its secret)"
        )
    if status == 404:
        return "Twilio does not know the account or the resource (HTTP 404); check TRD_TWILIO_ACCOUNT_SID"
    if status == 429:
        return "Twilio asks for fewer requests at once (code 20429)"
    if 200 <= status < 300:
        return f"Twilio's answer (HTTP {status}) could not be understood; check TRD_TWILIO_API_BASE"
    return f"Twilio answered HTTP {status}" + (f", code {code}" if code not in (None, status) else "")


def status_and_code(error: Exception, answer: Answer) -> tuple[int | None, int | None]:
    """HTTP status and Twilio's code of an error; each ``None`` where there is none."""
    code: object = None
    if isinstance(error, (TwilioRestException, TwilioServiceException)):
        code = error.code
    elif isinstance(error, TwilioException) and len(error.args) > 1 and isinstance(error.args[1], Response):
        # Lists raise without a code; the answer rides in the arguments.
        try:
            code = json.loads(error.args[1].text).get("code")
        except (ValueError, AttributeError):
            code = None
    try:
        number = int(str(code)) if code is not None else None
    except ValueError:
        number = None
    return answer.status, number


def message_of(resource: Resource) -> CarrierMessage:
    """Twilio's Message as ours.

    Raises:
        ValueError: it has no id or no date of creation.
    """
    if not resource.sid or resource.date_created is None:
        raise ValueError("a message without an id or a date")
    created_at = _instant(resource.date_created)
    updated = resource.date_updated
    service = resource.messaging_service_sid or None
    return CarrierMessage(
        sid=resource.sid,
        inbound=str(resource.direction) == "inbound",
        sender=resource.from_ or service,
        to=resource.to or "",
        body=keepable(resource.body or ""),
        status=str(resource.status),
        error_code=_whole(resource.error_code),
        created_at=created_at,
        updated_at=created_at if updated is None else _instant(updated),
        segments=_whole(resource.num_segments) or None,
        price_micros=_micros(resource.price, resource.price_unit),
        service=service,
    )


def _instant(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


def _whole(value: object) -> int | None:
    try:
        return None if value is None else int(str(value))
    except ValueError:
        return None


def _micros(price: str | None, unit: str | None) -> int | None:
    """Price in micro-dollars; other currencies are not ours to convert."""
    if price is None or (unit or "USD").upper() != "USD":
        return None
    try:
        return int((abs(Decimal(str(price))) * 1_000_000).to_integral_value())
    except InvalidOperation:
        return None
