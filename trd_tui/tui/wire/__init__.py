"""What goes over the line: the cells that differ from what the terminal shows, at the pace it follows.

Textual paints whole widgets, each segment with all its colours and a reset. Over SSH that is most of what an
operator waits for. Here every frame is compared with what the terminal is known to show.
"""
