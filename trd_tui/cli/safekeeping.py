"""``trd backup`` and ``trd restore``: a copy of the database while it is in use, and its way back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trd_tui.cli.errors import CliError
from trd_tui.cli.output import confirm, print_json, printable, progress_line
from trd_tui.cli.session import must_exist
from trd_tui.clock import real_now
from trd_tui.domain.finding import one_or_many
from trd_tui.domain.sentences import closed
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.safekeeping import Restored
    from trd_tui.store.backup import Contents


def add(commands: Any) -> None:
    """Put both commands into the table."""
    backup = commands.add_parser(
        "backup",
        help="copy the database into a file, also while it is in use",
        description="Copies the database as it is at this instant into a new file, while others go on"
        " sending, and checks the copy. On PostgreSQL use pg_dump.",
    )
    backup.add_argument("file", metavar="FILE", type=Path, help="the new file")
    backup.add_argument("--json", action="store_true", help="print one JSON object")
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser(
        "restore",
        help="put a backup in the database's place; it starts stopped",
        description="Checks the backup and puts it in the database's place, after asking where there is one."
        " The former database is kept beside it under another name. What is restored sends nothing until"
        " `trd start`.",
    )
    restore.add_argument("file", metavar="FILE", type=Path, help="what `trd backup` has made")
    restore.add_argument("--yes", action="store_true", help="do not ask; needed where there is no terminal")
    restore.add_argument("--json", action="store_true", help="print one JSON object")
    restore.set_defaults(run=run_restore)


def run_backup(options: argparse.Namespace, settings: Settings) -> int:
    """Make a backup and say what is in it."""
    must_exist(settings)
    from trd_tui.services.safekeeping import make_backup

    file = options.file.expanduser()
    contents = make_backup(settings.database_url, file, progress_line("pages"))
    size = file.stat().st_size
    if options.json:
        print_json(
            {
                "file": str(file),
                "bytes": size,
                "campaigns": contents.campaigns,
                "contacts": contents.contacts,
                "sent": contents.sent,
            }
        )
        return 0
    print(f"backed up to {printable(str(file))}, {size / 1e6:,.1f} MB, checked: {_what_is_in(contents)}")
    return 0


def run_restore(options: argparse.Namespace, settings: Settings) -> int:
    """Restore a backup and say what holds now."""
    from trd_tui.services.safekeeping import ConsentError

    try:
        done = _restore(options.file.expanduser(), settings, consent=options.yes)
    except ConsentError as error:
        if not confirm(f"{closed(str(error))} Restore it?"):
            raise CliError(f"not done: {error}") from error
        done = _restore(options.file.expanduser(), settings, consent=True)
    if options.json:
        print_json(
            {
                "restored": str(options.file),
                "stopped": True,
                "reason": done.reason,
                "putAside": None if done.aside is None else str(done.aside),
                "campaigns": done.contents.campaigns,
                "contacts": done.contents.contacts,
                "sent": done.contents.sent,
            }
        )
        return 0
    print(f"restored {_what_is_in(done.contents)}")
    if done.aside is not None:
        print(f"the former database is kept at {printable(str(done.aside))}")
    print(f"Nothing is sent: {closed(printable(done.reason))}")
    return 0


def _what_is_in(contents: Contents) -> str:
    return (
        f"{one_or_many(contents.campaigns, 'campaign')}, {one_or_many(contents.contacts, 'contact')},"
        f" {one_or_many(contents.sent, 'message')} sent"
    )


def _restore(file: Path, settings: Settings, *, consent: bool) -> Restored:
    from trd_tui.services.actor import Actor
    from trd_tui.services.safekeeping import restore

    return restore(settings.database_url, file, Actor.local(settings.actor), real_now(), consent=consent)
