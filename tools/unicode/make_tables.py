#!/usr/bin/env python3
"""Writes the Unicode tables of worker/diffusion/tokenizers from Python's unicodedata.

    python3 tools/unicode/make_tables.py worker/diffusion/tokenizers

unicode_classes.inc: letters (L*), numbers (N*), lower case, combining classes.
unicode_compositions.inc: canonical decompositions; those of the first table also compose (NFC).
"""

import sys
import unicodedata
from pathlib import Path

CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
HANGUL = range(0xAC00, 0xAC00 + 11172)


def ranges(keys):
    """[(first, last, key)] of consecutive code points with an equal key; None is left out."""
    out = []
    for c in CODE_POINTS:
        key = keys(c)
        if key is None:
            continue
        if out and out[-1][1] == c - 1 and out[-1][2] == key:
            out[-1] = (out[-1][0], c, key)
        else:
            out.append((c, c, key))
    return out


def lower_runs():
    """[(first, last, stride, delta)]: every stride-th code point from first to last maps to itself + delta."""
    pairs = [(c, ord(chr(c).lower()) - c) for c in CODE_POINTS if len(chr(c).lower()) == 1 and chr(c).lower() != chr(c)]
    out = []
    for c, delta in pairs:
        if out:
            first, last, stride, run_delta = out[-1]
            gap = c - last
            if delta == run_delta and gap in (1, 2) and (first == last or gap == stride):
                out[-1] = (first, c, gap, delta)
                continue
        out.append((c, c, 1, delta))
    return out


def decompositions(composing):
    out = []
    for c in CODE_POINTS:
        text = unicodedata.decomposition(chr(c))
        if c in HANGUL or not text or text.startswith("<"):
            continue
        parts = [int(p, 16) for p in text.split()]
        if (unicodedata.normalize("NFC", chr(c)) == chr(c)) == composing:
            out.append((c, *(parts + [0])[:2]))
    return out


def table(kind, name, rows):
    lines, line = [], "   "
    for row in rows:
        item = " {" + ", ".join(hex(v) if v > 9 else str(v) for v in row) + "},"
        if len(line) + len(item) > 120:
            lines.append(line)
            line = "   "
        line += item
    return "\n".join([f"constexpr {kind} {name}[] = {{", *lines, line, "};", ""])


def main():
    folder = Path(sys.argv[1])
    head = f"// Made by tools/unicode/make_tables.py from Unicode {unicodedata.unidata_version}. Do not edit.\n"
    letters = [r[:2] for r in ranges(lambda c: True if unicodedata.category(chr(c))[0] == "L" else None)]
    numbers = [r[:2] for r in ranges(lambda c: True if unicodedata.category(chr(c))[0] == "N" else None)]
    classes = ranges(lambda c: unicodedata.combining(chr(c)) or None)
    (folder / "unicode_classes.inc").write_text("\n".join([
        head + table("Range", "kLetters", letters), table("Range", "kNumbers", numbers),
        table("LowerRun", "kLower", lower_runs()), table("ClassRange", "kCombiningClasses", classes)]))
    (folder / "unicode_compositions.inc").write_text("\n".join([
        head + table("Decomposition", "kCompositions", decompositions(True)),
        table("Decomposition", "kDecompositionsOnly", decompositions(False))]))


if __name__ == "__main__":
    main()
