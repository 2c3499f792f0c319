"""Training: a program of its own, which needs PyTorch and which the editor never imports."""
