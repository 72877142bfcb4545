"""What ``trd doctor`` says of the settings beside what is wrong with them. None shows a secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trd_tui import settings as places
from trd_tui.services.findings import Finding
from trd_tui.settings import ENVIRONMENT_PREFIX, KEYS, Settings

_NOT_IN_FILES = ("ascii",)
"""Variables that the environment alone may hold: they are about a terminal."""


def settings_files() -> Iterator[Finding]:
    """Which files there are, and that nobody reads them who should not."""
    found = False
    for file in (places.SYSTEM_FILE, places.user_settings_file()):
        if not file.exists():
            continue
        found = True
        # The host's own file is there for a group to read.
        mask, remedy = (0o007, "o-rwx") if file == places.SYSTEM_FILE else (0o077, "o-rwx,g-rwx")
        if file.stat().st_mode & mask:
            yield Finding("warning", "settings", f"{file} can be read by others", f"chmod {remedy} {file}")
        else:
            yield Finding("ok", "settings", f"{file} cannot be read by others")
    if not found:
        yield Finding("ok", "settings", "no file; defaults and environment", "`trd init` writes one")


def stray_variables(environment: Mapping[str, str]) -> Iterator[Finding]:
    """Variables with our prefix that set nothing; another program may use it, so none is an error."""
    known = {*KEYS, *_NOT_IN_FILES}
    stray = [
        name
        for name in sorted(environment)
        if name.startswith(ENVIRONMENT_PREFIX) and name.removeprefix(ENVIRONMENT_PREFIX).lower() not in known
    ]
    if stray:
        are = "is no setting" if len(stray) == 1 else "are no settings"
        text = f"{', '.join(stray)} {are} of TRD and nobody reads what stands there"
        yield Finding("warning", "settings", text, "take it out, unless another program wants it")


def theme(settings: Settings) -> Iterator[Finding]:
    """A theme that there is not: the app takes its usual one."""
    if not settings.theme:
        return
    from textual.theme import BUILTIN_THEMES  # only who has set one waits for it

    from trd_tui.tui.theme import THEMES

    own = [each.name for each in THEMES]
    if settings.theme not in {*own, *BUILTIN_THEMES}:
        text = f"theme: there is no theme {settings.theme}; the app takes its usual one"
        yield Finding("warning", "settings", text, f"known are {', '.join(own)} and Textual's")
