"""What a start may import: help at once, the app without a database, and no secret in a log line."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest

from trd_tui.cli.logs import JsonLines
from trd_tui.cli.output import printable, table

HEAVY = (
    "sqlalchemy",
    "textual",
    "twilio",
    "alembic",
    "aiohttp",
    "phonenumbers",
    "fastapi",
    "uvicorn",
    "pydantic",
)


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["campaign", "list", "--help"], ["nonsense"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    program = (
        "import sys; from trd_tui.cli.main import main; main(sys.argv[1:]);"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=True, timeout=30
    )
    assert ran.stdout.splitlines()[-1] == "[]"


def test_a_log_line_is_one_json_object_without_secrets() -> None:
    record = logging.makeLogRecord(
        {
            "name": "trd",
            "levelname": "INFO",
            "msg": "called with %s\nand more",
            "args": ("hunter2!",),
            "sent": 3,
        }
    )
    line = JsonLines(["hunter2!"]).format(record)
    assert "\n" not in line
    assert json.loads(line)["what"] == "called with ***\nand more"
    assert json.loads(line)["sent"] == 3


def test_a_table_lines_up_wide_characters_and_disarms_control_ones() -> None:
    text = table(("Name", ">Sent"), [("山田", 5), ("a\x1b[31mb", 1_000), (None, 7)])
    assert text.splitlines() == ["Name     Sent", "山田        5", "a [31mb  1000", "-           7"]
    assert printable("a\r\nb\x07") == "a  b "
