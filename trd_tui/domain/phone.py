"""Phone numbers: what a person typed, as E.164, or a sentence that says why it cannot be texted."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

SenderKind = Literal["long_code", "toll_free", "short_code", "messaging_service"]

DEFAULT_RATE_MILLI: dict[SenderKind, int] = {
    "long_code": 1_000,
    "toll_free": 3_000,
    "short_code": 100_000,
    "messaging_service": 1_000,
}
"""What a sender carries unless its settings say otherwise, in thousandths of a segment a second."""

_NANP_REGIONS = frozenset({"US", "CA", "PR"})
_NANP = re.compile(
    r"\s*(?:\+?1[\s.\-/]*)?\(?([2-9][0-9]{2})\)?[\s.\-/]*([2-9][0-9]{2})[\s.\-]*([0-9]{4})\s*", re.ASCII
)
_ABROAD = re.compile(r"\(?00\)?[\s.\-/]*([1-9(].*)")
_MAGIC = re.compile(r"\+1500555[0-9]{4}")
_EXTENSION = re.compile(r"(?:ext\.?|extension|x|#)\s*[0-9]+\s*$", re.IGNORECASE)
_ROUNDED = re.compile(r"[0-9]+(?:[.,][0-9]+)?e\+?[0-9]+", re.IGNORECASE)
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_SHORT_CODE = re.compile(r"[0-9]{5,6}")
_TOLL_FREE = re.compile(r"\+18(?:00|33|44|55|66|77|88)[0-9]{7}")
_LONGEST = 40


class PhoneError(ValueError):
    """The text is no number that can be texted; the message says why."""


def normalise(text: str, region: str = "US") -> str:
    """Return a number as E.164.

    Args:
        text: what was typed or imported, in any usual notation.
        region: the country whose numbers are written without ``+``, as two capital letters.

    Raises:
        PhoneError: it is no number, or no such number exists.
    """
    if region in _NANP_REGIONS or text.startswith("+1"):
        match = _NANP.fullmatch(text)
        if match is not None:
            area, exchange, line = match.groups()
            number = f"+1{area}{exchange}{line}"
            # a prefix is looked up once; the few that hold both kinds of numbers are decided one by one
            if _prefix_exists(area + exchange) or _exists(number):
                return number
            raise PhoneError(
                f"'{' '.join(text.split())}' does not exist: no numbers begin with {area} {exchange}"
            )
    return _parse(text, region)


def is_premium(number: str) -> bool:
    """Whether an E.164 number is one that its callers pay dearly for: it belongs to a machine, not a person.

    `normalise` takes it: such a number can be looked for, erased and put on the do-not-contact list.
    """
    if number.startswith("+1"):
        return number.startswith("+1900")
    import phonenumbers

    kind = phonenumbers.number_type(phonenumbers.parse(number))
    return bool(kind == phonenumbers.PhoneNumberType.PREMIUM_RATE)


def _parse(text: str, region: str) -> str:
    """Read whatever is not written as a number of North America."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf"
    )
    plain = plain.strip()
    if not plain:
        raise PhoneError("there is no number")
    shown = "".join(char if char.isprintable() else "?" for char in plain[:_LONGEST])
    shown += "…" if len(plain) > _LONGEST else ""
    if len(plain) > _LONGEST:
        raise PhoneError(f"'{shown}' is too long for a number")
    if _ROUNDED.fullmatch(plain):
        raise PhoneError(f"'{shown}' was rounded by a spreadsheet; export the column as text")
    plain = re.sub(r"^tel:", "", plain, flags=re.IGNORECASE)
    if _EXTENSION.search(plain):
        raise PhoneError(f"'{shown}' has an extension, which cannot be texted")
    if any(char.isalpha() for char in plain):
        raise PhoneError(f"'{shown}' has letters in it")
    plain = re.sub(r"(?<=[0-9]{7})\.0$", "", plain)  # a number that a spreadsheet took for a fraction
    if plain != text:
        match = _NANP.fullmatch(plain)
        if match is not None and (region in _NANP_REGIONS or plain.startswith("+1")):
            return normalise(plain, region)
    if (abroad := _from_abroad(plain)) is not None:
        return abroad
    import phonenumbers  # 40 ms, and only an import of contacts needs it

    try:
        parsed = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException as error:
        raise PhoneError(f"'{shown}' is not a phone number") from error
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if _exists(number):
        return number
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    if reason in (
        phonenumbers.ValidationResult.TOO_SHORT,
        phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY,
    ):
        raise PhoneError(f"'{shown}' has too few digits")
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        raise PhoneError(f"'{shown}' has too many digits")
    raise PhoneError(f"'{shown}' does not exist")


def _from_abroad(plain: str) -> str | None:
    """What follows ``00``, as most of the world writes ``+``; ``None`` where no such number exists.

    The library knows only the prefix of the region that it reads for, in North America ``011``.
    """
    match = _ABROAD.fullmatch(plain)
    if match is None:
        return None
    try:
        return _parse(f"+{match[1]}", "US")
    except PhoneError:
        return None


def _exists(number: str) -> bool:
    """Whether an E.164 number can exist. The carrier's test numbers do."""
    if _MAGIC.fullmatch(number):
        return True
    import phonenumbers

    return phonenumbers.is_valid_number(phonenumbers.parse(number))


_UNKNOWN, _SOME, _NO = 0, 1, 2
_prefixes = bytearray(1_000_000)
"""What is known of each six digits that a number may begin with: one byte each, whatever is imported."""


def _prefix_exists(prefix: str) -> bool:
    """Whether numbers of North America begin with these six digits."""
    place = int(prefix)
    known = _prefixes[place]
    if known == _UNKNOWN:
        known = _prefixes[place] = _SOME if _exists(f"+1{prefix}0000") else _NO
    return known == _SOME


def is_sender_service(text: str) -> bool:
    """Whether a sender is a messaging service's SID."""
    return _SERVICE.fullmatch(text) is not None


def normalise_sender(text: str, region: str = "US") -> str:
    """Return a sender's address: E.164, a short code, or a messaging service's SID.

    Raises:
        PhoneError: it is none of them.
    """
    address = text.strip()
    if is_sender_service(address) or _SHORT_CODE.fullmatch(address):
        return address
    if address.upper().startswith("MG"):
        raise PhoneError(f"'{address[:_LONGEST]}' is no messaging service: MG and 32 hexadecimal digits")
    return normalise(address, region)


def sender_kind(address: str) -> SenderKind:
    """Say what kind of sender an address is, as ``normalise_sender`` returns it."""
    if is_sender_service(address):
        return "messaging_service"
    if _SHORT_CODE.fullmatch(address):
        return "short_code"
    return "toll_free" if _TOLL_FREE.fullmatch(address) else "long_code"
