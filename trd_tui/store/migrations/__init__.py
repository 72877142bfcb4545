"""Schema changes, in order; run by `trd_tui.store.migrate` only."""
