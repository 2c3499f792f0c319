"""What there is to say of a model and of a result, in a line or a few."""

from __future__ import annotations

from editor.ui.recipe import Recipe, provider_name
from neural.card import ModelCard


def card_line(card: ModelCard) -> str:
    """Version, size, license and the beginning of the hash."""
    size = card.bytes / 1e6
    mb = f"{size:.1f} MB" if size < 100 else f"{size:.0f} MB"
    return f"{card.version} · {mb} · {card.license.weights} · {card.sha256[:8]}"


def card_details(card: ModelCard) -> str:
    """All that matters before a model is run, a line for each."""
    return "\n".join(
        (
            f"{card.name} {card.version} ({card.id}), by {card.author}, {card.date}",
            f"SHA-256 {card.sha256}",
            f"Weights {card.license.weights}, code {card.license.code}",
            f"Trained on: {card.license.training_data}",
        )
    )


def result_line(recipe: Recipe) -> str:
    """How the active layer came out."""
    parts = []
    if "changed_outside" in recipe:
        parts.append(f"{recipe['changed_outside']} px changed outside the mask")
    if "seconds" in recipe:
        parts.append(f"{recipe['seconds']:.1f} s")
    if "provider" in recipe:
        parts.append(provider_name(recipe["provider"]))
    return " · ".join(parts)
