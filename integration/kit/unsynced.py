"""Servers under test do not wait for the disk: fsync protects from a power failure, which is not tested; what a killed
server has written is there. A CREATE TABLE takes 2 ms instead of 23 (MariaDB 10.11 on a virtual disk)."""

import shutil
from pathlib import Path


def unsynced(folder=None):
    """Environment for a server's process; `folder`: one that it sees where the system's libraries are not its own."""
    library = next(Path("/usr/lib").glob("*/libeatmydata.so"), None)
    if library is None:
        return {}
    if folder is not None:
        library = shutil.copy(library, folder)
    return {"LD_PRELOAD": str(library)}
