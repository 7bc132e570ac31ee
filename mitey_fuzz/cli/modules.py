"""Reading a module named on the command line, as binary or text."""

from pathlib import Path

import click
from wasmtime import WasmtimeError, wat2wasm


def read_module(path: Path) -> bytes:
    """The module's bytes; text is what neither is called `.wasm` nor starts with the binary format's magic."""
    content = path.read_bytes()
    if content.startswith(b"\0asm") or path.suffix == ".wasm":
        return content
    try:
        return bytes(wat2wasm(content))
    except WasmtimeError as error:
        raise click.UsageError(f"{path} is neither a binary module nor valid wat:\n{error}") from error
