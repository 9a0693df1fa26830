"""Writes core/lex/unicode_tables.inc: which characters names may hold, and what NFKC turns them into.

Run with the newest CPython at hand: `python3 core/lex/unicode_tables.py > core/lex/unicode_tables.inc`.
"""
import sys
import unicodedata


def ranges(predicate):
    found, start = [], None
    for code in range(0x80, 0x110001):
        inside = code < 0x110000 and predicate(chr(code))
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            found.append((start, code - 1))
            start = None
    return found


def emit(name, kind, rows, per_line):
    print(f"constexpr {kind} {name}[] = {{")
    for i in range(0, len(rows), per_line):
        print("    " + ", ".join(rows[i : i + per_line]) + ",")
    print("};")


def main():
    print(f"// Written by unicode_tables.py from Unicode {unicodedata.unidata_version}; do not edit.")
    start = ranges(str.isidentifier)
    more = ranges(lambda c: ("a" + c).isidentifier())
    emit("kNameStart", "Range", [f"{{{a:#x}, {b:#x}}}" for a, b in start], 8)
    emit("kNameContinue", "Range", [f"{{{a:#x}, {b:#x}}}" for a, b in more], 8)

    pool, rows = [], []
    for a, b in more:
        for code in range(a, b + 1):
            full = unicodedata.normalize("NFKD", chr(code))
            if full != chr(code) and not 0xAC00 <= code <= 0xD7A3:
                rows.append(f"{{{code:#x}, {len(pool)}, {len(full)}}}")
                pool.extend(ord(c) for c in full)
    emit("kDecomposed", "Decomposition", rows, 7)
    emit("kDecomposedText", "uint32_t", [f"{c:#x}" for c in pool], 16)
    classes = [(c, unicodedata.combining(chr(c))) for c in range(0x80, 0x110000) if unicodedata.combining(chr(c))]
    runs = []
    for code, cls in classes:
        if runs and runs[-1][1] == code - 1 and runs[-1][2] == cls:
            runs[-1][1] = code
        else:
            runs.append([code, code, cls])
    emit("kCombining", "CombiningRange", [f"{{{a:#x}, {b:#x}, {c}}}" for a, b, c in runs], 7)
    pairs = []
    for code in range(0x80, 0x110000):
        parts = unicodedata.decomposition(chr(code))
        if parts and not parts.startswith("<") and len(parts.split()) == 2:
            a, b = (int(p, 16) for p in parts.split())
            if unicodedata.normalize("NFC", chr(a) + chr(b)) == chr(code):
                pairs.append((a, b, code))
    pairs.sort()
    emit("kComposed", "Composition", [f"{{{a:#x}, {b:#x}, {c:#x}}}" for a, b, c in pairs], 6)


if __name__ == "__main__":
    sys.exit(main())
