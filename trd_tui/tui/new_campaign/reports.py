"""What is said of a contacts file, of an import, and of who is in a draft."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.tui import format as show

if TYPE_CHECKING:
    from trd_tui.domain.sheet import Sheet
    from trd_tui.services.csv_files import Column, FileLook, FoundFile
    from trd_tui.services.draft_audience import AudienceFigures
    from trd_tui.services.imports import ImportReport

_ONE_OR_MORE = re.compile(r"\{(.*?)\|(.*?)\}")

NOBODY = "Nobody is in this file: it has a header and no rows below it."
"""Said of it instead of figures, and when it is to be imported."""

SHOWN_REASONS = 6
SHOWN_ROWS = 8


def file_line(file: FoundFile, now: int) -> Content:
    """A file in the list: name, size and age at a real instant."""
    age = max(0, now - file.written_at) / 1000
    size = f"{file.size / 1e6:,.1f} MB" if file.size >= 1e6 else f"{-(-file.size // 1000):,} kB"
    return Content.assemble(f"{file.name:<40} ", (f"{size:>10}  {show.duration(age)} old", "$trd-quiet"))


def column_line(column: Column) -> Content:
    """A column: its title, what it is taken for, and what stands in it."""
    target = column.field or "?"
    tone = {"ignore": "$trd-quiet", "?": "$warning", "phone": "$success bold"}.get(target, "$trd-info")
    sample = ", ".join(each for each in column.samples if each)
    title = column.title if len(column.title) <= 16 else column.title[:15] + "…"
    return Content.assemble(f"{title or '(no title)':<16} ", (f"{target:<20} ", tone), (sample, "$trd-quiet"))


def report_lines(
    found: FileLook | None, report: ImportReport | None, *, into: str = "the draft"
) -> list[Content]:
    """What an import did, or would do, with a draft or with a campaign that goes by its name."""
    if report is None:
        return [Content("Nothing can be imported before the columns are right.")]
    if report.dry_run and not report.rows:
        return [Content(NOBODY)]
    then = ": ctrl+s imports them" if into == "the draft" else ""
    if report.dry_run:
        head = f"{show.plural(report.rows, 'row')}. Nothing is stored yet{then}."
    else:
        head = f"{show.plural(report.rows, 'row')} read" + (", then called off." if report.cancelled else ".")
    joins = "would join" if report.dry_run else "joined"
    counts = (
        ("✓", report.enrolled, f"{joins} {into}", "$success"),
        (" ", report.added, "{is|are} new", ""),
        (" ", report.existing, "{is|are} known already; what the file gives is taken over", ""),
        (" ", report.already_enrolled, f"{{is|are}} in {into} already", ""),
        ("!", report.repeated, "{repeats|repeat} a number of the file; the first row counts", "$warning"),
        ("!", report.suppressed, "{is|are} on the do-not-contact list and {gets|get} nothing", "$warning"),
        ("!", report.lacking, "{has|have} no consent on record", "$warning"),
        ("!", report.without_consent, "{does|do} not join: no consent of theirs is on record", "$warning"),
        ("!", report.unplaced, "{has|have} a state or zip that is not understood", "$warning"),
        (" ", report.consents, "{consent was|consents were} recorded", ""),
        ("✗", report.rejected, "{row is|rows are} rejected:", "$error"),
    )
    lines = [Content.assemble((head, "bold"))]
    lines += [
        Content.assemble((f"{mark} {count:>9,} ", tone or "$foreground"), _agreeing(words, count))
        for mark, count, words, tone in counts
        if count
    ]
    for reason, count in list(report.reasons.items())[:SHOWN_REASONS]:
        lines.append(Content.assemble(("  " + f"{count:>9,} ", "$error"), f"· {reason}"))
    lines += [
        Content.assemble((f"    line {row.line}: ", "$trd-quiet"), f"{row.number or '(empty)'}  {row.reason}")
        for row in report.rejects[:SHOWN_ROWS]
    ]
    if report.doubts:
        first = report.doubts[0]
        lines.append(Content("    The number's area code says where they are, unless the other field does."))
        lines.append(Content.assemble((f"    line {first.line}: ", "$trd-quiet"), first.reason))
    if report.rejected and report.dry_run:
        lines.append(Content("    An import writes all of them to a file beside it, to be mended."))
    if report.rejects_file is not None:
        lines.append(Content(f"    Mend them in {report.rejects_file} and import that file."))
    lines += [Content.assemble(("i ", "$trd-info"), note) for note in (found.notes if found else ())]
    return lines


def _agreeing(words: str, count: int) -> str:
    """Of ``{is|are}`` the word that goes with the number."""
    return _ONE_OR_MORE.sub(lambda either: either[1 if count == 1 else 2], words)


def standing_line(sheet: Sheet, figures: AudienceFigures | None, width: int) -> Content:
    """Who is in the draft now."""
    if not sheet.campaign_id:
        return Content.styled(
            "✗ Name and sender come first: step 1 makes the draft that contacts join.", "$warning"
        )
    if figures is None or not figures.contacts:
        return Content.styled("· Nobody is in the draft yet.", "$trd-quiet")
    said = [f"{figures.contacts:,} in the draft"]
    if figures.suppressed:
        said.append(f"{figures.suppressed:,} on the do-not-contact list")
    if figures.without_consent:
        said.append(f"{figures.without_consent:,} without consent")
    tail = " · ctrl+r takes all out" if width >= 76 else ""
    return Content.assemble(("✓ ", "$success"), (" · ".join(said), "bold"), (tail, "$trd-quiet"))
