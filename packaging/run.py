"""``make run``: open the editor on the given photographs, else on the sample."""

from __future__ import annotations

import sys

from samples import sample_photo

from editor.cli import main

sys.exit(main(sys.argv[1:] or [str(sample_photo())]))
