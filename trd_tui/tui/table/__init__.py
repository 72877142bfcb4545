"""The table of all lists: a window on a query, which holds only the rows that can be seen."""
