"""The frozen application's first script."""

import multiprocessing
import sys

from editor.cli import main

multiprocessing.freeze_support()
sys.exit(main(sys.argv[1:]))
