"""Pictures out of nothing."""

from dataclasses import replace

import numpy as np
import pytest

from neural.engine import Engine
from neural.errors import Cancelled, ModelMissing, NeuralError
from neural.latent import Point, latent_of
from neural.operations.base import Generating, Resizing
from neural.operations.generate import Generate
from neural.operations.parameters import described
from neural.progress import Progress
from neural.reading import point_in
from neural.record import decode, encode
from tests.neural.graphs import CARD, DRAWN, MAPPER, doubled, install, install_generator

RED = Point("Red", "map-disc", (6.0, -6.0, -6.0), (0.0, 0.0, 0.0))
BLUE = Point("Blue", "map-disc", (-6.0, -6.0, 6.0), (0.0, 0.0, 0.0))


@pytest.fixture
def folder(tmp_path):
    install_generator(tmp_path, projects=True)
    geometry = replace(CARD.geometry, scale=2, halo_px=2)
    install(tmp_path, doubled(), id="upscale-x2", task="upscale", geometry=geometry)
    return tmp_path


@pytest.fixture
def engine(folder):
    return Engine([folder], "cpu")


def made(engine, operation, model=None):
    return engine.generate(operation, Progress(), model)


def test_it_is_an_operation_of_its_own_kind():
    assert isinstance(Generate(), Generating)
    assert not isinstance(Generate(), Resizing)


def test_a_seed_gives_the_same_bytes_every_time_and_another_one_others(engine, folder):
    one, again, other = (
        made(each, Generate(seed=seed))
        for each, seed in ((engine, 7), (Engine([folder], "cpu"), 7), (engine, 8))
    )
    assert one.image.shape == (DRAWN, DRAWN, 4)
    assert one.image.tobytes() == again.image.tobytes()
    assert np.abs(one.image - other.image).max() > 0.05
    assert [card.id for card in one.cards] == ["generate-disc", "map-disc"]


def test_the_point_says_what_it_was_mapped_from(engine):
    operation = Generate(seed=7, words="red fruit", truncation=0.5)
    (point,) = made(engine, operation).points
    wanted = latent_of(7, 3) * 0.5 + (2, 0, 2)
    np.testing.assert_allclose(point.coarse, wanted, atol=1e-5)
    assert point.coarse == point.fine
    assert (point.name, point.space) == ("Red fruit 7", "map-disc")
    assert (point.seed, point.words, point.truncation) == (7, "red fruit", 0.5)


def test_without_truncation_all_seeds_are_one_also_where_that_is_zero(engine):
    points = [made(engine, Generate(seed=seed, truncation=0.0)).points[0] for seed in (1, 2)]
    assert points[0].coarse == points[1].coarse == (0.0, 0.0, 0.0)


def test_a_point_gives_what_its_seed_gave_without_the_network_that_maps(engine):
    first = made(engine, Generate(seed=3))
    again = made(engine, Generate(first.points))
    np.testing.assert_allclose(again.image, first.image, atol=1e-5)
    assert [card.id for card in again.cards] == ["generate-disc"]


def test_a_variation_lies_between_the_point_and_that_of_the_seed(engine):
    (there,) = made(engine, Generate(seed=5)).points
    (point,) = made(engine, Generate((RED,), seed=5, variation=0.25)).points
    wanted = 0.75 * np.array(RED.coarse) + 0.25 * np.array(there.coarse)
    np.testing.assert_allclose(point.coarse, wanted, atol=1e-5)
    assert point.name == "Red"


