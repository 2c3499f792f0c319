"""The W3C's compositing of one pixel at a time in float64, written from the specification.

An oracle for tests: slow, plain, and sharing no code with the editor.
"""

import math

WEIGHTS = (0.3, 0.59, 0.11)


def lum(c):
    return sum(w * v for w, v in zip(WEIGHTS, c, strict=True))


def clip_color(c):
    light, low, high = lum(c), min(c), max(c)
    if low < 0:
        c = [light + (v - light) * light / (light - low) for v in c]
    if high > 1:
        c = [light + (v - light) * (1 - light) / (high - light) for v in c]
    return c


def set_lum(c, light):
    shift = light - lum(c)
    return clip_color([v + shift for v in c])


def sat(c):
    return max(c) - min(c)


def set_sat(c, s):
    low, mid, high = sorted(range(3), key=lambda k: c[k])
    result = [0.0, 0.0, 0.0]
    if c[high] > c[low]:
        result[mid] = (c[mid] - c[low]) * s / (c[high] - c[low])
        result[high] = s
    return result


def dodge(b, s):
    if b == 0:
        return 0.0
    return 1.0 if s == 1 else min(1.0, b / (1 - s))


def burn(b, s):
    if b == 1:
        return 1.0
    return 0.0 if s == 0 else 1 - min(1.0, (1 - b) / s)


def hard_light(b, s):
    return b * 2 * s if s <= 0.5 else b + (2 * s - 1) - b * (2 * s - 1)


def soft_light(b, s):
    if s <= 0.5:
        return b - (1 - 2 * s) * b * (1 - b)
    curve = ((16 * b - 12) * b + 4) * b if b <= 0.25 else math.sqrt(b)
    return b + (2 * s - 1) * (curve - b)


SEPARABLE = {
    "normal": lambda b, s: s,
    "src-atop": lambda b, s: s,
    "multiply": lambda b, s: b * s,
    "screen": lambda b, s: b + s - b * s,
    "overlay": lambda b, s: hard_light(s, b),
    "darken": min,
    "lighten": max,
    "color-dodge": dodge,
    "color-burn": burn,
    "hard-light": hard_light,
    "soft-light": soft_light,
    "difference": lambda b, s: abs(b - s),
    "exclusion": lambda b, s: b + s - 2 * b * s,
}
WHOLE = {
    "hue": lambda b, s: set_lum(set_sat(s, sat(b)), lum(b)),
    "saturation": lambda b, s: set_lum(set_sat(b, sat(s)), lum(b)),
    "color": lambda b, s: set_lum(s, lum(b)),
    "luminosity": lambda b, s: set_lum(b, lum(s)),
}


def blend_pixel(mode, backdrop, source):
    """``B(cb, cs)`` of two RGB triples."""
    if mode in WHOLE:
        return WHOLE[mode](backdrop, source)
    return [SEPARABLE[mode](b, s) for b, s in zip(backdrop, source, strict=True)]


def composite_pixel(backdrop, source, alpha, mode):
    """One layer on one pixel, straight RGBA in and out; ``alpha`` is the layer's, all included."""
    *cb, ab = backdrop
    if mode == "src-atop":
        return [*(s * alpha + b * (1 - alpha) for b, s in zip(cb, source, strict=True)), ab]
    mixed = blend_pixel(mode, cb, source)
    ao = alpha + ab * (1 - alpha)
    if ao == 0:
        return [0.0, 0.0, 0.0, 0.0]
    color = [
        (s * alpha * (1 - ab) + ab * alpha * m + (1 - alpha) * ab * b) / ao
        for b, s, m in zip(cb, source, mixed, strict=True)
    ]
    return [*color, ao]


def look_up(table, color):
    """What becomes of an RGB triple: the corners of its tetrahedron, weighted by its volumes."""
    steps = len(table) - 1
    place = [value * steps for value in color]
    corner = [min(int(value), steps - 1) for value in place]
    inside = [value - start for value, start in zip(place, corner, strict=True)]
    order = sorted(range(3), key=lambda axis: -inside[axis])
    marks = [1.0, *(inside[axis] for axis in order), 0.0]
    result = [0.0, 0.0, 0.0]
    for step in range(4):
        weight = marks[step] - marks[step + 1]
        result = [r + weight * float(v) for r, v in zip(result, table[tuple(corner)], strict=True)]
        if step < 3:
            corner[order[step]] += 1
    return result


def adjust_pixel(backdrop, table, weight, mode):
    """An adjustment on one pixel, straight RGBA in and out."""
    *cb, alpha = backdrop
    mixed = blend_pixel(mode, cb, look_up(table, cb))
    return [*(b + (m - b) * weight for b, m in zip(cb, mixed, strict=True)), alpha]


def composite_layers(layers):
    """Straight RGBA of a stack, bottom to top, of (RGBA pixel in 0..1, opacity, mode)."""
    result = [0.0, 0.0, 0.0, 0.0]
    for pixel, opacity, mode in layers:
        result = composite_pixel(result, pixel[:3], pixel[3] * opacity, mode)
    return result
