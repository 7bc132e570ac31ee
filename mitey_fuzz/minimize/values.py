"""Which values are simpler than others, and which are worth trying in place of one.

Integers are the simpler the fewer bits they take.  Floats are numbers and not bits: 0 and 1 first, then powers of two
the nearer to 1 the simpler, for those are where conversions end; a fraction costs most, and NaN is infinity with one.
"""

from collections.abc import Iterable

from jit.wasm.types import F32, F64, NULL, ValType

_FRACTION_BITS = {F32: 23, F64: 52}
_EDGES = (1, 31, 32, 63, 64)
"""Powers of two at which the integers end that floats are converted to, and 2."""


def _bias(type: ValType) -> int:
    return (1 << type.bits - 2 - _FRACTION_BITS[type]) - 1


def zero_of(type: ValType) -> int:
    """The bits of zero, or null."""
    return NULL if type.is_ref else 0


def one_of(type: ValType) -> int:
    """The bits of one; of a vector, those of the integer; null."""
    if type.is_ref:
        return NULL
    return _bias(type) << _FRACTION_BITS[type] if type in _FRACTION_BITS else 1


def complexity(bits: int, type: ValType) -> int:
    """How far a value is from 0, the simplest."""
    return _float_complexity(bits, type) if type in _FRACTION_BITS else _integer_complexity(bits, type.bits)


def _integer_complexity(bits: int, width: int) -> int:
    """Small numbers first, then small negative ones, then the rest by set bits."""
    negative = (1 << width) - bits
    if bits <= 1:
        return bits
    return min(bits.bit_length() * 2, negative.bit_length() * 2 + 1, 8 + bits.bit_count() * 2)


def _float_complexity(bits: int, type: ValType) -> int:
    """No two powers of two are equally simple, so that the simplest of several is one and the same."""
    is_negative, size = divmod(bits, 1 << type.bits - 1)
    if size == 0:
        return 3 * is_negative  # -0 is behind 1 and -1
    field, fraction = divmod(size, 1 << _FRACTION_BITS[type])
    power = field - _bias(type)
    return 1 + is_negative + 4 * abs(power) + 2 * (power < 0) + 8 * fraction.bit_count()


def simpler_bits(bits: int, type: ValType) -> list[int]:
    """Bits to try in place of a value's, simplest first."""
    if type in _FRACTION_BITS:
        shapes = sorted(_floats(bits, type), key=lambda shape: complexity(shape, type))
    else:
        shapes = simpler_integers(bits, type.bits)
    most = complexity(bits, type)
    return [shape for shape in shapes if complexity(shape, type) < most]


def simpler_integers(bits: int, width: int) -> list[int]:
    """Integers of so many bits to try in place of one, small and round ones first."""
    mask = (1 << width) - 1
    top = 1 << width - 1
    shapes = [0, 1, mask, 2, top, top - 1]
    shapes += [bits & (1 << n) - 1 for n in (8, 16, 32) if n < width]
    shapes += [bits >> 1, bits >> width // 2, bits & bits - 1, 1 << max(bits.bit_length() - 1, 0)]
    return [shape for shape in dict.fromkeys(shapes) if shape != bits]


def _floats(bits: int, type: ValType) -> Iterable[int]:
    """The edges, and the same number with less of a sign, an exponent or a fraction."""
    place, bias, sign = _FRACTION_BITS[type], _bias(type), 1 << type.bits - 1
    field, fraction = divmod(bits & sign - 1, 1 << place)
    infinity = 2 * bias + 1
    edges = (bias, *(bias + power for power in _EDGES), infinity)
    nearer = ((field + bias) // 2, field + (field < bias) - (field > bias), field)
    fractions = (0, fraction & fraction - 1, fraction)
    sizes = [0, 1, infinity << place | 1 << place - 1, *(edge << place for edge in edges)]
    sizes += [each << place | left for each in nearer for left in fractions]
    return dict.fromkeys(signed for size in sizes for signed in (size, size | sign))
