/* Draws a picture with everything that is known about each pixel. A world's render.c includes shapes.h, defines the following,
 * and then includes this file:
 *
 *   FIRST_THING                labels from this one on win ties against earlier ones
 *   Globals                    the world's parameters, all floats, beginning with CAMERA
 *   backdrop(g, d, s)          the distance that a ray from the eye reaches if no primitive stops it; sets s->normal and s->surface (not 0)
 *   solid(p, hit, d)           0 if the ray passes through the primitive at this point
 *   shade(...)                 the visible linear colour; may change the sample, which has the primitive's label and instance
 *   edge(before, a, b)         the amount of ink between two neighbouring samples; `before` is the neighbour on the other side of a
 */
static float gamma_table[1025];
static float display(float x) { return gamma_table[(int)(clamp01(x) * 1024.f + .5f)]; }

/* Finds the primitives that rays through a tile of the picture may hit: bounding spheres that meet a cone around the tile. */
static void tile_candidates(const Primitive *prims, int n, Vec eye, Vec axis, float cosine, Spheres *out) {
  float sine = sqrtf(1 - cosine * cosine);
  out->n = 0;
  for (int i = 0; i < n; i++) {
    Vec c = sub(from(prims[i].centre), eye);
    float along = dot(c, axis), c2 = dot(c, c), across = sqrtf(fmaxf(0, c2 - along * along));
    if (c2 < prims[i].bound * prims[i].bound || across * cosine - along * sine <= prims[i].bound) push(out, prims + i, i);
  }
}

/* Draws `size` x `size` pixels from 2 x 2 samples each.
 * rgb: sRGB, 3 bytes per pixel; depth: metres along the view axis; lines: 255 = paper. A pixel's label is the majority of its
 * samples (objects win ties against the room). Its depth and instance are those of the samples with that label. */
void render(const Primitive *prims, int n, const Globals *g, int size, unsigned char *rgb, float *depth, unsigned char *labels,
            unsigned char *instances, unsigned char *lines) {
  int S = size * 2;
  Sample *samples = malloc(sizeof(Sample) * S * S);
  float *ink = calloc(S * S, sizeof(float)), *colour = calloc(size * size * 3, sizeof(float));
  if (gamma_table[1024] == 0)
    for (int i = 0; i <= 1024; i++) gamma_table[i] = powf(i / 1024.f, 1 / 2.2f);
  Vec eye = from(g->eye), right = from(g->right), up = from(g->up), forward = from(g->forward);
  Spheres casters, seen;
  casters.n = 0;
  for (int i = 0; i < n; i++) if (prims[i].shadow > .5f) push(&casters, prims + i, i);

#define RAY(px, py) unit(add(forward, add(scale(right, ((px) / S * 2 - 1) * g->tangent), scale(up, (1 - (py) / S * 2) * g->tangent))))
  for (int ty = 0; ty < S; ty += TILE) for (int tx = 0; tx < S; tx += TILE) {
    Vec axis = RAY((float)tx + TILE * .5f, (float)ty + TILE * .5f);
    float cosine = 1;
    for (int c = 0; c < 4; c++) cosine = fminf(cosine, dot(axis, RAY((float)tx + (c & 1) * TILE, (float)ty + (c >> 1) * TILE)));
    tile_candidates(prims, n, eye, axis, cosine, &seen);
    for (int y = ty; y < ty + TILE && y < S; y++) for (int x = tx; x < tx + TILE && x < S; x++) {
      Vec d = RAY(x + .5f, y + .5f);
      Sample *s = samples + y * S + x;
      float t = backdrop(g, d, s);
      const Primitive *front = 0;
      Hit hit, nearest = {0};
      for (int j = 0; j < seen.n; j++)
        if (intersect(prims + seen.id[j], eye, d, &hit) && hit.t < t && solid(prims + seen.id[j], &hit, d)) {
          t = hit.t; nearest = hit; front = prims + seen.id[j];
        }
      s->depth = t * dot(d, forward);
      s->label = s->instance = s->region = 0;
      if (front) {
        s->normal = unit(columns(front->inverse, nearest.normal));
        s->surface = 0;
        s->label = (int)front->label;
        s->instance = (int)front->instance;
      }
      Vec c = shade(prims, &casters, g, front, &nearest, d, t, (y & 1) * 2 + (x & 1), s);
      float *out = colour + (y / 2 * size + x / 2) * 3;
      out[0] += display(c.x); out[1] += display(c.y); out[2] += display(c.z);
    }
  }
  for (int i = 0; i < size * size * 3; i++) rgb[i] = (unsigned char)(colour[i] * .25f * 255.f + .5f);

  for (int y = 0; y < size; y++) for (int x = 0; x < size; x++) {
    const Sample *q[4];
    float votes[32] = {0}, metres = 0;
    int winner = 0, count = 0, r = y * size + x;
    for (int k = 0; k < 4; k++) {
      q[k] = samples + (y * 2 + (k >> 1)) * S + x * 2 + (k & 1);
      votes[q[k]->label] += (q[k]->label >= FIRST_THING ? 1.25f : 1.f) + .01f * q[k]->label;
    }
    for (int i = 1; i < 32; i++) if (votes[i] > votes[winner]) winner = i;
    for (int k = 0; k < 4; k++) if (q[k]->label == winner) { metres += q[k]->depth; count++; instances[r] = q[k]->instance; }
    labels[r] = winner;
    depth[r] = metres / count;
  }

  for (int y = 1; y < S - 1; y++) for (int x = 1; x < S - 1; x++) { /* edges, widened to three samples */
    const Sample *s = samples + y * S + x;
    float e = fmaxf(edge(s - 1, s, s + 1), edge(s - S, s, s + S));
    if (e > 0)
      for (int k = 0; k < 9; k++) { float *i = ink + (y + k / 3 - 1) * S + x + k % 3 - 1; if (*i < e) *i = e; }
  }
  for (int y = 0; y < size; y++) for (int x = 0; x < size; x++) {
    const float *i = ink + y * 2 * S + x * 2;
    lines[y * size + x] = (unsigned char)(255.f * (1 - .25f * (i[0] + i[1] + i[S] + i[S + 1])) + .5f);
  }
  free(samples); free(ink); free(colour);
}
