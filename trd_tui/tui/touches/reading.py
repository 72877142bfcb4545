"""A text as somebody reads it, what it costs in segments, and what a lint says of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

if TYPE_CHECKING:
    from trd_tui.domain.finding import Finding
    from trd_tui.domain.segments import SegmentCount

MARKS = {"error": ("✗", "$error"), "warning": ("!", "$warning"), "hint": ("i", "$trd-info")}
"""Symbol and colour of a finding; the word stands beside them."""


def size_content(size: SegmentCount) -> Content:
    """``1 segment · GSM-7 · 131 of 160``, and which characters make it dearer."""
    plural = "" if size.segments == 1 else "s"
    single = 160 if size.encoding == "GSM-7" else 70
    part = 153 if size.encoding == "GSM-7" else 67
    room = single if size.segments == 1 else part * size.segments
    outside = f" · outside GSM-7: {' '.join(size.outside[:8])}" if size.outside else ""
    tone = "$success" if size.segments == 1 else "$warning"
    return Content.assemble(
        (f"{size.segments} segment{plural}", tone),
        f" · {size.encoding} · {size.units} of {room}",
        (outside, "$warning"),
    )


_ELSEWHERE = (
    ('add brand = "..." to the definition', "write it in step 1"),
    ("record what there is with `trd contact import FILE --consent KIND --consent-source TEXT`",
     "say in step 2 how it was given, and import the file again"),
)  # fmt: skip
"""What a lint tells those who write a file, and what it means on a screen with steps."""


def finding_content(finding: Finding, *, named: bool) -> Content:
    """A finding; ``named`` says which touch it is about."""
    mark, tone = MARKS[finding.severity]
    where = ""
    if named and finding.touch is not None:
        where = f"touch {finding.touch}{' ' + finding.variant if finding.variant else ''}: "
    message = finding.message
    for said, meant in _ELSEWHERE:
        message = message.replace(said, meant)
    return Content.assemble((f"{mark} {finding.severity} ", tone), where, message)


def findings_content(findings: Sequence[Finding], touch: int | None) -> Content:
    """The findings of one touch, then how many others there are; of all of them without a touch."""
    mine = [each for each in findings if touch is None or each.touch in (touch, None)]
    others = len(findings) - len(mine)
    lines = [finding_content(each, named=touch is None) for each in mine]
    if others:
        lines.append(Content.styled(f"  {others} more about other touches", "$trd-quiet"))
    return Content("\n").join(lines) if lines else Content.styled("✓ The lint finds nothing.", "$success")
