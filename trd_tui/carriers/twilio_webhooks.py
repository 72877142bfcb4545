"""Twilio's webhooks: is a post signed by Twilio, and what does it say?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from trd_tui.carriers.protocol import CarrierMessage, keepable

if TYPE_CHECKING:
    from twilio.request_validator import RequestValidator

STATUS_PATH = "/webhooks/twilio/status"
INBOUND_PATH = "/webhooks/twilio/inbound"

TRY_AGAIN = "rc=2&rp=5xx,ct,rt"
"""Behind a ``#`` of a webhook's address: Twilio comes twice more when it got no answer, or that we are busy.

By itself it comes once more, and only where no connection came about.
"""

MOST_BYTES = 65_536
"""Of a body. A text has at most 1,600 characters, which are some 15,000 bytes with all that is around it."""

MOST_FIELDS = 300

_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
_STATUS = re.compile(r"[a-z][a-z_-]{0,39}")
_ADDRESS = re.compile(r"[\x21-\x7e]{1,80}")
_NUMBER = re.compile(r"[0-9]{1,9}")


class MalformedError(ValueError):
    """A post is not what Twilio sends; the message names the field."""


class Form(dict[str, str]):
    """The fields of a post, each with its last value; `getall` gives all of one, as the signature wants."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__(pairs)
        self._pairs = pairs

    def getall(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for key, value in self._pairs if key == name]


def read_form(content_type: str, body: bytes) -> Form:
    """Read a post's body.

    Raises:
        MalformedError: it is no form, or has too many fields.
    """
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise MalformedError("Content-Type must be application/x-www-form-urlencoded")
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise MalformedError(f"the body has more than {MOST_FIELDS} fields") from None
    return Form(pairs)


class SignatureCheck:
    """Checks signatures against the address that Twilio was given, whatever host a request names.

    Args:
        public_url: how Twilio reaches this host, without a slash at its end.
        token: the account's auth token; an API key's secret signs nothing.
    """

    def __init__(self, public_url: str, token: str) -> None:
        from twilio.request_validator import RequestValidator  # 20 ms, which only who serves pays

        self._public_url = public_url
        self._validator: RequestValidator = RequestValidator(token)

    def accepts(self, path: str, query: str, form: Form, signature: str) -> bool:
        """Whether Twilio has signed this form for this address."""
        url = self._public_url + path + (f"?{query}" if query else "")
        # What stands behind the # is said not to be signed; whoever signs it all the same is Twilio, too.
        return any(self._validator.validate(each, form, signature) for each in (url, f"{url}#{TRY_AGAIN}"))


def status_callback(public_url: str) -> str:
    """The address that Twilio shall post statuses to; the attempt is added to its query."""
    return f"{public_url}{STATUS_PATH}#{TRY_AGAIN}"


def attempt_of(query: str) -> str | None:
    """Our own id of the attempt, out of the address that was posted to."""
    try:
        given = dict(parse_qsl(query, max_num_fields=20)).get("attempt", "")
    except ValueError:
        return None
    return given if _ADDRESS.fullmatch(given) else None


def status_of(form: Form, account: str, real: int) -> CarrierMessage:
    """What a status callback says.

    Args:
        form: its fields; those that we do not know are passed over.
        account: the account's SID.
        real: real instant at which it came.

    Raises:
        MalformedError: a field is missing or not what it should be.
    """
    _check_account(form, account)
    status = (form.get("MessageStatus") or form.get("SmsStatus") or "").lower()
    if not _STATUS.fullmatch(status):
        raise MalformedError("MessageStatus must be a word like delivered")
    code = form.get("ErrorCode") or None
    if code is not None and not _NUMBER.fullmatch(code):
        raise MalformedError("ErrorCode must be a number")
    service = _service(form)
    sender = form.get("From") or service
    return CarrierMessage(
        sid=_sid(form),
        inbound=False,
        sender=sender if sender and _ADDRESS.fullmatch(sender) else None,
        to=_address(form, "To"),
        body="",
        status=status,
        error_code=None if code is None else int(code) or None,
        created_at=real,
        updated_at=real,
        service=service,
    )


def inbound_of(form: Form, account: str, real: int) -> CarrierMessage:
    """What an inbound webhook says; Twilio names no time of its own in it.

    Args:
        form: its fields; those that we do not know are passed over.
        account: the account's SID.
        real: real instant at which it came.

    Raises:
        MalformedError: a field is missing or not what it should be.
    """
    _check_account(form, account)
    if "Body" not in form:
        raise MalformedError("Body is missing")
    told = form.get("OptOutType", "").strip().upper()
    segments = form.get("NumSegments", "")
    at = real // 1000 * 1000  # whole seconds, as Twilio's own dates have it
    return CarrierMessage(
        sid=_sid(form),
        inbound=True,
        sender=_address(form, "From"),
        to=_address(form, "To"),
        body=keepable(form["Body"]),
        status="received",
        error_code=None,
        created_at=at,
        updated_at=at,
        segments=int(segments) or None if _NUMBER.fullmatch(segments) else None,
        service=_service(form),
        opt_out_type=told if told in ("STOP", "START", "HELP") else None,
    )


def _check_account(form: Form, account: str) -> None:
    if form.get("AccountSid") != account:
        raise MalformedError("AccountSid is not the account of TRD_TWILIO_ACCOUNT_SID")


def _sid(form: Form) -> str:
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    if not _SID.fullmatch(sid):
        raise MalformedError("MessageSid must be two letters and 32 hexadecimal digits")
    return sid


def _service(form: Form) -> str | None:
    service = form.get("MessagingServiceSid") or None
    if service is not None and not _SID.fullmatch(service):
        raise MalformedError("MessagingServiceSid must be MG and 32 hexadecimal digits")
    return service


def _address(form: Form, field: str) -> str:
    address = form.get(field, "")
    if not _ADDRESS.fullmatch(address):
        raise MalformedError(f"{field} must be a number like +12125550123")
    return address
