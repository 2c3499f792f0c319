"""The generators that come along: what they draw, and what they find again."""

import numpy as np
import pytest

from neural.engine import Engine, shipped_models
from neural.operations.generate import Generate
from neural.progress import Progress
from neural.reading import point_in

ICONS, TEXTURES, FRUIT = "generate-emoji-1", "generate-texture-1", "generate-fruit-1"
ALL = (ICONS, TEXTURES, FRUIT)


@pytest.fixture(scope="module")
def engine():
    return Engine([shipped_models()], "cpu")


def drawn(engine, model, **what):
    return engine.generate(Generate(**what), Progress(), model).image


def on_white(image):
    return image[..., :3] * image[..., 3:] + 1 - image[..., 3:]


@pytest.mark.parametrize("model", ALL)
def test_a_seed_gives_the_same_bytes_and_others_other_pictures(engine, model):
    made = [on_white(drawn(engine, model, seed=seed)) for seed in (0, 0, 1, 2, 3)]
    assert made[0].tobytes() == made[1].tobytes()
    for i, one in enumerate(made[1:]):
        for other in made[i + 2 :]:
            assert np.abs(one - other).mean() > 0.02


def test_icons_have_a_transparent_background_and_the_others_none(engine):
    icon, texture, fruit = (drawn(engine, model, seed=3)[..., 3] for model in ALL)
    corners = icon[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners < 0.05).all()
    assert (icon > 0.95).mean() > 0.1
    assert (texture == 1).all() and (fruit == 1).all()


def test_icons_are_drawn_where_nothing_else_is_said(engine):
    assert engine.generator(Generate()).id == ICONS
    assert engine.generator(Generate(words="red fruit")).id == ICONS
    assert engine.generator(Generate(words="green papaya")).id == FRUIT
    assert engine.generator(Generate(words="blue sea")).id == TEXTURES


def test_a_fruit_is_in_the_middle_before_a_calm_background(engine):
    for seed in range(4):
        made = drawn(engine, FRUIT, seed=seed, words="apple")[..., :3]
        steps = np.abs(np.diff(made, axis=0)).mean(2)
        assert steps[40:88, 40:88].mean() > 2 * steps[:16].mean()


@pytest.mark.parametrize("seed", range(4))
def test_textures_go_on_at_their_opposite_edges(engine, seed):
    made = drawn(engine, TEXTURES, seed=seed)[..., :3]
    for axis in (0, 1):
        inside = np.abs(np.diff(made, axis=axis)).mean((1 - axis, 2))
        around = np.abs(np.take(made, 0, axis) - np.take(made, -1, axis)).mean()
        assert around <= inside.max()


@pytest.mark.parametrize(("model", "what"), [(ICONS, ""), (TEXTURES, ""), (FRUIT, "apple")])
def test_words_lead_it(engine, model, what):
    def redness(color):
        words = f"{color} {what}".strip()
        made = [on_white(drawn(engine, model, seed=seed, words=words)) for seed in range(4)]
        return np.mean([(one[..., 0] - one[..., 1]).mean() for one in made])

    assert redness("red") > redness("green") + 0.1


def colors(image):
    """How dark and how varied each channel is."""
    shown = on_white(image)
    return np.concatenate([shown.mean((0, 1)), shown.std((0, 1))])


@pytest.mark.parametrize(
    ("model", "space", "seen", "words"),
    [
        (ICONS, "map-emoji-1", on_white, ("cat", "heart", "fruit", "bird", "fish")),
        (TEXTURES, "map-texture-1", colors, ("sand", "sea", "autumn", "stars", "paper")),
        (FRUIT, "map-fruit-1", on_white, ("tomato", "garlic", "avocado", "papaya", "lemon")),
    ],
)
def test_what_it_draws_has_its_place_found_again(engine, model, space, seen, words):
    made = [drawn(engine, model, words=word) for word in words]
    for i, picture in enumerate(made):
        point = point_in(engine, picture, "Picture", space, Progress())
        again = seen(drawn(engine, model, points=(point,)))
        away = [np.abs(again - seen(other)).mean() for other in made]
        assert int(np.argmin(away)) == i
