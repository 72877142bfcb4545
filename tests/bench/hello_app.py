"""Textual's hello-world: the floor of every first paint."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class HelloApp(App[None]):
    """One label."""

    def compose(self) -> ComposeResult:
        """The label."""
        yield Static("Hello, World!")


if __name__ == "__main__":
    HelloApp().run()
