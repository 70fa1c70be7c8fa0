#!/usr/bin/env python3
"""Writes pack.lock: the files of a pack and their SHA-256. Its digest is the pack's identity, of which the model card,
README.md, is no part.

    pack_lock.py PACK

One line "<64 hex digits>  <path>" a file, ordered by path; common/manifest/pack_lock.h reads it. `sha256sum --check
pack.lock` in the pack's folder verifies it.
"""

import argparse
import hashlib
import pathlib

NAME = "pack.lock"
MODEL_CARD = "README.md"


def lock_of(pack):
    """The text of the lock of the folder `pack`; hidden files, the model card and the lock itself are left out."""
    files = {}
    for file in pack.rglob("*"):
        path = file.relative_to(pack)
        hidden = any(part.startswith(".") for part in path.parts)
        if file.is_file() and not hidden and path.as_posix() not in (NAME, MODEL_CARD):
            files[path.as_posix()] = hashlib.sha256(file.read_bytes()).hexdigest()
    in_order = sorted(files, key=lambda path: path.encode())
    return "".join(f"{files[path]}  {path}\n" for path in in_order)


def write_lock(pack):
    (pack / NAME).write_text(lock_of(pack), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", type=pathlib.Path)
    options = parser.parse_args()
    if not options.pack.is_dir():
        parser.error(f"there is no folder {options.pack}")
    write_lock(options.pack)


if __name__ == "__main__":
    main()
