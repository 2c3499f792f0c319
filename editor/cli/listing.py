"""``pentimento operations`` and ``pentimento models``: what there is to run."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from editor import paths
from editor.cli.console import Commands, Failure, print_json, with_progress
from editor.cli.retouching import engine
from neural.errors import NeuralError
from neural.library import Library, Model, import_model, verify
from neural.operations import OPERATIONS
from neural.operations.base import Operation
from neural.operations.parameters import parameters
from neural.record import encode


def add_to(commands: Commands[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("operations", help="operations, their parameters and models")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.set_defaults(run=_operations)
    models = commands.add_parser("models", help="shipped and imported models")
    verbs = models.add_subparsers(metavar="list|verify|import", required=True)
    parser = verbs.add_parser("list", help="with hash, license and metrics")
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.set_defaults(run=_list)
    parser = verbs.add_parser("verify", help="check files and run self-tests")
    parser.set_defaults(run=_verify)
    parser = verbs.add_parser("import", help="copy a model and its card, if it is sound")
    parser.add_argument("file", metavar="FILE", type=Path, help=".onnx or .json, side by side")
    parser.set_defaults(run=_import)


def _operations(given: argparse.Namespace) -> int:
    library = engine().library
    if given.json:
        print_json({"operations": [_operation_facts(kind, library) for kind in OPERATIONS]})
        return 0
    for kind in OPERATIONS:
        print(f"{kind.task}: {kind.title}" + (" (needs a mask)" if kind.needs_mask else ""))
        for each in parameters(kind):
            if each.most:
                print(f"  --reference IMG (up to {each.most})  {each.help}".rstrip())
                continue
            span = "" if each.min is None else f" ({each.min} to {each.max})"
            choices = f" (one of {', '.join(each.choices)})" if each.choices else ""
            default = each.text(each.default)
            print(f"  --set {each.name}={default}{span}{choices}  {each.help}".rstrip())
        for model in library.of_task(kind.task):
            print(f"  --model {model.card.id}  {model.problem or model.card.name}")
    return 0


def _operation_facts(kind: type[Operation], library: Library) -> dict[str, Any]:
    return {
        "name": kind.task,
        "title": kind.title,
        "needs_mask": kind.needs_mask,
        "parameters": [
            {
                "name": each.name,
                "label": each.label,
                "type": each.kind.__name__,
                "default": encode(each.default),
                "most": each.most,
                "min": each.min,
                "max": each.max,
                "choices": list(each.choices),
                "least": each.least,
                "help": each.help,
            }
            for each in parameters(kind)
        ],
        "models": [
            {"id": model.card.id, "usable": not model.problem, "problem": model.problem}
            for model in library.of_task(kind.task)
        ],
    }


def _list(given: argparse.Namespace) -> int:
    library = engine().library
    if given.json:
        facts = [_model_facts(model) for model in library.models]
        print_json({"models": facts, "problems": list(library.problems)})
        return 0
    for model in library.models:
        card = model.card
        print(f"{card.id} {card.version}: {card.name}, for {card.task}")
        print(f"  {model.problem or model.path}")
        print(f"  sha256 {card.sha256}, {card.bytes / 1e6:.1f} MB")
        print(f"  license {card.license.weights}; trained on {card.license.training_data}")
        for metric in card.metrics:
            values = ", ".join(f"{name} {value:g}" for name, value in metric.values.items())
            print(f"  {metric.dataset}, {metric.setting}: {values}")
    for problem in library.problems:
        print(problem)
    return 0


def _model_facts(model: Model) -> dict[str, Any]:
    card = model.card
    return {
        "id": card.id,
        "version": card.version,
        "name": card.name,
        "task": card.task,
        "file": str(model.path),
        "sha256": card.sha256,
        "bytes": card.bytes,
        "license": {
            "weights": card.license.weights,
            "code": card.license.code,
            "training_data": card.license.training_data,
        },
        "metrics": [
            {"dataset": each.dataset, "setting": each.setting, **each.values}
            for each in card.metrics
        ],
        "usable": not model.problem,
        "problem": model.problem,
    }


def _verify(given: argparse.Namespace) -> int:
    library = engine().library
    failed = list(library.problems)
    for model in library.models:
        try:
            with_progress(partial(verify, model.card, model.path))
        except NeuralError as problem:
            failed.append(str(problem))
        else:
            print(f"{model.card.id}: sound")
    if failed:
        raise Failure(" ".join(failed))
    return 0


def _import(given: argparse.Namespace) -> int:
    library = engine().library
    card = with_progress(lambda progress: import_model(given.file, library, progress))
    print(f"{card.id} {card.version} is in {paths.models()}.")
    return 0
