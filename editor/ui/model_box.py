"""Which network is to do it, of those there are."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox

from editor.document.geometry import Size
from neural.card import ModelCard
from neural.engine import Engine
from neural.errors import NeuralError
from neural.library import Model
from neural.looks import Look
from neural.operations.base import Operation, Resizing
from neural.operations.parameters import most_records, space_of


class ModelBox(QComboBox):
    """The models of one task; one that became unusable stays in the list."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._models: tuple[Model, ...] = ()
        self._is_needed = True
        self.setAccessibleName("Model")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    @property
    def model_id(self) -> str | None:
        """The chosen model's card's id; ``None`` if there is none, or the operation chooses."""
        chosen: str | None = self.currentData()
        return chosen

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to choose: one model that can be used, or none is needed."""
        if not self._models:
            return not self._is_needed
        return len(self._models) == 1 and not self._models[0].problem

    def list_for(self, value: Operation) -> None:
        """Offer the models that an operation can run, silently; the chosen one stays if it can."""
        models = self._engine.library.of_task(value.task)
        self._is_needed = value.needs_network
        if models == self._models and self.count():
            return
        self._models, chosen = models, self.model_id
        usable = self._engine.availability(value.task).card
        blocked = self.blockSignals(True)
        self.clear()
        if isinstance(value, Resizing) and usable is not None and len(models) > 1:
            self.addItem("Chosen by size", None)
        if most_records(value, Look) and len(models) > 1:
            self.addItem("Chosen by the look", None)
        for model in models:
            text = model.card.name if not model.problem else f"{model.card.name} (not usable)"
            self.addItem(text, model.card.id)
        if not models:
            self.addItem("None found" if value.needs_network else "Needs none", None)
        self.setEnabled(bool(models))
        wanted = self.findData(chosen) if chosen is not None else -1
        if wanted < 0 and usable is not None and self.itemData(0) is not None:
            wanted = self.findData(usable.id)
        self.setCurrentIndex(max(wanted, 0))
        self.blockSignals(blocked)

    def cards(self, value: Operation, size: Size | None) -> list[ModelCard]:
        """Of what would be run on a picture of a size, or of what is chosen and cannot be."""
        if isinstance(value, Resizing) and size is not None:
            try:
                models = self._engine.chosen(value, (size.h, size.w), self.model_id)
            except NeuralError:
                models = []
            if models:
                return list({model.card.id: model.card for model in models}.values())
        is_by_look = self.model_id is None and most_records(value, Look) > 0
        if is_by_look and self._engine.availability(value.task).card is not None:
            return [self._engine.library.find(value.task, None, space_of(value)).card]
        return [model.card for model in self._models if model.card.id == self.model_id]
