"""The texts of touches, compiled: one a touch, or a choice among its variants."""

from __future__ import annotations

from collections.abc import Iterable

from trd_tui.domain.sequence import Touch
from trd_tui.domain.template import Template, compile_template
from trd_tui.domain.variants import Choice


def compile_texts(
    campaign_id: str, touches: Iterable[Touch]
) -> tuple[dict[int, Template], dict[int, Choice]]:
    """Templates of touches with one text, and choices of those with variants, both by position.

    Raises:
        TemplateError: one of them is malformed.
    """
    templates: dict[int, Template] = {}
    choices: dict[int, Choice] = {}
    for touch in touches:
        if touch.variants:
            choices[touch.position] = Choice(campaign_id, touch.position, touch.variants)
        else:
            templates[touch.position] = compile_template(touch.body)
    return templates, choices
