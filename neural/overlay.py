"""Overlays: see-through lettering and logos of one color, taken off a picture.

Where an overlay of the color W lies on a picture B, the file shows (1 - a) B + a W. Edges of the
overlay give a and W away: whatever is under them, the same a and W lead from their outer side to
their inner one. Votes of all edges find them, less the votes of the surroundings, where the edges
are the picture's own (a Hough transform: Ballard, Generalizing the Hough Transform, 1981).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neural.holes import Indices, hung, wider
from neural.image import Image, averaged, extend_edges, spread

Hole = NDArray[np.bool_]
Plane = NDArray[np.float32]
Color = NDArray[np.float32]

STEP = 0.04  # the least color difference across an edge
CALM = 0.35  # of it, at most, within each side of the edge
ALIKE = np.float32(0.03)  # a color difference, per channel, that noise explains
STRENGTHS = np.arange(0.1, 0.96, 0.05, dtype=np.float32)
THIN_PX = 11  # a median over so many px shows what is under a thin stroke
THIN_CALM = 0.5  # of the step, at most, on the median around it
RIDGES = 3.0  # times as much as an edge does, a ridge says that it is covered
HAIR = 0.25  # of its strength, at least, that a thin stroke shows
MOST = 4000  # edges that vote
GUESSES = 100  # colors tried for each strength
NATURAL = 1.5  # weight of the votes of the surroundings
AS_GOOD = 0.99  # of the votes: of those, the weakest overlay, which has the purest color
LEAST = 0.08  # of the edges must vote for it, on balance; natural pictures hardly reach that
THIN_LEAST = 0.13  # and of the ridges; natural pictures reach 0.128
OPAQUE = 0.8  # a stronger overlay leaves too little to bring back
ROUNDS = 3
FAR_PX = 64  # from its edges, what lies within an overlay is as the nearest one says
SLACK = 0.06  # beyond 0..1, where nothing can have been


class Overlay(NamedTuple):
    """A color and how much of it lies on the picture, 0..1."""

    color: Color  # (3,)
    strength: np.float32
    is_thin: bool  # its strokes are too thin to have calm sides


class Edges(NamedTuple):
    """Pairs of pixels on both sides of edges; the first one is taken for the outer."""

    colors: Image  # (n, 2, 3)
    places: Indices  # (n, 2)
    rough: Plane  # (n, 2): how unlike the pixels of each side are

    def some(self, rng: np.random.Generator) -> "Edges":
        which = rng.permutation(len(self.places))[:MOST]
        return Edges(self.colors[which], self.places[which], self.rough[which])

    def added(self, strength: np.float32) -> Image:
        """What each edge says that the overlay adds, ``(n, 3)``."""
        found: Image = self.colors[:, 1] - (1 - strength) * self.colors[:, 0]
        return found


def lifted(image: Image, hole: Hole) -> tuple[Image, Hole] | None:
    """The picture without the overlay that lies somewhere in ``hole``, and what is still to fill.

    image: ``(h, w, 3)``, 0..1, sRGB. Pixels outside the hole keep their values. What is to fill
    are the rims, where the overlay is neither there nor not, and what shines through too little.
    ``None`` if no overlay is found.
    """
    overlay = estimated(image, hole)
    if overlay is None:
        return None
    covered = _covered(image, hole, overlay)
    if not covered.any():
        return None
    if overlay.strength > OPAQUE:
        return image, wider(wider(covered)) & hole
    found = _without(image, overlay)
    rim = wider(wider(covered) & ~_narrower(covered)) & hole
    if overlay.is_thin:
        rim |= _hairs(image, hole, overlay)
    lost = covered & ((found < -SLACK) | (found > 1 + SLACK)).any(axis=2)
    return np.where(covered[..., None], found.clip(0, 1), image), rim | lost


def estimated(image: Image, hole: Hole) -> Overlay | None:
    """What lies on the picture in ``hole``, if anything does. Seeded: it is always the same."""
    y, x = np.nonzero(hole)
    reach = max(24, min(int(np.ptp(y)), int(np.ptp(x))) // 3)
    around = (averaged(hole.astype(np.float32), reach) > 1e-6) & ~hole
    times = hole.sum() / max(int(around.sum()), 1)
    found = [
        _voted(seen(image, hole), seen(image, around), times, is_thin)
        for seen, is_thin in ((_edges, False), (_ridges, True))
    ]
    return max((each for each in found if each), key=lambda each: each[0], default=(0, None))[1]


def _voted(edges: Edges, own: Edges, times: float, is_thin: bool) -> tuple[float, Overlay] | None:
    """What most of ``edges`` agree on, less those that are the picture's ``own``, each of which
    stands for ``times`` as many; and how sure that is, if it is at all.
    """
    rng, count = np.random.default_rng(0), len(edges.places)
    if count < 2 * GUESSES:
        return None
    weight = len(own.places) / count * times
    edges, own = edges.some(rng), own.some(rng)
    scored = []
    for strength in STRENGTHS:
        added, natural = edges.added(strength), own.added(strength)
        possible = ((added >= -ALIKE) & (added <= strength + ALIKE)).all(axis=1)
        if not possible.any():
            continue
        guesses = added[possible][rng.integers(0, possible.sum(), GUESSES)]
        guesses = np.concatenate([guesses, strength * np.array([[0], [1]]) * np.ones(3)])
        guesses = guesses.clip(0, strength).astype(np.float32)
        votes = _votes(added, guesses[:, None]).mean(axis=1)
        if len(natural):
            votes -= NATURAL * weight * _votes(natural, guesses[:, None]).mean(axis=1)
        best = guesses[votes.argmax()]
        for _ in range(5):
            votes = _votes(added, best)
            best = (votes @ added / max(float(votes.sum()), 1e-6)).clip(0, strength)
        score = float(votes.mean())
        if len(natural):
            score -= NATURAL * weight * float(_votes(natural, best).mean())
        # what an overlay covers is calmer by as much as it hides
        rough = 0.004 + (1 - strength) * (votes @ edges.rough[:, 0]) / max(votes.sum(), 1e-6)
        calm = rough / (0.004 + (votes @ edges.rough[:, 1]) / max(votes.sum(), 1e-6))
        scored.append((score * min(1.0, 2 * float(calm)), strength, best / strength))
    scored = [each for each in scored if each[0] > (THIN_LEAST if is_thin else LEAST)]
    if not scored:
        return None
    most = max(score for score, _, _ in scored)
    strength, color = next((s, c) for score, s, c in scored if score >= AS_GOOD * most)
    return most * count**0.5, Overlay(color.astype(np.float32), strength, is_thin)


def _ridges(image: Image, area: Hole) -> Edges:
    """What stands out of its surroundings in ``area`` along thin lines, as pairs of what is around
    and what is there: strokes too thin to have calm sides.
    """
    import cv2  # late: the editor starts without it

    usual = _usual(image)
    step = np.abs(image - usual).max(axis=2)
    rough = cv2.medianBlur(np.rint(step * 255).astype(np.uint8), THIN_PX) / np.float32(255)
    use = area & (step > STEP) & (rough < THIN_CALM * step)
    use &= (step >= cv2.dilate(step, np.ones((1, 3)))) | (step >= cv2.dilate(step, np.ones((3, 1))))
    places, roughness = np.flatnonzero(use), rough[use].astype(np.float32)
    return Edges(
        np.stack([usual[use], image[use]], axis=1),
        np.stack([places, places], axis=1),
        np.stack([roughness, roughness], axis=1),
    )


def _hairs(image: Image, hole: Hole, overlay: Overlay) -> Hole:
    """Where a part of the overlay lies that is thinner than a pixel, and a little around it."""
    usual = _usual(image)
    step, whole = image - usual, overlay.strength * (overlay.color - usual)
    part = (step * whole).sum(axis=2) / np.maximum((whole**2).sum(axis=2), np.float32(1e-4))
    off = np.abs(step - part[..., None] * whole).max(axis=2)
    found = (part > HAIR) & (np.abs(step).max(axis=2) > STEP) & (off < ALIKE)
    return wider(found & hole) & hole


def _usual(image: Image) -> Image:
    """What is around each place, whatever thin thing lies on it."""
    import cv2

    levels = np.rint(image.clip(0, 1) * 255).astype(np.uint8)
    return cv2.medianBlur(levels, THIN_PX).astype(np.float32) / np.float32(255)


def _edges(image: Image, area: Hole, thin: bool = False) -> Edges:
    """All calm-sided edges in ``area``, along rows and columns, each both ways.

    A side is the mean of two pixels; of a ``thin`` overlay, which is not that wide, one pixel.
    """
    places = np.arange(area.size).reshape(area.shape)
    found = []
    for axis in (0, 1):
        colors, inside = np.moveaxis(image, axis, 0), np.moveaxis(area, axis, 0)
        at = np.moveaxis(places, axis, 0)
        for gap in (1, 2):  # a rim of so many pixels is neither the one nor the other
            count = max(0, len(colors) - gap - 3)
            a, b, c, d = (slice(i, i + count) for i in (0, 1, gap + 2, gap + 3))
            one = colors[b] if thin else (colors[a] + colors[b]) / 2
            two = colors[c] if thin else (colors[c] + colors[d]) / 2
            rough_one = np.abs(colors[a] - colors[b]).max(axis=2)
            rough_two = np.abs(colors[c] - colors[d]).max(axis=2)
            rough = (np.minimum if thin else np.maximum)(rough_one, rough_two)
            step = np.abs(one - two).max(axis=2)
            use = inside[a] & inside[b] & inside[c] & inside[d]
            use &= (step > STEP) & (rough < CALM * step)
            found.append(
                Edges(
                    np.stack([one[use], two[use]], axis=1),
                    np.stack([at[b][use], at[c][use]], axis=1),
                    np.stack([rough_one[use], rough_two[use]], axis=1),
                )
            )
    both = found + [Edges(e.colors[:, ::-1], e.places[:, ::-1], e.rough[:, ::-1]) for e in found]
    return Edges(
        np.concatenate([each.colors for each in both]),
        np.concatenate([each.places for each in both]),
        np.concatenate([each.rough for each in both]),
    )


def _votes(added: Image, wanted: Image) -> Plane:
    """How well what each edge says is added agrees with ``wanted``, 0..1."""
    off = ((added - wanted) ** 2).sum(axis=-1) / (3 * ALIKE**2)
    return np.asarray(np.maximum(1 - off, 0), np.float32)


def _without(image: Image, overlay: Overlay) -> Image:
    return np.asarray(
        (image - overlay.strength * overlay.color) / (1 - overlay.strength), np.float32
    )


def _covered(image: Image, hole: Hole, overlay: Overlay) -> Hole:
    """Where the overlay lies.

    Its edges say on which side it is, and that holds as far as the next edge. Near what is surely
    not covered, each pixel is also compared with the colors there, with and without the overlay.
    """
    said = _said(image, hole, overlay)
    under, covered = (1 - overlay.strength), said
    for _ in range(ROUNDS):
        sure = ((covered < 0) & ~wider(wider(covered > 0)))[..., None].astype(np.float32)
        guess = hung(np.concatenate([image * sure, sure], axis=2))
        near = np.minimum(1, 4 * averaged(sure[..., 0], 6))
        bare = ((image - guess) ** 2).sum(axis=2)
        over = ((image - overlay.strength * overlay.color - under * guess) ** 2).sum(axis=2)
        noise = averaged(np.minimum(bare, over), 8) + np.float32(3 * 0.01**2)
        likely = averaged((bare - over) / (2 * noise), 1).clip(-4, 4) * near
        covered = np.where(hole, np.float32(0.35) * likely + said, np.float32(-1))
        covered = np.where(hole, averaged(covered, 1), np.float32(-1))
    return (covered > 0) & hole


def _said(image: Image, hole: Hole, overlay: Overlay) -> Plane:
    """What the edges say of every pixel: 1 is covered, -1 is not."""
    seen = averaged(hole.astype(np.float32), 6) > 0
    total, count = np.zeros(hole.size, np.float32), np.zeros(hole.size, np.float32)
    for thin in (False, True):
        edges = _edges(image, seen, thin)
        votes = _votes(edges.added(overlay.strength), overlay.strength * overlay.color)
        for side, way in ((1, 1), (0, -1)):
            np.add.at(total, edges.places[:, side], way * votes)
            np.add.at(count, edges.places[:, side], votes)
    ridges = _ridges(image, seen)
    votes = RIDGES * _votes(ridges.added(overlay.strength), overlay.strength * overlay.color)
    np.add.at(total, ridges.places[:, 1], votes)
    np.add.at(count, ridges.places[:, 1], votes)
    balance, weight = (9 * averaged(each.reshape(hole.shape), 1) for each in (total, count))
    sign = np.where(hole, balance / np.maximum(weight, np.float32(1e-6)), np.float32(-1))
    known = (weight > 0.5) | ~hole
    weight = np.where(hole, np.minimum(0.5 * weight, 1) * np.float32(0.95), np.float32(1))
    smooth = hung(np.stack([sign * weight, weight], axis=2))[..., 0]
    nearest = extend_edges(*spread(np.stack([sign] * 3, axis=2), known, FAR_PX))
    said = np.float32(0.6) * (smooth + averaged(nearest[..., 0], 2))
    return np.where(hole, said, np.float32(-1))


def _narrower(hole: Hole) -> Hole:
    return ~wider(~hole)
