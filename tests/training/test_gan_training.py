import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from neural.card import load
from neural.progress import CancelToken
from neural.selftest import check
from neural.session import Session
from neural.training import adversarial, augment, samples
from neural.training.__main__ import main as command
from neural.training.distances import Features, kid
from neural.training.evaluate_generator import Score, score
from neural.training.nets.gan import Generator
from neural.training.nets.gan_critic import Critic
from neural.training.train_gan import restored
from tests.training import weights

WORDS = ("dot", "green", "red")


def small(**more):
    torch.manual_seed(1)
    return Generator((12, 12, 8, 8, 8), latent=8, **more).eval()


def test_a_smoke_run_leaves_models_that_map_and_draw_as_it_learned_to(generator):
    net, words, _ = restored(generator)
    latent, told = samples.latents([5], net.latent), torch.tensor([[1.0, 0.0, 1.0]])
    with torch.no_grad():
        wanted = net(latent, told, torch.tensor([[0.7]]))
    feeds = {
        "latent": latent.mT[:, :, None].numpy(),
        "words": told[..., None, None].numpy(),
        "amount": np.full((1, 1, 1, 1), 0.7, np.float32),
    }
    card, code = ran(generator / "map-latest.json", feeds)
    assert card.task == "map"
    assert card.words == words
    assert set(words) == set(WORDS)
    assert {slider.rules for slider in card.sliders} == {"coarse", "fine"}
    places = np.zeros((1, 4, 64, 64), np.float32)
    places[:, 2] = 1
    codes = np.concatenate([0 * code, 0 * code, code, 0 * code], 2)
    card, got = ran(generator / "generate-latest.json", {"codes": codes, "weights": places})
    assert card.task == "generate"
    assert card.space == "map-latest"
    assert got.shape == (1, 4, 64, 64)
    np.testing.assert_allclose(got, wanted.clamp(0, 1), atol=1e-3)
    with Image.open(generator / "sheet.png") as sheet:
        assert sheet.size == (8 * 64, 8 * 64)


def ran(path, feeds):
    """A card, and what its network makes, once it has passed its self-test."""
    card = load(path)
    session = Session(card, path.with_suffix(".onnx").read_bytes(), "cpu")
    check(card, lambda feeds: session.run(feeds, CancelToken()))
    return card, session.run(feeds, CancelToken())[0]


def test_codes_rule_where_they_are_put():
    """Far from the border each half is as its own code draws it; the middle is neither."""
    net = small()
    net.excited.clear()  # what rules whole channels sees the whole
    codes = net.codes(samples.latents([0, 1], 8))
    weights = torch.zeros(1, 2, 64, 64)
    weights[:, 0, :, :32], weights[:, 1, :, 32:] = 1, 1
    whole = torch.tensor([[1.0], [0.0]])[None, :, :, None].expand(-1, -1, 64, 64)
    torch.testing.assert_close(net.drawn(codes[None], whole), net.drawn(codes[:1]))
    both, alone = net.drawn(codes[None], weights), net.drawn(codes)
    differences = [(both[0] - each).abs().mean((0, 1)) for each in alone]
    assert differences[0][:8].mean() < differences[1][:8].mean() / 2
    assert differences[1][-8:].mean() < differences[0][-8:].mean() / 2


def test_a_projected_critic_trains_on_some_of_the_pictures(icons, tmp_path):
    perceptual = weights.write(tmp_path)
    given = ["--data", str(icons), "--out", str(tmp_path / "run"), "--device", "cpu"]
    wanted = ["--set=projected=True", "--set=only=('red',)", "--set=publish=False"]
    more = ["--set=widths=(16,16,12,8,8,8)", "--perceptual", str(perceptual)]
    command(["gan", "--smoke", "--steps", "2", *wanted, *more, *given])
    _, words, _ = restored(tmp_path / "run")
    assert set(words) == {"dot", "red"}


