"""Custom sections without meaning.

To the specification they have none (spec: `binary-customsec`), whatever is in them and wherever they are.  wabt reads
some by their names, and refuses modules over them: names in the middle, names it cannot read.  So each custom section
gets a name of the same length that nobody knows; everything else stays in its place, and what is wrong with
the sections themselves stays wrong.
"""

_FILLER = b"x"


def anonymous(wasm: bytes) -> bytes:
    """The module with unknown names for its custom sections; from the first broken section on it is left as it is."""
    out = bytearray(wasm)
    at = 8
    while at < len(wasm):
        start, end = _sized(wasm, at + 1)
        if end > len(wasm):
            break
        if wasm[at] == 0:
            first, last = _sized(wasm, start)
            if last > end or not _is_utf8(wasm[first:last]):
                break
            out[first:last] = _FILLER * (last - first)
        at = end
    return bytes(out)


def _sized(wasm: bytes, at: int) -> tuple[int, int]:
    """Where that begins and ends which has its size, in LEB128, at this place; behind the end where there is none."""
    size = shift = 0
    for place in range(at, min(at + 5, len(wasm))):
        size |= (wasm[place] & 0x7F) << shift
        shift += 7
        if wasm[place] < 0x80:
            return place + 1, place + 1 + size
    return len(wasm), len(wasm) + 1


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True
