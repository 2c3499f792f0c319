import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from neural import looks
from neural.card import load
from neural.operations.style import Style
from neural.progress import CancelToken, Progress
from neural.selftest import check
from neural.session import Session
from neural.training import graphic
from neural.training.__main__ import main as command
from neural.training.evaluate_style import SHOWN
from neural.training.looks import Statistics, kept_basis, moments, parts
from neural.training.nets.look import Features as LearnedFeatures
from neural.training.nets.look import Reader
from neural.training.nets.style import Strokes, StyleNet
from tests.training import weights


@pytest.fixture(scope="module")
def perceptual(tmp_path_factory):
    """A folder of random weights of the feature network."""
    return weights.write(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module")
def smoked(photos, perceptual, tmp_path_factory):
    """A run of twenty steps from the command line, with its model."""
    out = tmp_path_factory.mktemp("run")
    given = ["--data", str(photos), "--data", str(photos), "--perceptual", str(perceptual)]
    command(["style", "--smoke", *given, "--out", str(out), "--device", "cpu"])
    return out


@pytest.fixture(scope="module")
def read(smoked, photos, perceptual, tmp_path_factory):
    """A run of the reader of its looks."""
    out = tmp_path_factory.mktemp("look")
    given = ["--data", str(photos), "--perceptual", str(perceptual), "--basis", str(smoked)]
    command(["look", "--smoke", *given, "--out", str(out), "--device", "cpu"])
    return out


def network(folder, name):
    card = load(folder / f"{name}.json")
    return Session(card, (folder / card.file).read_bytes(), "cpu")


def shaken():
    torch.manual_seed(1)
    net = StyleNet(8, 8, 1, 16).eval()
    for layer in (net.end, net.paint, *net.noises):
        torch.nn.init.normal_(layer.weight, 0, 0.1)
    return net


def placed(*shares, size=(32, 40)):
    given = torch.tensor([*shares, *[0.0] * (4 - len(shares))])
    return given.view(1, 4, 1, 1).expand(1, 4, *size)


def test_one_look_everywhere_is_the_same_in_training_and_in_use():
    net, image, code = shaken(), torch.rand(1, 3, 32, 40), torch.randn(1, 8)
    none, noise = torch.zeros(1, net.statistics, 2), torch.randn(1, 1, 32, 40)
    codes = code[:, None].expand(1, 4, 8)
    got, _ = net.repainted(image, codes, placed(0.3, 0.5, 0.2), none, noise)
    change = net(image, code, noise)
    torch.testing.assert_close(got, image + change, atol=1e-5, rtol=1e-5)
    assert change.abs().mean() > 0.01


def test_a_fresh_network_changes_nothing():
    net, image = StyleNet(8, 8, 1, 16), torch.rand(1, 3, 32, 40)
    assert not net(image, torch.randn(1, 8), torch.randn(1, 1, 32, 40)).any()


@pytest.mark.parametrize("angle", [0, 30, 90, 135])
def test_strokes_follow_what_there_is(angle):
    side = 256
    y, x = torch.meshgrid(*[torch.arange(side, dtype=torch.float32)] * 2, indexing="ij")
    along = torch.deg2rad(torch.tensor(angle))
    stripes = 0.5 + 0.4 * torch.sin((y * along.cos() - x * along.sin()) / 3)
    torch.manual_seed(0)
    found = Strokes()(stripes.expand(1, 3, -1, -1), torch.randn(1, 1, side, side))
    assert found.shape == (1, 2, side // 2, side // 2)
    down, right = torch.gradient(found[..., 32:-32, 32:-32], dim=(2, 3))
    changes_along = (right * along.cos() + down * along.sin()).square().mean()
    changes_across = (down * along.cos() - right * along.sin()).square().mean()
    assert changes_across > 4 * changes_along


def test_strokes_drift_where_there_is_nothing():
    torch.manual_seed(0)
    found = Strokes()(torch.full((1, 3, 256, 256), 0.5), torch.randn(1, 1, 256, 256))
    assert found.mean().abs() < 0.1
    assert 0.5 < found.std() < 1.5
    down, right = torch.gradient(found, dim=(2, 3))
    assert 0.5 < down.square().mean() / right.square().mean() < 2  # in no direction of their own


def test_a_part_with_the_statistics_of_the_whole_is_a_part_of_the_whole():
    net, image, noise = shaken(), torch.rand(1, 3, 128, 320), torch.randn(1, 1, 128, 320)
    looks_of, none = torch.randn(1, 4, 8), torch.zeros(1, net.statistics, 2)
    whole, used = net.repainted(image, looks_of, placed(0.5, 0.5, size=(128, 320)), none, noise)
    given = placed(0.5, 0.5, size=(128, 256))
    part, _ = net.repainted(image[..., 64:], looks_of, given, used, noise[..., 64:])
    sees = net.sees
    torch.testing.assert_close(part[..., sees:], whole[..., 64 + sees :], atol=1e-5, rtol=1e-5)


def test_noise_says_where_strokes_are_but_on_one_color_there_are_none():
    net, image = shaken(), torch.rand(1, 3, 256, 384)
    image[..., 128:] = 0.5
    one, other = (net(image, torch.zeros(1, 8), torch.randn(1, 1, 256, 384)) for _ in range(2))
    assert (one - other)[..., :128].abs().mean() > 1e-3
    flat = one[..., 120:136, 248:264]  # nothing else, and no border, is in sight
    assert (flat.amax((2, 3)) - flat.amin((2, 3))).max() < 1e-5


def test_smoke_runs_leave_models_that_work_together(smoked, read):
    painter, reader = network(smoked, "style-latest"), network(read, "look-latest")
    for session in (painter, reader):
        check(session.card, lambda feeds, run=session.run: run(feeds, CancelToken()))
    picture = np.random.default_rng(0).random((70, 90, 3), np.float32)
    seen = looks.to_read(picture[::-1] ** 2)
    code = reader.run({"image": seen}, CancelToken())[0]
    look = looks.from_read(code, seen, "Noise", reader.card.space)
    mask = np.ones(picture.shape[:2], np.float32)
    mask[:, :30] = 0
    progress = Progress(lambda fraction, text: None)
    result = Style((look,))(painter, picture, mask, progress)
    np.testing.assert_array_equal(result[:, :30], picture[:, :30])
    assert np.abs(result - picture)[:, 30:].mean() > 0.01


@pytest.mark.parametrize("kind", graphic.KINDS, ids=lambda kind: kind.__name__)
def test_a_drawing_is_made_by_rule_alone(kind):
    y, x = np.mgrid[: graphic.SIDE, : graphic.SIDE].astype(np.float32) / graphic.SIDE
    photo = np.stack([x, y, (np.hypot(x - 0.5, y - 0.5) < 0.3).astype(np.float32)], -1)
    one, other = (kind(photo, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert one.shape == photo.shape
    assert one.std() > 0.02
    assert np.abs(one - photo).mean() > 0.02


def test_drawings_are_made_of_the_photos_of_a_folder(photos, tmp_path):
    command(["graphic", str(photos), str(tmp_path), "--each", "1"])
    files = sorted(tmp_path.iterdir())
    assert len(files) == len(graphic.KINDS)
    with Image.open(files[0]) as image:
        assert image.size == (graphic.SIDE, graphic.SIDE)


def test_a_reader_that_sees_what_the_classifier_sees_reads_the_same_code(perceptual, smoked):
    """The same statistics, the same rule: nothing else is learned."""
    statistics, basis = Statistics(perceptual), kept_basis(smoked)
    picture = torch.rand(2, 3, 64, 80)
    with torch.no_grad():
        features = statistics.features(picture)
        wanted = basis(parts(picture, [moments(x) for x in features]))
        learned = LearnedFeatures(0.05)
        assert [x.shape for x in learned(picture)] == [x.shape for x in features]
        learned.sizes.copy_(torch.stack([x.square().mean().sqrt() for x in features]))
        sizes = learned.sizes
        learned.forward = lambda _: [x / size for x, size in zip(features, sizes, strict=True)]
        got = Reader(learned, basis)(picture)
    torch.testing.assert_close(got, wanted, atol=1e-3, rtol=1e-3)


def test_a_reader_needs_components(photos, perceptual, tmp_path, capsys):
    given = ["--data", str(photos), "--perceptual", str(perceptual), "--out", str(tmp_path)]
    with pytest.raises(SystemExit):
        command(["look", "--smoke", *given])
    assert "--basis RUN" in capsys.readouterr().err


def test_a_single_look_is_a_model_with_its_look_beside_it(smoked, photos, perceptual, tmp_path):
    picture = sorted(photos.iterdir())[3]
    given = ["--data", str(photos), "--data", str(photos), "--perceptual", str(perceptual)]
    rest = ["--single", str(picture), "--start", str(smoked), "--out", str(tmp_path)]
    command(["style", "--smoke", "--steps", "2", *given, *rest, "--device", "cpu"])
    painter, look = network(tmp_path, "style-latest"), looks.load(tmp_path / "style-latest.look")
    assert look.name == picture.stem
    assert look.space == painter.card.space == "style-latest"
    image = np.random.default_rng(0).random((40, 50, 3), np.float32)
    every = np.ones(image.shape[:2], np.float32)
    result = Style((look,))(painter, image, every, Progress(lambda fraction, text: None))
    assert np.abs(result - image).mean() > 0.01


def test_evaluation_prints_a_table_draws_a_sheet_and_writes_the_card(
    smoked, read, photos, perceptual, tmp_path, capsys
):
    for path in read.glob("look-latest.*"):
        shutil.copy(path, smoked)
    run = tmp_path / "adain"
    given = ["--data", str(photos), "--data", str(photos), "--perceptual", str(perceptual)]
    command(["adain", "--smoke", "--steps", "2", *given, "--out", str(run), "--device", "cpu"])
    where = ["--models", str(smoked), "--set", str(photos), "--looks", str(photos)]
    sheet = tmp_path / "sheet.png"
    rest = ["--perceptual", str(perceptual), "--adain", str(run), "--sheet", str(sheet), "--write"]
    command(
        ["evaluate", "style", "--model", "style-latest", "--reader", "look-latest", *where, *rest]
    )
    rows = {line.split("  ")[0].strip(): line for line in capsys.readouterr().out.splitlines()}
    assert {"photo", "colors only", "AdaIN"} < rows.keys()
    assert float(rows["photo"].split()[1]) == 1.0  # nothing is as like the photo as the photo
    with Image.open(sheet) as image:
        assert image.size == (2 * SHOWN, 2 * SHOWN)
    (row,) = (m for m in load(smoked / "style-latest.json").metrics if "looks" in m.dataset)
    assert row.values.keys() == {"ssim", "style", "shallow", "deep", "recognized", "unrest"}
