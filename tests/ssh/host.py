"""A host with users and a real sshd: a mount namespace with an /etc, /home and /srv of its own.

Users, settings of the host and shared folders are made in it as on any host, and nothing of it is left
behind: it goes when its sshd ends, whatever becomes of the test.
"""

from __future__ import annotations

import compileall
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyte
import pytest

from tests.bench.terminal import COLUMNS, LINES, Terminal
from tests.support.command import Ran, eventually

REPOSITORY = Path(__file__).resolve().parents[2]
GROUP = "texters"
USERS = {"ann": 61001, "bob": 61002, "eve": 61003}
SHARING = ("ann", "bob")
"""Members of the group; the third has a database of her own."""

TRD = (sys.executable, "-m", "trd_tui")
NEEDED = ("sshd", "ssh", "ssh-keygen", "unshare", "nsenter", "useradd")

_SSHD = """\
Port {port}
ListenAddress 127.0.0.1
HostKey /etc/ssh/key_of_host
AuthorizedKeysFile /etc/ssh/keys_of_users
UsePAM no
PasswordAuthentication no
PrintMotd no
PrintLastLog no
PidFile none
SetEnv LANG=C.UTF-8 COLORTERM=truecolor
"""


_SQL = """
import json, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=10)
found = connection.execute(sys.argv[2], json.loads(sys.argv[3])).fetchall()
connection.commit()
connection.close()
print(json.dumps(found))
"""


