"""What both editors of touches say of a text: what it costs in segments, and what a lint finds in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.tui import format as show

if TYPE_CHECKING:
    from trd_tui.domain.finding import Finding
    from trd_tui.domain.segments import SegmentCount

MARKS = {"error": ("✗", "$error"), "warning": ("▲", "$warning"), "hint": ("·", "$trd-quiet")}
"""Symbol and colour of a finding's severity; the word stands beside them."""

Words = Sequence[tuple[str, str]]
"""What a lint says, and what is said instead of it."""

_BRAND = 'add brand = "..." to the definition'

IN_STEPS: Words = (
    (_BRAND, "write it under Brand, in step 1"),
    ("record what there is with `trd contact import FILE --consent KIND --consent-source TEXT`",
     "say in step 2 how it was given, and import the file again"),
)  # fmt: skip
"""What a lint tells those who write a file, and what it means on a screen with steps."""

IN_DRAFT: Words = ((_BRAND, "write it under Brand, in step 1 of its steps (. then s)"),)
"""What it means beside the touches of a draft."""

IN_BEGUN: Words = ((_BRAND, "write it under Brand of its schedule and limits (. then s)"),)
"""... and of a campaign that was started."""


def size_content(size: SegmentCount | None, plain: SegmentCount | None = None) -> Content:
    """Segments and encoding; what forces UCS-2, and what the plain text would take."""
    if size is None:
        return Content.styled("no text, no segments", "$trd-quiet")
    single = 160 if size.encoding == "GSM-7" else 70
    parts: list[str | tuple[str, str]] = [
        (show.plural(size.segments, "segment"), "bold" if size.segments == 1 else "bold $warning"),
        f"  {size.encoding}",
        (f"  {size.units:,} of {single}" if size.segments == 1 else f"  {size.units:,} units", "$trd-quiet"),
    ]
    if size.outside:
        odd = " ".join(size.outside[:8]) + (" …" if len(size.outside) > 8 else "")
        parts += [("   UCS-2 because of ", "$warning"), (odd, "bold")]
    if plain is not None:
        parts += [
            ("   u", "bold $accent"),
            f" plain: {show.plural(plain.segments, 'segment')} {plain.encoding}",
        ]
    return Content.assemble(*parts)


def finding_content(finding: Finding, *, named: bool = False, words: Words = ()) -> Content:
    """A finding; ``named`` says which touch it is about."""
    mark, tone = MARKS[finding.severity]
    where = ""
    if named and finding.touch is not None:
        where = f"touch {finding.touch}{' ' + finding.variant if finding.variant else ''}: "
    message = finding.message
    for said, meant in words:
        message = message.replace(said, meant)
    return Content.assemble((f"{mark} {finding.severity}  ", tone), where, message)


def findings_content(
    findings: Sequence[Finding], touch: int, variant: str | None = None, *, words: Words = ()
) -> Content:
    """What is said of one text, then of the campaign; of other touches only how many."""
    mine = [
        each for each in findings
        if each.touch == touch and (variant is None or each.variant in (None, variant))
    ]  # fmt: skip
    mine += [each for each in findings if each.touch is None]
    others = sum(each.touch not in (None, touch) for each in findings)
    lines = [finding_content(each, words=words) for each in mine]
    if not mine:
        lines.append(Content.styled("✔ nothing to say about this text", "$trd-quiet"))
    if others:
        lines.append(Content.styled(f"  {show.plural(others, 'finding')} in other touches", "$trd-quiet"))
    return Content("\n").join(lines)
