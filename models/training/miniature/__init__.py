"""What the miniature worlds share: the ray tracer, its shapes, colours and soft choices, words for captions."""
