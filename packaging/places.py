"""Where the build reads and writes, and what it is called."""

from __future__ import annotations

import os
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
SPEC = ROOT / "packaging" / "pentimento.spec"
WORK = ROOT / "build" / "package"
DIST = ROOT / "dist"
BUNDLE = DIST / "pentimento"

VERSION = metadata.version("pentimento")
RUNTIME = os.environ.get("RUNTIME", "cpu")
NAME = "pentimento" if RUNTIME == "cpu" else f"pentimento-{RUNTIME}"
