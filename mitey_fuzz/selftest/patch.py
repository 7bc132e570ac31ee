"""Plants a source fault in this process: the subject is imported anew, one module of it from a changed text.

Nothing on disk changes.  Rule 1: only a process made for the purpose calls `plant`, and what it imported before of the
three packages it does not use afterwards; what crosses into it are values of built-in types.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType, ModuleType

from .. import sources_only


class _Loader(SourceFileLoader):
    """Loads a module from its file's text with one stretch replaced; no byte code is read or kept."""

    def __init__(self, name: str, path: str, old: str, new: str) -> None:
        super().__init__(name, path)
        self._old = old
        self._new = new

    def get_code(self, fullname: str) -> CodeType:
        text = self.get_source(fullname)
        assert text is not None and text.count(self._old) == 1, "the fault was checked before it came here"
        changed = text.replace(self._old, self._new)
        return compile(changed, self.get_filename(fullname), "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    """Finds the one module with its changed text, and leaves all others to the finders behind it."""

    def __init__(self, name: str, old: str, new: str) -> None:
        self._name = name
        self._old = old
        self._new = new

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        spec = sources_only.find_source(fullname, path)
        assert spec is not None and spec.origin is not None, "the fault was checked before it came here"
        spec.loader = _Loader(fullname, spec.origin, self._old, self._new)
        return spec


def plant(module: str, old: str, new: str) -> None:
    """From here on imports of the three packages are fresh, and this module has `new` where it had `old`."""
    for name in [name for name in sys.modules if sources_only.is_ours(name)]:
        del sys.modules[name]
    sources_only.insist()
    sys.meta_path.insert(0, _Finder(module, old, new))
