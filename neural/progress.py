"""How far a piece of work is, what it has to say, and whether it should stop."""

from collections.abc import Callable
from threading import Lock

from neural.errors import Cancelled

Report = Callable[[float, str], None]


class CancelToken:
    """A switch that stops a job, thrown once from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._cancelled = False
        self._listeners: dict[object, Callable[[], None]] = {}

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def cancel(self) -> None:
        """Throw the switch and call every listener, in the caller's thread."""
        with self._lock:
            self._cancelled = True
            listeners, self._listeners = list(self._listeners.values()), {}
        for listener in listeners:
            listener()

    def check(self) -> None:
        """Raise ``Cancelled`` if the switch has been thrown."""
        if self._cancelled:
            raise Cancelled

    def on_cancel(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have ``listener`` called on cancelling, or now if that has happened.

        Returns a function that forgets the listener again; calling it twice is harmless.
        """
        key = object()
        with self._lock:
            if not self._cancelled:
                self._listeners[key] = listener
                return lambda: self._forget(key)
        listener()
        return lambda: None

    def _forget(self, key: object) -> None:
        with self._lock:
            self._listeners.pop(key, None)


def _silent(fraction: float, text: str) -> None:
    pass


class Progress:
    """A fraction from 0 to 1 that can be handed on in parts.

    ``notes`` gathers sentences about the result that its user must hear of ("Ran in tiles of
    256 px because memory was short."); all parts share one list.
    """

    def __init__(
        self,
        report: Report = _silent,
        token: CancelToken | None = None,
        notes: list[str] | None = None,
    ) -> None:
        self._report = report
        self.token = token or CancelToken()
        self.notes: list[str] = [] if notes is None else notes

    def __call__(self, fraction: float, text: str = "") -> None:
        """Report that ``fraction`` of the work is done, or raise ``Cancelled`` if asked to stop."""
        self.token.check()
        self._report(fraction, text)

    def part(self, start: float, end: float) -> "Progress":
        """A progress whose 0..1 is the stretch ``start``..``end`` of this one."""

        def report(fraction: float, text: str) -> None:
            self._report(start + (end - start) * fraction, text)

        return Progress(report, self.token, self.notes)

    def note(self, sentence: str) -> None:
        """Keep a sentence for the user, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)
