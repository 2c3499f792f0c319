"""The files that carry the bundle to a Linux machine: ``.tar.zst``, ``.deb`` and ``.run``."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import assets
from places import BUNDLE, DIST, NAME, ROOT, VERSION, WORK

HERE = ROOT / "packaging" / "linux"
APP_ID = "io.github.pentimento.Pentimento"
STEM = f"{NAME}-{VERSION}-linux-x86_64"

DEPENDS = "libgl1, libegl1, libxcb1, fontconfig-config, fonts-dejavu-core | fonts-freefont-ttf"
"""What the bundle takes from the system, beside the C library: the graphics driver's side of
OpenGL, the connection to the X server, and a font to write with."""

ZSTD_LEVEL = 12


def make() -> list[Path]:
    return [archive(), debian(), self_extracting()]


def archive() -> Path:
    """The bundle as ``.tar.zst``, for any place where it is unpacked."""
    target = DIST / f"{STEM}.tar.zst"
    tar = ["tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "-C", str(DIST)]
    with subprocess.Popen([*tar, "-cf", "-", BUNDLE.name], stdout=subprocess.PIPE) as source:
        zstd = ["zstd", "-q", f"-{ZSTD_LEVEL}", "-T0", "-o", str(target)]
        subprocess.run(zstd, stdin=source.stdout, check=True)
    if source.returncode:
        raise subprocess.CalledProcessError(source.returncode, tar)
    return target


def debian() -> Path:
    """The bundle as a Debian package under ``/opt``, with desktop entry, MIME type and icons."""
    tree = WORK / "deb"
    shutil.copytree(BUNDLE, tree / "opt" / "pentimento", symlinks=True)
    share = tree / "usr" / "share"
    install(HERE / f"{APP_ID}.desktop", share / "applications")
    install(HERE / f"{APP_ID}.metainfo.xml", share / "metainfo")
    install(HERE / "pentimento-mime.xml", share / "mime" / "packages", "pentimento.xml")
    icons = share / "icons" / "hicolor"
    for size in assets.SIZES:
        install(WORK / "icons" / f"{size}.png", icons / f"{size}x{size}" / "apps", f"{APP_ID}.png")
    install(
        ROOT / "resources" / "icons" / "pentimento.svg",
        icons / "scalable" / "apps",
        f"{APP_ID}.svg",
    )
    documents = share / "doc" / NAME
    install(BUNDLE / "_internal" / "resources" / "licenses.txt", documents, "copyright")
    changes = f"{NAME} ({VERSION}) stable; urgency=medium\n\n  * See README.md.\n"
    with gzip.GzipFile(documents / "changelog.gz", "wb", mtime=0) as file:
        file.write(changes.encode())
    programs = tree / "usr" / "bin"
    programs.mkdir(parents=True)
    (programs / "pentimento").symlink_to("/opt/pentimento/pentimento")
    size = sum(p.stat().st_size for p in tree.rglob("*") if p.is_file() and not p.is_symlink())
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text(control(size))
    target = DIST / f"{STEM}.deb"
    build = ["dpkg-deb", "--root-owner-group", "-Zzstd", f"-z{ZSTD_LEVEL}", "--build"]
    subprocess.run([*build, str(tree), str(target)], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)
    return target


def control(size: int) -> str:
    """What Debian's tools need to know. size: installed, in bytes. The two flavors replace each
    other."""
    other = "pentimento-gpu" if NAME == "pentimento" else "pentimento"
    return (
        f"Package: {NAME}\nVersion: {VERSION}\nSection: graphics\nPriority: optional\n"
        f"Architecture: amd64\nDepends: libc6 (>= {newest_glibc()}), {DEPENDS}\n"
        f"Conflicts: {other}\nReplaces: {other}\nInstalled-Size: {size // 1024}\n"
        "Maintainer: The Pentimento developers <pentimento@users.noreply.github.com>\n"
        "Description: image editor whose brush can be a neural network\n"
        " Layers, masks, undo, and small neural networks that come with it: paint over a\n"
        " thing in a photograph and it is gone. Works offline, without a graphics card.\n"
    )


def newest_glibc() -> str:
    """The newest version of the C library that anything in the bundle asks for."""
    asked = {
        tuple(map(int, version.split(b".")))
        for path in BUNDLE.rglob("*")
        if path.is_file() and not path.is_symlink()
        for version in re.findall(rb"GLIBC_(\d+\.\d+)", path.read_bytes())
    }
    return ".".join(map(str, max(asked)))


def self_extracting() -> Path:
    """The bundle as one file that unpacks itself into the user's home and adds a menu entry."""
    tree = WORK / "run"
    shutil.copytree(BUNDLE, tree / "pentimento", symlinks=True)
    for name in (f"{APP_ID}.desktop", "pentimento-mime.xml", "install.sh", "uninstall.sh"):
        install(HERE / name, tree)
    install(WORK / "icons" / "256.png", tree, f"{APP_ID}.png")
    target = DIST / f"{STEM}.run"
    # gzip: the only one that every system has
    command = ["makeself", "--quiet", "--gzip", "--nox11", "--sha256", str(tree), str(target)]
    subprocess.run([*command, "Pentimento", "./install.sh"], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)
    return target


def install(source: Path, folder: Path, name: str | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, folder / (name or source.name))
