"""What the table of style transfer says, on tiny pictures."""

import numpy as np
import pytest

from neural.training.evaluate_style import PLACE, Measure, colors_only, deviations, unchanged
from neural.training.looks import Statistics
from tests.training import weights

SIZE = (64, 80, 3)


class Counting(Statistics):
    """Counts the pictures that it measures."""

    measured = 0

    def features(self, picture):
        self.measured += len(picture)
        return super().features(picture)


@pytest.fixture(scope="module")
def statistics(tmp_path_factory):
    return Counting(weights.write(tmp_path_factory.mktemp("weights")))


@pytest.fixture(scope="module")
def pictures():
    """Two photos and two looks: one coarse and red, the other fine and blue."""
    random = np.random.default_rng(0)
    photos = [random.random(SIZE, np.float32) * 0.5 for _ in range(2)]
    coarse = random.random((8, 10, 3), np.float32).repeat(8, 0).repeat(8, 1)
    red = coarse * np.float32([1, 0.2, 0.2])
    blue = random.random(SIZE, np.float32) * np.float32([0.1, 0.3, 1])
    return photos, [red, blue]


@pytest.fixture(scope="module")
def measure(pictures, statistics):
    return Measure(*pictures, statistics)


def test_what_is_the_look_is_recognized_and_no_photo_any_more(measure):
    score, rows = measure.score(lambda style: lambda photo: style.copy())
    assert score.recognized == 1.0
    assert score.style < 1e-4
    assert score.ssim < 0.3
    assert score.seconds_per_mp > 0
    assert [len(row) for row in rows] == [2, 2]


def test_the_photo_itself_is_measured_once_and_scores_as_a_copy_of_it(measure, statistics):
    before = statistics.measured
    score, _ = measure.score(unchanged)
    assert statistics.measured == before + 2
    copied, _ = measure.score(lambda style: np.copy)
    assert statistics.measured == before + 6
    assert score[:-1] == pytest.approx(copied[:-1])
    assert score.ssim == pytest.approx(1.0)
    assert score.style == pytest.approx(score.shallow + score.deep)
    assert score.recognized == 0.5  # both looks get the same pictures


def test_colors_alone_are_nearer_to_a_look_and_keep_the_photo(measure, pictures):
    photos, styles = pictures
    score, rows = measure.score(colors_only)
    nothing, _ = measure.score(unchanged)
    assert score.style < nothing.style and score.ssim > 0.5
    for style, row in zip(styles, rows, strict=True):
        for photo, result in zip(photos, row, strict=True):
            away = [np.abs(x.mean((0, 1)) - style.mean((0, 1))).max() for x in (photo, result)]
            assert away[1] < away[0]


def test_a_sky_is_plain_though_it_is_brighter_below_and_clouds_are_not(statistics):
    y, x = np.mgrid[:PLACE, : 2 * PLACE]
    sky = (0.3 + 0.01 * y + 0.001 * x).astype(np.float32)[..., None]
    assert deviations(sky) == pytest.approx([0, 0], abs=1e-5)
    clouded = sky + np.where(x[..., None] < PLACE, 0, 0.1 * np.sin(x / 3)[..., None])
    plain, cloud = deviations(clouded.astype(np.float32))
    assert plain < 1e-5 and 0.05 < cloud < 0.1


def test_unrest_is_what_was_added_where_a_photo_is_plain(statistics):
    random = np.random.default_rng(1)
    photo = random.random((PLACE, 2 * PLACE, 3), np.float32)
    photo[:, :PLACE] = 0.5
    grain = random.normal(0, 0.1, photo.shape[:2]).astype(np.float32)[..., None]
    measure = Measure([photo], [photo], statistics)
    assert measure.score(unchanged)[0].unrest == pytest.approx(0, abs=1e-3)
    painted, _ = measure.score(lambda style: lambda photo: photo + grain)
    assert painted.unrest == pytest.approx(255 * grain[:, :PLACE].std(), rel=0.02)
