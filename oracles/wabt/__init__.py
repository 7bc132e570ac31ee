"""The interpreter of wabt, driven through its command line, which runs modules and nothing else.

`wasm-interp` starts every run with a fresh instance, runs the exported functions that take no parameters in order, and
prints the arguments of one function that a module may import.  So what runs is another module for every step: the same
code, imports become definitions, and exports become functions that make the calls of the script so far and print what
there is to see, all as integers.  `contain` makes such modules, `hostcode` the host functions in them, `probes` the
functions that call and print, `tool` runs them and reads what they print; `engine`, `store` and `instance` are the
protocol's faces.
"""

from .engine import WabtEngine

__all__ = ["WabtEngine"]
