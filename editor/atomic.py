"""Files that are either as they were or wholly new, whatever happens while they are written."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

SUFFIX = ".part"
"""Of files being written. Who finds one that nobody writes may delete it."""


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write, which takes the place of ``path`` when the block ends without an error.

    It lies beside ``path`` and is forced to the disk before it is renamed. A link is followed, and
    the permissions of the old file stay.

    Raises:
        OSError: it cannot be written, or ``path`` may not be; nothing has changed then.
    """
    target = path.resolve()
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(13, "It is write-protected")
    part = target.with_name(f".{target.stem[:40]}-{secrets.token_hex(4)}{SUFFIX}")
    try:
        with part.open("xb+") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            part.chmod(stat.S_IMODE(target.stat().st_mode))
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Force the renaming to the disk, where a folder can be opened (not on Windows)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
