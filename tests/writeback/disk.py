"""A small disk of our own in a file, and a power cut on it."""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EXT4_IOC_SHUTDOWN = XFS_IOC_GOINGDOWN = 0x8004587D  # _IOR('X', 125, __u32): one number for all of them
NO_LOG_FLUSH = 2  # what the journal of the file system holds in memory is lost, as when the power goes

MAKE = {
    "ext4": (64 << 20, ["mkfs.ext4", "-q", "-F"]),
    "xfs": (320 << 20, ["mkfs.xfs", "-q", "-f"]),
}


def missing(kind: str) -> str:
    """Why there can be no such disk here; empty if there can."""
    if os.geteuid() != 0:
        return "mounting a disk takes the rights of root"
    if not Path("/dev/loop-control").exists():
        return "there are no loop devices"
    program = MAKE[kind][1][0]
    return "" if shutil.which(program) else f"{program} is missing: apt-get install e2fsprogs xfsprogs"


class Disk:
    """A file system in the file `image`, mounted at `folder`."""

    def __init__(self, kind: str, where: Path) -> None:
        size, make = MAKE[kind]
        self.folder = where / "disk"
        self._image = where / "image"
        self.folder.mkdir()
        with open(self._image, "wb") as image:
            image.truncate(size)
        subprocess.run([*make, self._image], check=True, capture_output=True)

    def mount(self) -> None:
        subprocess.run(["mount", "-o", "loop", self._image, self.folder], check=True, capture_output=True)

    def unmount(self) -> None:
        subprocess.run(["umount", self.folder], check=True, capture_output=True)

    def cut(self) -> None:
        """Nothing reaches the disk from now on."""
        descriptor = os.open(self.folder, os.O_RDONLY)
        fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        os.close(descriptor)


@contextmanager
def mounted(kind: str, where: Path) -> Iterator[Disk]:
    disk = Disk(kind, where)
    disk.mount()
    try:
        yield disk
    finally:
        disk.unmount()
