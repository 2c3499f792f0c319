"""``python -m editor``: the same as the command ``pentimento``."""

import sys

from editor.cli import main

sys.exit(main())
