from dataclasses import dataclass, field

from editor.document.history import History


@dataclass
class Append:
    """Puts ``name`` at the end of a list."""

    text: list[str]
    name: str
    nbytes: int = field(default=1)

    def redo(self):
        self.text.append(self.name)

    def undo(self):
        assert self.text.pop() == self.name


def typed(letters, budget=1000, nbytes=1):
    history, text = History(budget), []
    for letter in letters:
        history.push(Append(text, letter, nbytes))
    return history, text


def test_undo_and_redo_walk_through_what_was_done():
    history, text = typed("abc")
    history.undo()
    history.undo()
    assert text == ["a"]
    history.redo()
    assert text == ["a", "b"]
    assert [c.name for c in history.commands] == ["a", "b", "c"]
    assert history.done == 2
    assert history.can_undo
    assert history.can_redo


def test_undo_and_redo_beyond_the_ends_do_nothing():
    history, text = typed("a")
    history.redo()
    history.undo()
    history.undo()
    assert text == []
    assert not history.can_undo
    history.redo()
    history.redo()
    assert text == ["a"]
    assert not history.can_redo


def test_something_new_makes_what_was_undone_forgotten():
    history, text = typed("abc")
    history.go_to(1)
    history.push(Append(text, "d"))
    assert text == ["a", "d"]
    assert not history.can_redo
    assert history.nbytes == 2


def test_a_command_that_is_done_already_is_not_done_again():
    history, text = History(), ["a"]
    history.push(Append(text, "a"), done=True)
    assert text == ["a"]
    history.undo()
    assert text == []


def test_going_to_a_place_beyond_the_ends_stops_there():
    history, text = typed("abc")
    history.go_to(-5)
    assert text == []
    history.go_to(99)
    assert text == ["a", "b", "c"]


def test_the_oldest_are_forgotten_when_the_budget_is_used_up():
    history, text = typed("abcdef", budget=30, nbytes=10)
    assert [c.name for c in history.commands] == ["d", "e", "f"]
    assert history.nbytes == 30
    history.go_to(0)
    assert text == ["a", "b", "c"]


def test_the_latest_can_be_undone_even_if_it_is_larger_than_the_budget():
    history, text = typed("abc", budget=5, nbytes=10)
    assert [c.name for c in history.commands] == ["c"]
    history.undo()
    assert text == ["a", "b"]


def test_a_document_is_clean_where_it_was_saved_and_nowhere_else():
    history, _ = typed("")
    assert history.is_clean
    history, text = typed("ab")
    assert not history.is_clean
    history.mark_clean(history.position)
    assert history.is_clean
    history.undo()
    assert not history.is_clean
    history.redo()
    assert history.is_clean
    history.push(Append(text, "c"))
    assert not history.is_clean


def test_painting_during_a_save_leaves_the_document_modified():
    history, text = typed("ab")
    saved = history.position
    history.push(Append(text, "c"))
    history.mark_clean(saved)
    assert not history.is_clean
    history.undo()
    assert history.is_clean


def test_undoing_and_doing_something_else_during_a_save_leaves_the_document_modified():
    history, text = typed("ab")
    saved = history.position
    history.undo()
    history.push(Append(text, "c"))
    history.mark_clean(saved)
    assert not history.is_clean


def test_a_saved_state_is_still_known_when_its_command_is_forgotten():
    history, text = typed("ab", budget=20, nbytes=10)
    history.mark_clean(history.position)
    history.push(Append(text, "c", 10))
    history.push(Append(text, "d", 10))
    history.go_to(0)
    assert text == ["a", "b"]
    assert history.is_clean


def test_a_document_that_was_never_saved_is_not_clean():
    history, _ = typed("")
    history.mark_clean(None)
    assert not history.is_clean


def test_every_move_is_told_once():
    history, text = typed("a")
    told = []
    history.changed.connect(lambda: told.append(list(text)))
    history.undo()
    history.undo()
    history.redo()
    history.push(Append(text, "b"))
    assert told == [[], ["a"], ["a", "b"]]
