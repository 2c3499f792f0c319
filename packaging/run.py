"""``make run``: open the editor on the given photographs, else on the sample."""

from __future__ import annotations

import sys

from editor.cli import main
from samples import sample_photo

sys.exit(main(sys.argv[1:] or [str(sample_photo())]))
