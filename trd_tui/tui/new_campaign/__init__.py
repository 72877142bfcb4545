"""A new campaign in five steps, each checkable on its own; what is typed outlives the screen and the line."""
