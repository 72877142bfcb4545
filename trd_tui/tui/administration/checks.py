"""What is wrong with something typed, said while it is typed: the rules of the domain and the services."""

from __future__ import annotations


def wrong_sender(text: str) -> str | None:
    """Why a text is no sender."""
    from trd_tui.domain.phone import PhoneError, normalise_sender

    try:
        normalise_sender(text)
    except PhoneError as error:
        return str(error)
    return None


def wrong_number(text: str) -> str | None:
    """Why a text is no phone number."""
    from trd_tui.domain.phone import PhoneError, normalise

    try:
        normalise(text)
    except PhoneError as error:
        return str(error)
    return None


def wrong_rate(text: str) -> str | None:
    """Why a text is no rate."""
    from trd_tui.services.senders import SenderError, rate_of

    try:
        rate_of(text)
    except SenderError as error:
        return str(error)
    return None


def wrong_reason(text: str) -> str | None:
    """Why a text is no reason."""
    from trd_tui.services.suppressions import SuppressionError, checked_reason

    try:
        checked_reason(text)
    except SuppressionError as error:
        return str(error)
    return None


def removal_refusal(campaigns: int) -> str:
    """Why a sender cannot be removed; empty when it can."""
    from trd_tui.services.senders import removal_refusal as refusal

    return refusal(campaigns)
