"""Importing a file outside the steps: which one, a look at what it would do, a question, the import."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from trd_tui.tui import format as show
from trd_tui.tui.administration.ask import Ask
from trd_tui.tui.carrying import carry
from trd_tui.tui.paths import AskFile
from trd_tui.tui.telling import TOLD_S

if TYPE_CHECKING:
    from pathlib import Path

    from trd_tui.services.csv_files import FileLook
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.desk.new_campaign import FilesHere, StepsDesk, Watch
    from trd_tui.tui.dialogs import Confirm

NAMED = 4
"""Files of the folder that are named: the latest."""


class Report(Protocol):
    """What an import did, or would do."""

    @property
    def cancelled(self) -> bool:
        """It was called off."""
        ...

    @property
    def nobody(self) -> bool:
        """No row holds anything."""
        ...

    @property
    def rejected(self) -> int:
        """Rows that cannot be taken."""
        ...

    @property
    def rejects_file(self) -> Path | None:
        """Where these were written."""
        ...


R = TypeVar("R", bound=Report)


@dataclass(frozen=True)
class FileImport(Generic[R]):
    """What is imported, and how. A file is its path as it was typed, and fields by column title.

    Attributes:
        title: of the questions.
        sentence: what becomes of who is in the file.
        look: what a file holds and what its import would do; ``None`` where its columns do not say enough.
        confirm: the question before the import.
        load: imports it.
    """

    title: str
    sentence: str
    look: Callable[[str, Mapping[str, str], Watch], Awaitable[tuple[FileLook, R | None]]]
    confirm: Callable[[FileLook, R], Confirm]
    load: Callable[[str, Mapping[str, str], Watch], Awaitable[R]]


async def import_file(app: TrdApp, desk: StepsDesk, what: FileImport[R]) -> R | None:
    """Ask for a file, say what it would do, then import it; ``None`` where it was left at some point.

    Args:
        app: whose questions they are; the import goes on when the screen is left.
        desk: knows which files there are.
        what: what is imported.
    """
    from trd_tui.services.imports import ContactFileError, ImportRefusedError
    from trd_tui.tui.new_campaign.reports import NOBODY

    file, wrong = "", ""
    mapping: Mapping[str, str] = {}
    here = await desk.files()
    while typed := await app.push_screen_wait(_ask_file(what.title, what.sentence, here, desk, file, wrong)):
        file, mapping = typed, mapping if typed == file else {}
        try:
            looked = await _look(app, what, file, mapping)
            if looked is not None and looked[1] is None and _lacks_phone(looked[0]):
                title = await app.push_screen_wait(_ask_phone(what.title, looked[0]))
                if title is None:
                    return None
                mapping = {title: "phone"}
                looked = await _look(app, what, file, mapping)
            if looked is None:
                return None
            found, tried = looked
            if tried is None:
                wrong = found.in_file
                continue
            if tried.nobody:
                wrong = NOBODY
                continue
            if not await app.push_screen_wait(what.confirm(found, tried)):
                return None
            return await carry(app, "Importing", "rows", partial(what.load, file, mapping))
        except (ContactFileError, ImportRefusedError) as error:  # what was typed is mended, not typed again
            wrong = str(error)
    return None


def tell(app: TrdApp, done: Report, said: str, *, again: str) -> None:
    """Tell what an import did.

    Args:
        app: tells it.
        done: what it did.
        said: the same in a sentence.
        again: what an import of the same file would do, where it was called off.
    """
    sentences = [said]
    if done.rejects_file is not None:
        are = "is" if done.rejected == 1 else "are"
        sentences.append(f"{show.plural(done.rejected, 'rejected row')} {are} in {done.rejects_file}.")
    if done.cancelled:
        sentences.append(again)
    app.notify(
        " ".join(sentences),
        title="Called off" if done.cancelled else "Imported",
        severity="warning" if done.cancelled or done.rejected else "information",
        timeout=TOLD_S,
    )


async def _look(
    app: TrdApp, what: FileImport[R], file: str, mapping: Mapping[str, str]
) -> tuple[FileLook, R | None] | None:
    """What the file holds, and what an import would do; ``None`` when the look was called off."""
    looked = await carry(app, "Looking", "rows", partial(what.look, file, mapping))
    return None if looked is None or (looked[1] is not None and looked[1].cancelled) else looked


def _ask_file(title: str, sentence: str, here: FilesHere, desk: StepsDesk, typed: str, wrong: str) -> AskFile:
    names = ", ".join(file.name for file in here.files[:NAMED])
    more = f" and {len(here.files) - NAMED:,} more" if len(here.files) > NAMED else ""
    sentence = (
        f"{sentence} It is looked at first, and nothing is stored."
        f" In {here.folder}: {names or 'no CSV file'}{more}. From yours: {here.copying}"
    )
    return AskFile(title, sentence, "look at it", complete=desk.complete, value=typed, wrong=wrong)


def _lacks_phone(found: FileLook) -> bool:
    """Whether it is the column of numbers that is not known; columns of one title are another matter."""
    return not {"phone", ""} & {column.field for column in found.columns}


def _ask_phone(title: str, found: FileLook) -> Ask:
    titles = [column.title for column in found.columns]

    def check(said: str) -> str | None:
        return None if said in titles else f"there is no column {said!r}"

    sentence = f"Which column holds the phone numbers? Its columns are: {', '.join(titles)}."
    return Ask(title, sentence, "take it", check=check)
