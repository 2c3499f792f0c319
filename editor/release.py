"""What this program is: its version, and the licences of everything in it."""

from __future__ import annotations

import re
from importlib import metadata, resources
from pathlib import Path

from neural.engine import shipped_models
from neural.library import Library

PARTS = ("pentimento", "onnxruntime", "onnxruntime-gpu")
"""Distributions to begin with; what they require follows. Of the last two there is one."""

LICENSE_FILE = re.compile(r"(LICEN[SC]E|COPYING|NOTICE|ThirdPartyNotices)[^/]*", re.IGNORECASE)
RULE = "=" * 72


def version() -> str:
    return metadata.version("pentimento")


def licenses() -> str:
    """The text made when a bundle was built; without one, what the installed packages say."""
    built = resources.files("resources") / "licenses.txt"
    return built.read_text("utf-8") if built.is_file() else installed_licenses()


def installed_licenses() -> str:
    """Name, version, licence and licence texts of every package in use, then of every model."""
    return "\n".join([*map(of_package, distributions()), *_of_models()])


def distributions() -> list[metadata.Distribution]:
    """This program and, once each, the installed packages that it requires."""
    found: dict[str, metadata.Distribution] = {}
    wanted = list(PARTS)
    while wanted:
        name = wanted.pop(0)
        key = re.sub(r"[-_.]+", "-", name).lower()
        try:
            package = found.get(key) or metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # for another system, or the runtime that was not chosen
        if key not in found:
            found[key] = package
            needs = [need for need in package.requires or () if "extra ==" not in need]
            wanted += [match[0] for need in needs if (match := re.match(r"[\w.-]+", need))]
    return list(found.values())


def of_package(package: metadata.Distribution) -> str:
    facts = package.metadata
    names = [facts[key] for key in ("License-Expression", "License") if key in facts]
    name = names[0].splitlines()[0] if names else "see below"
    texts = [
        Path(str(file.locate())).read_text("utf-8", "replace").strip("\n")
        for file in package.files or ()
        if LICENSE_FILE.fullmatch(file.name) and file.suffix.lower() in ("", ".txt", ".md")
    ]
    head = f"{facts['Name']} {package.version}: {name}"
    return "\n".join([RULE, head, RULE, *(f"\n{text}\n" for text in dict.fromkeys(texts))])


def _of_models() -> list[str]:
    cards = [model.card for model in Library([shipped_models()]).models]
    return [
        f"{RULE}\nModel {card.id} {card.version}: {card.license.weights}\n{RULE}\n\n"
        f"Trained on: {card.license.training_data}\n"
        for card in cards
    ]
