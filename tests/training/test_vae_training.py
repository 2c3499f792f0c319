import numpy as np
import pytest
import torch
from PIL import Image

from neural.card import load
from neural.progress import CancelToken
from neural.selftest import check
from neural.session import Session
from neural.training.__main__ import main as command
from neural.training.nets.vae import Autoencoder


@pytest.fixture(scope="module")
def smoked(photos, tmp_path_factory):
    """A run of twenty steps from the command line, with its models."""
    out = tmp_path_factory.mktemp("run")
    command(["vae", "--smoke", "--data", str(photos), "--out", str(out), "--device", "cpu"])
    return out


def test_a_smoke_run_leaves_models_that_share_a_space(smoked):
    models = {}
    for name in ("map-latest", "generate-latest", "project-latest"):
        card = load(smoked / f"{name}.json")
        models[name] = Session(card, (smoked / card.file).read_bytes(), "cpu")
        check(card, lambda feeds, run=models[name].run: run(feeds, CancelToken()))
        assert card.space == "map-latest"
    image = np.random.default_rng(0).random((1, 4, 32, 32), np.float32)
    (code,) = models["project-latest"].run({"image": image}, CancelToken())
    assert code.shape == (1, 8, 1, 2)
    np.testing.assert_array_equal(code[..., 0], code[..., 1])
    feeds = {"latent": code, "amount": np.full((1, 1, 1, 1), 0.5, np.float32)}
    (mapped,) = models["map-latest"].run(feeds, CancelToken())
    np.testing.assert_allclose(mapped, code / 2, atol=1e-6)
    weights = np.full((1, 4, 32, 32), 0.25, np.float32)
    drawn = [
        models["generate-latest"].run({"codes": codes, "weights": weights}, CancelToken())[0]
        for codes in (np.concatenate([code] * 4, 2), np.concatenate([2 * code, 0 * code] * 2, 2))
    ]
    assert drawn[0].shape == (1, 4, 32, 32)
    np.testing.assert_allclose(*drawn, atol=1e-5)
    with Image.open(smoked / "sheet.png") as sheet:
        assert sheet.width == 8 * 32


def test_a_perceptual_loss_needs_its_weights(photos, tmp_path, capsys):
    given = ["--data", str(photos), "--out", str(tmp_path), "--set=perceptual=1"]
    with pytest.raises(SystemExit):
        command(["vae", "--smoke", *given])
    assert "--perceptual DIR" in capsys.readouterr().err


def test_divergence_is_that_of_normal_distributions():
    torch.manual_seed(0)
    net = Autoencoder((8, 8, 8), 4, 3).eval()
    picture = torch.rand(2, 3, 16, 16)
    made, divergence = net(picture, torch.zeros(2, 4))
    mean, variance = net.encoder(picture)
    torch.testing.assert_close(made, net.decoder(mean))
    normal = torch.distributions.Normal(0.0, 1.0)
    found = torch.distributions.Normal(mean, (variance / 2).exp())
    wanted = torch.distributions.kl_divergence(found, normal).sum(1)
    torch.testing.assert_close(divergence, wanted)
    other, _ = net(picture, torch.ones(2, 4))
    assert not torch.equal(made, other)
