"""A screen of pages: each a widget of its own, mounted when it is first shown, with keys of its own."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast

from textual.containers import Vertical
from textual.widgets import ContentSwitcher

from trd_tui.tui.actions import CAMPAIGN
from trd_tui.tui.lines import Part
from trd_tui.tui.searching import SearchingScreen
from trd_tui.tui.work import Work, begin

if TYPE_CHECKING:
    from textual.widget import Widget


class Page(NamedTuple):
    """A page of a screen.

    Attributes:
        number: the key that goes there.
        name: in code; its widget's id.
        word: its name for people.
        made: module of the screen's folder and class; imported when it is first shown.
        frame: the screen, as the table of actions and its folder call it.
    """

    number: int
    name: str
    word: str
    made: str
    frame: str = CAMPAIGN

    @property
    def in_table(self) -> str:
        """Its name in the table of actions."""
        return f"{self.frame}_{self.name}"

    def make(self, *given: object) -> ScreenPage:
        """Its widget; ``given`` is what a page of this screen must know."""
        module, _, name = self.made.partition(":")
        made = getattr(import_module(f"{__package__}.{self.frame}.{module}"), name)
        return cast("ScreenPage", made(*given, id=self.name))


class ScreenPage(Vertical):
    """A page. The screen tells it when it is shown, when the database changed, and when time has passed."""

    SEARCHES = ""
    """What stands where the search field will be; empty on a page that is not searched."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.searched = ""

    def launch(self, work: Work, *, group: str, exclusive: bool = False) -> None:
        """Run in a worker of this page; a fault becomes a toast."""
        begin(self, work, group=group, exclusive=exclusive)

    # What a page says of itself; only of the page that is shown is any of it asked

    def to_focus(self) -> Widget:
        """Where the keys go when it is shown."""
        return self

    def shown(self) -> None:
        """It was just brought to the front: read what it shows."""

    def say(self) -> None:
        """What the screen knows was read again, or the size has changed: say what has."""

    def live(self) -> None:
        """Somebody changed the database."""

    def tick(self) -> None:
        """Time has passed."""

    def hints(self) -> list[Part] | None:
        """The line of hints while the page wants other keys than its table's; ``None`` for the table's."""
        return None

    def offers(self, action: str) -> bool:
        """Whether an action of its table does something now; the line of hints leaves out what does not."""
        return True

    def leave(self) -> bool:
        """Escape: go back by a step within the page; answers whether there was one to go."""
        return False

    def unsaved(self) -> str | None:
        """What is typed and not saved: whose, and how much; ``None`` when nothing is."""
        return None

    async def keep_typed(self) -> None:
        """The screen is left, or the app ends: keep what is half typed, so that the next look finds it."""

    def search_for(self, text: str) -> None:
        """Show what matches; empty for all."""

    def chosen(self, id: str) -> bool:
        """A line of the menu was chosen; answers whether it was one of this page."""
        return False


class PagedScreen(SearchingScreen):
    """The frame: its pages stand in the switcher ``#pages``."""

    PAGES: ClassVar[tuple[Page, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.page = self.PAGES[0]
        self.name_in_table = self.page.in_table

    def make(self, page: Page) -> ScreenPage:
        """The widget of a page."""
        return page.make()

    @property
    def front_page(self) -> ScreenPage:
        """The page that is shown."""
        return self.query_one(f"#{self.page.name}", ScreenPage)

    async def show_page(self, name: str) -> ScreenPage:
        """Bring a page to the front, made when it is first wanted; the keys are its own from then on."""
        page = next(page for page in self.PAGES if page.name == name)
        if page is not self.page:
            switcher = self.query_one("#pages", ContentSwitcher)
            if not switcher.query(f"#{name}"):
                made = self.make(page)
                made.display = False
                await switcher.mount(made)
                if not self.is_open:  # it was left meanwhile, and is being taken apart
                    return made
            self.page = page
            self.name_in_table = page.in_table
            switcher.current = name
            self._show_search()
            front = self.front_page
            front.shown()
            front.say()
            front.to_focus().focus()
            self.say_hints()
        return self.front_page

    def _show_search(self) -> None:
        """The search field holds what the page in front was searched for."""
        field = self.search_field()
        if field is not None:
            field.value = self.front_page.searched
            field.display = bool(field.value)

    async def action_tab(self, number: int) -> None:  # type: ignore[override] # as the search
        """Another page."""
        for page in self.PAGES:
            if page.number == number:
                await self.show_page(page.name)

    def action_on_page(self, name: str, *given: object) -> None:
        """An action of the page that is shown, by its name."""
        getattr(self.front_page, f"action_{name}")(*given)

    # Searching

    @property
    def SEARCHES(self) -> str:  # type: ignore[override] # noqa: N802 - what the page in front says
        """What stands where the field will be."""
        return self.front_page.SEARCHES

    def search_parts(self) -> list[Part]:
        """Only of a page that can be searched."""
        return super().search_parts() if self.SEARCHES else []

    def search_for(self, text: str) -> None:
        """Show what matches on the page in front."""
        page = self.front_page
        if page.SEARCHES and text != page.searched:
            page.searched = text
            page.search_for(text)

    def list_to_focus(self) -> Widget:
        """Where the keys go after the search."""
        return self.front_page.to_focus()
