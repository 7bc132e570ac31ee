"""wasmtime's verdict on a module, and ours beside it, with exactly the features of ours that it can be told.

Sign extension, saturating conversions and extended constant expressions cannot be switched off there; all later
proposals are switched off here.
"""

import wasmtime
from wasmtime import _ffi as ffi

from jit.errors import WasmError
from jit.wasm.decode import decode
from jit.wasm.features import WASM_2, Features
from jit.wasm.validate import validate

_LATER = (
    "wasm_component_model", "wasm_custom_page_sizes", "wasm_exceptions", "wasm_function_references", "wasm_gc",
    "wasm_memory64", "wasm_multi_memory", "wasm_relaxed_simd", "wasm_stack_switching", "wasm_tail_call", "wasm_threads",
    "wasm_wide_arithmetic",
)  # fmt: skip
_WITHOUT_PROPERTY = (
    "wasm_component_model_async", "wasm_component_model_async_stackful", "wasm_component_model_more_async_builtins",
    "concurrency_support", "wasm_compact_imports", "wasm_branch_hinting",
)  # fmt: skip


def engine(features: Features) -> wasmtime.Engine:
    """An engine that validates under these features."""
    assert features.sign_extension
    assert features.saturating_conversions
    config = wasmtime.Config()
    for name in _WITHOUT_PROPERTY:  # first: the others cannot be switched off below them
        getattr(ffi, f"wasmtime_config_{name}_set")(config.ptr(), False)
    for name in _LATER:
        setattr(config, name, False)
    config.wasm_reference_types = features.reference_types
    config.wasm_bulk_memory = features.bulk_memory
    config.wasm_multi_value = features.multi_value
    config.wasm_simd = features.simd
    return wasmtime.Engine(config)


def refusal(engine: wasmtime.Engine, wasm: bytes) -> str | None:
    """Why wasmtime refuses a module, or None when it accepts it."""
    try:
        wasmtime.Module.validate(engine, wasm)
    except wasmtime.WasmtimeError as error:
        return str(error)
    return None


def verdict(wasm: bytes) -> WasmError | None:
    """What our own validator has against a module of WebAssembly 2.0."""
    try:
        validate(decode(wasm, WASM_2), WASM_2)
    except WasmError as error:
        return error
    return None
