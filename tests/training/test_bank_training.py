import json

import numpy as np
import pytest
import torch
from PIL import Image

from neural.card import load
from neural.progress import CancelToken
from neural.selftest import check
from neural.session import Session
from neural.training import data, run, train_bank, train_encoder
from neural.training.__main__ import main as command
from neural.training.nets.bank import Between, Finder
from neural.training.nets.gan import Generator
from neural.training.nets.look import Features
from tests.training import weights

CODES = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [-1.0, -1.0, -1.0]])
WORDS = torch.tensor([[1, 0], [1, 0], [0, 1], [1, 1]])
EVERY = torch.ones(1, 1)


def around(i):
    """A latent at the place of picture ``i``, coarse and fine."""
    return Between(CODES, WORDS, 3).places[i].expand(1, 2, 3)


def test_at_the_place_of_a_picture_its_code_counts_most():
    between = Between(CODES, WORDS, 3)
    for i in range(4):
        code = between(around(i), None, EVERY)
        assert code.shape == (1, 2, 3)
        assert torch.cdist(code[:, 0], CODES).argmin() == i


def test_without_an_amount_there_is_the_mean_of_all():
    between = Between(CODES, WORDS, 3)
    found = between(around(1), None, torch.zeros(1, 1))
    torch.testing.assert_close(found, CODES.mean(0).expand(1, 2, 3))


def test_pictures_without_the_words_hardly_count():
    between = Between(CODES, WORDS, 3)
    both = between(around(0), torch.tensor([[1.0, 1.0]]), EVERY)
    assert torch.cdist(both[:, 0], CODES).argmin() == 3
    none = between(around(0), torch.zeros(1, 2), EVERY)
    torch.testing.assert_close(none, between(around(0), None, EVERY), atol=1e-2, rtol=0)


@pytest.fixture(scope="module")
def smoked(dots, tmp_path_factory):
    """A run of twenty steps on dots, from the command line."""
    out = tmp_path_factory.mktemp("run")
    perceptual = weights.write(tmp_path_factory.mktemp("w"))
    given = ["--data", str(dots), "--perceptual", str(perceptual)]
    command(["bank", "--smoke", *given, "--out", str(out), "--device", "cpu"])
    return out


@pytest.fixture(scope="module")
def dots(tmp_path_factory):
    """Red and green dots, and what they are in words."""
    folder = tmp_path_factory.mktemp("icons") / "dots"
    folder.mkdir()
    lines = []
    y, x = np.mgrid[:64, :64]
    for i in range(22):
        pixels = np.zeros((64, 64, 4), np.uint8)
        inside = np.hypot(x - 22 - i, y - 32) < 15 + i / 2
        pixels[inside] = (255, 0, 0, 255) if i % 2 else (0, 255, 0, 255)
        Image.fromarray(pixels).save(folder / f"{i}.png")
        lines.append(json.dumps({"file": f"{i}.png", "label": ("green", "red")[i % 2] + " dot"}))
    folder.with_name("dots.metadata.jsonl").write_text("\n".join(lines))
    return folder


def ran(path, feeds):
    """A card, and what its network makes, once it has passed its self-test."""
    card = load(path)
    session = Session(card, path.with_suffix(".onnx").read_bytes(), "cpu")
    check(card, lambda feeds: session.run(feeds, CancelToken()))
    return card, session.run(feeds, CancelToken())[0]


def test_a_smoke_run_leaves_models_that_map_and_draw(smoked):
    words = np.zeros((1, 3, 1, 1), np.float32)
    latent, amount = np.ones((1, 4, 1, 2), np.float32), np.ones((1, 1, 1, 1), np.float32)
    feeds = {"latent": latent, "amount": amount, "words": words}
    card, code = ran(smoked / "map-latest.json", feeds)
    assert set(card.words) == {"dot", "green", "red"}
    assert len(card.sliders) == 4
    weights = np.full((1, 4, 64, 64), 0.25, np.float32)
    feeds = {"codes": np.repeat(code, 4, 2), "weights": weights}
    card, made = ran(smoked / "generate-latest.json", feeds)
    assert card.space == "map-latest"
    assert made.shape == (1, 4, 64, 64)
    assert (made[:, :3] <= 1).all()
    with Image.open(smoked / "sheet.png") as sheet:
        assert sheet.size == (8 * 64, 8 * 64)


