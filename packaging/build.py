"""``make package``: the standalone bundle, and on Linux the files that carry it.

Leaves ``dist/pentimento/`` (the bundle), ``.tar.zst``, ``.deb`` and ``.run`` (self-extracting).
Freezes the package as it is installed beside this interpreter. Fails when a library that matters
was not found, when a path of the build machine or the training code is inside, and when a file
that carries the bundle is too large.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from PyInstaller.archive.readers import CArchiveReader

import assets
import carriers
import notices
from places import BUNDLE, DIST, NAME, ROOT, RUNTIME, SPEC, WORK

# Qt's GTK theme is left out of the bundle, CUDA is the user's: what these need may be missing here.
HARMLESS = re.compile(
    r"lib((gdk|gtk)-3|cuda|cudart|cublas|cudnn|cufft|curand|nvrtc|nvinfer|nvonnx)"
)

LIMIT_MIB = {"cpu": 140, "gpu": 360}
"""How large a file to download may be, but for the models; the provider for CUDA is 270 MiB
unpacked."""

MODELS_MIB = 120
"""How large all models may be together."""


def freeze() -> None:
    """Run PyInstaller from a clean state and read what it warned of."""
    command = [sys.executable, "-m", "PyInstaller", "--clean", "--noconfirm", "--log-level=WARN"]
    command += ["--distpath", str(DIST), "--workpath", str(WORK / "work"), str(SPEC)]
    # from a folder without our sources: the installed package is what is frozen
    run = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False, cwd=WORK)
    print(run.stderr, file=sys.stderr, end="")
    if run.returncode:
        sys.exit(run.returncode)
    missing = [line for line in run.stderr.splitlines() if "Library not found" in line]
    if missing := [line for line in missing if not HARMLESS.search(line)]:
        sys.exit("Libraries are missing on this machine:\n" + "\n".join(missing))


def strip() -> None:
    """Take debugging information out of Python itself; everything else comes without."""
    inside = BUNDLE / "_internal"
    files = [*inside.glob("libpython*"), *inside.glob("python*/lib-dynload/*.so")]
    subprocess.run(["strip", "--strip-unneeded", *map(str, files)], check=True)


def check_contents() -> None:
    """No path of this checkout or this environment, and no training code, may be in the bundle.

    Compiled modules lie compressed in the program; they are looked at one by one.
    """
    words = [str(path).encode() for path in (ROOT, Path(sys.prefix))]
    words += [sysconfig.get_path("stdlib").encode()]
    found = [
        f"{path.relative_to(BUNDLE)}: {word.decode()}"
        for path in BUNDLE.rglob("*")
        if path.is_file() and not path.is_symlink()
        for word in words
        if word in path.read_bytes()
    ]
    for program in (p for p in BUNDLE.glob("pentimento*") if p.is_file()):
        archive = CArchiveReader(str(program)).open_embedded_archive("PYZ.pyz")
        for name in archive.toc:
            code = archive.extract(name, raw=True) or b""
            found += [f"{program.name}, {name}: {word.decode()}" for word in words if word in code]
            if name.startswith(("neural.training", "torch")):
                found.append(f"{program.name}: {name}")
    if found:
        sys.exit("What does not belong into the bundle:\n" + "\n".join(found))


def check_sizes(made: list[Path]) -> None:
    """Say how large everything is, and fail if that is too large."""
    inside = sum(p.stat().st_size for p in BUNDLE.rglob("*") if p.is_file() and not p.is_symlink())
    print(f"{inside / 2**20:6.1f} MiB  {BUNDLE.name}/")
    models = sum(p.stat().st_size for p in (ROOT / "resources" / "models").iterdir()) / 2**20
    print(f"{models:6.1f} MiB  of it models")
    if models > MODELS_MIB:
        sys.exit(f"The models are larger than {MODELS_MIB} MiB.")
    for path in made:
        size = path.stat().st_size / 2**20
        print(f"{size:6.1f} MiB  {path.name}")
        if size - models > LIMIT_MIB[RUNTIME]:
            sys.exit(f"{path.name} is {LIMIT_MIB[RUNTIME]} MiB larger than the models, or more.")


def main() -> None:
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.rmtree(BUNDLE, ignore_errors=True)
    for old in DIST.glob(f"{NAME}-[0-9]*"):  # files of the other flavor may stay
        old.unlink()
    WORK.mkdir(parents=True)
    assets.main()
    freeze()
    if sys.platform == "linux":
        strip()
    text = notices.licenses()
    (BUNDLE / "_internal" / "resources" / "licenses.txt").write_text(text, "utf-8")
    check_contents()
    check_sizes(carriers.make() if sys.platform == "linux" else [])


if __name__ == "__main__":
    main()