def test_a_projected_critic_needs_features_and_pictures(icons, tmp_path, capsys):
    given = ["gan", "--smoke", "--data", str(icons), "--out", str(tmp_path)]
    with pytest.raises(SystemExit):
        command([*given, "--set=projected=True"])
    assert "needs --perceptual" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command([*given, "--set=only=('blue',)"])
    assert "no picture has any of the words blue" in capsys.readouterr().err


@pytest.mark.parametrize("loss", ["wasserstein", "non-saturating"])
def test_every_loss_trains_both_networks(icons, tmp_path, loss):
    given = ["--data", str(icons), "--out", str(tmp_path), "--device", "cpu"]
    wanted = [
        f"--set=loss={loss!r}",
        "--set=channels=3",
        "--set=vocabulary=0",
        "--set=publish=False",
    ]
    command(["gan", "--smoke", "--steps", "2", "--set=bounded=False", *wanted, *given])
    net, words, _ = restored(tmp_path)
    assert words == ()
    assert net(samples.latents([0], net.latent)).shape == (1, 3, 64, 64)


def test_no_such_loss(icons, tmp_path, capsys):
    with pytest.raises(SystemExit):
        command(["gan", "--smoke", "--data", str(icons), "--out", str(tmp_path), "--set=loss='l'"])
    assert "no loss l" in capsys.readouterr().err


def test_truncation_goes_from_the_mean_to_the_picture():
    net = small()
    net.settle()
    one, other = samples.latents([0], 8), samples.latents([1], 8)
    none, whole = torch.tensor([[0.0]]), torch.tensor([[1.0]])
    assert torch.equal(net(one, None, none), net(other, None, none))
    torch.testing.assert_close(net(one, None, whole), net(one))
    assert not torch.equal(net(one), net(other))


def test_two_latents_rule_the_coarse_and_the_fine():
    net = small()
    pair = samples.latents([0, 1], 8)
    mixed = torch.stack([torch.stack([pair[0, 0], pair[1, 1]])])
    code = net.codes(mixed)
    torch.testing.assert_close(code[0], torch.stack([net.codes(pair)[0, 0], net.codes(pair)[1, 1]]))
    assert not torch.equal(net(mixed), net(pair[:1]))
    assert not torch.equal(net(mixed), net(pair[1:]))


def test_a_seamless_picture_goes_on_at_its_other_edge():
    """Rolling what it grows from by one cell rolls the picture: no place is special."""
    net = small(seamless=True)
    net.excited.clear()  # what rules whole channels sees cells at fixed places
    latent = samples.latents([3], 8)
    before = net(latent)
    net.start.data = net.start.data.roll(1, 3)
    torch.testing.assert_close(net(latent), before.roll(16, 3), atol=1e-5, rtol=1e-5)


def test_words_change_the_picture_and_no_word_is_a_word():
    net = small(words=3)
    latent = samples.latents([0], 8)
    red, none = torch.tensor([[0.0, 0.0, 1.0]]), torch.zeros(1, 3)
    assert (net(latent, red) - net(latent, none)).abs().max() > 1e-3
    half = net.words(torch.zeros(1, 16), red / 2)
    both = torch.cat([net.words(torch.zeros(1, 16), w) for w in (red, none)])
    assert both.amin(0).le(half + 1e-5).all()
    assert both.amax(0).ge(half - 1e-5).all()


def test_seeds_give_the_same_latents_alone_and_together():
    together = samples.latents([4, 5], 6)
    assert torch.equal(together[1:], samples.latents([5], 6))
    assert torch.equal(together[:, 0], together[:, 1])


def test_augmentation_keeps_color_within_alpha_of_its_place():
    picture = torch.zeros(6, 4, 32, 32)
    picture[:, :, 8:24, 8:24] = 1
    chance = torch.rand(6, augment.CHANCES, generator=torch.Generator().manual_seed(0))
    found = augment.augmented(picture, chance)
    clear = found[:, 3:] == 0
    assert not (found[:, :3] * clear).any()
    assert not torch.equal(found, picture)


