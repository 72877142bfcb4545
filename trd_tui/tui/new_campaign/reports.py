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
    from trd_tui.services.suppression_files import ListImport

_ONE_OR_MORE = re.compile(r"\{(.*?)\|(.*?)\}")

NOBODY = "Nobody is in this file: it has a header and no rows below it."
"""Said of it instead of figures, and when it is to be imported."""

SHOWN_REASONS = 6
SHOWN_ROWS = 8
"""Of what is wrong with rejected rows, and of the rows; how many more there are is said."""


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
    """What an import did, or would do, with a draft or with a campaign that goes by its name.

    First come parts of the rows that were read: they add up to them.
    """
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
    parts = (
        ("✗", report.rejected, "{is|are} rejected: why stands below", "$error"),
        (" ", report.empty, "{is|are} empty", ""),
        ("!", report.repeated, "{repeats|repeat} a number of the file; the first row counts", "$warning"),
        ("!", report.without_consent, "{does|do} not join: no consent of theirs is on record", "$warning"),
        (" ", report.already_enrolled, f"{{is|are}} in {into} already", ""),
        ("✓", report.enrolled, f"{joins} {into}", "$success"),
    )
    return [
        Content.assemble((head, "bold")),
        *_counted(parts),
        *_of_contacts(report),
        *rejected_lines(report),
        *(Content.assemble(("i ", "$trd-info"), note) for note in (found.notes if found else ())),
    ]


def _of_contacts(report: ImportReport) -> list[Content]:
    """The rows that are contacts, once more: who is new, and what there is to know of some of them."""
    if not report.contacts:
        return []
    lacking = 0 if report.without_consent else report.lacking  # else told among the rows already
    known = (
        (" ", report.added, "{is|are} new", ""),
        (" ", report.existing, "{is|are} known already; what the file gives is taken over", ""),
    )
    remarks = (
        ("!", report.suppressed, "{is|are} on the do-not-contact list and {gets|get} nothing", "$warning"),
        ("!", lacking, "{has|have} no consent on record", "$warning"),
        ("!", report.unplaced, "{has|have} a state or zip that is not understood", "$warning"),
        (" ", report.consents, "{consent was|consents were} recorded", ""),
    )
    lines = [Content(f"Of {show.plural(report.contacts, 'contact')} in these rows:"), *_counted(known)]
    if any(count for _mark, count, _words, _tone in remarks):
        lines += [Content("And among them:"), *_counted(remarks)]
    if report.doubts:
        first = report.doubts[0]
        lines.append(Content("    The number's area code says where they are, unless the other field does."))
        lines.append(Content.assemble((f"    line {first.line}: ", "$trd-quiet"), first.reason))
        lines += _and_more(report.unplaced - 1, "more line")
    return lines


def rejected_lines(report: ImportReport | ListImport) -> list[Content]:
    """Why rows are rejected, the first of them, and where all of them are."""
    if not report.rejected:
        return []
    lines = [Content("Why rows are rejected:")]
    reasons = list(report.reasons.items())
    lines += [
        Content.assemble(("  " + f"{count:>9,} ", "$error"), f"· {reason}")
        for reason, count in reasons[:SHOWN_REASONS]
    ]
    lines += _and_more(len(reasons) - SHOWN_REASONS, "more reason")
    shown = report.rejects[:SHOWN_ROWS]
    lines += [
        Content.assemble((f"    line {row.line}: ", "$trd-quiet"), f"{row.number or '(empty)'}  {row.reason}")
        for row in shown
    ]
    lines += _and_more(report.rejected - len(shown), "more row")
    if report.dry_run:
        lines.append(Content("    An import writes all of them to a file beside it, to be mended."))
    elif report.rejects_file is not None:
        lines.append(Content(f"    Mend them in {report.rejects_file} and import that file."))
    return lines


def _counted(figures: tuple[tuple[str, int, str, str], ...]) -> list[Content]:
    """A line for each figure that is not 0: its mark, the figure, and words that agree with it."""
    return [
        Content.assemble((f"{mark} {count:>9,} ", tone or "$foreground"), _agreeing(words, count))
        for mark, count, words, tone in figures
        if count
    ]


def _and_more(count: int, what: str) -> list[Content]:
    return [Content(f"    and {show.plural(count, what)}")] if count > 0 else []


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
