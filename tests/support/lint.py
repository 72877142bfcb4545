"""What tests of the lint share: the shipped tables, and findings by code."""

from __future__ import annotations

from collections.abc import Sequence

from trd_tui.domain.audience import Audience
from trd_tui.domain.finding import Finding
from trd_tui.domain.lint import Texts, lint
from trd_tui.domain.sequence import Touch
from trd_tui.services.lint_tables import lint_tables

WAY_OUT = " Reply STOP to opt out."


def touches(*bodies: str) -> tuple[Touch, ...]:
    """Touches on days 1, 2, 3 ..."""
    return tuple(Touch(at, at, body) for at, body in enumerate(bodies, start=1))


def found(
    *bodies: str,
    brand: str | None = "Acme Homes",
    variables: dict[str, str] | None = None,
    fields: Sequence[str] = (),
    audience: Audience | None = None,
) -> dict[str, Finding]:
    """The first finding of each code."""
    texts = Texts(touches(*bodies), brand, variables or {}, fields)
    codes: dict[str, Finding] = {}
    for finding in lint(texts, lint_tables(), audience):
        codes.setdefault(finding.code, finding)
    return codes
