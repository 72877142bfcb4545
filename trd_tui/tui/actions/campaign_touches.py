"""What can be done on the page of a campaign's touches."""

from __future__ import annotations

from trd_tui.tui.actions.table import Action

ACTIONS: tuple[Action, ...] = (
    Action("touch_edit", "", "enter", "write", "Write the text; esc leaves it, what was typed stays",
           "Act", hint=1, runs="on_page('edit')"),
    Action("touch_save", "ctrl+s,s", "s ctrl+s", "save",
           "Save the sequence: first it says which contacts are moved", "Act", hint=2, dangerous=True,
           runs="on_page('save')"),
    Action("sequence_add", "a", "a", "add", "Add a touch on a day of its own", "Act", hint=3,
           runs="on_page('add')"),
    Action("sequence_remove", "x", "x", "remove", "Remove this touch; nothing is done before it is saved",
           "Act", hint=4, runs="on_page('remove')"),
    Action("touch_day", "w", "w", "day", "When: another day for this touch, between its neighbours", "Act",
           hint=5, runs="on_page('day')"),
    Action("touch_time", "W", "W", "send time", "The time of day at which all touches are due", "Act",
           runs="on_page('time')"),
    Action("sequence_switch", "o", "o", "on/off", "Send this touch, or pass it over", "Act", hint=9,
           runs="on_page('switch')"),
    Action("touch_variant", "v", "v", "variant", "Another text for this touch: each contact gets one of them",
           "Act", hint=7, runs="on_page('variant')"),
    Action("touch_no_variant", "V", "V", "drop variant", "Remove the variant that is shown", "Act",
           runs="on_page('no_variant')"),
    Action("touch_weight", "equals_sign", "=", "weight", "The share of the variant that is shown", "Act",
           runs="on_page('weight')"),
    Action("touch_next_variant", "right_square_bracket", "]", "next variant", "Show the next variant", "Find",
           runs="on_page('other_variant', 1)"),
    Action("touch_last_variant", "left_square_bracket", "[", "previous variant", "Show the variant before",
           "Find", runs="on_page('other_variant', -1)"),
    Action("touch_next_reader", "right,f8", "→ f8", "next contact", "Read the text as the next contact; f8"
           " works while one writes, too", "Find", hint=8, runs="on_page('reader', 1)"),
    Action("touch_last_reader", "left,f7", "← f7", "contact before", "Read the text as the contact before",
           "Find", runs="on_page('reader', -1)"),
    Action("touch_reader", "c", "c", "contact", "Read the text as a contact of your choice", "Find",
           runs="on_page('choose_reader')"),
    Action("touch_scroll_down", "J,ctrl+down", "J ctrl+↓", "scroll down",
           "Scroll what is said of the text", "Move",
           runs="on_page('scroll', 1)"),
    Action("touch_scroll_up", "K,ctrl+up", "K ctrl+↑", "scroll up", "Scroll it back", "Move",
           runs="on_page('scroll', -1)"),
    Action("touch_plain", "u,f9", "u f9", "plain", "Replace the characters that make it UCS-2", "Act",
           hint=10, runs="on_page('plain')"),
    Action("touch_test", "t", "t", "test", "Send this text, as it is written, to your own number", "Act",
           hint=6, dangerous=True, runs="on_page('test')"),
    Action("touch_discard", "U", "U", "discard", "Discard what is not saved; asks first", "Act",
           dangerous=True, runs="on_page('discard')"),
)  # fmt: skip
"""Its actions."""
