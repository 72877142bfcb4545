"""What the command line says when something cannot be done: one sentence, what to do, and an exit status."""

from __future__ import annotations

import logging

DONE = 0
REFUSED = 1
WRONG_USAGE = 2
INTERRUPTED = 130

log = logging.getLogger(__name__)


class CliError(Exception):
    """Something was refused or failed; the message is one sentence that names what, where and the remedy."""

    status = REFUSED

    def __init__(self, sentence: str, *more: str) -> None:
        super().__init__(sentence)
        self.sentences = (sentence, *more)
        """Several things may be wrong at once; each is told on a line of its own."""


class UsageError(CliError):
    """The command was called wrongly."""

    status = WRONG_USAGE


def sentence_of(error: BaseException) -> str:
    """One line that says what went wrong, without a traceback and without a secret.

    Every rule of the product raises an error whose message is a finished sentence; of the system's errors
    the file and the reason are named; what nobody expected is named as a fault of TRD itself.
    """
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror[0].lower()}{error.strerror[1:]}"
    if type(error).__module__.startswith("trd_tui."):
        return " ".join(str(error).split())
    log.error("unexpected error", exc_info=error)
    return (
        f"an unexpected {type(error).__name__} ended this command; please report it with the traceback that"
        " TRD_LOG_LEVEL=debug shows"
    )
