"""Train the network that reads a look off a picture.

It learns to see what the classifier sees that looks are statistics of, everywhere in a picture; a
look follows by the same rule, with the same principal components. ``--basis RUN`` names the run of
the painting network that has them.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from neural.card import ModelCard, Port
from neural.looks import READ_PX
from neural.training import command, crops, export_restore, looks, loop, run
from neural.training.nets.look import MULTIPLE_OF, Features, Reader
from neural.training.train_style import PICTURES, SOURCE, SPACE


@dataclass(frozen=True)
class Config(loop.Config):
    """Everything that shapes a run. A checkpoint carries it."""

    basis: str = ""  # the folder of the run with the components
    narrow: float = 0.25  # share of channels between two layers
    size: int = 128  # px of what is seen of a picture of 256 px
    count: int = 8
    rate: float = 2e-3
    clip: float = 1.0


def build(c: Config) -> Features:
    """The network of a configuration, freshly initialized."""
    torch.manual_seed(c.seed)
    return Features(c.narrow).to(memory_format=torch.channels_last)  # type: ignore[call-overload]


class Reading(nn.Module):
    """A reader with its output as a card has it."""

    def __init__(self, net: Reader) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor) -> Tensor:
        return self.net(image)[..., None, None]


def export(folder: Path, models: Path, name: str) -> ModelCard:
    """Write the averaged network of a run as a model into ``models``."""
    state = run.load(folder)
    c = Config(**state["config"])
    basis = looks.kept_basis(Path(c.basis))
    kind = export_restore.Kind(
        task="look",
        title="Look (reader)",
        script="neural.training.train_look",
        inputs=(Port("image", "image", 3),),
        output=Port("look", "look", basis.axes.shape[1]),
        multiple_of=MULTIPLE_OF,
        tiling="never",
        source=SOURCE,
        data=PICTURES,
        space=SPACE,
    )
    reader = Reader(run.averaged(build(c), state), basis)
    return export_restore.write(Reading(reader), kind, state, models, name)


class Task(loop.Task):
    """Reading looks, for ``neural.training.loop``."""

    model = "look"

    def __init__(self, c: Config, given: loop.Data) -> None:
        if given.perceptual is None:
            raise run.Unfit("the features to learn need their weights: --perceptual DIR")
        if not (Path(c.basis) / looks.KEPT).exists():
            raise run.Unfit("say whose components looks have: --basis RUN")
        self.c, device = c, given.device
        self.net = net = build(c)
        self.basis = looks.kept_basis(Path(c.basis)).to(device)
        self.statistics = looks.Statistics(given.perceptual).to(device)
        parts = [source.photos for source in given.sources]
        self.pools = [crops.among(given.crops, part) for part in parts if part.start < part.stop]
        self.checks = crops.centers(given.held_out, 1000, READ_PX).to(device)
        with torch.no_grad():
            wanted = [self.statistics.features(part) for part in self.checks.split(16)]
            sizes = [torch.cat(maps).square().mean().sqrt() for maps in zip(*wanted, strict=True)]
            self.sizes = torch.stack(sizes)
            self.wanted = torch.cat(
                [self.code(*pair) for pair in zip(self.checks.split(16), wanted, strict=True)]
            )
        net.sizes.copy_(self.sizes)

    def code(self, picture: Tensor, features: list[Tensor]) -> Tensor:
        """The look of a picture, given its features."""
        return self.basis(looks.parts(picture, [looks.moments(x.float()) for x in features]))

    def draw(self, rng: Generator, step: int) -> loop.Batch:
        """Parts of pictures of one folder, of pictures large and small."""
        c, pool = self.c, self.pools[step % len(self.pools)]
        most = max(pool.smallest * c.size // READ_PX, c.size)
        chance = torch.rand(1, generator=rng, device=rng.device).item()
        side = min(round(c.size + (most - c.size) * chance), pool.smallest)
        picture = pool.draw(rng, c.count, side)
        return (F.interpolate(picture, (c.size, c.size), mode="area"),)

    def loss(
        self, net: loop.Call, critic: loop.Call | None, batch: loop.Batch
    ) -> tuple[Tensor, Tensor]:
        """How far features are off, in units of their own size."""
        picture = batch[0].contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            wanted = self.statistics.features(picture)
        off = [
            (x - y / size.to(y.dtype)).float().square().mean()
            for x, y, size in zip(net(picture), wanted, self.sizes, strict=True)
        ]
        return torch.stack(off).sum(), picture

    def validate(self, net: loop.Call) -> tuple[loop.Scores, loop.Rows]:
        """How far the codes of held-out pictures are off, beside codes of 0; and the share of them
        that is nearer to its own than to any other. In the sheet stands each over the nearest.
        """
        read = []
        for part in self.checks.split(16):
            found = zip(net(part), self.sizes, strict=True)
            read.append(self.code(part, [x.float() * size for x, size in found]))
        codes = torch.cat(read)
        near = torch.cdist(codes, self.wanted).argmin(1)
        every = torch.arange(len(near), device=near.device)
        shown = self.checks.cpu()
        return {
            "reading": float(F.smooth_l1_loss(codes, self.wanted)),
            "untold": float(F.smooth_l1_loss(torch.zeros_like(codes), self.wanted)),
            "known": float((near == every).float().mean()),
        }, [list(shown[:8]), list(shown[near.cpu()[:8]])]


SMOKE = Config(narrow=0.05, size=32, count=2, checkpoint_minutes=60)
SCRIPT = loop.Script("look", Config, SMOKE, Task, export)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--basis", type=Path, metavar="RUN")
    args, rest = parser.parse_known_args(argv)
    if args.basis is not None:
        rest += ["--set", f"basis={str(args.basis.absolute())!r}"]
    command.main(SCRIPT, rest, __doc__ or "")


if __name__ == "__main__":
    main()
