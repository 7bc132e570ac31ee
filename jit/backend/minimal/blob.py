"""Assembles all handlers: the runtime code of the minimal back end."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from ..code import CodegenOptions, Compiled
from .handler import Body, Handler
from .handlers import HANDLERS


@cache
def assemble(options: CodegenOptions) -> Mapping[str, Compiled]:
    """Every handler and stub by name, in the order of their families; assembled once for equal options."""
    return MappingProxyType({name: _assemble(body, options) for name, body in HANDLERS.items()})


def _assemble(body: Body, options: CodegenOptions) -> Compiled:
    handler = Handler(options)
    body(handler)
    return handler.finish()
