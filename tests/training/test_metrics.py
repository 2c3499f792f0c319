import numpy as np
import pytest
import torch
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from neural.training import metrics
from neural.training.losses import PerceptualDistance, dissimilarity, in_hole, pyramid_l1
from tests.training import weights


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    truth = rng.random((60, 80, 3)).astype(np.float32)
    truth = (truth + np.roll(truth, 1, 0) + np.roll(truth, 1, 1)) / 3
    return truth, (truth + 0.05 * rng.standard_normal(truth.shape)).clip(0, 1).astype(np.float32)


def tensor(image):
    return torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))[None]


def test_psnr_is_scikit_images(pair):
    truth, result = pair
    everywhere = np.ones(truth.shape[:2], bool)
    expected = peak_signal_noise_ratio(truth, result, data_range=1)
    assert metrics.psnr(result, truth, everywhere) == pytest.approx(expected, abs=1e-4)


def test_psnr_counts_the_hole_alone(pair):
    truth, _ = pair
    hole = np.zeros(truth.shape[:2], bool)
    hole[10:20, 10:20] = True
    result = truth.copy()
    result[~hole] = 0
    result[hole] += np.float32(0.1)
    assert metrics.psnr(result, truth, hole) == pytest.approx(20, abs=1e-3)


def test_ssim_is_scikit_images(pair):
    truth, result = pair
    _, expected = structural_similarity(
        truth,
        result,
        data_range=1,
        channel_axis=2,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        full=True,
    )
    np.testing.assert_allclose(metrics.ssim_map(result, truth), expected, atol=1e-5)


def test_the_training_loss_is_dissimilarity_with_square_windows(pair):
    truth, result = pair
    expected = structural_similarity(
        truth, result, data_range=1, channel_axis=2, use_sample_covariance=False
    )
    inner = torch.zeros(1, 1, 60, 80)
    inner[..., 3:-3, 3:-3] = 1  # scikit-image leaves the border out of its mean
    found = dissimilarity(tensor(result), tensor(truth), inner)
    assert 1 - found.item() == pytest.approx(expected, abs=1e-4)


def test_losses_in_the_hole_do_not_see_the_rest(pair):
    truth, result = (tensor(image) for image in pair)
    mask = torch.zeros(1, 1, 60, 80)
    mask[..., 16:32, 16:32] = 1
    same = torch.where(mask > 0, truth, result)
    assert in_hole((same - truth).abs(), mask).item() == 0
    assert pyramid_l1(same, truth, mask, levels=3).item() == 0
    assert pyramid_l1(result, truth, mask).item() > 0.01


def test_the_perceptual_distance_grows_with_the_difference(pair, tmp_path):
    truth, result = (tensor(image) for image in pair)
    distance = PerceptualDistance(weights.write(tmp_path))
    everywhere = torch.ones(1, 1, 60, 80)
    assert distance(truth, truth, everywhere).item() == 0
    near, far = (distance(truth + k * (result - truth), truth, everywhere) for k in (0.5, 2))
    assert 0 < near.item() < far.item()
