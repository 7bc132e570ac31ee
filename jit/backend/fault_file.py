"""Files of planted faults: TOML with one array of tables and nothing else, whatever a fault is made of."""

import tomllib
from collections.abc import Iterator
from pathlib import Path


def read(path: Path, error: type[ValueError]) -> str:
    """The text of a file.  Raises `error`, with the remedy, for one that cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as reason:
        raise error(f"cannot read {path}: {reason.strerror}; give the path of a TOML file of faults") from reason
    except UnicodeDecodeError as reason:
        raise error(f"{path} is not TOML: {reason}") from reason


def tables(text: str, source: str, name: str, error: type[ValueError]) -> Iterator[tuple[str, dict[str, object]]]:
    """Each `[[name]]` of a TOML text with its place, such as `FILE, mutant 3`; `source` is what errors call the text.

    Raises `error` for a text that is no TOML, and for one that holds anything else.
    """
    try:
        document: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as reason:
        raise error(f"{source} is not TOML: {reason}") from reason
    unknown = sorted(set(document) - {name})
    if unknown:
        raise error(f"{source}: unknown key {unknown[0]!r}; a file holds [[{name}]] tables only")
    rows = document.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise error(f"{source}: {name!r} is not an array of tables; write [[{name}]]")
    return ((f"{source}, {name} {number}", row) for number, row in enumerate(rows, 1))
