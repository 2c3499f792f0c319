"""Write photographs of single fruits as a folder, to train a generator.

``fruit.txt`` says which ones of a folder of photographs, and where the fruit is: the file, the
center of an ellipse around it, its half axes, px, and how far the first is turned, degrees. Each
fruit is moved to the middle and made equally large, so that codes need not say where it is, and
what is around it is blurred, as by a lens that is wide open.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from neural.training.textures import EDGES, colors

LISTED = Path(__file__).with_name("fruit.txt")
SIDE = 128  # px
FILLED = 0.7  # of the side, by the longer axis
AROUND = 1.0  # times the axes: what stays sharp
EDGE = 0.08  # of the axes, over which it becomes blurred
BLUR = 9.0  # px
WARM = (24, 41, 54, *EDGES[3:])  # degrees, where hues end in the light of shops


def portrait(pixels: np.ndarray, ellipse: tuple[float, float, float, float, float]) -> np.ndarray:
    """The fruit of a photo, ``(h, w, 3)``, ``uint8``, in the middle of a square of ``SIDE`` px.

    ellipse: its center, half axes and angle in degrees.
    """
    x, y, a, b, angle = ellipse
    scale = FILLED * SIDE / 2 / max(a, b)
    moved = np.array([[scale, 0, SIDE / 2 - scale * x], [0, scale, SIDE / 2 - scale * y]])
    shown = cv2.warpAffine(
        pixels, moved, (SIDE, SIDE), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    ).astype(np.float32)
    v, u = np.mgrid[:SIDE, :SIDE].astype(np.float32) - (SIDE - 1) / 2
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    away = np.hypot((u * cos + v * sin) / (scale * a), (v * cos - u * sin) / (scale * b))
    inside = np.clip((AROUND + EDGE - away) / EDGE, 0, 1)[..., None]
    outside = np.clip((away - 1) / EDGE, 1e-3, 1)  # its color does not spread
    spread = cv2.GaussianBlur(shown * outside[..., None], (0, 0), BLUR)
    behind = spread / cv2.GaussianBlur(outside, (0, 0), BLUR)[..., None]
    return np.clip(inside * shown + (1 - inside) * behind + 0.5, 0, 255).astype(np.uint8)


def main(argv: list[str] | None = None) -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(prog="pentimento-train fruit", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=Path, required=True, metavar="DIR")
    parser.add_argument("--list", type=Path, default=LISTED, metavar="FILE", help="of the fruits")
    args = parser.parse_args(argv)
    described = args.photos.with_name(f"{args.photos.name}.metadata.jsonl")
    rows = [json.loads(line) for line in described.read_text().splitlines()]
    told = {row["file"]: {k: row[k] for k in ("label", "coarse", "group")} for row in rows}
    args.folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for row in args.list.read_text().splitlines():
        file, *numbers = row.split()
        x, y, a, b, angle = map(float, numbers)
        pixels = np.asarray(Image.open(args.photos / file).convert("RGB"))
        picture = Image.fromarray(portrait(pixels, (x, y, a, b, angle)))
        words = colors(picture.crop((32, 32, 96, 96)), WARM)
        name = f"{Path(file).stem}.png"
        picture.save(args.folder / name)
        lines.append(json.dumps({"file": name, **told[file], "keywords": words}) + "\n")
    args.folder.with_name(f"{args.folder.name}.metadata.jsonl").write_text("".join(lines))
    print(f"{args.folder}: {len(lines)} pictures")


if __name__ == "__main__":
    main()
