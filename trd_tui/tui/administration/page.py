"""What the pages of the administration have in common: a list, a line over it, the whole row below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual.content import Content
from textual.widgets import Static

from trd_tui.domain.sentences import begun, closed
from trd_tui.tui import format as show
from trd_tui.tui.lines import ActionLine, Part, update
from trd_tui.tui.listed import ListedPage
from trd_tui.tui.table.column import TableColumn
from trd_tui.tui.table.window_table import Source, WindowTable

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from trd_tui.tui.administration.screen import AdministrationScreen
    from trd_tui.tui.desk import Desk
    from trd_tui.tui.desk.administration import AdministrationDesk
    from trd_tui.tui.menu import Choice
    from trd_tui.tui.work import Work

LETTERS = "abcdefghilnoprstuvwxyz"
"""Letters of menus whose lines are made from data; those that move are not among them."""


class AdministrationPage(ListedPage):
    """A page: ``columns``, ``read`` and ``rank`` say what its list holds."""

    EMPTY = "Nothing here."
    """The sentence of a list without rows; it says what to do next."""

    @property
    def frame(self) -> AdministrationScreen:
        """The screen that it is a page of."""
        return cast("AdministrationScreen", self.screen)

    @property
    def desk(self) -> Desk:
        """The desk; it is open before this screen is."""
        return self.frame.ready

    @property
    def asks(self) -> AdministrationDesk:
        """What the administration asks."""
        return self.desk.administration

    def compose(self) -> ComposeResult:
        """The list between its lines."""
        yield ActionLine(id=f"{self.id}-said")
        yield WindowTable((), id=f"{self.id}-table", markable=False, empty=self.EMPTY)
        yield Static("", classes="whole", markup=False)

    def on_mount(self) -> None:
        """Say where the rows come from."""
        table, desk = self.table, self.desk
        table.columns = self.columns(desk.zone)
        table.now = self.now
        table.followed = self._followed
        table.source = Source(self.read, self.rank, self.key)

    # What a page says of itself

    def columns(self, zone: str) -> tuple[TableColumn, ...]:
        """The columns.

        Raises:
            NotImplementedError: the page has not said.
        """
        raise NotImplementedError

    async def read(self, offset: int, limit: int) -> tuple[Sequence[Any], int]:
        """A page of the rows, and how many there are.

        Raises:
            NotImplementedError: the page has not said.
        """
        raise NotImplementedError

    async def rank(self, key: Any) -> int | None:
        """At which place a row stands.

        Raises:
            NotImplementedError: the page has not said.
        """
        raise NotImplementedError

    def key(self, row: Any) -> Any:
        """What a row is found by again."""
        return row.id

    def now(self) -> int:
        """The instant against which the list's own are said."""
        return self.desk.now()

    def whole(self, _row: Any) -> str:
        """What the row under the cursor says in full; its cells may cut it."""
        return ""

    def say(self) -> None:
        """The line over the list."""

    # What every page does

    def tick(self) -> None:
        """Instants grow older."""
        self.table.redraw_aged()

    def show_other(self, empty: str) -> None:
        """Show another list: of another filter or search."""
        self.table.empty_text = empty
        self.table.reload(to_top=True)
        self.say()
        self.frame.say_hints()

    def _followed(self, row: Any | None) -> None:
        update(self.query_one(".whole", Static), Content("" if row is None else self.whole(row)))
        self.say()
        self.frame.say_hints()
        self.frame.trd.place_toasts()

    def said(self, *parts: Part) -> None:
        """Say the line over the list."""
        self.query_one(f"#{self.id}-said", ActionLine).show([Part(" "), *parts])

    def counted(self, noun: str) -> Part:
        """How many rows the list has."""
        total = self.table.total
        return Part("" if total is None else f" {show.plural(total, noun)}", "quiet")

    def ask(self, work: Work) -> None:
        """Begin work that asks a person; keys wait until its question is open."""
        app = self.frame.trd
        app.begin_question(app, partial(_told, self, work), group="acts")

    def pick(self, title: str, choices: tuple[Choice, ...]) -> None:
        """Open a menu over the list."""
        region = self.table.region
        self.frame.menu().open(title, choices, x=region.x + 2, y=region.y + 1)

    def told(self, message: str, title: str = "", *, at: Any = None) -> None:
        """A toast, and the list read again; the cursor goes to the row ``at``, where one is named."""
        stays = f"{message} The keys of its row in Administration change it again."
        self.frame.trd.did_for_good(f"“{message.rstrip('.')}”", stays)
        self.said_of(message, title, at=at)

    def said_of(self, message: str, title: str, *, at: Any = None, names_undo: bool = False) -> None:
        """The toast and the list alone: what was done is remembered already."""
        self.frame.trd.notify(message, title=title, names_undo=names_undo)
        if not self.is_mounted:
            return
        if at is not None:
            self.table.cursor_id = at
            self.table.reload()
        else:
            self.live()


async def _told(page: AdministrationPage, work: Work) -> None:
    """What a rule refuses is a sentence, not a fault."""
    try:
        await work()
    except ValueError as error:  # every refusal of the services is one
        page.app.notify(
            closed(begun(str(error))), title="Nothing was changed", severity="warning", timeout=10
        )


def named_choices(prefix: str, names: Sequence[tuple[str, int]], word: Callable[[str], str]) -> list[Choice]:
    """Lines of a menu made from names and their counts; the place among the names is what is answered."""
    from trd_tui.tui.menu import Choice

    return [
        Choice(
            f"{prefix}:{number}", LETTERS[number] if number < len(LETTERS) else "", word(name), f"{times:,}"
        )
        for number, (name, times) in enumerate(names)
    ]
