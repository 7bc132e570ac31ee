"""Implementation limits, each with its reason (spec: `impl`).  Passing one raises `LimitError`.

Counts follow the JavaScript embedding's published limits where those exist, so that a module every browser takes is
taken here; the others protect the process from a small input that asks for much memory or time.
"""

MAX_MODULE_BYTES = 1 << 30
"""JavaScript embedding: module size."""
MAX_TYPES = 1_000_000
MAX_FUNCTIONS = 1_000_000
MAX_IMPORTS = 1_000_000
MAX_EXPORTS = 1_000_000
MAX_GLOBALS = 1_000_000
MAX_DATA_SEGMENTS = 100_000
MAX_ELEM_SEGMENTS = 10_000_000
MAX_TABLES = 100_000
MAX_TABLE_ELEMENTS = 10_000_000
"""JavaScript embedding: elements in a table; a declared minimum above it is refused at instantiation."""
MAX_TABLE_LENGTH = (1 << 32) - 1
"""spec: `valid-tabletype`; what a type may declare, whatever there is room for."""
MAX_BODY_BYTES = 7_654_321
"""JavaScript embedding: size of a function body."""
MAX_LOCALS = 50_000
"""JavaScript embedding: parameters and locals of one function; they are written as runs, so bytes do not bound them."""
MAX_PARAMS = 1_000
MAX_RESULTS = 1_000
MAX_NESTING = 100_000
"""Nested blocks; the validator keeps its own stack, so this only bounds memory."""
MAX_OPERANDS = 1_000_000
"""Operands of one function at a time: a call of two bytes may push `MAX_RESULTS`, so bytes do not bound them."""
MAX_MEMORIES = 100
"""JavaScript embedding: memories of a module, once there may be several."""
MAX_MEMORY_PAGES = 65_536
"""spec: `valid-memtype`."""
