"""Reading s-expressions."""

import pytest

from mitey_fuzz.conformance.sexpr import Atom, Form, ScriptError, Source, Text, plain, unescape


def read(text: str) -> list[Form]:
    return list(Source(text).forms())


def shape(form: Form) -> list[object]:
    """A form without its offsets."""
    plain_item = {Atom: lambda item: item.text, Text: lambda item: item.value, Form: shape}
    return [plain_item[type(item)](item) for item in form.items]


def test_forms_nest() -> None:
    (form,) = read('(assert_return (invoke "f" (i32.const 1)) (i32.const -2))')
    assert shape(form) == ["assert_return", ["invoke", b"f", ["i32.const", "1"]], ["i32.const", "-2"]]


def test_forms_know_where_they_lie() -> None:
    text = '  (a "(")\n(b\n)'
    assert [text[form.offset : form.end] for form in read(text)] == ['(a "(")', "(b\n)"]


@pytest.mark.parametrize(
    "text",
    [
        "(a b)",
        ";; (\n(a;;)\nb)",
        "(; (; ) ;) ;;\n ;)(a (;;) b)",
        '(a (@note (x) ") ;;" ;; )\n ; , [ }) b)',
    ],
)
def test_comments_and_annotations_are_no_tokens(text: str) -> None:
    assert [shape(form) for form in read(text)] == [["a", "b"]]


def test_a_module_keeps_its_fields_unread() -> None:
    (form,) = read('(assert_invalid (module $m (func (foo ")" (; ) ;) bar))) "why")')
    module = form.items[1]
    assert isinstance(module, Form)
    assert shape(module) == ["module", "$m"]
    assert isinstance(form.items[2], Text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(a", "line 1: this form"),
        ("\n(a (b)", "line 2: this form"),
        ("(a)\n\n)", "line 3: expected a form"),
        ("a", "line 1: expected a form"),
        ("\n(; (; ;)", "line 2: this comment"),
        ('(a "b)', "line 1: no token"),
        ("(module (func)", "line 1: this form"),
        ("(@a (b)", "line 1: this annotation"),
    ],
)
def test_what_is_no_script_is_refused_by_line(text: str, message: str) -> None:
    with pytest.raises(ScriptError, match=message):
        read(text)


def test_lines_count_from_one() -> None:
    source = Source("a\nb\n\nc")
    assert [source.line(offset) for offset in (0, 1, 2, 4, 5)] == [1, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", b""),
        ("ab c", b"ab c"),
        (r"\t\n\r\"\'\\", b"\t\n\r\"'\\"),
        (r"\00\7f\fF", b"\x00\x7f\xff"),
        (r"\u{e9}\u{1F_600}", "é\U0001f600".encode()),
        ("é", "é".encode()),
        (r"\\75", b"\\75"),
    ],
)
def test_a_string_stands_for_bytes(text: str, value: bytes) -> None:
    assert unescape(text) == value


def test_an_unknown_escape_is_refused() -> None:
    with pytest.raises(ScriptError, match="q"):
        unescape(r"\q")


def test_a_module_with_foreign_characters_is_handed_on_in_ascii() -> None:
    text = '(module ;; é\n (func (export "é\\"\u202e")) (; ü ;))'
    assert plain(Source(text), 0, len(text)) == ('( module ( func ( export "\\c3\\a9\\"\\e2\\80\\ae" ) ) )')


def test_a_module_in_ascii_is_handed_on_as_it_is() -> None:
    text = '(module ;; comment\n (func (export "a")))'
    assert plain(Source(text), 0, len(text)) == text
