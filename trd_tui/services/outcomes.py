"""What a carrier answered to a text that a person has sent, as the audit keeps it."""

from __future__ import annotations

from trd_tui.carriers.protocol import Accepted, Outcome, Rejected


def audited(outcome: Outcome) -> dict[str, object]:
    """The carrier's answer for the audit."""
    if isinstance(outcome, Accepted):
        return {"answer": "accepted", "sid": outcome.sid}
    if isinstance(outcome, Rejected):
        return {"answer": "rejected", "code": outcome.code, "reason": outcome.reason}
    return {"answer": "unknown", "reason": outcome.reason}
