"""What the commands have in common: arguments, notes, progress, Ctrl+C."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, TypeVar

from neural.errors import Cancelled
from neural.progress import Progress

T = TypeVar("T")
Commands = argparse._SubParsersAction  # argparse names the type of ``add_subparsers`` nowhere else

BAR = 30
HEARD_EVERY = 0.1  # seconds: a signal in the instant before waiting is heard only after it


class Failure(Exception):
    """A command failed; the message is a sentence for the user."""


def with_progress(work: Callable[[Progress], T]) -> T:
    """Call ``work`` on another thread, so that Ctrl+C is heard at once and cancels it.

    A bar is drawn on standard error if that is a terminal.

    Raises:
        Cancelled: Ctrl+C was pressed, and the work has stopped.
    """
    progress = Progress(_draw if sys.stderr.isatty() else lambda fraction, text: None)
    with ThreadPoolExecutor(1) as pool:
        try:
            pool.submit(lambda: None).result()  # one interrupted as it starts is not waited for
            answer = pool.submit(work, progress)
            while not answer.done():
                wait([answer], HEARD_EVERY)
            return answer.result()
        except KeyboardInterrupt:
            progress.token.cancel()
            raise Cancelled from None
        finally:
            if sys.stderr.isatty():
                print("\r\033[K", end="", file=sys.stderr)


def tell(notes: Iterable[str]) -> None:
    """Say what the user should know, on standard error."""
    for note in notes:
        print(f"note: {note}", file=sys.stderr)


def print_json(facts: Mapping[str, Any]) -> None:
    """One object on standard output."""
    print(json.dumps(facts, ensure_ascii=False, indent=2))


def _draw(fraction: float, text: str) -> None:
    full = round(BAR * fraction)
    bar = "█" * full + "░" * (BAR - full)
    print(f"\r\033[K{bar} {fraction:4.0%} {text}", end="", file=sys.stderr, flush=True)
