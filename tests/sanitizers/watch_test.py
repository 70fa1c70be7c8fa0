#!/usr/bin/env python3
"""watch.py finds planted mistakes of a child process, and nothing where there is none.

    watch_test.py PLANTED address,undefined|thread
"""
import pathlib
import subprocess
import sys
import unittest

WATCH = pathlib.Path(__file__).with_name("watch.py")
MISTAKES = {
    "address": {"use-after-free": "heap-use-after-free", "leak": "detected memory leaks"},
    "undefined": {"overflow": "signed integer overflow"},
    "thread": {"race": "data race"},
}
PLANTED, SANITIZERS = sys.argv[1], sys.argv[2].split(",")


def watched(*command):
    return subprocess.run(
        [sys.executable, str(WATCH), *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


class Watch(unittest.TestCase):
    def test_a_finding_of_a_child_fails_the_test(self):
        mistakes = {name: said for sanitizer in SANITIZERS for name, said in MISTAKES[sanitizer].items()}
        self.assertTrue(mistakes)
        for mistake, said in mistakes.items():
            with self.subTest(mistake):
                ran = watched(PLANTED, mistake)
                self.assertEqual(ran.returncode, 97, ran.stdout)
                self.assertIn(said, ran.stdout)
                self.assertIn("planted.cpp", ran.stdout)  # stacks have names and lines

    def test_no_finding_leaves_the_exit_status(self):
        self.assertEqual(watched(PLANTED, "none").returncode, 0)
        self.assertEqual(watched(PLANTED).returncode, 2)
        self.assertEqual(watched("/bin/sh", "-c", "kill -9 $$").returncode, 128 + 9)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
