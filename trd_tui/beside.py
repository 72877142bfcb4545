"""Files that stand beside a database and belong to whoever the database belongs to.

The call journal and the simulated carrier's ledger hold people's numbers, so they are their owner's only.
Where several operators of a host share one database (``trd init --shared``), they share these too: who takes
over from a colleague whose line dropped must be able to read what that one has called.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PRIVATE = 0o600
_GROUP = 0o060


def open_beside(file: Path, flags: int, database: Path | None = None) -> int:
    """Open a file beside a database; a new one is as open to the database's group as the database is.

    The user's own mask does not count: a colleague with ``umask 077`` would lock the others out.

    Args:
        file: what to open.
        flags: as ``os.open`` takes them.
        database: the file it stands beside; by default its own name without the last ending.

    Returns:
        The file descriptor.

    Raises:
        OSError: it cannot be opened.
    """
    descriptor = os.open(file, flags | os.O_CLOEXEC, PRIVATE)
    # A file of a colleague's is right already, and not ours to change.
    with suppress(OSError):
        shared = os.stat(database or file.with_suffix(""))
        if shared.st_mode & _GROUP:
            os.fchown(descriptor, -1, shared.st_gid)
            os.fchmod(descriptor, PRIVATE | shared.st_mode & _GROUP)
    return descriptor
