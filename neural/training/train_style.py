"""Train style transfer: a network that repaints pictures.

The first folder of ``--data`` holds photographs to repaint, the others pictures with a look; each
folder counts as much as the next. The network is told a look as the principal components of feature
statistics, which ``train_look`` teaches another to read off a picture.

With ``--single PICTURE`` only that one look is learned, best from the weights of a run that knows
many (``--start``): a model of its own, with the look beside it as a file.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from neural.card import ModelCard, Port, SourceType
from neural.looks import SUFFIX, dump, from_read, load, to_read
from neural.training import command, crops, data, export_restore, known, looks, loop, run
from neural.training.nets.style import LOOKS, MULTIPLE_OF, StyleNet

PICTURES = (
    "{photos} pictures from public repositories, every twentieth held out: photographs (CC0 and "
    "public domain, CC BY, CC BY-SA, the Unsplash and Pexels licenses, and wallpapers under GPL or "
    "LGPL with CC BY(-SA)), 230 paintings (CC0 and public domain), and drawings made by rule from "
    "the photographs."
)

SOURCE: SourceType = "trainedAlgorithmicMedia"
SPACE = "look-1"
"""What codes are called; a run with other components needs another name."""
PHOTOS_SEEN = 64  # photographs whose looks are learned
TONE_PX = 16  # what is larger than that is light and shade, not a stroke
SHIFTS = 16  # px that what is compared is moved by, so that no grid of the features is learned
MARGIN = 8  # px beside it that are not compared: in use nothing ends there
BORDER = 32  # px around what is checked
ONLY = f"only{SUFFIX}"  # in the folder of a run: its only look


@dataclass(frozen=True)
class Config(loop.Config):
    """Everything that shapes a run. A checkpoint carries it."""

    code: int = 96  # numbers that say a look
    width: int = 24
    blocks: int = 5
    hidden: int = 192
    size: int = 160  # px of a crop to repaint
    read_size: int = 256  # px of a crop that a look is read off
    basis: int = 1600  # pictures that the principal components are of
    count: int = 4
    photos: float = 0.1  # of the looks, those of photographs
    style: float = 1.0
    content: float = 1.2
    color: float = 2.0
    tone: float = 10.0  # of light and shade, which are the photo's
    smooth: float = 0.05
    range: float = 2.0  # weight of what is not in 0..1
    single: str = ""  # the file of the only look, if there is only one
    rate: float = 5e-4  # 2e-3 is too much for the last convolution: nothing is learned
    clip: float = 1.0


def build(c: Config) -> StyleNet:
    """The network of a configuration, freshly initialized."""
    torch.manual_seed(c.seed)
    return StyleNet(c.code, c.width, c.blocks, c.hidden)


class Painting(nn.Module):
    """The network with its inputs and outputs as a card has them."""

    def __init__(self, net: StyleNet) -> None:
        super().__init__()
        self.net = net

    def forward(
        self, image: Tensor, looks: Tensor, weights: Tensor, statistics: Tensor, noise: Tensor
    ) -> tuple[Tensor, Tensor]:
        codes, known = looks[:, :, 0].mT, statistics[:, :, 0]
        result, used = self.net.repainted(image, codes, weights, known, noise)
        return result, used[:, :, None]


def export(folder: Path, models: Path, name: str) -> ModelCard:
    """Write the averaged network of a run as a model into ``models``; of a single look with that
    look beside it, in a file.
    """
    state = run.load(folder)
    c = Config(**state["config"])
    net = run.averaged(build(c), state)
    kind = export_restore.Kind(
        task="style",
        title=f"Style ({Path(c.single).stem})" if c.single else "Style",
        script="neural.training.train_style",
        inputs=(
            Port("image", "image", 3),
            Port("looks", "looks", c.code),
            Port("weights", "weights", LOOKS),
            Port("statistics", "statistics", net.statistics),
            Port("noise", "noise", 1),
        ),
        output=export_restore.IMAGE,
        more=(Port("used", "statistics", net.statistics),),
        multiple_of=MULTIPLE_OF,
        tiling="global_stats",
        source=SOURCE,
        data=PICTURES,
        sees=net.sees,
        space=name if c.single else SPACE,
    )
    if c.single:
        look = load(folder / ONLY)
        (models / f"{name}{SUFFIX}").write_text(dump(replace(look, space=name)))
    return export_restore.write(Painting(net), kind, state, models, name)


class Task(loop.Task):
    """Style transfer, for ``neural.training.loop``."""

    model = "style"

    def __init__(self, c: Config, given: loop.Data) -> None:
        assert given.perceptual is not None
        self.c, self.net, device = c, build(c), given.device
        self.statistics = looks.Statistics(given.perceptual).to(device)
        first, *others = (crops.among(given.crops, source.photos) for source in given.sources)
        self.photos, self.styles = first, others
        basis = self._basis(given.packed.with_name(looks.KEPT)).to(device)
        self.read = known.Reader(self.statistics, basis)
        with torch.no_grad():
            if c.single:
                pools = [self._only(given.packed.with_name(ONLY), device)]
            else:
                pools = [self.read.pool(x, len(x), c.read_size) for x in self.styles]
                pools.append(self.read.pool(first, PHOTOS_SEEN, c.read_size))
        self.known = known.together([look for pool in pools for look in pool])
        ends = np.cumsum([0, *map(len, pools)]).tolist()
        *self.of_styles, self.of_photos = (range(*ends[i : i + 2]) for i in range(len(pools)))
        self.checks = crops.centers(given.held_out, 1000, c.read_size).to(device)
        self.held = given.sources[0].held_out.stop

    def _only(self, file: Path, device: torch.device) -> list[known.Known]:
        """The only look and its parts, all under one code, which is left in a file."""
        path = Path(self.c.single)
        image = whole(path)
        told = self.read(image.to(device)).codes
        look = from_read(told.cpu().numpy(), image.numpy(), path.stem, "")
        file.write_text(dump(look))
        parts = self.read.pool(only(path, device), 1, self.c.read_size)
        return [replace(part, codes=told) for part in parts]

    def _basis(self, kept: Path) -> looks.Basis:
        if not kept.exists():
            rng = Generator(self.photos.pixels.device).manual_seed(3)
            found = []
            with torch.no_grad():
                for i in range(self.c.basis // 8):
                    pool = [self.photos, *self.styles][i % (1 + len(self.styles))]
                    side = min(self.c.read_size, pool.smallest)
                    drawn = known.resized(pool.draw(rng, 8, side), self.c.read_size)
                    layers = [looks.moments(x) for x in self.statistics.features(drawn)]
                    found.append([p.cpu() for p in looks.parts(drawn, layers)])
            torch.save(looks.basis(found, self.c.code).state_dict(), kept)
        return looks.kept_basis(kept.parent)

    def draw(self, rng: Generator, step: int) -> loop.Batch:
        """Photos, and numbers of looks."""
        c, n = self.c, self.c.count
        shrink = 1 + step % 2 if 2 * c.size <= self.photos.smallest else 1
        image = self.photos.draw(rng, n, c.size, shrink)
        is_photo = not self.of_styles or step * 37 % 100 < round(c.photos * 100)
        pool = self.of_photos if is_photo else self.of_styles[step % len(self.of_styles)]
        which = torch.randint(pool.start, pool.stop, (n,), generator=rng, device=image.device)
        moved = torch.randint(SHIFTS, (2,), generator=rng, device=image.device)
        return image, which, _noise(image, rng), moved

    def loss(
        self, net: loop.Call, critic: loop.Call | None, batch: loop.Batch
    ) -> tuple[Tensor, Tensor]:
        """Content, statistics, and colors."""
        c = self.c
        image, which, noise, (down, right) = batch
        wanted = self.known.at(which)
        colored, result = self.painted(net, image, wanted, noise)
        tone = (F.avg_pool2d(result, TONE_PX) - F.avg_pool2d(colored, TONE_PX)).abs().mean()
        beyond = (result - result.clamp(0, 1)).abs().mean()
        result = result.clamp(0, 1)
        side = image.shape[-1] - 2 * MARGIN - SHIFTS
        rows, columns = (slice(MARGIN + by, MARGIN + by + side) for by in (down, right))
        with torch.no_grad():
            content = self.features(image[..., rows, columns])
        cut = result[..., rows, columns]
        scales = [self.features(F.avg_pool2d(cut, scale)) for scale in known.SCALES]
        style = [looks.apart(x, y) for x, y in zip(scales, wanted.layers, strict=True)]
        total = sum(style, c.color * looks.colors_apart(result, wanted.colors)).mean()
        rough = result.diff(dim=2).abs().mean() + result.diff(dim=3).abs().mean()
        total = (
            total
            + c.content * _content(scales[0], content)
            + c.tone * tone
            + c.smooth * rough
            + c.range * beyond
        )
        return total, result

    def painted(
        self, net: loop.Call, image: Tensor, wanted: known.Known, noise: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Pictures in the colors of looks, and what ``net`` makes of them."""
        colored = known.in_colors_of(image, wanted.palettes)
        return colored, colored + net(colored, wanted.codes, noise).float()

    def features(self, picture: Tensor) -> list[Tensor]:
        return self.statistics.features(picture.contiguous(memory_format=torch.channels_last))

    def validate(self, net: loop.Call) -> tuple[loop.Scores, loop.Rows]:
        """Style and content distances of held-out photos in held-out looks."""
        photos, styles = self.checks[: self.held], self.checks[self.held :]
        styles = styles[:: max(1, len(styles) // 8)][:8]
        photos = photos[:: max(1, len(photos) // 6)][:6]
        rows = []
        black = torch.zeros_like(photos[0])
        rows.append([black.cpu(), *photos.cpu()])
        total = {"style": 0.0, "content": 0.0}
        wide = F.pad(photos, (BORDER,) * 4, mode="reflect")  # as in use: nothing ends at the border
        noise = _noise(wide, Generator(photos.device).manual_seed(5))
        for style in styles:
            wanted = known.together([self.read(style[None])] * len(photos))
            wanted = wanted.at(torch.arange(len(photos), device=photos.device))
            _, found = self.painted(net, wide, wanted, noise)
            result = found[..., BORDER:-BORDER, BORDER:-BORDER].clamp(0, 1)
            features = self.statistics.features(result)
            content = self.statistics.features(photos)
            total["style"] += float(looks.apart(features, wanted.layers[0]).mean())
            total["content"] += float(_content(features, content))
            rows.append([style.cpu(), *result.cpu()])
        return {k: v / len(styles) for k, v in total.items()}, rows


def whole(path: Path) -> Tensor:
    """All of a picture, as a look is read off it."""
    return torch.from_numpy(to_read(data.read(path).astype(np.float32) / np.float32(255)))


def only(path: Path, device: torch.device) -> crops.Crops:
    """A picture as a pool of one."""
    pixels = data.read(path)
    h, w = pixels.shape[:2]
    flat = torch.from_numpy(pixels.flatten()).to(device)
    return crops.Crops(flat, torch.tensor([[0, h, w]], device=device), min(h, w))


def _noise(image: Tensor, rng: Generator) -> Tensor:
    n, _, h, w = image.shape
    return torch.randn(n, 1, h, w, generator=rng, device=image.device)


def _content(features: list[Tensor], wanted: list[Tensor]) -> Tensor:
    """How far what there is in pictures is apart, whatever its look."""
    found = [F.mse_loss(_normal(features[i]), _normal(wanted[i])) for i in (2, 3)]
    return found[0] + found[1]


def _normal(x: Tensor) -> Tensor:
    """Each channel with mean 0 and deviation 1 over the picture: what there is, in any look."""
    x = x.float()
    mean, variance = x.mean((2, 3), keepdim=True), x.var((2, 3), False, keepdim=True)
    return (x - mean) / (variance + 1e-3 * variance.mean(1, keepdim=True) + 1e-4).sqrt()


SMOKE = Config(
    code=8,
    width=4,
    blocks=1,
    hidden=16,
    size=80,
    read_size=64,
    basis=32,
    count=2,
    checkpoint_minutes=60,
)
SCRIPT = loop.Script("style", Config, SMOKE, Task, export)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--single", type=Path, metavar="PICTURE")
    args, rest = parser.parse_known_args(argv)
    if args.single is not None:
        rest += ["--set", f"single={str(args.single.absolute())!r}"]
    command.main(SCRIPT, rest, __doc__ or "")


if __name__ == "__main__":
    main()
