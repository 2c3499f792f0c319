from editor.document.signal import Signal


def test_listeners_are_called_in_the_order_they_connected():
    signal: Signal[[int]] = Signal()
    heard = []
    signal.connect(lambda n: heard.append(("first", n)))
    signal.connect(lambda n: heard.append(("second", n)))
    signal.emit(7)
    assert heard == [("first", 7), ("second", 7)]


def test_who_is_disconnected_meanwhile_is_not_called():
    signal: Signal[[]] = Signal()
    heard = []

    def second():
        heard.append("second")

    def first():
        heard.append("first")
        signal.disconnect(first)
        signal.disconnect(second)

    signal.connect(first)
    signal.connect(second)
    signal.emit()
    signal.emit()
    assert heard == ["first"]
