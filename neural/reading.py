"""What networks find in a picture: its look, its place in a space."""

from neural.engine import Engine
from neural.errors import ModelMissing
from neural.image import Image, Tensor
from neural.latent import Point, point_of, to_project
from neural.looks import Look, from_read, to_read
from neural.progress import Progress
from neural.session import Session

LOOK = "look"
"""The task of networks that read looks."""


def look_of(engine: Engine, picture: Image, name: str, progress: Progress) -> Look:
    """What a picture looks like, as numbers.

    picture: float32 ``(h, w, 3)``, 0..1, sRGB; it is made small before it is read. name: of the
    look.

    Raises:
        NeuralError: no model that reads looks, no memory; the message is for the user.
        Cancelled
    """
    card, small = engine.library.find(LOOK).card, to_read(picture)

    def question(session: Session) -> Tensor:
        return session.run({"image": small}, progress.token)[0]

    code = engine.ask(card, question, small.shape[2:], progress)
    return from_read(code, small, name, card.space)


def point_in(engine: Engine, picture: Image, name: str, space: str, progress: Progress) -> Point:
    """The point in a space that comes nearest to a picture.

    picture: float32 ``(h, w, 4)``, 0..1, sRGB, straight alpha; it is made as small as the network
    wants it. name: of the point.

    Raises:
        NeuralError: no model, no memory; the message is for the user.
        Cancelled
    """
    card = engine.projection(space)
    if card is None:
        raise ModelMissing(f"No model finds the points of pictures in {space}.")
    image = to_project(picture, card.geometry.min[0], card.input("image").channels)

    def question(session: Session) -> Tensor:
        return session.run({"image": image}, progress.token)[0]

    return point_of(engine.ask(card, question, image.shape[2:], progress), name, space)
