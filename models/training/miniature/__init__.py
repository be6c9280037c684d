"""Shared by the miniature worlds: the ray tracer, its shapes, colours and soft choices, and words for captions."""
