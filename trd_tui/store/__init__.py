"""Everything that is SQL: tables, engines, migrations, and the statements grouped by what they are about.

A statement is a plain function that takes a SQLAlchemy ``Connection``. The same function serves the
asyncio engines (``await database.write(function, ...)``) and the send path's synchronous writer, on
SQLite and on PostgreSQL.
"""
