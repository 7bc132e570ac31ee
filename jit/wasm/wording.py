"""The words in which malformed modules are refused, where the core test suite's scripts of 1.0 and 2.0 differ.

Messages that never changed stand where they are raised.  `Wording.of` picks the words; which modules are accepted is
not decided here.
"""

from dataclasses import dataclass

from .features import Features


@dataclass(frozen=True, slots=True)
class Wording:
    """One edition's words, and how it judges lengths.

    whole   a declared length is compared with the length of the whole module, as the reference interpreter of 1.0 did,
            rather than with what is left of it; what is too long for the rest then ends unexpectedly.
    """

    utf8: str
    mutability: str
    section_id: str
    value_type: str
    reference_type: str
    function_type: str
    import_kind: str
    export_kind: str
    zero: str
    after_last: str
    whole: bool

    @staticmethod
    def of(features: Features) -> "Wording":
        """The words of 1.0 as long as nothing that changed the binary format is on."""
        return SECOND if features.reference_types or features.bulk_memory or features.simd else FIRST


FIRST = Wording(
    utf8="invalid UTF-8 encoding",
    mutability="invalid mutability",
    section_id="invalid section id",
    value_type="invalid value type",
    reference_type="invalid element type",
    function_type="invalid function type",
    import_kind="invalid import kind",
    export_kind="invalid export kind",
    zero="zero flag expected",
    after_last="junk after last section",
    whole=True,
)

SECOND = Wording(
    utf8="malformed UTF-8 encoding",
    mutability="malformed mutability",
    section_id="malformed section id",
    value_type="malformed value type",
    reference_type="malformed reference type",
    function_type="malformed function type",
    import_kind="malformed import kind",
    export_kind="malformed export kind",
    zero="zero byte expected",
    after_last="unexpected content after last section",
    whole=False,
)
