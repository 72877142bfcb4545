"""The API on a socket: uvicorn, whose signals and logs are ours."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

GRACE_S = 30
"""Seconds in which calls under way may end after a signal."""


class PortTakenError(Exception):
    """The address cannot be listened at; the message says why and what to do."""


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one.

    Raises:
        PortTakenError: it cannot be had.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(address, family=family, backlog=2048)
        # connections inherit it; asyncio sets it only where the socket names its protocol, which this one
        # does not, and an answer in two pieces then waits 40 ms for the caller's acknowledgement
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        # a name that is not known has no error number of the system's, but a sentence of its own
        number = error.errno or 0
        reason = (os.strerror(number) if number > 0 else error.strerror or str(error)).lower()
        raise PortTakenError(
            f"cannot listen at {host} port {port}: {reason}; end what uses it, or choose another --port N"
        ) from error


class _Server(uvicorn.Server):
    """Leaves the signals to the command: it drains the scheduler as well."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve_until(app: FastAPI, listener: socket.socket, stop: asyncio.Event) -> None:
    """Answer until the event is set, then let calls under way end."""
    config = uvicorn.Config(
        app,
        log_config=None,  # the root logger writes JSON lines
        access_log=False,  # the gate writes a line a call, without anybody's number
        server_header=False,
        proxy_headers=False,  # nothing asks where a call comes from
        lifespan="on",  # the webhooks end what they are merging
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await running
