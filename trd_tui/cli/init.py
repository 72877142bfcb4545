"""``trd init``: a database, a settings file that only its owner reads, and nothing that is there already."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

from trd_tui import settings as places
from trd_tui.cli.errors import CliError
from trd_tui.cli.output import print_json
from trd_tui.settings import Settings, sqlite_url

TEMPLATE = """\
# Settings of TRD. Each can be overridden by the environment: TRD_ and the name in capitals.
# This file may hold secrets: keep it readable by {reader} only.

database_url = "{url}"

# Who sends: "simulated" (nothing leaves this host) or "twilio".
carrier = "{carrier}"

# twilio_account_sid = "AC..."
# twilio_auth_token = "..."            # or an API key:
# twilio_api_key_sid = "SK..."
# twilio_api_key_secret = "..."

# What becomes of a message of which nobody knows whether it was sent: "hold" it for a person, or "retry".
# unknown_policy = "hold"
# carrier_timeout_s = 20
# reconcile_over_s = 300
# lease_s = 15

# What a resume does with touches that fell due in the pause, of campaigns whose definition names no policy:
# shift, skip, catch_up_one, restart_delay or review; and when a touch is too late, when a silence is a pause.
# resume_policy = "shift"
# max_lateness_h = 72
# downtime_min = 15
# cap_per_day = 1
# cap_per_week = 4
# quiet_hours_file = "/etc/trd/quiet_hours.toml"
# log_level = "info"
"""


def add(commands: Any) -> None:
    """Put the command into the table."""
    parser = commands.add_parser("init", help="create the database and the settings file")
    parser.add_argument(
        "--shared", metavar="DIR", type=Path, help="one database for several operators of this host"
    )
    parser.add_argument("--group", metavar="G", help="the group of those operators (with --shared)")
    parser.add_argument(
        "--systemd",
        nargs="?",
        choices=("run", "serve"),
        const="run",
        help="only print a systemd unit for `trd run`, or for `trd serve --with-scheduler`",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def systemd_unit(what: str = "run") -> str:
    """The sample unit, with the command that runs now."""
    command = shutil.which("trd") or f"{sys.executable} -m trd_tui"
    file = "data/trd.service" if what == "run" else "data/trd-serve.service"
    return files("trd_tui.cli").joinpath(file).read_text("utf-8").replace("@TRD@", command)


def write_settings(file: Path, url: str, carrier: str, *, mode: int, reader: str, group: int = -1) -> bool:
    """Write the settings file unless there is one; it never exists readable by more than ``mode`` allows.

    Returns:
        Whether it was written.

    Raises:
        CliError: the folder or the file cannot be written.
    """
    quoted = url.replace("\\", "\\\\").replace('"', '\\"')
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    except FileExistsError:
        return False
    except OSError as error:
        raise CliError(
            f"cannot write the settings file {file}: {error.strerror}; check who owns the folder"
            + ("" if os.geteuid() == 0 else ", or run this command with sudo")
        ) from error
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(TEMPLATE.format(url=quoted, carrier=carrier, reader=reader))
        os.fchown(out.fileno(), -1, group)
        os.fchmod(out.fileno(), mode)
    return True


def _share(folder: Path, group: str) -> tuple[Path, int]:
    """Make the folder and the empty database that a group of people writes; returns file and group id."""
    import grp

    try:
        gid = grp.getgrnam(group).gr_gid
    except KeyError as error:
        raise CliError(
            f"there is no group {group} on this host; create it with `groupadd {group}`"
        ) from error
    file = folder / "trd.db"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.chown(folder, -1, gid)
        folder.chmod(
            0o2770
        )  # files made here belong to the group: SQLite's -wal and -shm beside the database
        handle = os.open(file, os.O_CREAT | os.O_RDWR, 0o660)
        os.fchown(handle, -1, gid)
        os.fchmod(handle, 0o660)
        os.close(handle)
    except OSError as error:
        raise CliError(
            f"cannot share {folder} with the group {group}: {error.strerror};"
            " be a member of the group or use sudo"
        ) from error
    return file, gid


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Create what is missing and say what is where."""
    if options.systemd:
        print(systemd_unit(options.systemd), end="")
        return 0
    if (options.shared is None) != (options.group is None):
        raise CliError("--shared DIR and --group G belong together; give both")
    if options.shared is not None:
        database, gid = _share(options.shared.expanduser().resolve(), options.group)
        url, file = sqlite_url(database), places.SYSTEM_FILE
        written = write_settings(
            file, url, settings.carrier, mode=0o640, reader=f"the group {options.group}", group=gid
        )
    else:
        url, file = settings.database_url, places.user_settings_file()
        written = write_settings(file, url, settings.carrier, mode=0o600, reader="you")

    from trd_tui.store.migrate import ensure_schema

    ensure_schema(url)
    shown = url.split("@")[-1] if "@" in url else url
    if options.json:
        print_json({"settings": str(file), "settingsWritten": written, "database": shown})
        return 0
    print(f"settings  {file}  {'written' if written else 'was there, left as it is'}")
    print(f"database  {shown}  ready")
    print(f"carrier   {settings.carrier}")
    print("Next: `trd demo` shows a demonstration; `trd` opens the app, and n there makes a campaign.")
    if settings.carrier == "twilio":
        print("Twilio sends: `trd doctor` says whether its credentials and the senders are right.")
    else:
        print(f'To send for real, set carrier = "twilio" and its credentials in {file};')
        print("`trd doctor` checks them and everything else.")
    return 0
