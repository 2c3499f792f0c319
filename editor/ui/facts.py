"""What there is to say of a model and of a result, in a line or a few."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor import enlarge, generate
from editor.document.document import Document
from editor.ui.prose import Prose
from editor.ui.recipe import Recipe, provider_name
from editor.ui.theme import SPACE
from neural.card import ModelCard
from neural.errors import NeuralError
from neural.operations.base import Generating, Operation, Resizing


class Facts(QWidget):
    """A line each, if there is something to say: how large a picture becomes, what the networks
    are, and how the active layer came out."""

    def __init__(self) -> None:
        super().__init__()
        self.becomes, self.networks, self.result = (Prose(dim=True) for _ in range(3))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SPACE)
        for line in (self.becomes, self.networks, self.result):
            column.addWidget(line)

    def show_of(
        self,
        value: Operation,
        cards: Sequence[ModelCard],
        is_chosen: bool,
        document: Document | None,
    ) -> None:
        """cards: of the networks that would run; is_chosen: the user chose the one there is."""
        names = ", then ".join(card.name for card in cards)
        self.becomes.say(_resulting_size(value, cards, document))
        self.networks.say(card_line(cards[0]) if is_chosen and cards else names)
        self.networks.setToolTip("\n\n".join(card_details(card) for card in cards))
        node = document.active if document is not None else None
        made = node.recipe if node is not None else None
        self.result.say(result_line(made) if made is not None else "")
        for line in (self.becomes, self.networks, self.result):
            line.setVisible(bool(line.text()))


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


def _resulting_size(value: Operation, cards: Sequence[ModelCard], document: Document | None) -> str:
    """How large the picture is and becomes, or what is generated for it."""
    if isinstance(value, Generating) and cards:
        if document is None:
            side = value.side(cards[0])
            return f"{side} × {side} px, as a new picture"
        w, h = generate.place_of(value, cards[0], document).size
        where = "in the selection" if not document.selection.is_empty else "as a new layer"
        return f"{w} × {h} px, {where}"
    if document is None or not isinstance(value, Resizing):
        return ""
    before = document.size
    try:
        after = enlarge.size_of(value, before)
    except NeuralError:
        return ""
    return f"{before.w} × {before.h} → {after.w} × {after.h} px"
