"""A file in the body of a call: to disk piece by piece, looked through, and gone afterwards."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.requests import Request

from trd_tui.api.errors import ApiError
from trd_tui.services.contact_file import ContactFile, ContactFileError, look_through

CSV_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A header row and a row a person, as spreadsheets write it.",
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "example": "phone,first_name\n+12125550123,Maria\n",
            }
        },
    }
}
"""The body's description."""


@asynccontextmanager
async def contact_file(request: Request) -> AsyncIterator[ContactFile]:
    """The body as a file of contacts.

    Raises:
        ApiError: it is no such file; the sentence says why.
    """
    if not request.headers.get("content-type", "").startswith("text/csv"):
        raise ApiError(400, "Content-Type: send the file as text/csv")
    with tempfile.TemporaryDirectory(prefix="trd-upload-") as folder:
        path = Path(folder) / "upload.csv"
        with path.open("wb") as out:
            async for piece in request.stream():
                await asyncio.to_thread(out.write, piece)
        try:
            found = await asyncio.to_thread(look_through, path)
        except ContactFileError as error:
            raise ApiError(400, file_sentence(error, path)) from error
        if not found.rows:
            raise ApiError(422, "the file holds nobody, only a header row")
        yield found


def file_sentence(error: Exception, path: Path) -> str:
    """What is wrong with the file, without the name that it has here."""
    said = error.in_file if isinstance(error, ContactFileError) else str(error)
    return said.replace(str(path), "the file")
