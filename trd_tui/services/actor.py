"""Who acts: the name that an audit row carries beside the system's login name."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass

WORKSPACE = 1
"""The only workspace there is for now; the column is in every table."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at a face of the product.

    Attributes:
        user_id: the user's number in the database; one user exists for now.
        name: as the audit shows them.
        login: the login name of the system, which nobody chooses in TRD.
    """

    user_id: int
    name: str
    login: str

    @classmethod
    def local(cls, name: str | None = None) -> Actor:
        """The person at this terminal; ``name`` is the setting ``TRD_ACTOR``, else the login name."""
        login = _login()
        return cls(user_id=1, name=name or login, login=login)


def _login() -> str:
    """The login name; a container may have a user id that no name belongs to."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid{os.getuid()}"