def test_augmentation_moves_by_whole_pixels_and_cuts_a_quarter():
    picture = torch.rand(1, 3, 32, 32)
    moved = augment.moved(picture, torch.tensor([[1.0, 0.25]]))  # 4 px and -2 px
    torch.testing.assert_close(moved[..., 2:, :28], picture[..., :30, 4:])
    assert not moved[..., :2, :].any()
    cut = augment.cut(torch.ones(1, 3, 32, 32), torch.tensor([[0.5, 0.5]]))
    assert not cut[..., 9:24, 9:24].any()
    assert cut[..., :8].all()


def test_slopes_are_those_of_the_answers():
    picture = torch.rand(2, 3, 4, 4)
    found = adversarial.r1(lambda x: (x * 2).flatten(1).sum(1, keepdim=True), picture)
    assert float(found) == pytest.approx(4 * 48 / 2)
    even = adversarial.gradient_penalty(
        lambda x: x[:, :1, 0, 0], picture, 1 - picture, torch.rand(2, 1, 1, 1)
    )
    assert float(even) == pytest.approx(0, abs=1e-6)


def test_a_critic_hears_words():
    torch.manual_seed(0)
    critic = Critic(4, 32, 4, 8, 3, bounded=True).eval()
    picture, words = torch.rand(2, 4, 32, 32), torch.eye(3)[:2]
    one, features = critic(picture, words)
    other, drawn = critic(picture, words.flip(0), draws=True)
    assert one.shape == (2, 25)
    assert drawn.shape == (2, 4, 64, 64)
    assert features.shape[2:] == (8, 8)
    assert not torch.equal(one, other)


def test_evaluation_tells_copies_from_new_pictures_and_writes_the_card(
    generator, icons, tmp_path, capsys
):
    perceptual = weights.write(tmp_path)
    for path in generator.glob("*-latest.*"):
        shutil.copy(path, tmp_path)
    sheet, near = tmp_path / "sheet.png", tmp_path / "near.png"
    where = ["--model", "generate-latest", "--models", str(tmp_path), "--set", str(icons)]
    given = [*where, "--perceptual", str(perceptual)]
    more = ["--count", "64", "--sheet", str(sheet), "--near", str(near), "--write"]
    command(["evaluate", "generator", *given, *more, "--words", "red dots"])
    assert "64 samples against 20 pictures, 2 held out" in capsys.readouterr().out
    with Image.open(near) as image:
        assert image.size == (8 * 64, 16 * 64)
    with Image.open(sheet) as image:
        assert image.size == (8 * 64, 8 * 64)
    metrics = load(tmp_path / "generate-latest.json").metrics
    row = next(each for each in metrics if each.dataset == "dots, 64 samples")
    assert row.values.keys() == set(Score._fields)
    with pytest.raises(SystemExit):
        command(["evaluate", "generator", *given, "--words", "red banana"])
    assert "banana" in capsys.readouterr().err


def test_copies_are_nearest_to_what_they_copy_and_no_further(tmp_path):
    features = Features(weights.write(tmp_path))
    rng = torch.Generator().manual_seed(0)
    real, held_out = (
        torch.rand(12, 3, 48, 48, generator=rng),
        torch.rand(4, 3, 48, 48, generator=rng),
    )
    found, near = score(real.flip(0), real, held_out, features, 16)
    assert near.tolist() == list(range(12))[::-1]
    assert found.nearest == pytest.approx(0, abs=1e-6)
    assert found.nearest_held_out > 0.01
    assert found.diversity > 0.01
    alike = features.diversity(real[:1].expand(12, -1, -1, -1), 16)
    assert alike == pytest.approx(0, abs=1e-6)


def test_kid_is_about_zero_for_one_kind_and_grows_with_the_difference():
    rng = torch.Generator().manual_seed(0)
    one, other, moved = (torch.randn(200, 8, generator=rng) + d for d in (0, 0, 1))
    assert abs(kid(one, other)) < 0.1
    assert kid(one, moved) > 1
    assert kid(9 * one, 9 * moved) == pytest.approx(kid(one, moved), rel=1e-4)  # of any unit
