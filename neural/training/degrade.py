"""What cameras and files do to a picture: noise of several kinds, JPEG, and fewer pixels.

Images are ``(n, 3, h, w)``, sRGB, 0..1. All chance comes from ``rng``, a generator on the device of
the images. Levels are standard deviations on the same scale: 25 / 255 is "sigma 25".
"""

import math
from functools import cache

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

LEAST_LEVEL = 1 / 255

# Tables K.1 and K.2 of ITU-T T.81, for quality 50.
LUMA = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)
CHROMA = (
    (17, 18, 24, 47, 99, 99, 99, 99),
    (18, 21, 26, 66, 99, 99, 99, 99),
    (24, 26, 56, 99, 99, 99, 99, 99),
    (47, 66, 99, 99, 99, 99, 99, 99),
    *((99,) * 8,) * 4,
)
TO_YCC = ((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))


def uniform(rng: Generator, count: int, low: float, high: float) -> Tensor:
    """``(count, 1, 1, 1)``, evenly spread."""
    return low + (high - low) * torch.rand(count, 1, 1, 1, generator=rng, device=rng.device)


def log_uniform(rng: Generator, count: int, low: float, high: float) -> Tensor:
    """``(count, 1, 1, 1)``, evenly spread in ratios."""
    return uniform(rng, count, math.log(low), math.log(high)).exp()


def chosen(rng: Generator, share: float, yes: Tensor, no: Tensor) -> Tensor:
    """``yes`` for a random ``share`` of the pictures, ``no`` for the others."""
    return torch.where(uniform(rng, len(yes), 0, 1) < share, yes, no)


def levels(rng: Generator, count: int, size: int, most: float, varying: float) -> Tensor:
    """Noise levels up to ``most`` for each place of each picture, ``(count, 1, size, size)``.

    Half of the pictures get one from all levels alike, half one from all ratios alike, so that weak
    noise is not rare. In a share ``varying`` of them it changes smoothly across the picture.
    """
    flat = chosen(
        rng, 0.5, uniform(rng, count, 0, most), log_uniform(rng, count, LEAST_LEVEL, most)
    )
    coarse = torch.rand(count, 1, 4, 4, generator=rng, device=rng.device)
    hills = F.interpolate(coarse, (size, size), mode="bicubic", align_corners=True).clamp(0, 1)
    return chosen(rng, varying, most * hills, flat.expand(-1, -1, size, size))


def noise_like(rng: Generator, image: Tensor) -> Tensor:
    """Independent Gaussian noise of standard deviation 1."""
    return torch.randn(image.shape, generator=rng, device=rng.device)


def gaussian(rng: Generator, clean: Tensor, level: Tensor) -> Tensor:
    """White Gaussian noise; values may leave 0..1."""
    return clean + level * noise_like(rng, clean)


def camera(rng: Generator, clean: Tensor) -> Tensor:
    """The noise of a camera, as found in a file: in 0..1, and in steps of 1 / 255.

    Photons and electronics make noise in linear light whose variance grows with the brightness
    (Foi et al., 2008); demosaicing and resampling make it coarse and mix the channels; half of the
    files are JPEGs of quality 40 to 95.
    """
    count = len(clean)
    grain = colored(rng, chosen(rng, 0.5, coarse(rng, clean), noise_like(rng, clean)))
    shot = log_uniform(rng, count, 1e-3, 0.08)
    read = uniform(rng, count, 0, 0.03) * shot.sqrt()
    light = to_light(clean)
    noisy = from_light(light + grain * (shot * light + read**2).sqrt())
    stored = (noisy * 255).round() / 255
    return chosen(rng, 0.5, jpeg(stored, uniform(rng, count, 40, 95)), stored)


