"""S-expressions as the text format writes them: what a script is made of (spec: `text-lexical`).

Module fields are not read here: a `(module …)` stays a stretch of the source, for a real parser of the text format.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass


class ScriptError(ValueError):
    """The script cannot be read; the message names the line."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A keyword, a name or a number."""

    offset: int
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A string, as the bytes it stands for."""

    offset: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """A parenthesised form from `offset` up to `end` in the source."""

    offset: int
    end: int
    items: tuple["Node", ...]

    @property
    def head(self) -> str:
        """The keyword that the form begins with, or nothing."""
        return self.items[0].text if self.items and isinstance(self.items[0], Atom) else ""


Node = Atom | Text | Form

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+|;;[^\n]*)
      | (?P<comment>\(;)
      | (?P<annotation>\(@)
      | (?P<open>\()
      | (?P<close>\))
      | (?P<string>"(?:[^"\\]|\\.)*")
      | (?P<atom>(?:[^\s()";]|;(?!;))+)""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"\(;|;\)")
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F_]+)\}|([0-9a-fA-F]{2})|(.))|[^\\]+", re.DOTALL)
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_SIMPLE = {"t": b"\t", "n": b"\n", "r": b"\r", '"': b'"', "'": b"'", "\\": b"\\"}


class Source:
    """A script's text, with its tokens and line numbers."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines = [match.start() for match in re.finditer("\n", text)]

    def line(self, offset: int) -> int:
        """The line, counted from 1, of a place in the text."""
        return bisect_right(self._lines, offset - 1) + 1

    def tokens(self, start: int = 0) -> Iterator[tuple[str, int, int]]:
        """Kind, start and end of each token; comments and annotations are none."""
        at = start
        while at < len(self.text):
            match = _TOKEN.match(self.text, at)
            if match is None:
                raise ScriptError(f"line {self.line(at)}: no token begins with {self.text[at]!r}")
            kind = match.lastgroup or ""
            if kind == "comment":
                at = self._skip_comment(at)
            elif kind == "annotation":
                at = self._skip_form(match.end())
            else:
                at = match.end()
                if kind != "space":
                    yield kind, match.start(), at

    def forms(self) -> Iterator[Form]:
        """The forms at top level.  Those whose head is `module` have only what stands before their fields."""
        tokens = self.tokens()
        for kind, start, _ in tokens:
            if kind != "open":
                raise ScriptError(f"line {self.line(start)}: expected a form")
            yield self._form(start, tokens)

    def _form(self, start: int, tokens: Iterator[tuple[str, int, int]]) -> Form:
        """The form whose opening parenthesis, at `start`, has just been read."""
        items: list[Node] = []
        in_module = False
        depth = 0
        for kind, begin, end in tokens:
            if kind == "close" and not depth:
                return Form(start, end, tuple(items))
            if in_module and (depth or kind == "open"):  # fields: only find where they end
                depth += (kind == "open") - (kind == "close")
            elif kind == "open":
                items.append(self._form(begin, tokens))
            elif kind == "string":
                items.append(Text(begin, unescape(self.text[begin + 1 : end - 1])))
            else:
                items.append(Atom(begin, self.text[begin:end]))
                in_module = in_module or (len(items) == 1 and self.text[begin:end] == "module")
        raise ScriptError(f"line {self.line(start)}: this form is never closed")

    def _skip_comment(self, start: int) -> int:
        depth = 0
        for match in _COMMENT.finditer(self.text, start):
            depth += 1 if match[0] == "(;" else -1
            if not depth:
                return match.end()
        raise ScriptError(f"line {self.line(start)}: this comment is never closed")

    def _skip_form(self, start: int) -> int:
        """The end of the form in which `start` is."""
        depth = 1
        for kind, _, end in self.tokens(start):
            depth += (kind == "open") - (kind == "close")
            if not depth:
                return end
        raise ScriptError(f"line {self.line(start)}: this annotation is never closed")


def unescape(text: str) -> bytes:
    """The bytes that a string's source stands for (spec: `text-string`)."""
    parts = []
    for match in _ESCAPE.finditer(text):
        unicode, byte, simple = match.groups()
        if unicode is not None:
            parts.append(chr(int(unicode.replace("_", ""), 16)).encode("utf-8", "surrogatepass"))
        elif byte is not None:
            parts.append(bytes([int(byte, 16)]))
        elif simple is not None:
            if simple not in _SIMPLE:
                raise ScriptError(f"unknown escape \\{simple}")
            parts.append(_SIMPLE[simple])
        else:
            parts.append(match[0].encode())
    return b"".join(parts)


def plain(source: Source, start: int, end: int) -> str:
    """A stretch of the source in ASCII: strings escaped, comments gone.

    The text format allows any character in both; parsers refuse some that look like others.
    """
    text = source.text[start:end]
    if text.isascii():
        return text
    piece = Source(text)
    words = []
    for kind, begin, stop in piece.tokens():
        word = text[begin:stop]
        if kind == "string" and not word.isascii():
            word = _NOT_ASCII.sub(lambda match: "".join(f"\\{byte:02x}" for byte in match[0].encode()), word)
        words.append(word)
    return " ".join(words)
