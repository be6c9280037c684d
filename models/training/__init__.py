"""Training of the bundled miniature models: the worlds, their data and the training loop."""