def coarse(rng: Generator, like: Tensor) -> Tensor:
    """Noise of standard deviation 1 whose grains are up to two pixels wide."""
    h, w = like.shape[2:]
    small = torch.randn(len(like), 3, h * 5 // 8, w * 5 // 8, generator=rng, device=rng.device)
    large = F.interpolate(small, (h, w), mode="bicubic")
    return large / large.std((1, 2, 3), keepdim=True)


def colored(rng: Generator, noise: Tensor) -> Tensor:
    """Mix the channels of ``noise``, each picture's in its own way; they keep their strength."""
    mix = torch.eye(3, device=rng.device) + 0.4 * torch.randn(
        len(noise), 3, 3, generator=rng, device=rng.device
    )
    mix = mix / mix.square().sum(2, keepdim=True).sqrt()
    return torch.einsum("nij,njhw->nihw", mix, noise)


def to_light(image: Tensor) -> Tensor:
    """SRGB to linear light (IEC 61966-2-1)."""
    return torch.where(
        image <= 0.04045, image / 12.92, ((image.clamp(min=0) + 0.055) / 1.055) ** 2.4
    )


def from_light(light: Tensor) -> Tensor:
    """From linear light to sRGB, cut to 0..1 as a sensor cuts it."""
    light = light.clamp(0, 1)
    return torch.where(
        light <= 0.0031308, light * 12.92, 1.055 * light.clamp(min=1e-8) ** (1 / 2.4) - 0.055
    )


def jpeg(image: Tensor, quality: Tensor) -> Tensor:
    """What baseline JPEG with halved color leaves of an image; sides are multiples of 16.

    quality: ``(n, 1, 1, 1)``, 1..100, as in libjpeg.
    """
    scale = torch.where(quality < 50, 50 / quality, 2 - quality / 50)
    to_ycc = torch.tensor(TO_YCC, device=image.device)
    ycc = torch.einsum("ij,njhw->nihw", to_ycc, image * 255)
    ycc = ycc - torch.tensor((128.0, 0, 0), device=image.device)[:, None, None]
    luma = quantized(ycc[:, :1], LUMA, scale)
    chroma = quantized(F.avg_pool2d(ycc[:, 1:], 2), CHROMA, scale)
    chroma = F.interpolate(chroma, scale_factor=2.0, mode="bilinear")
    ycc = torch.cat([luma + 128, chroma], 1)
    rgb = torch.einsum("ij,njhw->nihw", torch.linalg.inv(to_ycc), ycc)
    return rgb.round().clamp(0, 255) / 255


def quantized(planes: Tensor, table: tuple[tuple[int, ...], ...], scale: Tensor) -> Tensor:
    """Round the cosine coefficients of 8×8 blocks to multiples of ``table`` times ``scale``."""
    n, c, h, w = planes.shape
    k = torch.arange(8.0, device=planes.device)
    basis = torch.cos(math.pi / 8 * (k + 0.5) * k[:, None]) / 2
    basis[0] /= math.sqrt(2)
    found = planes.reshape(n, c, h // 8, 8, w // 8, 8).transpose(3, 4)
    steps = (torch.tensor(table, device=planes.device) * scale).round().clamp(1, 255)
    steps = steps.reshape(n, 1, 1, 1, 8, 8)
    coefficients = ((basis @ found @ basis.T) / steps).round() * steps
    return (basis.T @ coefficients @ basis).transpose(3, 4).reshape(n, c, h, w)


def blurred(rng: Generator, image: Tensor, least: float, most: float) -> Tensor:
    """Blur every picture with a Gaussian of its own: widths of ``least`` to ``most`` px, by ratio,
    along two axes at a random angle.
    """
    n, c, h, w = image.shape
    reach = math.ceil(3 * most)
    axis = torch.arange(-reach, reach + 1, device=rng.device, dtype=torch.float32)
    y, x = axis[None, :, None], axis[None, None, :]
    wide, high = (log_uniform(rng, n, least, most)[..., 0] for _ in range(2))
    angle = uniform(rng, n, 0, math.pi)[..., 0]
    along, across = x * angle.cos() + y * angle.sin(), y * angle.cos() - x * angle.sin()
    kernel = torch.exp(-0.5 * ((along / wide) ** 2 + (across / high) ** 2))
    kernel = (kernel / kernel.sum((1, 2), keepdim=True)).repeat_interleave(c, 0)[:, None]
    padded = F.pad(image, (reach,) * 4, mode="reflect").reshape(1, n * c, h + 2 * reach, -1)
    return F.conv2d(padded, kernel, groups=n * c).reshape(n, c, h, w)


def shrunk(image: Tensor, times: int, *, cut: bool = True) -> Tensor:
    """An image ``times`` smaller: bicubic with antialiasing and mirrored borders, cut to 0..1.

    The same numbers as MATLAB's ``imresize``, which all papers on upscaling use. A difference of
    images is not to be ``cut``.
    """
    for axis in (2, 3):
        weights = cubic_weights(image.shape[axis], times).to(image.device)
        image = torch.movedim(torch.movedim(image, axis, -1) @ weights, -1, axis)
    return image.clamp(0, 1) if cut else image


@cache
def cubic_weights(length: int, times: int) -> Tensor:
    """``(length, length // times)``: how much each old sample counts in each new one.

    Keys' cubic kernel (a = -1/2), ``times`` as wide.
    """
    new = length // times
    centers = (torch.arange(new, dtype=torch.float64) + 0.5) * times - 0.5
    reach = 2 * times
    places = centers[:, None].floor() + torch.arange(-reach, reach + 1)
    x = ((places - centers[:, None]) / times).abs()
    near = (1.5 * x - 2.5) * x**2 + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    taps = torch.where(x <= 1, near, torch.where(x < 2, far, torch.zeros_like(x)))
    taps = taps / taps.sum(1, keepdim=True)
    mirrored = places.long() % (2 * length)
    mirrored = torch.minimum(mirrored, 2 * length - 1 - mirrored)
    weights = torch.zeros(new, length, dtype=torch.float64)
    return weights.scatter_add_(1, mirrored, taps).float().T.contiguous()
