"""Small modules as bytes, for tests of what no text can say."""

from jit.wasm.writer import section, sized, vec

HEADER = b"\0asm\1\0\0\0"


def module(*sections: bytes) -> bytes:
    """A module of these sections, in the order given."""
    return HEADER + b"".join(sections)


def code(*bodies: str) -> bytes:
    """A code section; each body is hexadecimal, begins with its locals and is given its size."""
    return section(10, [vec([sized(bytes.fromhex(body)) for body in bodies])])


def functions(*bodies: str) -> bytes:
    """A module of functions `[] -> []` with these bodies, as `code` takes them."""
    types = section(1, [vec([b"\x60\0\0"])])
    return module(types, section(3, [vec([b"\0"] * len(bodies))]), code(*bodies))
