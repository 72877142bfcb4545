"""Settings: each with its value, its source and what it is for; changed in the user's own file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from trd_tui.tui.actions import page_bindings
from trd_tui.tui.administration.columns import setting_columns, source_word
from trd_tui.tui.administration.page import AdministrationPage
from trd_tui.tui.lines import Part

if TYPE_CHECKING:
    from trd_tui.settings_file import SettingView
    from trd_tui.tui.table.column import TableColumn


class SettingsPage(AdministrationPage):
    """The page."""

    BINDINGS = page_bindings("administration_settings")
    SEARCHES = "search settings"
    EMPTY = "No setting matches; esc shows all again."

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.rows: tuple[SettingView, ...] = ()
        self.changed: set[str] = set()

    def columns(self, _zone: str) -> tuple[TableColumn, ...]:
        """Of settings."""
        return setting_columns()

    def key(self, row: Any) -> Any:
        """Its name."""
        return row.key

    async def _read(self) -> tuple[SettingView, ...]:
        found = await self.asks.settings()
        wanted = self.searched.casefold()
        return tuple(row for row in found if wanted in f"{row.key} {row.sentence}".casefold())

    async def read(self, offset: int, limit: int) -> tuple[Sequence[SettingView], int]:
        """All of them are few."""
        self.rows = await self._read()
        return self.rows[offset : offset + limit], len(self.rows)

    async def rank(self, key: Any) -> int | None:
        """At which place a setting stands."""
        return next((at for at, row in enumerate(await self._read()) if row.key == key), None)

    def search_for(self, text: str) -> None:
        """Show the settings whose name or sentence holds it."""
        self.show_other(self.EMPTY)

    def live(self) -> None:
        """Settings are files: the database says nothing of them."""

    def say(self) -> None:
        """What waits for a restart."""
        parts = [self.counted("setting")]
        if self.asks.settings_refusal():
            parts.append(Part("   to be read: a demonstration changes none of yours", "quiet"))
        if self.changed:
            waiting = ", ".join(sorted(self.changed))
            parts += [Part("   ▲ ", "warn"), Part(f"from the next start: {waiting}")]
        self.said(*parts)

    def whole(self, row: SettingView) -> str:
        """What it is for, where it comes from, and from when a change holds."""
        when = "A change holds at once." if row.at_once else "A change holds from the next start of trd."
        if self.asks.settings_refusal():
            when = ""
        source = f"From {row.source}." if source_word(row.source) == "file" else f"From the {row.source}."
        about = f"{when}{'' if row.source == 'default' else ' ' + source}".strip()
        return f"{row.key}: {row.sentence}\n{about}"

    def offers(self, action: str) -> bool:
        """The names of actions are for the keymap; what has its default cannot be unset.

        In a demonstration nothing can be changed.
        """
        row: SettingView | None = self.table.row
        if row is None:
            return False
        if action == "setting_names":
            return row.key == "keymap"
        if action in ("setting_edit", "setting_unset") and self.asks.settings_refusal():
            return False
        return action != "setting_unset" or source_word(row.source) == "file"

    # Acts

    def action_names(self) -> None:
        """What a keymap can name."""
        from trd_tui.tui.administration.reading import KeysScreen

        self.app.push_screen(KeysScreen())

    def action_edit(self) -> None:
        """Change this setting."""
        row = self.table.aimed_at("setting")
        if row is not None:
            self.ask(partial(self._edit, row))

    def _refuse(self, row: SettingView) -> None:
        if refused := self.asks.settings_refusal():
            raise ValueError(refused)
        if row.source == "environment":
            raise ValueError(
                f"TRD_{row.key.upper()} is set in the environment, which stands before the file;"
                " change it there."
            )

    async def _edit(self, row: SettingView) -> None:
        from trd_tui.tui.administration.ask import Ask

        self._refuse(row)
        hidden = row.secret or ("://" in row.value and "…" in row.value)
        note = " z does not take it back; enter changes it again."
        note += " What you type is not shown." if row.secret else ""
        typed = await self.frame.trd.push_screen_wait(
            Ask(
                row.key, row.sentence + note, "save", value="" if hidden else row.value,
                check=partial(self._wrong, row.key), secret=row.secret,
                empty=not hidden,
            )
        )  # fmt: skip
        if typed is not None and (typed or row.source != "default"):  # nothing was set, and nothing is
            await self._save(row, typed)

    def _wrong(self, key: str, text: str) -> str | None:
        """What is wrong with a value, in the words of who would refuse it at the next start."""
        from trd_tui.settings import SettingsError, checked

        try:
            value = checked(key, text)
        except SettingsError as error:
            return str(error)
        if key == "theme" and text not in self.app.available_themes:
            return (
                f"theme: there is no theme {text}; known are {', '.join(sorted(self.app.available_themes))}"
            )
        if key == "keymap" and isinstance(value, tuple):
            from trd_tui.tui.keymap import read

            _changed, problems = read(value)
            return problems[0] if problems else None
        return None

    async def _save(self, row: SettingView, text: str) -> None:
        value = await self.asks.edit_setting(row.key, text)
        self.frame.trd.wishes.changed(row.key, value)
        what = "is back to its default" if value is None else "is saved"
        stays = f"{row.key} {what}, and stays so; Administration (f6) changes it again."
        self.frame.trd.did_for_good(f"the setting {row.key}", stays)
        if row.at_once:
            self.app.notify(f"{row.key} {what}, and holds now.", title="Changed")
        else:
            self.changed.add(row.key)
            self.app.notify(f"{row.key} {what}; it holds from the next start of trd and trd run.",
                            title="Changed", timeout=10)  # fmt: skip
        if self.is_mounted:
            self.table.reload()
            self.say()

    def action_unset(self) -> None:
        """Back to its default."""
        row = self.table.aimed_at("setting")
        if row is not None:
            self.ask(partial(self._unset, row))

    async def _unset(self, row: SettingView) -> None:
        from trd_tui.tui.dialogs import Confirm

        self._refuse(row)
        if row.source == "default":
            raise ValueError(f"{row.key} has its default already.")
        sentence = (
            f"{row.key} is taken out of your settings file; what stands before it, or its default, holds."
            " z does not take it back; enter sets it again."
        )
        if await self.frame.trd.push_screen_wait(Confirm("Unset?", sentence, "Unset", danger=True)):
            await self._save(row, "")
