"""A store's ground: what was made on it is given back, whatever happens."""

from collections.abc import Callable

import pytest

import jit


def failing(name: str) -> Callable[[], None]:
    def close() -> None:
        raise LookupError(name)

    return close


def test_what_cannot_be_given_back_keeps_nothing_else_from_it(engine: jit.Engine) -> None:
    store = engine.open_store()
    records, closed = store.records, []
    spare = len(engine.machine._spare_arenas)
    records.on_close(lambda: closed.append(1))
    records.on_close(failing("first"))
    mark = records.mark()
    records.on_close(lambda: closed.append(2))
    records.on_close(failing("second"))
    with pytest.raises(LookupError, match="second"):
        records.rewind(mark)
    assert (closed, records.mark()) == ([2], mark)
    with pytest.raises(LookupError, match="first"):
        store.close()
    assert closed == [2, 1]
    assert len(engine.machine._spare_arenas) == spare + 1
    store.close()
