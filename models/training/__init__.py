"""Training of the bundled mini models: the miniature world, its data and the training harness."""
