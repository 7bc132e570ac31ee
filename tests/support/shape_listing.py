"""What each instruction becomes, operand shape by operand shape: the text of the files under `tests/codegen/*/shapes`.

Shown is the code of the instruction itself; where it leaves none, because its operands were constants or its consumer
takes it over, the code of the next one that does.  Shapes with the same code stand together.
"""

from collections.abc import Callable, Iterator, Sequence

from jit.wasm.features import WASM_2
from jit.wasm.opcodes import ROWS, Family, Op
from mitey_fuzz.generate.single import SHAPES, single

Lister = Callable[[bytes], list[str]]
"""Functions as lines: `function N:` at the margin, instructions indented by two, their code by six."""

MOST = 1
"""Different pieces of code shown of one shape; constants and offsets at the edges have listings of their own."""


def families() -> list[str]:
    """The families of rows that have a shape."""
    rows = (row for row in ROWS if any(single(row, shape, WASM_2) for shape in SHAPES))
    return list(dict.fromkeys(row.family.name.lower() for row in rows))


def family_listing(family: str, list_functions: Lister) -> str:
    """All rows of a family."""
    rows = [row for row in ROWS if row.family is Family[family.upper()]]
    return "\n".join(line for row in rows for line in _row(row, list_functions))


def _row(row: Op, list_functions: Lister) -> Iterator[str]:
    by_code: dict[tuple[str, ...], list[str]] = {}
    for shape in SHAPES:
        case = single(row, shape, WASM_2)
        if case is not None:
            for code in _codes(row, list_functions(case.wasm))[:MOST]:
                by_code.setdefault(code, []).append(shape)
    for code, shapes in by_code.items():
        yield f"{row.name}: {', '.join(dict.fromkeys(shapes))}"
        yield from code
        yield ""


def _codes(row: Op, lines: Sequence[str]) -> list[tuple[str, ...]]:
    """The different pieces of code that the instruction became in these functions."""
    found: dict[tuple[str, ...], None] = {}
    for function in "\n".join(lines).split("\nfunction "):
        code = _code(row, function.splitlines()[1:])
        if code:
            found.setdefault(code)
    return list(found)


def _code(row: Op, lines: Sequence[str]) -> tuple[str, ...]:
    mnemonic = row.name.removesuffix(" t")
    headings = [at for at, line in enumerate(lines) if line[:2] == "  " and line[2:3] not in (" ", "L")]
    own = [at for at in headings if lines[at].split()[0] == mnemonic]
    start = own[-1] if own else headings[-1] if headings else None
    if start is None:
        return ()
    end = next((at for at in headings if at > start), len(lines))
    return tuple(lines[start:end])
