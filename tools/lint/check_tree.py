#!/usr/bin/env python3
"""Holds the tree to its own rules: which folder may include which, what core may not know, how long a file may be.

    tools/lint/check_tree.py [ROOT]      one line a breach, "N passed, N failed" at the end; exit 1 on a breach
"""
import pathlib
import re
import sys

MAX_LINES = 500

# A folder and the project folders whose headers it may include besides its own.
ALLOWED = {
    "common/base": [],
    "common/domain": ["common/base"],
    "common/manifest": ["common/base"],
    "common/picture": ["common/base"],
    "common/wire": ["common/base", "common/domain", "troupe/v1"],
    "coordinator/core": ["common/base", "common/domain", "common/manifest"],
    "coordinator/store": ["common/base", "common/domain", "common/manifest", "common/wire", "coordinator/core", "troupe/v1"],
    "coordinator/server": ["common", "coordinator/core", "coordinator/store", "troupe/v1"],
    "coordinator/cli": ["common", "coordinator", "troupe/v1"],
    "worker/diffusion": ["common/base"],
    "worker/vision": ["common/base", "common/picture"],
    "worker/chain": [
        *("common/base", "common/domain", "common/manifest", "common/picture"),
        *("worker/diffusion", "worker/vision"),
    ],
    "worker/engine": ["common", "worker/chain", "worker/diffusion", "troupe/v1"],
    "worker/agent": ["common", "worker/chain", "worker/engine", "troupe/v1"],
}

# System headers that a folder must not know, as regular expressions on the text between <> or "".
TORCH = r"(ATen|torch|c10|caffe2)/"
FORBIDDEN = {
    "common/base": [TORCH, r"opencv", r"zmq", r"google/protobuf", r"yaml-cpp"],
    "common/domain": [TORCH, r"opencv", r"zmq", r"google/protobuf"],
    "common/manifest": [TORCH, r"opencv", r"zmq", r"google/protobuf"],
    "common/picture": [TORCH, r"opencv", r"zmq", r"google/protobuf"],
    "coordinator": [TORCH, r"opencv"],
    "coordinator/core": [r"zmq", r"google/protobuf", r"sqlite3", r"spdlog", r"^(thread|mutex|atomic|unordered_map|unordered_set|fstream|iostream)$"],
    "worker/agent": [TORCH, r"opencv"],
    "worker/agent/session": [r"zmq", r"google/protobuf", r"spdlog", r"^(thread|mutex|unordered_map|unordered_set|fstream)$"],
    "worker/vision": [TORCH, r"zmq", r"google/protobuf"],
    "worker/diffusion": [r"opencv", r"zmq", r"google/protobuf", r"spdlog", r"sodium", r"yaml-cpp"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')
SOURCES = {".h", ".cpp", ".hpp", ".cc", ".py", ".sh", ".cmake", ".proto"}


def inside(path, folder):
    return path == folder or path.startswith(folder + "/")


def check_include(path, quoted, target):
    """The complaint about one include of the file `path`, or None."""
    for folder, patterns in FORBIDDEN.items():
        if inside(path, folder) and any(re.search(pattern, target) for pattern in patterns):
            return f"{folder} must not know <{target}>"
    home = next((folder for folder in ALLOWED if inside(path, folder)), None)
    if home is None or not quoted:
        return None
    if inside(target, home) or any(inside(target, folder) for folder in ALLOWED[home]):
        return None
    return f'{home} must not include "{target}": the direction of dependencies is in ARCHITECTURE.md'


def check_file(root, file):
    path = file.relative_to(root).as_posix()
    lines = file.read_text(encoding="utf-8").splitlines()
    if len(lines) > MAX_LINES:
        yield f"{path}: {len(lines)} lines, more than {MAX_LINES}: split it by idea"
    if file.suffix in {".h", ".cpp"}:
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            complaint = match and check_include(path, match[1] == '"', match[2])
            if complaint:
                yield f"{path}:{number}: {complaint}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]).resolve()
    tops = [root / name for name in ("common", "coordinator", "worker", "proto", "tests", "tools", "cmake")]
    files = [file for top in tops for file in sorted(top.rglob("*")) if file.suffix in SOURCES and file.is_file()]
    failed = 0
    for file in files:
        complaints = list(check_file(root, file))
        failed += bool(complaints)
        for complaint in complaints:
            print(complaint)
    print(f"{len(files) - failed} passed, {failed} failed")
    return 1 if failed or not files else 0


if __name__ == "__main__":
    sys.exit(main())
