"""The command line: ``pentimento`` opens the editor, its commands work without one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from editor.cli import files, listing, retouching, selftest
from editor.cli.console import Failure
from editor.formats import FormatError
from editor.release import version
from neural.errors import Cancelled, NeuralError

COMMANDS = ("apply", "operations", "models", "convert", "info")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, or open the editor on the files named.

    Returns 0 when done, 1 after a failure, which is one sentence on standard error; argparse exits
    with 2 after wrong usage.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or not (given[0] in COMMANDS or given[0].startswith("-")):
        return _open_editor(given)
    parsed = _parser().parse_args(given)
    return _reported(lambda: parsed.run(parsed))


def _reported(work: Callable[[], int]) -> int:
    """The status of ``work``; what is expected to go wrong becomes a sentence."""
    try:
        return work()
    except (FormatError, NeuralError, Failure) as problem:
        message = str(problem)
    except OSError as problem:
        message = f"{problem.filename or 'A file'}: {problem.strerror or problem}."
    except Cancelled:
        message = "Cancelled."
    except MemoryError:
        message = "There is not enough memory for this picture."
    print(f"pentimento: {message}", file=sys.stderr)
    return 1


class _Selftest(argparse.Action):
    def __call__(self, *_: object) -> None:
        sys.exit(_reported(lambda: selftest.run()))


class _Version(argparse.Action):
    """Looks the version up only when asked."""

    def __call__(self, *_: object) -> None:
        print(f"pentimento {version()}")
        sys.exit(0)


def _open_editor(paths: list[str]) -> int:
    """The only place here that loads Qt."""
    from editor import app

    return app.main(paths)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pentimento",
        usage="pentimento [FILE...]\n       pentimento COMMAND ...",
        description="A layered image editor whose brush can be a neural network. Given files, or "
        "nothing, it opens the editor; the commands work without a display.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    parser.add_argument("--selftest", action=_Selftest, nargs=0, help="check this installation")
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, prog="pentimento"
    )
    retouching.add_to(commands)
    listing.add_to(commands)
    files.add_to(commands)
    return parser
