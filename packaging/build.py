"""``make package``: the standalone bundle, and on Linux the files that carry it.

Leaves ``dist/pentimento/`` (the bundle), ``.tar.zst``, ``.deb`` and ``.run`` (self-extracting; for
systems without dpkg). Fails when a library that matters was not found, or when a path of the build
machine is inside.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import assets

ROOT = Path(__file__).parents[1]
WORK = ROOT / "build" / "package"
DIST = ROOT / "dist"
BUNDLE = DIST / "pentimento"
HERE = ROOT / "packaging" / "linux"
APP_ID = "io.github.pentimento.Pentimento"

# Qt's GTK platform theme is not bundled; nothing else may be missing.
HARMLESS = re.compile(r"lib(gdk|gtk)-3")

# What `dpkg-shlibdeps` would find: only what the bundle does not carry itself.
DEPENDS = "libc6 (>= 2.34), libgl1, libegl1, libfontconfig1, libdbus-1-3"


def freeze() -> None:
    """Run PyInstaller from a clean state and read what it warned of."""
    command = [sys.executable, "-m", "PyInstaller", "--clean", "--noconfirm", "--log-level=WARN"]
    command += ["--distpath", str(DIST), "--workpath", str(WORK / "work")]
    run = subprocess.run(
        [*command, str(ROOT / "packaging" / "pentimento.spec")],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd=ROOT,
    )
    print(run.stderr, file=sys.stderr, end="")
    if run.returncode:
        sys.exit(run.returncode)
    missing = [line for line in run.stderr.splitlines() if "Library not found" in line]
    if missing := [line for line in missing if not HARMLESS.search(line)]:
        sys.exit("Libraries are missing on this machine:\n" + "\n".join(missing))


def check_paths() -> None:
    """No file of the bundle may contain the path of this checkout or of a private Python."""
    words = {str(ROOT).encode()}
    if not sys.base_prefix.startswith("/usr"):
        words.add(sys.base_prefix.encode())
    bad = [
        f"{path.relative_to(BUNDLE)}: {word.decode()}"
        for path in BUNDLE.rglob("*")
        if path.is_file()
        for word in words
        if word in path.read_bytes()
    ]
    if bad:
        sys.exit("Paths of the build machine are in the bundle:\n" + "\n".join(bad))


def version() -> str:
    return metadata.version("pentimento")


def name() -> str:
    flavor = "-gpu" if os.environ.get("RUNTIME") == "gpu" else ""
    return f"pentimento{flavor}-{version()}-linux-x86_64"


def archive() -> Path:
    """The bundle as ``.tar.zst``."""
    target = DIST / f"{name()}.tar.zst"
    tar = [
        "tar",
        "--sort=name",
        "--owner=0",
        "--group=0",
        "-C",
        str(DIST),
        "-cf",
        "-",
        "pentimento",
    ]
    with subprocess.Popen([*tar, BUNDLE.name], stdout=subprocess.PIPE) as source:
        zstd = ["zstd", "-q", "-19", "-T0", "-f", "-o", str(target)]
        subprocess.run(zstd, stdin=source.stdout, check=True)
    return target


def debian() -> Path:
    """The bundle as a Debian package under ``/opt``, with desktop entry, MIME type and icons."""
    tree = WORK / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(BUNDLE, tree / "opt" / "pentimento", symlinks=True)
    share = tree / "usr" / "share"
    install(HERE / f"{APP_ID}.desktop", share / "applications")
    install(HERE / f"{APP_ID}.metainfo.xml", share / "metainfo")
    install(HERE / "pentimento-mime.xml", share / "mime" / "packages")
    for size in assets.SIZES:
        folder = share / "icons" / "hicolor" / f"{size}x{size}" / "apps"
        install(WORK / "icons" / f"{size}.png", folder, "pentimento.png")
    folder = share / "icons" / "hicolor" / "scalable" / "apps"
    install(ROOT / "resources" / "icons" / "pentimento.svg", folder)
    documents = share / "doc" / "pentimento"
    install(WORK / "licenses.txt", documents, "copyright")
    changes = f"pentimento ({version()}) unstable; urgency=medium\n\n  * See README.md.\n"
    with gzip.GzipFile(documents / "changelog.gz", "wb", mtime=0) as file:
        file.write(changes.encode())
    programs = tree / "usr" / "bin"
    programs.mkdir(parents=True)
    (programs / "pentimento").symlink_to("/opt/pentimento/pentimento")
    size = sum(p.stat().st_size for p in tree.rglob("*") if p.is_file() and not p.is_symlink())
    control = (
        f"Package: pentimento\nVersion: {version()}\nSection: graphics\nPriority: optional\n"
        f"Architecture: amd64\nDepends: {DEPENDS}\nInstalled-Size: {size // 1024}\n"
        "Maintainer: The Pentimento developers <pentimento@users.noreply.github.com>\n"
        "Description: image editor whose brush can be a neural network\n"
        " Layers, masks, undo, and small neural networks that come with it: paint over a\n"
        " thing in a photograph and it is gone. Works offline, without a graphics card.\n"
    )
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text(control)
    target = DIST / f"{name()}.deb"
    build = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(target)]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    return target


def self_extracting() -> Path:
    """The bundle as one file that unpacks itself into the user's home and adds a menu entry."""
    tree = WORK / "run"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(BUNDLE, tree / "pentimento", symlinks=True)
    install(HERE / f"{APP_ID}.desktop", tree)
    install(HERE / "install.sh", tree)
    install(WORK / "icons" / "256.png", tree, "pentimento.png")
    target = DIST / f"{name()}.run"
    command = ["makeself", "--quiet", "--zstd", "--nox11", "--sha256", str(tree), str(target)]
    subprocess.run([*command, "Pentimento", "./install.sh"], check=True, stdout=subprocess.DEVNULL)
    return target


def install(source: Path, folder: Path, name: str | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, folder / (name or source.name))


def main() -> None:
    assets.main()
    freeze()
    check_paths()
    made = [archive(), debian(), self_extracting()] if sys.platform == "linux" else []
    size = sum(p.stat().st_size for p in BUNDLE.rglob("*") if p.is_file() and not p.is_symlink())
    print(f"{BUNDLE.relative_to(ROOT)}: {size / 2**20:.1f} MiB")
    for path in made:
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