def test_textures_are_learned_as_they_grow(dots, tmp_path):
    perceptual = weights.write(tmp_path)
    given = ["--data", str(dots), "--perceptual", str(perceptual), "--out", str(tmp_path / "run")]
    more = {"texture": 1, "color": 0, "perceptual": 0, "grain": 2, "seamless": True}
    shapes = {"grows": (4, 15), "channels": 3, "title": "'Dots'"}
    sets = [x for key, value in (more | shapes).items() for x in ("--set", f"{key}={value}")]
    command(["bank", "--smoke", *given, *sets, "--device", "cpu"])
    row = json.loads((tmp_path / "run" / "log.jsonl").read_text().splitlines()[-1])
    assert 0 < row["unlike"] < 100
    weights_of_places = np.full((1, 4, 64, 64), 0.25, np.float32)
    feeds = {"codes": np.zeros((1, 16, 4, 2), np.float32), "weights": weights_of_places}
    card, made = ran(tmp_path / "run" / "generate-latest.json", feeds)
    assert card.wraps
    assert card.name == "Dots"
    assert made.shape == (1, 3, 64, 64)


def test_a_seamless_generator_is_moved_with_its_maps():
    torch.manual_seed(0)
    net = Generator((8, 8, 8), latent=4, channels=3, grain=2, seamless=True)
    codes = torch.randn(1, 2, net.code)
    made = net.drawn(codes)
    assert net.drawn(codes, side=8).shape == (1, 3, 8, 8)
    with torch.no_grad():
        net.start.set_(net.start.roll(1, 3))
        for level, moved in zip(net.levels, (1, 2, 4), strict=True):
            level.grain.set_(level.grain.roll(moved, 3))
    torch.testing.assert_close(net.drawn(codes), made.roll(4, 3))


def test_perceptual_weights_are_needed(photos, tmp_path, capsys):
    with pytest.raises(SystemExit):
        command(["bank", "--smoke", "--data", str(photos), "--out", str(tmp_path)])
    assert "--perceptual DIR" in capsys.readouterr().err


def picture(folder, name):
    """One of the dots as the networks want it, color premultiplied."""
    with Image.open(folder / name) as found:
        pixels = np.asarray(found).astype(np.float32) / 255
    pixels[..., :3] *= pixels[..., 3:]
    return pixels.transpose(2, 0, 1)[None]


def test_a_network_finds_places_of_pictures(smoked, dots):
    torch.manual_seed(0)
    features = Features()
    bank, _ = train_bank.known(smoked)
    files, _ = data.listed([dots])
    known = np.concatenate([picture(dots, file.name) for file in files])
    assert len(known) == len(bank.codes)
    finder = Finder(features, torch.from_numpy(known), bank.codes.detach(), 4)
    found = finder(torch.from_numpy(known))
    assert torch.cdist(found, bank.codes).argmin(1).tolist() == list(range(len(known)))


def test_the_divergence_is_nothing_where_codes_are_spread_as_the_known_ones():
    known = torch.randn(4000, 3) * torch.tensor([0.5, 1, 2]) + 1
    spread = known.var(0).log().expand(2, -1)
    mean = known.mean(0).expand(2, -1)
    assert train_encoder.divergence(mean, spread, known).abs() < 1e-5
    assert train_encoder.divergence(mean + 1, spread, known) > 0.1
    assert train_encoder.divergence(mean, spread - 2, known) > 0.1


def test_an_encoder_of_a_generator_is_trained(smoked, dots, tmp_path):
    perceptual = weights.write(tmp_path)
    given = ["encoder", "--smoke", "--data", str(dots), "--out", str(tmp_path), "--device", "cpu"]
    before = run.load(smoked)["average"]
    command([*given, "--perceptual", str(perceptual), "--bank", str(smoked)])
    card, code = ran(tmp_path / "project-latest.json", {"image": picture(dots, "3.png")})
    assert (card.task, card.space) == ("project", "map-latest")
    assert code.shape == (1, 16, 1, 2)
    after = run.load(smoked)["average"]
    assert all(torch.equal(after[name], value) for name, value in before.items())


def test_an_encoder_needs_a_generator(dots, tmp_path, capsys):
    given = ["encoder", "--smoke", "--data", str(dots), "--out", str(tmp_path), "--device", "cpu"]
    with pytest.raises(SystemExit):
        command(given)
    assert "say whose encoder it is" in capsys.readouterr().err


def test_the_network_that_finds_is_a_model(smoked, dots, tmp_path, capsys):
    look = tmp_path / "look"
    look.mkdir()
    given = ["project", "--bank", str(smoked), "--look", str(look), "--data", str(dots)]
    more = ["--cells", "1", "--models", str(tmp_path), "--name", "project-dots"]
    seen = {"photos": 38, "held_out": 2}
    run.save(look, {"config": {}, "data": seen, "average": Features().state_dict()})
    command([*given, *more])
    card, code = ran(tmp_path / "project-dots.json", {"image": picture(dots, "3.png")})
    assert card.space == "map-dots"
    assert "For its features: 40 pictures" in card.license.training_data
    assert code.shape == (1, 16, 1, 2)
    np.testing.assert_array_equal(code[..., 0], code[..., 1])
    (dots / "0.png").unlink()
    with pytest.raises(SystemExit):
        command([*given, *more])
    assert "the run knows 20 pictures, and here are" in capsys.readouterr().err
