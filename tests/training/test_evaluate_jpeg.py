import numpy as np

from neural.training import evaluate_jpeg


def waves(h=64, w=96):
    y, x = np.mgrid[:h, :w] / 20
    picture = 0.5 + 0.3 * np.sin(x + 2 * y)[..., None] * np.array([1, 0.7, 0.4])
    return picture.astype(np.float32)


def test_steps_tell_blocks_from_none():
    image = waves()
    assert abs(evaluate_jpeg.steps(image) - 1) < 0.1
    assert evaluate_jpeg.steps(evaluate_jpeg.stored(image, 5)) > 2
    blocks = np.random.default_rng(0).random((8, 12, 3)).repeat(8, 0).repeat(8, 1)
    noisy = blocks + np.random.default_rng(1).normal(0, 0.01, blocks.shape)
    assert evaluate_jpeg.steps(noisy.astype(np.float32)) > 10


def test_a_jpeg_left_alone_is_scored_as_it_is():
    image = waves()
    best, worst = (evaluate_jpeg.scored(None, image, quality, 0) for quality in (95, 5))
    assert best.psnr_db > worst.psnr_db + 5 and best.ssim > worst.ssim
    assert abs(best.blocks) < 20 < worst.blocks
