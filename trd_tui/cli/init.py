"""``trd init``: a database, a settings file that only its owner reads, and nothing that is there already."""

from __future__ import annotations

import argparse
import os
import pwd
import shutil
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

from trd_tui import settings as places
from trd_tui.cli.errors import CliError
from trd_tui.cli.output import print_json
from trd_tui.cli.session import database_file
from trd_tui.cli.sharing import NAME, Group, closed_above, group_named, open_to_pass, share
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

# Colours and keys of the app; in it f6, 3, o shows the names of all actions.
# theme = "trd-light"
# [keymap]
# pause = "f10"
"""


def add(commands: Any) -> None:
    """Put the command into the table."""
    parser = commands.add_parser(
        "init",
        help="create the database and the settings file",
        description="Creates the database and the settings file; what is there already stays as it is."
        " A relative path of the database is made absolute.",
    )
    parser.add_argument(
        "--shared",
        metavar="DIR",
        type=Path,
        help="one database for several operators of this host, in a folder of its own; stored absolute",
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
        if group >= 0:
            open_to_pass(file.parent)
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


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Create what is missing and say what is where."""
    if options.systemd:
        print(systemd_unit(options.systemd), end="")
        return 0
    if (options.shared is None) != (options.group is None):
        raise CliError("--shared DIR and --group G belong together; give both")
    notes: list[str] = []
    members: tuple[str, ...] | None = None
    if options.shared is not None:
        group = group_named(options.group)
        folder = options.shared.expanduser().resolve()
        url, file = sqlite_url(folder / NAME), places.SYSTEM_FILE
        _no_other_database(file, url)
        share(folder, group)
        written = write_settings(
            file, url, settings.carrier, mode=0o640, reader=f"the group {group.name}", group=group.gid
        )
        notes, members = _for_the_group(group, folder, file, url), group.members
        if not options.shared.expanduser().is_absolute():
            notes.append(f"{options.shared} was read from the present folder; what is stored is {folder}")
    else:
        url, file = _absolute(settings, notes), places.user_settings_file()
        written = write_settings(file, url, settings.carrier, mode=0o600, reader="you")

    from trd_tui.store.migrate import ensure_schema

    ensure_schema(url)
    shown = url.split("@")[-1] if "@" in url else url
    if options.json:
        found: dict[str, object] = {"settings": str(file), "settingsWritten": written, "database": shown}
        if members is not None:
            found |= {"group": options.group, "members": members}
        print_json(found | {"notes": notes})
        return 0
    print(f"settings  {file}  {'written' if written else 'was there, left as it is'}")
    print(f"database  {shown}  ready")
    if members is not None:
        print(f"shared    with the group {options.group}: {', '.join(members) or 'nobody yet'}")
    print(f"carrier   {settings.carrier}")
    for note in notes:
        print(f"! {note}")
    print("Next: `trd demo` shows a demonstration; `trd` opens the app, and n there makes a campaign.")
    if settings.carrier == "twilio":
        print("Twilio sends: `trd doctor` says whether its credentials and the senders are right.")
    else:
        print(f'To send for real, set carrier = "twilio" and its credentials in {file};')
        print("`trd doctor` checks them and everything else.")
    return 0


def _absolute(settings: Settings, notes: list[str]) -> str:
    """The URL with the whole path of its file: the settings file is read from every folder."""
    file = database_file(settings)
    if file is None or file.is_absolute():
        return settings.database_url
    notes.append(f"{file} was read from the present folder; what is stored is {file.absolute()}")
    return sqlite_url(file.absolute())


def _no_other_database(file: Path, url: str) -> None:
    """Refuse to share a database that the host's settings file does not name: nobody would open it.

    Raises:
        CliError: the file names another one, or none.
    """
    if not file.exists():
        return
    if places.load_settings({}, system_file=file, user_file=Path(os.devnull)).database_url != url:
        raise CliError(
            f'{file} is there and does not name this database; write database_url = "{url}" into it, or put'
            " it aside"
        )


def _for_the_group(group: Group, folder: Path, file: Path, url: str) -> list[str]:
    """What would still keep members of the group from working on the database, each with its remedy."""
    notes = []
    if not group.members:
        notes.append(
            f"nobody is in the group {group.name}; `usermod -aG {group.name} USER` takes somebody in"
        )
    elif _me() not in group.members and os.geteuid() != 0:
        notes.append(
            f"you are not in the group {group.name}; `usermod -aG {group.name} {_me()}`, log in anew"
        )
    for path in (folder, file):
        closed = closed_above(path, group.gid)
        if closed is not None:
            notes.append(
                f"members of {group.name} cannot pass {closed}, and so not reach {path}; chmod o+x it"
            )
    if (first := places.load_settings(system_file=file).database_url) != url:
        notes.append(
            f"you yourself work on {first.split('@')[-1]}: TRD_DATABASE_URL and your own settings file"
            f" {places.user_settings_file()} are read after {file}"
        )
    return notes


def _me() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name
