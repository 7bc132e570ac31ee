"""Which wasmtime a `Features` value asks for.

Every proposal the library knows is set explicitly, on or off, so that a default that changes between releases changes
nothing here.  The order of calls is free; the *combinations* are not: an inconsistent one aborts the process inside
`wasm_engine_new_with_config`, which is why everything that builds on reference types (the component model included) is
off before they are.

Three proposals have no switch in the library and are always on: sign extension, saturating conversions and extended
constant expressions.  The first two the engine declares in its capabilities; the third `reader` refuses.
"""

import ctypes
from typing import Literal

from jit.wasm.features import Features

from . import ffi

Opt = Literal["none", "speed"]
Compiler = Literal["cranelift", "pulley", "winch"]

MAX_STACK = 512 * 1024
"""Bytes of stack that wasm may use, the library's default: some 30,000 trivial frames on x86-64."""

_ALWAYS_ON = frozenset({"sign-extension", "saturating-conversions"})

_SWITCHES = {
    "wasm_simd": "simd",
    "wasm_multi_value": "multi-value",
    "wasm_bulk_memory": "bulk-memory",
    "wasm_reference_types": "reference-types",
    "gc_support": "reference-types",  # the collector keeps externrefs alive
}

_OFF = (
    "wasm_component_model",
    "wasm_component_model_async",
    "wasm_component_model_async_stackful",
    "wasm_component_model_more_async_builtins",
    "wasm_component_model_map",
    "wasm_component_model_implements",
    "wasm_component_model_accessors",
    "concurrency_support",
    "wasm_threads",
    "shared_memory",
    "wasm_tail_call",
    "wasm_stack_switching",
    "wasm_exceptions",
    "wasm_wide_arithmetic",
    "wasm_custom_page_sizes",
    "wasm_compact_imports",
    "wasm_branch_hinting",
    "wasm_memory64",
    "wasm_multi_memory",
    "wasm_relaxed_simd",
    "wasm_gc",
    "wasm_function_references",
    "parallel_compilation",  # a worker owns one core
)

_WINCH = 2
"""`wasmtime_strategy_t`: the baseline compiler, which the Python wrapper does not offer."""

NOT_IN_WINCH = frozenset({"reference-types"})
"""Features it does not compile: of references it has tables of functions alone."""

_OPT_LEVELS: dict[Opt, int] = {"none": 0, "speed": 1}


def in_force(features: Features) -> Features:
    """The features that an engine configured for `features` really has on."""
    return Features.of(features.names | _ALWAYS_ON)


def make(features: Features, opt: Opt, compiler: Compiler) -> int:
    """A new `wasm_config_t`, to be consumed by `engine_new`.  NaNs are canonical, stacks bounded, epochs checked."""
    config = ffi.config_new()
    switches = dict.fromkeys(_OFF, False) | {option: features.has(name) for option, name in _SWITCHES.items()}
    switches["epoch_interruption"] = True
    switches["cranelift_nan_canonicalization"] = compiler != "winch"  # which refuses the option
    for option, on in switches.items():
        ffi.setting(option, ctypes.c_bool)(config, on)
    ffi.setting("max_wasm_stack", ctypes.c_size_t)(config, MAX_STACK)
    ffi.setting("cranelift_opt_level", ctypes.c_uint8)(config, _OPT_LEVELS[opt])
    if compiler == "winch":
        ffi.setting("strategy", ctypes.c_uint8)(config, _WINCH)
    if compiler == "pulley":
        ffi.set_target(config, "pulley64")
    return config
