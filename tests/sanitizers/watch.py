#!/usr/bin/env python3
"""Runs a test that was built with sanitizers; fails where any process of it has a finding.

    watch.py [--patience N] [--libraries DIR] PROGRAM [ARGUMENT ...]

Many programs of a test are killed, started anew or forgiven their exit code, so a finding in one of them could go
unnoticed. Here every process writes its reports to one folder, and the test fails when the folder is not empty at the
end. The caller's ASAN_OPTIONS, UBSAN_OPTIONS and TSAN_OPTIONS come last and win. --patience stretches what tests wait
for each other (tests/support/process.h); shared libraries of --libraries come before the system's.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

SUPPRESSIONS = pathlib.Path(__file__).resolve().with_name("tsan.supp")
OPTIONS = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:check_initialization_order=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": f"suppressions={SUPPRESSIONS}:second_deadlock_stack=1:history_size=4"
    ":die_after_fork=0",  # the benchmark's crowd forks and goes on with threads of its own
}
FAILED = 97  # the exit status of a test that passed but for its findings


def environment(reports, patience, libraries):
    out = dict(os.environ, TROUPE_PATIENCE=str(patience))
    if libraries:
        out["LD_LIBRARY_PATH"] = ":".join(filter(None, [libraries, os.environ.get("LD_LIBRARY_PATH")]))
    for name, options in OPTIONS.items():
        out[name] = ":".join(filter(None, [options, f"log_path={reports}/report", os.environ.get(name)]))
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--patience", type=int, default=1)
    parser.add_argument("--libraries")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="troupe-findings-") as folder:
        env = environment(folder, arguments.patience, arguments.libraries)
        code = subprocess.run(arguments.command, env=env, check=False).returncode
        reports = sorted(pathlib.Path(folder).iterdir())
        sys.stdout.flush()
        for report in reports:
            print(report.read_text(errors="replace"))
    if reports:
        print(f"{len(reports)} processes with findings of the sanitizers", flush=True)
        return FAILED
    return 128 - code if code < 0 else code


if __name__ == "__main__":
    sys.exit(main())
