"""The documents say what is there: the tree of ARCHITECTURE.md, the README's verbs, the version of the changelog."""

import re
import tomllib
from collections.abc import Iterator

import click
import pytest

from mitey_fuzz.cli import cli
from mitey_fuzz.cli.options import DEFAULT_ORACLE, DEFAULT_SUBJECT
from mitey_fuzz.engines import create
from support.repository import PACKAGES, ROOT, python_files, read

DOCUMENTS = ("README.md", "ARCHITECTURE.md", "RATIONALE.md", "CONTRIBUTING.md", "CHANGELOG.md", "tests/README.md",
             "oracles/PROTOCOL.md",
             "crashes/README.md")  # fmt: skip
README = read("README.md")
ARCHITECTURE = read("ARCHITECTURE.md")


def block(text: str, opening: str) -> str:
    """The fenced block that begins with this line."""
    _, _, rest = text.partition(f"```{opening}\n")
    assert rest, f"no block opens with {opening!r}"
    return rest.partition("```")[0]


def paths_in(tree: str) -> Iterator[str]:
    """The paths that an indented tree names; a line names one or more, then says what they are.

    A directory ends in a slash; what is indented below it lies in it.
    """
    above: list[str] = []
    for line in filter(None, map(str.rstrip, tree.splitlines())):
        depth = (len(line) - len(line.lstrip())) // 2
        names = re.split(r"\s{2,}", line.strip())[0].split()
        assert depth <= len(above), f"indented too deep: {line}"
        above = above[:depth]
        yield from ("/".join([*above, name.rstrip("/")]) for name in names)
        if names[0].endswith("/"):
            above.append(names[0].rstrip("/"))


def modules() -> set[str]:
    """Every module of the packages, and every package by its directory."""
    files = [path.relative_to(ROOT) for path in python_files(*PACKAGES)]
    return {str(path.parent if path.name == "__init__.py" else path) for path in files}


NAMED = list(paths_in(block(ARCHITECTURE, "tree")))


def test_trees_are_read_as_they_are_indented() -> None:
    assert list(paths_in("a/   words\n  b.py c.py   more words\n  d/\n    e.py   x\n\nf.py\n")) == [
        "a", "a/b.py", "a/c.py", "a/d", "a/d/e.py", "f.py",
    ]  # fmt: skip


def test_what_the_architecture_names_exists() -> None:
    assert [path for path in NAMED if not (ROOT / path).exists()] == []


def test_the_architecture_names_every_module() -> None:
    assert sorted(modules() - set(NAMED)) == []


def test_the_architecture_names_nothing_twice() -> None:
    assert sorted({path for path in NAMED if NAMED.count(path) > 1}) == []


def in_words(text: str) -> set[str]:
    """What a text names in backquotes and means as a file of the repository: there is a slash and an ending."""
    return set(re.findall(r"`([\w.-]+(?:/[\w.-]+)+\.(?:py|md|toml|json|wat))`", text))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_named_in_documents_exist(document: str) -> None:
    # Inside a document of a directory, names may be relative to it; inside prose about a package, to the package.
    bases = [ROOT, (ROOT / document).parent, *(ROOT / package for package in PACKAGES), ROOT / "jit" / "backend"]
    missing = [name for name in in_words(read(document)) if not any((base / name).exists() for base in bases)]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", read(document))
    assert [link for link in links if not ((ROOT / document).parent / link).exists()] == []


VERBS: dict[str, set[str]] = {}
for _line in block(README[README.index("## Verbs") :], "").splitlines():
    _name = re.match(r"mitey-fuzz (\w+)", _line)
    if _name:
        VERBS[_name[1]] = set()
    VERBS[list(VERBS)[-1]] |= set(re.findall(r"(?<!\S)--?\w[\w-]*", _line))


def options(command: click.Command) -> set[str]:
    """Those of a verb and of what it divides into."""
    below = command.commands.values() if isinstance(command, click.Group) else ()
    return {name for part in (command, *below) for parameter in part.params for name in parameter.opts}


def test_the_readme_has_exactly_the_verbs_there_are() -> None:
    assert set(VERBS) == set(cli.commands)


@pytest.mark.parametrize("verb", VERBS)
def test_options_in_the_readme_exist(verb: str) -> None:
    assert VERBS[verb] <= options(cli.commands[verb])


def test_commands_in_the_readme_parse_as_they_stand() -> None:
    lines = re.findall(r"bin/mitey-fuzz (\w+ [^\n`]*)", README)
    assert lines
    for line in lines:
        verb, *words = line.split()
        given = {word for word in words if word.startswith("--")}
        assert given <= options(cli.commands[verb]), line


def test_engines_in_the_readme_exist() -> None:
    (sentence,) = re.findall(r"Engines are named (.*?)\.\s", README, re.DOTALL)
    names = [name for name in re.findall(r"`([^`]+)`", sentence) if name != "process:"]
    assert {DEFAULT_SUBJECT, DEFAULT_ORACLE} <= set(names)
    for name in names:
        create(name, None).close()


def test_defaults_are_named_in_the_readme_as_engines() -> None:
    assert f"`{DEFAULT_SUBJECT}`" in README
    assert f"`{DEFAULT_ORACLE}`" in README


def test_the_changelog_has_a_chapter_for_this_version() -> None:
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert re.search(rf"^## {re.escape(version)}\b", read("CHANGELOG.md"), re.MULTILINE)


def test_contributing_lists_the_verbs_of_the_justfile() -> None:
    verbs = set(re.findall(r"^(\w[\w-]*)(?: [^:\n]*)?:$", read("justfile"), re.MULTILINE)) - {"default"}
    assert set(re.findall(r"^\| `just ([\w-]+)` \|", read("CONTRIBUTING.md"), re.MULTILINE)) == verbs


def test_dependencies_are_argued_for() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    wanted = {re.split(r"[><=;]", line)[0] for line in lines}
    argued = set(re.findall(r"\*\*([\w-]+)\*\*", read("RATIONALE.md")))
    assert sorted(wanted - argued) == []


@pytest.mark.parametrize("path", DOCUMENTS)
def test_documents_know_no_machine(path: str) -> None:
    assert re.findall(r"(?<![\w.])/(?:work|tmp|home|opt)/\S+", read(path)) == []
