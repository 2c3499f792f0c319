"""Photographs on the device, cut into crops there, so that no step waits for the processor."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from neural.training.data import Photos


@dataclass(frozen=True)
class Crops:
    """All photos in one flat ``uint8`` tensor; ``places`` are offset, height and width of each."""

    pixels: Tensor
    places: Tensor  # (photos, 3), int64
    smallest: int  # px, the shortest side of all

    def __len__(self) -> int:
        return len(self.places)

    def whole(self, number: int) -> Tensor:
        """One photo, ``(1, 3, h, w)``, 0..1."""
        offset, h, w = self.places[number].tolist()
        pixels = self.pixels[offset : offset + 3 * h * w].view(h, w, 3)
        return pixels.permute(2, 0, 1)[None].float() / 255

    def draw(self, rng: torch.Generator, count: int, size: int, shrink: int = 1) -> Tensor:
        """``count`` random crops, ``(count, 3, size, size)``, 0..1, flipped and turned at random.

        shrink: the photos are made so many times smaller first, by averaging, which hides the
        traces of their own compression. rng: on the device of the photos.

        Raises:
            ValueError: a photo is smaller than a crop.
        """
        side = size * shrink
        if side > self.smallest:
            raise ValueError(f"a photo is smaller than {side} px")
        device = self.pixels.device
        which = torch.randint(len(self.places), (count,), generator=rng, device=device)
        offset, h, w = (column[:, None] for column in self.places[which].T)
        chance = torch.rand(5, count, 1, generator=rng, device=device)
        steps = torch.arange(side, device=device)
        rows = (chance[0] * (h - side + 1)).long() + steps
        columns = (chance[1] * (w - side + 1)).long() + steps
        rows = torch.where(chance[2] < 0.5, rows.flip(1), rows)
        columns = torch.where(chance[3] < 0.5, columns.flip(1), columns)
        index = offset[..., None] + (rows[:, :, None] * w[..., None] + columns[:, None, :]) * 3
        index = torch.where(chance[4, ..., None] < 0.5, index.mT, index)
        index = index[:, None] + torch.arange(3, device=device)[:, None, None]
        found = self.pixels[index].float() / 255
        return F.avg_pool2d(found, shrink) if shrink > 1 else found


def on_device(photos: Photos, packed: Path, device: torch.device) -> Crops:
    """The photos of the file ``packed``: copied to a graphics card, mapped into memory on a CPU."""
    pixels = torch.from_file(str(packed), size=photos.pixels.size, dtype=torch.uint8)
    places = torch.tensor([entry[1:] for entry in photos.entries])
    return Crops(pixels.to(device), places.to(device), int(places[:, 1:].min()))


def among(whole: Crops, which: slice) -> Crops:
    """Some of the photos."""
    places = whole.places[which]
    return Crops(whole.pixels, places, int(places[:, 1:].min()))


def centers(photos: Photos, count: int, size: int) -> Tensor:
    """The middle of ``count`` photos spread over all, ``(count, 3, size, size)``, 0..1."""
    found = []
    for i in range(min(count, len(photos))):
        photo = photos[i * len(photos) // count if count < len(photos) else i]
        y, x = (photo.shape[0] - size) // 2, (photo.shape[1] - size) // 2
        found.append(torch.from_numpy(photo[y : y + size, x : x + size].copy()))
    return torch.stack(found).permute(0, 3, 1, 2).float() / 255
