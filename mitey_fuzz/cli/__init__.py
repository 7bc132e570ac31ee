"""The command line: one module per verb, gathered here.

Results go to stdout, narration to stderr.  Exit status: 0 clean, 1 findings, 2 misuse, 3 our own failure.
"""

import sys
import traceback

import click

from .bench import bench
from .codehash import codehash
from .conform import conform
from .corpus import corpus
from .doctor import doctor, misplaced
from .dump import dump
from .exec import execute
from .kit import kit
from .minimize import minimize
from .replay import replay
from .run import run
from .selftest import selftest

CLEAN, FINDINGS, MISUSE, FAILURE = 0, 1, 2, 3
INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="mitey-fuzz")
def cli() -> None:
    """Finds miscompilations in WebAssembly JITs, shrinks them, and keeps them from coming back."""


for _verb in (run, replay, minimize, conform, execute, dump, codehash, bench, kit, selftest, corpus, doctor):
    cli.add_command(_verb)


def main() -> None:
    """The entry point: runs a verb and ends the process with its exit status."""
    sys.exit(_status())


def _status() -> int:
    wrong = misplaced()
    if wrong is not None:
        print(wrong, file=sys.stderr)
        return FAILURE
    try:
        status = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return MISUSE
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except Exception:
        traceback.print_exc()
        print("mitey-fuzz failed; this is a bug of its own, not a finding", file=sys.stderr)
        return FAILURE
    return status if isinstance(status, int) else CLEAN
