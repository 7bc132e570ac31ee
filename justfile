# One verb per habit; continuous integration calls the same verbs.

# a directory of binaries: the virtual environment that the README makes, or any other
bin := env("MITEY_BIN", ".venv/bin")
suite := env("MITEY_TESTSUITE", "../shared/testsuite")

# list the verbs
default:
    @{{bin}}/just --list

# unit and meta tests, under two minutes
test *ARGS:
    {{bin}}/pytest -m "not slow" -n 2 -q {{ARGS}}

# everything but what takes minutes, the slow tests too
test-all *ARGS:
    {{bin}}/pytest -n 2 -q {{ARGS}}

# the tests that take minutes each
nightly *ARGS:
    {{bin}}/pytest -m nightly -n 2 -q {{ARGS}}

# style, types, import contracts
lint:
    {{bin}}/ruff check .
    {{bin}}/ruff format --check .
    {{bin}}/mypy
    {{bin}}/lint-imports

# rewrite the expected listings of generated code
bless:
    MITEY_BLESS=1 {{bin}}/pytest -q tests/codegen

# hash all generated code, or compare with another commit's: `just codehash --out before.txt`, `--against before.txt`
codehash *ARGS:
    {{bin}}/mitey-fuzz codehash {{ARGS}}

# the WebAssembly core test suite on subject and oracles
conform level="wasm-1.0":
    {{bin}}/mitey-fuzz conform --suite {{suite}}/{{level}} --features {{level}} --subject jit:minimal
    {{bin}}/mitey-fuzz conform --suite {{suite}}/{{level}} --features {{level}} --subject jit:baseline
    {{bin}}/mitey-fuzz conform --suite {{suite}}/{{level}} --features {{level}} --subject interp
    {{bin}}/mitey-fuzz conform --suite {{suite}}/{{level}} --features {{level}} --subject wasmtime

# the native host: in this Python on arm64, elsewhere in an arm64 Python under qemu-user; or that Python with ARGS
native *ARGS:
    MITEY_BIN={{bin}} MITEY_TESTSUITE={{suite}} .ci/native {{ARGS}}

# a one-minute campaign of a fixed seed
smoke:
    {{bin}}/mitey-fuzz run --seconds 60 --seed 1 

# planted bugs must be found and minimized
quality:
    {{bin}}/pytest -q tests/quality

# how soon planted faults are found, one minute of one core each: a night's work
selftest *ARGS:
    nice {{bin}}/mitey-fuzz selftest {{ARGS}}
