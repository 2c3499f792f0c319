"""How a layer was made, in words."""

from dataclasses import replace

from editor.ui.recipe import recipe_text
from neural.looks import Look
from neural.operations.style import Style
from neural.record import encode

WAVE = Look("Wave", "look-1", (0.125,) * 96, (0.5,) * 192, share=0.6)


def test_looks_are_called_by_their_names_and_shares_and_not_by_their_numbers():
    style = Style((WAVE, replace(WAVE, name="Sunset", share=1.0)), keep_colors=True)
    text = recipe_text({"operation": "style", "parameters": encode(style)})
    assert "Looks: Wave × 0.6, Sunset\n" in text
    assert "Keep colors: yes" in text
    assert "0.125" not in text and "look-1" not in text
    assert "Looks: none" in recipe_text({"parameters": encode(Style())})


def test_a_recipe_that_somebody_made_up_is_shown_all_the_same():
    text = recipe_text({"parameters": {"looks": [{"share": "much"}, 3, [True]]}})
    assert text == "Looks: ? × much, 3, yes"