def test_points_mix_by_their_shares_and_rule_where_the_map_says(engine):
    some = (RED, BLUE)
    mixed = made(engine, Generate(some)).image
    middle = mixed[DRAWN // 2, DRAWN // 2]
    np.testing.assert_allclose(middle[[0, 2]], 0.5, atol=0.01)
    map_ = np.zeros((64, 64, 3), np.float32)
    map_[:, :32, 0], map_[:, 32:, 1] = 1, 1
    ruled = made(engine, Generate(some, map=map_)).image
    assert ruled[DRAWN // 2, 2, 0] > 0.9 > 0.1 > ruled[DRAWN // 2, 2, 2]
    assert ruled[DRAWN // 2, -3, 2] > 0.9 > 0.1 > ruled[DRAWN // 2, -3, 0]


@pytest.mark.parametrize("size", [DRAWN, 7, 40, 300])
def test_any_size_can_be_had_and_alpha_is_kept(engine, size):
    result = made(engine, Generate((RED,), size=size))
    assert result.image.shape == (size, size, 4)
    assert result.image.min() >= 0 and result.image.max() <= 1
    alpha = result.image[..., 3]
    assert alpha[0, 0] == 0 and alpha[size // 2, size // 2] > 0.99
    assert alpha.mean() == pytest.approx(np.pi / 4, abs=0.06)
    there = result.image[alpha > 0.1]
    np.testing.assert_allclose(there[:, :3].mean(0), (1, 0, 0), atol=0.02)
    names = {card.id for card in result.cards}
    assert ("upscale-x2" in names) == (size > DRAWN)
    assert bool(result.notes) == (size > 8 * DRAWN)


@pytest.mark.parametrize(("size", "runs"), [(20, 0), (32, 1), (40, 1), (50, 2), (128, 3), (160, 3)])
def test_networks_enlarge_no_more_often_than_can_be_seen(engine, size, runs):
    drawing = engine.library.find("generate").card
    cards = [model.card for model in engine.library.models]
    found = Generate((RED,), size=size).sources(drawing, cards)
    assert [card.id for card in found] == ["generate-disc", *["upscale-x2"] * runs]


def test_a_draft_takes_no_network_that_enlarges(engine):
    result = made(engine, Generate((RED,)).placed(100, None, is_draft=True))
    assert result.image.shape == (100, 100, 4)
    assert [card.id for card in result.cards] == ["generate-disc"]
    assert result.notes == ()


@pytest.mark.parametrize("size", [12, 40])
def test_what_fits_itself_does_so_at_any_size(folder, size):
    """The step from the last column to the first is as those within."""
    install_generator(folder, "tile", channels=3, wraps=True)
    engine = Engine([folder], "cpu")
    point = replace(RED, space="map-tile", coarse=(0.0, 0.0, 0.0), fine=(2.0, 2.0, 2.0))
    image = made(engine, Generate((point,), size=size), "generate-tile").image
    assert (image[..., 3] == 1).all()
    half = size // 2
    rolled = np.roll(image, half, axis=1)
    np.testing.assert_allclose(rolled, image, atol=0.02)


def test_another_generators_points_are_refused(engine):
    with pytest.raises(NeuralError, match="Red belongs to map-9"):
        made(engine, Generate((replace(RED, space="map-9"),)))
    with pytest.raises(NeuralError, match="Red is damaged: it has 1 numbers"):
        made(engine, Generate((replace(RED, coarse=(1.0,), fine=(1.0,)),)))


def test_words_are_checked(engine, folder):
    with pytest.raises(NeuralError, match="“gren” is not known; near it are green"):
        made(engine, Generate(words="gren"))
    install_generator(folder, "mute", words=False)
    with pytest.raises(NeuralError, match="Mutes knows no words"):
        made(Engine([folder], "cpu"), Generate(words="red"), "generate-mute")


def test_of_several_the_one_draws_that_knows_the_words_or_has_the_point(folder):
    install_generator(folder, "mute", words=False)
    engine = Engine([folder], "cpu")
    assert engine.generator(Generate()).id == "generate-disc", "which knows words"
    assert engine.generator(Generate(words="red")).id == "generate-disc"
    assert engine.generator(Generate((RED,))).id == "generate-disc"
    assert engine.generator(Generate(words="red"), "generate-mute").id == "generate-mute"
    assert made(engine, Generate(words="red")).cards[0].id == "generate-disc"


def test_what_is_missing_is_named(folder):
    (folder / "map-disc.json").unlink()
    (folder / "upscale-x2.json").unlink()
    engine = Engine([folder], "cpu")
    with pytest.raises(ModelMissing, match="from codes of map-disc, which is not installed"):
        made(engine, Generate())
    with pytest.raises(ModelMissing, match="larger than 16 px it needs a model for upscale"):
        made(engine, Generate((RED,), size=100))
    with pytest.raises(ModelMissing, match="No model for generate"):
        made(Engine([folder / "nowhere"], "cpu"), Generate())


def test_it_can_be_stopped(engine):
    progress = Progress(lambda fraction, text: progress.token.cancel())
    with pytest.raises(Cancelled):
        engine.generate(Generate(size=100), progress)


def test_the_parameters_are_enough_to_do_it_again(engine):
    operation = Generate((RED, BLUE), seed=4, variation=0.5, size=30)
    again = decode(Generate, encode(operation), "recipe")
    assert again == operation
    assert described(operation).startswith("points Red, Blue · seed 4 · words ")
    assert made(engine, again).image.tobytes() == made(engine, operation).image.tobytes()


def test_a_picture_has_a_point_if_a_network_finds_them(engine, folder):
    picture = np.zeros((30, 30, 4), np.float32)
    picture[..., 0] = picture[..., 3] = 1
    assert engine.projection("map-disc").id == "project-disc"
    point = point_in(engine, picture, "Photo", "map-disc", Progress())
    np.testing.assert_allclose(point.coarse, (4, -4, -4), atol=1e-4)
    assert (point.name, point.space, point.seed) == ("Photo", "map-disc", None)
    assert engine.projection(MAPPER.id) is None
    with pytest.raises(ModelMissing, match="finds the points of pictures in map-x"):
        point_in(engine, picture, "Photo", "map-x", Progress())