def what_is_missing() -> str | None:
    """Why no such host can be had here, and what to do; ``None`` when it can."""
    if os.geteuid() != 0:
        return "users and an sshd of their own need root: run the system tests as root, in a container"
    missing = [name for name in NEEDED if _program(name) is None]
    if missing:
        return (
            f"{', '.join(missing)} is not installed; install it with:"
            " apt-get install openssh-server openssh-client util-linux passwd"
        )
    tried = subprocess.run(["unshare", "--mount", "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        return f"a mount namespace cannot be had ({tried.stderr.strip()}): give the container CAP_SYS_ADMIN"
    return None


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


def _opened(needed: Sequence[Path]) -> Iterator[str]:
    """Shell lines that let every user reach what the product runs from, also in somebody's own folder."""
    closed: dict[Path, list[Path]] = {}
    for path in needed:
        for folder in reversed(path.parents):
            if not folder.stat().st_mode & 0o001:
                closed.setdefault(folder, []).append(path)
                break
    for number, (folder, paths) in enumerate(closed.items()):
        kept = [(shlex.quote(str(path)), f"/run/kept/{number}-{at}") for at, path in enumerate(paths)]
        for source, copy in kept:
            yield f"mkdir -p {copy} && mount --bind {source} {copy}"
        yield f"mount -t tmpfs -o mode=755 tmpfs {shlex.quote(str(folder))}"
        for source, copy in kept:
            yield f"mkdir -p {source} && mount --bind {copy} {source}"


def _set_up(keys: Path) -> str:
    needed = {REPOSITORY, Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()}
    apart = [path for path in needed if not any(other in path.parents for other in needed)]
    lines = [
        "umask 022",
        "mount -t tmpfs -o mode=755 tmpfs /run",
        "mkdir -m 755 /run/sshd",
        "cp -a /etc /run/etc && rm -rf /run/etc/trd && mount --bind /run/etc /etc",
        "mount -t tmpfs -o mode=755 tmpfs /home",
        "mount -t tmpfs -o mode=755 tmpfs /srv",
        f"cp {shlex.quote(str(keys / 'host'))} /etc/ssh/key_of_host",
        f"cp {shlex.quote(str(keys / 'user.pub'))} /etc/ssh/keys_of_users",
        f"cp {shlex.quote(str(keys / 'sshd_config'))} /etc/ssh/sshd_config",
        "chmod 600 /etc/ssh/key_of_host && chmod 644 /etc/ssh/keys_of_users",
        # The strictest mask that an operator may have: what they share must be shared all the same.
        f"echo 'PATH={Path(sys.executable).parent}:$PATH; umask 077' > /etc/profile.d/zz-trd.sh",
        f"groupadd {GROUP}",
        *(f"useradd -m -u {uid} -s /bin/bash -p '*' {name}" for name, uid in USERS.items()),
        *(f"usermod -aG {GROUP} {name}" for name in SHARING),
        *_opened(apart),
        f"exec {_program('sshd')} -D -e -f /etc/ssh/sshd_config",
    ]
    return "\n".join(lines)


class Line:
    """A login's terminal, and what stands on its screen."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)

    def until(self, shown: str) -> None:
        """Wait until it stands on the screen."""
        eventually(f"{shown!r} is shown", lambda: shown in self._text())

    def _text(self) -> str:
        self._stream.feed(self._terminal.read(0.02))
        return "\n".join(self._screen.display)

    def press(self, keys: bytes, shown: str = "") -> None:
        """Press keys; wait until something stands on the screen."""
        self._terminal.write(keys)
        if shown:
            self.until(shown)

    def drop(self) -> None:
        """Cut it: the client is killed."""
        os.kill(self._terminal.pid, signal.SIGKILL)


class Host:
    """A running host.

    Attributes:
        root: the host's root folder, as seen from outside.
    """

    def __init__(self, sshd: subprocess.Popen[bytes], port: int, keys: Path) -> None:
        self._sshd, self._port, self._keys = sshd, port, keys
        self.root = Path(f"/proc/{sshd.pid}/root")

    def path(self, inside: str) -> Path:
        """A file of the host, from outside."""
        return self.root / inside.removeprefix("/")

    def as_root(self, *words: object) -> str:
        """Run a command as the host's administrator; it must succeed."""
        ran = subprocess.run(
            ["nsenter", f"--mount=/proc/{self._sshd.pid}/ns/mnt", "--", *map(str, words)],
            env={**os.environ, "HOME": "/root"},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ran.returncode == 0, f"{words}: {ran.stderr or ran.stdout}"
        return ran.stdout

    def sql(self, database: str, statement: str, *values: object) -> list[list[Any]]:
        """Run a statement beside the product, and answer its rows."""
        # From outside the file's name would lead SQLite to another one: it follows /proc's links by name.
        said = self.as_root(sys.executable, "-c", _SQL, database, statement, json.dumps(values))
        found: list[list[Any]] = json.loads(said)
        return found

    def give(self, user: str, inside: str, text: str) -> None:
        """Put a file into a user's home; its folder, too."""
        file = self.path(f"/home/{user}/{inside}")
        for folder in reversed([each for each in file.parents if self.path(f"/home/{user}") in each.parents]):
            folder.mkdir(exist_ok=True)
            os.chown(folder, USERS[user], USERS[user])
        file.write_text(text, encoding="utf-8")
        file.chmod(0o600)
        os.chown(file, USERS[user], USERS[user])

    def _ssh(self, user: str, *options: str) -> list[str]:
        return [
            "ssh", "-F", "none", "-i", str(self._keys / "user"), "-p", str(self._port), "-o", "BatchMode=yes",
            "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
            *options, f"{user}@127.0.0.1",
        ]  # fmt: skip

    def run(self, user: str, *words: object) -> Ran:
        """Run ``trd`` as a user, over the line and without a terminal."""
        command = shlex.join([*TRD, *map(str, words)])
        ended = subprocess.run(
            [*self._ssh(user, "-T"), f"umask 077; {command}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return Ran(ended.returncode, ended.stdout, ended.stderr)

    def ok(self, user: str, *words: object) -> Ran:
        """Run ``trd`` as a user; it must succeed."""
        ran = self.run(user, *words)
        assert ran.status == 0, f"{user}: trd {words}: {ran.err or ran.out}"
        return ran

    @contextmanager
    def login(self, user: str) -> Iterator[Line]:
        """A user's login in a terminal, at the shell's prompt."""
        with Terminal(self._ssh(user, "-tt"), {}) as terminal:
            line = Line(terminal)
            line.until("$ ")
            yield line

    def working(self, user: str) -> list[int]:
        """Processes of a user on this host."""
        ours = os.readlink(f"/proc/{self._sshd.pid}/ns/mnt")
        return [pid for pid, uid in _processes(ours) if uid == USERS[user]]

    def wait_until_gone(self, user: str) -> None:
        """Wait until nothing of a user's login is left."""
        eventually(f"{user}'s processes have ended", lambda: not self.working(user))

    def end(self) -> None:
        """End the sshd and whatever is left on its host."""
        namespace = os.readlink(f"/proc/{self._sshd.pid}/ns/mnt")
        self._sshd.terminate()
        self._sshd.wait(10)
        for pid, _uid in _processes(namespace):
            os.kill(pid, signal.SIGKILL)


def _processes(namespace: str) -> Iterator[tuple[int, int]]:
    """Number and user of each process in a mount namespace."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                if os.readlink(folder / "ns" / "mnt") == namespace and (folder / "exe").resolve():
                    yield int(folder.name), folder.stat().st_uid
            except OSError:
                continue  # it has just ended


@contextmanager
def running_host(folder: Path) -> Iterator[Host]:
    """Such a host, until the block ends; fails with a sentence where none can be had."""
    if (missing := what_is_missing()) is not None:
        pytest.fail(missing)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
    (folder / "sshd_config").write_text(_SSHD.format(port=port))
    # Its users may not write the compiled modules beside their sources, and would compile them at each start.
    compileall.compile_dir(REPOSITORY / "trd_tui", quiet=2)
    with (folder / "sshd.log").open("wb") as log:
        sshd = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-eu", "-c", _set_up(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    host = Host(sshd, port, folder)
    try:
        eventually("sshd listens", lambda: _answers(port, sshd, folder / "sshd.log"), patience_s=20)
        yield host
    finally:
        if sshd.poll() is None:
            host.end()


def _answers(port: int, sshd: subprocess.Popen[bytes], log: Path) -> bool:
    assert sshd.poll() is None, f"sshd ended: {log.read_text()}"
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as line:
            return line.recv(4) == b"SSH-"
    except OSError:
        time.sleep(0.02)
        return False


Step = Callable[[Line], None]
"""Brings something onto the screen, and returns when it stands there."""


def drop(line: Line, on_screen: Step) -> None:
    """Cut the line in the moment in which something stands on the screen."""
    on_screen(line)
    line.drop()
