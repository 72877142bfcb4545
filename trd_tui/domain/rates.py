"""Rates, in percent: each is defined once, here. A rate of nothing is 0."""

from __future__ import annotations


def _percent(part: int, whole: int) -> float:
    return 100.0 * part / whole if whole else 0.0


def reply_rate(replied: int, sent: int) -> float:
    """Contacts who replied, of messages that the carrier accepted."""
    return _percent(replied, sent)


def contact_reply_rate(replied: int, texted: int) -> float:
    """Contacts who replied, of contacts who were texted at least once."""
    return _percent(replied, texted)


def delivery_rate(delivered: int, failed: int) -> float:
    """Messages delivered, of those whose fate is known.

    Args:
        delivered: messages delivered.
        failed: messages refused, failed or undelivered.
    """
    return _percent(delivered, delivered + failed)


def completion_rate(resolved: int, planned: int) -> float:
    """Touches resolved (sent, failed, skipped, cancelled by an exit), of touches planned."""
    return _percent(resolved, planned)


def opt_out_rate(opted_out: int, texted: int) -> float:
    """Contacts who opted out, of contacts who were texted at least once."""
    return _percent(opted_out, texted)


def one_decimal(rate: float) -> str:
    """Show a rate as everything shows it: ``5.9``."""
    return f"{rate:.1f}"
