"""A case with a companion: memories apart, a table and a global shared, calls both ways and back from a host."""

from dataclasses import replace

from jit.wasm.types import I32, FuncType
from mitey_fuzz.case import MAIN, Case, Companion, Definition
from oracles.protocol import CallBack, HostFunc

from .wat import case, wasm

COMPANION = """
    (memory (export "m") 1) (data (i32.const 0) "\\2a")
    (table (export "t") 2 funcref) (elem (i32.const 0) $load)
    (global $n (export "n") (mut i32) (i32.const 0))
    (func $load (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
    (func (export "poke") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
    (func (export "across") (param i32) (result i32)
      (global.set $n (i32.add (global.get $n) (i32.const 1)))
      (i32.add (i32.load8_u (i32.const 0)) (call_indirect (param i32) (result i32) (local.get 0) (i32.const 1))))
"""
MODULE = """
    (import "c0" "load" (func $load (param i32) (result i32)))
    (import "c0" "across" (func $across (param i32) (result i32)))
    (import "c0" "poke" (func $poke (param i32 i32)))
    (import "host" "back" (func $back (param i32) (result i32)))
    (import "c0" "t" (table 2 funcref)) (import "c0" "n" (global $n (mut i32)))
    (memory (export "m") 1) (data (i32.const 0) "\\07")
    (elem (i32.const 1) $own)
    (func $own (export "own") (param i32) (result i32) (i32.mul (i32.load8_u (local.get 0)) (i32.const 100)))
    (func (export "direct") (param i32) (result i32)
      (i32.add (call $load (local.get 0)) (i32.load8_u (local.get 0))))
    (func (export "both") (param i32) (result i32)
      (i32.add (call $across (local.get 0)) (i32.load8_u (i32.const 0))))
    (func (export "back") (param i32) (result i32) (i32.add (call $back (local.get 0)) (i32.load8_u (i32.const 0))))
    (func (export "poke") (param i32 i32) (call $poke (local.get 0) (local.get 1)))
"""


def linked(*calls: str) -> Case:
    """The case, with this script."""
    back = HostFunc(FuncType((I32,), (I32,)), calls_back=CallBack(MAIN, "own"))
    companion = Companion("c0", wasm(COMPANION))
    return replace(case(MODULE, *calls), imports=(Definition("host", "back", back),), companions=(companion,))
