"""``make demo``: erase something from a photograph without a display; before / mask / after.

``demo.py [PHOTO [MASK]]``; for a photograph of your own without a mask, the middle goes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw

from samples import sample_mask, sample_photo

OUT = Path("build/demo.png")


def middle(size: tuple[int, int]) -> Image.Image:
    """An ellipse over the middle, a quarter of the picture across and down."""
    w, h = size
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).ellipse((w * 3 // 8, h * 3 // 8, w * 5 // 8, h * 5 // 8), fill=255)
    return mask


def main(arguments: list[str]) -> int:
    photo = Path(arguments[0]) if arguments else sample_photo()
    with tempfile.TemporaryDirectory() as folder:
        mask_path, after_path = Path(folder) / "mask.png", Path(folder) / "after.png"
        if len(arguments) > 1:
            mask_path = Path(arguments[1])
        else:
            mask = middle(Image.open(photo).size) if arguments else sample_mask()
            mask.save(mask_path)
        pentimento = Path(sys.executable).with_name("pentimento")
        command: list[str | Path] = [pentimento, "apply", "inpaint", photo]
        command += ["--mask", mask_path, "-o", after_path]
        run = subprocess.run([*command, "--json"], stdout=subprocess.PIPE, text=True, check=False)
        if run.returncode:
            return run.returncode
        facts = json.loads(run.stdout)
        panels = [Image.open(path).convert("RGB") for path in (photo, mask_path, after_path)]
    w, h = panels[0].size
    sheet = Image.new("RGB", (3 * w + 32, h), "white")
    for column, panel in enumerate(panels):
        sheet.paste(panel, (column * (w + 16), 0))
    OUT.parent.mkdir(exist_ok=True)
    sheet.save(OUT)
    print(f"{OUT.resolve()}: before, mask, after.")
    took, provider, outside = (facts[key] for key in ("seconds", "provider", "changed_outside"))
    print(f"{took:.1f} s on {provider}; {outside} px changed outside the mask.")
    return 0


sys.exit(main(sys.argv[1:]))
