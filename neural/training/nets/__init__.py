"""Network architectures, one module per task."""
