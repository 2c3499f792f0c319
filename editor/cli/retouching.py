"""``pentimento apply``: an operation on a file, as the editor would do it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from editor import adjust, enlarge, formats, generate, looks, paths, points, retouch
from editor.adjust import Adjusted
from editor.cli.console import Commands, Failure, print_json, tell, with_progress
from editor.document.commands import AddLayer
from editor.document.document import Document
from editor.document.tiles import Pixels, TileGrid
from editor.formats.base import lone_layer
from editor.retouch import Retouched
from neural.account import Account
from neural.engine import Engine, shipped_models
from neural.errors import NeuralError
from neural.latent import Point
from neural.looks import Look
from neural.operations import OPERATIONS
from neural.operations.base import Generating, Operation, Resizing, Retouching
from neural.operations.parameters import most_records, parsed, with_records
from neural.progress import Progress

LOSSY = (".jpg", ".jpeg", ".webp")


def add_to(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("apply", help="run a neural operation on a picture")
    tasks = [kind.task for kind in OPERATIONS]
    parser.add_argument("operation", metavar="OPERATION", choices=tasks, help=", ".join(tasks))
    parser.add_argument("input", metavar="IN", type=Path, nargs="?", help="not for generate")
    parser.add_argument(
        "-o", "--output", metavar="OUT", type=Path, required=True, help="the result"
    )
    parser.add_argument("--mask", type=Path, help="a picture as large as IN; white is replaced")
    parser.add_argument(
        "--reference",
        metavar="IMG",
        type=Path,
        action="append",
        default=[],
        help="a picture, a .look or a .latent file, for operations that take one or more",
    )
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="see: pentimento operations",
    )
    parser.add_argument("--model", metavar="ID", help="see: pentimento models list")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--seed", metavar="N", help="the same as --set seed=N")
    parser.add_argument("--json", action="store_true", help="print one object about the result")
    parser.set_defaults(run=partial(_run, parser))


def engine(device: Any = "auto") -> Engine:
    """The models that come with the program and the imported ones."""
    return Engine([shipped_models(), paths.models()], device)


def _run(parser: argparse.ArgumentParser, given: argparse.Namespace) -> int:
    began = perf_counter()
    operation = _operation(parser, given)
    formats.options_for(given.output)  # a suffix that cannot be written is known before the work
    changed, notes = 0, list[str]()
    chosen = engine(given.device)
    operation = with_progress(
        partial(_with_references, operation, given.reference, chosen, given.model)
    )
    result: Account
    if isinstance(operation, Generating):
        generating = operation
        document, result = with_progress(
            lambda progress: generate.of_nothing(generating, chosen, progress, given.model)
        )
    else:
        document = formats.load(given.input)
        notes += document.source.notes
        document, result, changed = _applied(operation, document, chosen, given)
    notes += result.notes
    notes += formats.save(document, given.output)
    if given.output.suffix.lower() in LOSSY:
        notes.append(f"{given.output.suffix} is lossy: only .png, .tif and .ora keep every pixel.")
    facts: dict[str, Any] = {
        "output": str(given.output),
        "width": document.size.w,
        "height": document.size.h,
        "others": [],
        **retouch.recipe_of(operation, result),
        "seconds": round(perf_counter() - began, 3),
        "ms_per_megapixel": round(result.ms_per_megapixel, 1),
        "changed_outside": changed,
        "notes": notes,
    }
    if given.json:
        print_json(facts)
    else:
        tell(notes)
        names = " and ".join(f"{card.id} {card.version}" for card in result.cards)
        facts["with"] = f" with {names}" if names else ""
        facts["outside"] = f"{changed} px changed outside the mask, " if given.input else ""
        line = "{output}: {width} × {height}, {outside}{seconds:.1f} s on {provider}{with}."
        print(line.format(**facts))
    return 0


def _applied(
    operation: Retouching | Resizing,
    document: Document,
    engine: Engine,
    given: argparse.Namespace,
) -> tuple[Document, Account, int]:
    """The document with an operation applied, how that went, and how many px it changed outside
    the mask.
    """
    if given.mask is not None:
        document.selection.replace(_mask(given.mask, document))
        if document.selection.is_empty:
            raise Failure(f"The mask is empty: nothing in {given.mask.name} is white.")
    document.activate(document.root.children[-1] if document.root.children else None)
    if map_ := retouch.map_of(operation, document):
        map_.visible = False
    before = retouch.visible(document, document.rect)
    snapshot = document.snapshot()
    if isinstance(operation, Resizing):
        made = with_progress(
            lambda progress: enlarge.apply(operation, snapshot, engine, progress, given.model)
        )
        return made.document, made.account, 0
    work = adjust.apply if operation.adjusts else retouch.apply
    answer: Adjusted | Retouched = with_progress(
        lambda progress: work(operation, snapshot, engine, progress, given.model)
    )
    _put(answer, document, is_layered=given.output.suffix.lower() == ".ora")
    if document.selection.is_empty:  # it worked on everything: nothing is outside
        return document, answer.result, 0
    outside = document.selection.read(document.rect)[..., 0] == 0
    after = retouch.visible(document, document.rect)
    return document, answer.result, retouch.count_changed(before, after, outside)


def _operation(parser: argparse.ArgumentParser, given: argparse.Namespace) -> Operation:
    kind = next(each for each in OPERATIONS if each.task == given.operation)
    texts = {}
    for each in given.set + ([f"seed={given.seed}"] if given.seed is not None else []):
        name, equals, text = each.partition("=")
        if not equals:
            parser.error(f"--set takes NAME=VALUE, not {each}")
        texts[name] = text
    most = max(most_records(kind, record) for record in (Look, Point))
    if len(given.reference) > most:
        some = f"at most {most} reference pictures" if most else "no reference picture"
        parser.error(f"{kind.task} takes {some}")
    makes = isinstance(kind(), Generating)
    if makes == (given.input is not None):
        parser.error(f"{kind.task} takes {'no' if makes else 'a'} picture IN")
    if given.mask is not None and (makes or isinstance(kind(), Resizing)):
        parser.error(f"{kind.task} takes no mask")
    try:
        return parsed(kind, texts)
    except NeuralError as problem:
        parser.error(str(problem).rstrip("."))


def _with_references(
    operation: Operation,
    files: Sequence[Path],
    engine: Engine,
    model: str | None,
    progress: Progress,
) -> Operation:
    """The operation with the looks, or the points, of some files, if there are any."""
    if not files:
        return operation
    if isinstance(operation, Generating):
        space = engine.library.find(operation.task, model).card.space
        found = [points.of_file(path, space, engine, progress) for path in files]
        return with_records(operation, Point, found)
    read = [looks.of_file(path, engine, progress) for path in files]
    return with_records(operation, Look, read)


def _mask(path: Path, document: Document) -> TileGrid:
    """A mask file as a selection: how white it is, as far as it is not transparent."""
    mask = formats.load(path)
    if mask.size != document.size:
        raise Failure(
            f"{path.name} is {mask.size.w} × {mask.size.h} pixels, "
            f"but the picture is {document.size.w} × {document.size.h}."
        )
    pixels = retouch.visible(mask, mask.rect)
    total = sum(pixels[..., channel].astype(np.float32) for channel in range(3))
    white = total * pixels[..., 3] * np.float32(document.full / (3 * mask.full**2))
    scaled: Pixels = np.rint(white).astype(document.dtype)
    return TileGrid.from_pixels(scaled[..., None])


def _put(answer: Adjusted | Retouched, document: Document, *, is_layered: bool) -> None:
    """The result as a layer where layers are kept; else into the picture, whose only layer keeps
    the colors under its transparent pixels.
    """
    layer = lone_layer(document)
    parent, index = document.place_above_active()
    if layer is not None and not is_layered:
        if isinstance(answer, Adjusted):
            layer.pixels.write(document.rect, adjust.flat(answer.layer, document))
        else:
            layer.pixels.write(answer.rect, answer.picture)
        layer.recipe = answer.layer.recipe  # files say that a network had a part in them
        return
    document.history.push(AddLayer(document, answer.layer, parent, index, answer.layer.name))
