"""Generated code is the same on every host, and its pages are never writable and executable at once."""

from pathlib import Path

import pytest

import jit
from jit.host import open_host
from jit.host.native.host import NativeHost
from support.machine_code import load_code
from support.repository import ROOT
from support.wat import wasm

MODULES = sorted((ROOT / "tests" / "backend" / "programs").glob("*.wat")) + sorted((ROOT / "corpus").rglob("*.wat"))


def compiled(backend: str, host: str) -> dict[str, object]:
    """Everything a back end hands over: runtime code, and every module, before it is linked to where it lies."""
    with jit.Engine(backend, host) as engine:
        code: dict[str, object] = {"": engine.runtime_code()}
        for path in MODULES:
            text = path.read_text(encoding="utf-8")
            code[path.name] = engine.code(wasm(text[text.index("(module") :]))
        return code


@pytest.mark.parametrize("backend", jit.Engine.backends())
def test_generated_code_is_the_same_on_both_hosts(backend: str) -> None:
    """They need the same of it: stores are probed on either (`Host.probe_stores`)."""
    hosts = [open_host(name) for name in ("native", "emulator")]
    assert [host.probe_stores for host in hosts] == [True, True]
    for host in hosts:
        host.close()
    native = compiled(backend, "native")
    assert len(native) > 30
    assert native == compiled(backend, "emulator")


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="reads /proc")
def test_no_page_of_code_is_ever_left_writable(host: NativeHost) -> None:
    entry = load_code(host, lambda asm: asm.ret())
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, permissions, *_ = line.split()
        start, end = (int(part, 16) for part in span.split("-"))
        if start <= entry < end:
            assert permissions.startswith("r-x")
            return
    raise AssertionError("the code is in no mapping")
