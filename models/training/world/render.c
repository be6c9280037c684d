/* Ray tracer of miniature rooms: one closed room, affine primitives, a soft key light, ambient occlusion, one lamp.
 *
 * Compiled by renderer.py with -ffp-contract=off and without -ffast-math, so that every x86-64 machine draws the same pixels.
 * The layouts of `Primitive` and `Globals` are mirrored in scene.py: all members are floats, in this order.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct { float x, y, z; } Vec;

enum { BOX, SPHERE, CYLINDER, FRUSTUM };
enum { PLAIN, VIEW, RINGS, STRIPE, PAINTING, BLANKET, FUR };
enum { WALL = 0, FLOOR = 1, WINDOW = 3, PLANT = 9 };

typedef struct {
  float shape, centre[3], inverse[9] /* world -> unit shape, rows */, bound /* radius around centre */;
  float colour[3], second[3], emission, label, instance, texture, phase, taper, shadow /* 1 = casts one */, region;
} Primitive;

typedef struct {
  float eye[3], right[3], up[3], forward[3], tangent /* of half the field of view */;
  float half_width, height, back; /* the room: |x| < half_width, 0 < y < height, z < back (metres) */
  float wall[3], floor_a[3], floor_b[3], key[3], key_colour[3], ambient[3], lamp[3], lamp_colour[3];
  float sky_top[3], sky_bottom[3], hills[3], sun[2], sun_colour[3], checks, stripes;
} Globals;

typedef struct { float t; Vec normal, local; } Hit;

#define MAX_PRIMITIVES 96
#define TILE 16
#define FAR 1e9f

static inline Vec vec(float x, float y, float z) { Vec r = {x, y, z}; return r; }
static inline Vec from(const float *a) { return vec(a[0], a[1], a[2]); }
static inline Vec add(Vec a, Vec b) { return vec(a.x + b.x, a.y + b.y, a.z + b.z); }
static inline Vec sub(Vec a, Vec b) { return vec(a.x - b.x, a.y - b.y, a.z - b.z); }
static inline Vec scale(Vec a, float s) { return vec(a.x * s, a.y * s, a.z * s); }
static inline float dot(Vec a, Vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static inline Vec unit(Vec a) { return scale(a, 1.f / sqrtf(dot(a, a) + 1e-12f)); }
static inline Vec mix(Vec a, Vec b, float t) { return add(scale(a, 1 - t), scale(b, t)); }
static inline Vec rows(const float *m, Vec a) {
  return vec(m[0] * a.x + m[1] * a.y + m[2] * a.z, m[3] * a.x + m[4] * a.y + m[5] * a.z, m[6] * a.x + m[7] * a.y + m[8] * a.z);
}
static inline Vec columns(const float *m, Vec a) {
  return vec(m[0] * a.x + m[3] * a.y + m[6] * a.z, m[1] * a.x + m[4] * a.y + m[7] * a.z, m[2] * a.x + m[5] * a.y + m[8] * a.z);
}
static inline float clamp01(float x) { return x < 0 ? 0 : x > 1 ? 1 : x; }
static inline float smoothstep(float a, float b, float x) { float t = clamp01((x - a) / (b - a)); return t * t * (3 - 2 * t); }

/* Nearest intersection in front of the ray; returns 0 when missed. Normal and point are in the primitive's own frame. */
static int intersect(const Primitive *p, Vec o, Vec d, Hit *hit) {
  Vec O = rows(p->inverse, sub(o, from(p->centre))), D = rows(p->inverse, d);
  const float near = 1e-4f;
  int shape = (int)p->shape;
  if (shape == BOX) {
    float ix = 1 / (fabsf(D.x) < 1e-9f ? 1e-9f : D.x), iy = 1 / (fabsf(D.y) < 1e-9f ? 1e-9f : D.y), iz = 1 / (fabsf(D.z) < 1e-9f ? 1e-9f : D.z);
    float kx = fabsf(ix), ky = fabsf(iy), kz = fabsf(iz);
    float tx = -ix * O.x - kx, ty = -iy * O.y - ky, tz = -iz * O.z - kz;
    float enter = tx > ty ? (tx > tz ? tx : tz) : (ty > tz ? ty : tz);
    float lx = -ix * O.x + kx, ly = -iy * O.y + ky, lz = -iz * O.z + kz;
    float leave = lx < ly ? (lx < lz ? lx : lz) : (ly < lz ? ly : lz);
    if (enter > leave || enter < near) return 0;
    hit->normal = tx >= ty && tx >= tz ? vec(D.x > 0 ? -1 : 1, 0, 0) : (ty >= tz ? vec(0, D.y > 0 ? -1 : 1, 0) : vec(0, 0, D.z > 0 ? -1 : 1));
    hit->t = enter;
    hit->local = add(O, scale(D, enter));
    return 1;
  }
  if (shape == SPHERE) {
    float a = dot(D, D), b = dot(O, D), c = dot(O, O) - 1, h = b * b - a * c;
    if (h < 0) return 0;
    float t = (-b - sqrtf(h)) / a;
    if (t < near) return 0;
    hit->t = t;
    hit->normal = hit->local = add(O, scale(D, t));
    return 1;
  }
  /* cylinder or frustum: radius mid + slope * y for y in [-1, 1] */
  float k = shape == CYLINDER ? 1.f : p->taper, mid = (1 + k) * .5f, slope = (k - 1) * .5f, ro = mid + slope * O.y, rd = slope * D.y;
  float a = D.x * D.x + D.z * D.z - rd * rd, b = O.x * D.x + O.z * D.z - ro * rd, c = O.x * O.x + O.z * O.z - ro * ro, h = b * b - a * c;
  int found = 0;
  if (h >= 0 && fabsf(a) > 1e-9f) {
    float t = (-b - sqrtf(h)) / a, y = O.y + t * D.y;
    if (t > near && fabsf(y) <= 1 && mid + slope * y >= 0) {
      found = 1;
      hit->t = t;
      hit->local = add(O, scale(D, t));
      hit->normal = vec(hit->local.x, -slope * (mid + slope * y), hit->local.z);
    }
  }
  if (fabsf(D.y) > 1e-6f) {
    float s = D.y > 0 ? -1 : 1, t = (s - O.y) / D.y, x = O.x + t * D.x, z = O.z + t * D.z, r = mid + slope * s;
    if (t > near && x * x + z * z <= r * r && (!found || t < hit->t)) {
      found = 1;
      hit->t = t;
      hit->local = vec(x, s, z);
      hit->normal = vec(0, s, 0);
    }
  }
  return found;
}

/* Colour of a point on a primitive; *region numbers the parts of its pattern, for the line drawing. */
static Vec texture(const Primitive *p, const Globals *g, const Hit *hit, int *region) {
  Vec c = from(p->colour), second = from(p->second), l = hit->local;
  *region = 0;
  switch ((int)p->texture) {
    case VIEW: { /* out of the window: sky, sun or moon, two rows of hills */
      Vec s = mix(from(g->sky_bottom), from(g->sky_top), smoothstep(-.6f, 1, l.y)), hills = from(g->hills);
      float dx = l.x - g->sun[0], dy = l.y - g->sun[1];
      s = mix(from(g->sun_colour), s, smoothstep(.17f, .24f, sqrtf(dx * dx + dy * dy)));
      float h = -.45f + .22f * sinf(l.x * 2.3f + p->phase * 6.f) + .08f * sinf(l.x * 5.f + p->phase * 17.f);
      s = mix(scale(hills, .75f), s, smoothstep(h + .18f, h + .26f, l.y + .1f * sinf(l.x * 3 + 2)));
      return mix(hills, s, smoothstep(h - .02f, h + .06f, l.y + .12f));
    }
    case RINGS: {
      float r = sqrtf(l.x * l.x + l.z * l.z);
      *region = (r > .62f) + (r > .82f);
      return *region == 1 ? second : c;
    }
    case STRIPE: *region = fabsf(l.y) < .28f; return *region ? second : c;
    case PAINTING: {
      if (fabsf(l.z) < .5f || fabsf(l.x) > .82f || fabsf(l.y) > .8f) return vec(.36f, .24f, .16f);
      float dx = l.x - .2f, dy = l.y - .25f;
      *region = 1;
      if (dx * dx + dy * dy < .1225f) { *region = 2; return second; }
      return l.y < -.15f + .25f * sinf(l.x * 3 + p->phase * 6) ? scale(c, .6f) : c;
    }
    case BLANKET: *region = fabsf(hit->normal.y) > .5f && fabsf(l.z - .15f) < .16f; return *region ? second : c;
    case FUR: return mix(c, second, p->phase * smoothstep(.35f, .65f, sinf(l.z * 7.f)));
  }
  return c;
}

static Vec room_colour(const Globals *g, Vec n, Vec w, int *label) {
  *label = WALL;
  if (n.y > .5f) { /* planks, blended with a chequered floor */
    float plank = floorf((w.x + 8) * 2.2f), hash = sinf(plank * 12.9898f) * 43758.5f;
    float check = (((int)floorf((w.x + 8) * 1.4f) + (int)floorf((w.z + 8) * 1.4f)) & 1) * .9f;
    *label = FLOOR;
    return mix(from(g->floor_a), from(g->floor_b), (1 - g->checks) * .7f * (hash - floorf(hash)) + g->checks * check);
  }
  Vec wall = from(g->wall);
  if (n.y < -.5f) return mix(wall, vec(1, 1, 1), .5f);
  if (w.y < .13f) return vec(.93f, .91f, .88f); /* skirting board */
  float along = fabsf(n.x) > .5f ? w.z : w.x;
  return scale(wall, ((int)floorf((along + 9) * 3.f) & 1) ? 1.f : 1 - .09f * g->stripes);
}

/* Bounding spheres, kept apart from the primitives so that the compiler can test several at once. */
typedef struct { int n; float x[MAX_PRIMITIVES], y[MAX_PRIMITIVES], z[MAX_PRIMITIVES], r[MAX_PRIMITIVES]; int id[MAX_PRIMITIVES]; } Spheres;

static void push(Spheres *s, const Primitive *p, int id) {
  int i = s->n++;
  s->x[i] = p->centre[0]; s->y[i] = p->centre[1]; s->z[i] = p->centre[2]; s->r[i] = p->bound; s->id[i] = id;
}

/* 1 when something that casts shadows lies on the ray before `reach`. */
static int occluded(const Primitive *prims, const Spheres *s, Vec o, Vec d, float reach) {
  unsigned char near[MAX_PRIMITIVES + 8] __attribute__((aligned(64)));
  int n = s->n;
  for (int i = 0; i < n; i++) {
    float cx = s->x[i] - o.x, cy = s->y[i] - o.y, cz = s->z[i] - o.z, b = cx * d.x + cy * d.y + cz * d.z;
    float c2 = cx * cx + cy * cy + cz * cz, r2 = s->r[i] * s->r[i];
    near[i] = (c2 - b * b <= r2) & ((b >= 0) | (c2 <= r2)) & (b - s->r[i] <= reach);
  }
  Hit hit;
  for (int i = 0; i < n; i++)
    if (near[i] && intersect(prims + s->id[i], o, d, &hit) && hit.t < reach) return 1;
  return 0;
}

/* The primitives that rays through one tile of the picture can meet: a cone around the tile against bounding spheres. */
static void tile_candidates(const Primitive *prims, int n, Vec eye, Vec axis, float cosine, Spheres *out) {
  float sine = sqrtf(1 - cosine * cosine);
  out->n = 0;
  for (int i = 0; i < n; i++) {
    Vec c = sub(from(prims[i].centre), eye);
    float along = dot(c, axis), c2 = dot(c, c), across = sqrtf(fmaxf(0, c2 - along * along));
    if (c2 < prims[i].bound * prims[i].bound || across * cosine - along * sine <= prims[i].bound) push(out, prims + i, i);
  }
}

static const float SOFT_X[4] = {-.33f, .33f, -.33f, .33f}, SOFT_Z[4] = {.1f, .4f, -.4f, -.33f};
static const float OPEN_X[4] = {.8f, -.4f, .6f, -.6f}, OPEN_Y[4] = {0, .05f, .3f, -.2f}, OPEN_Z[4] = {0, -.7f, -.6f, .6f};

/* Light arriving at point w with normal n; `sample` picks one of four directions to the soft lights. */
static Vec light(const Primitive *prims, const Spheres *casters, const Globals *g, Vec w, Vec n, int sample) {
  Vec o = add(w, scale(n, 2e-3f));
  Vec key = unit(add(from(g->key), vec(SOFT_X[sample] * .28f, 0, SOFT_Z[sample] * .28f)));
  float facing = dot(n, key), lit = facing > 0 && !occluded(prims, casters, o, key, 6.f) ? facing : 0;
  Vec open = unit(add(scale(n, 1.05f), vec(OPEN_X[sample], OPEN_Y[sample], OPEN_Z[sample])));
  float ao = dot(open, n) > 0 && occluded(prims, casters, o, open, .55f) ? .45f : 1;
  float corner = fminf(fminf(w.y + (n.y > .5f ? 9 : 0), g->half_width - fabsf(w.x) + (fabsf(n.x) > .5f ? 9 : 0)), g->back - w.z + (n.z < -.5f ? 9 : 0));
  ao *= .72f + .28f * smoothstep(0, .6f, corner);
  Vec sum = add(scale(from(g->ambient), ao * (.75f + .25f * n.y)), scale(from(g->key_colour), lit));
  if (g->lamp_colour[0] > 1e-3f) {
    Vec to = sub(from(g->lamp), w);
    float r2 = dot(to, to), q = dot(n, scale(to, 1 / sqrtf(r2 + 1e-6f))) * .75f + .25f;
    if (q > 0) sum = add(sum, scale(from(g->lamp_colour), q * ao / (.5f + r2)));
  }
  return sum;
}

typedef struct { float depth; Vec normal; short surface; unsigned char label, instance, region; } Sample;

static float gamma_table[1025];
static float display(float x) { return gamma_table[(int)(clamp01(x) * 1024.f + .5f)]; }

/* How much ink lies between two neighbouring samples; `before` is the neighbour on the other side of a. */
static float edge(const Sample *before, const Sample *a, const Sample *b) {
  if (a->label == WINDOW && b->label == WINDOW) return 0; /* neither bars nor the view */
  if (a->instance != b->instance || a->label != b->label || a->surface != b->surface) return 1;
  if (a->region != b->region) return .75f;
  float bend = fabsf(b->depth + before->depth - 2 * a->depth), fold = dot(a->normal, b->normal);
  if (a->label == PLANT) return bend > .08f * a->depth ? .5f : 0;
  if (bend > .035f * a->depth) return .9f;
  return fold < .7f ? .6f : 0;
}

/* Draws `size` x `size` pixels from 2 x 2 samples each.
 * rgb: sRGB, 3 bytes a pixel; depth: metres along the view axis; lines: 255 = paper. A pixel's label is the majority of its
 * samples (objects win ties against the room), its depth and instance are those of the samples with that label. */
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
      Vec d = RAY(x + .5f, y + .5f), normal;
      float sx = fabsf(d.x) < 1e-7f ? FAR : ((d.x > 0 ? g->half_width : -g->half_width) - eye.x) / d.x;
      float sy = fabsf(d.y) < 1e-7f ? FAR : ((d.y > 0 ? g->height : 0) - eye.y) / d.y;
      float sz = d.z > 0 ? (g->back - eye.z) / d.z : FAR, t;
      Sample *s = samples + y * S + x;
      if (sy < sx && sy < sz) { t = sy; normal = vec(0, d.y > 0 ? -1 : 1, 0); s->surface = d.y > 0 ? 1 : 2; }
      else if (sx < sz) { t = sx; normal = vec(d.x > 0 ? -1 : 1, 0, 0); s->surface = d.x > 0 ? 3 : 4; }
      else { t = sz; normal = vec(0, 0, -1); s->surface = 5; }
      const Primitive *front = 0;
      Hit hit, nearest = {0};
      for (int j = 0; j < seen.n; j++)
        if (intersect(prims + seen.id[j], eye, d, &hit) && hit.t < t) { t = hit.t; nearest = hit; front = prims + seen.id[j]; }
      Vec w = add(eye, scale(d, t)), c;
      int region = 0, label = 0;
      float emission = 0;
      if (front) {
        normal = unit(columns(front->inverse, nearest.normal));
        c = texture(front, g, &nearest, &region);
        emission = front->emission;
        label = (int)front->label;
        s->surface = 0;
        region += (int)front->region;
      } else c = room_colour(g, normal, w, &label);
      if (emission < .995f) {
        Vec l = light(prims, &casters, g, w, normal, (y & 1) * 2 + (x & 1));
        c = mix(vec(c.x * l.x, c.y * l.y, c.z * l.z), c, emission);
      }
      float *out = colour + (y / 2 * size + x / 2) * 3;
      out[0] += display(c.x); out[1] += display(c.y); out[2] += display(c.z);
      s->depth = t * dot(d, forward);
      s->normal = normal;
      s->label = label;
      s->instance = front ? (int)front->instance : 0;
      s->region = region;
    }
  }
  for (int i = 0; i < size * size * 3; i++) rgb[i] = (unsigned char)(colour[i] * .25f * 255.f + .5f);

  for (int y = 0; y < size; y++) for (int x = 0; x < size; x++) {
    const Sample *q[4];
    float votes[16] = {0}, metres = 0;
    int winner = 0, count = 0, r = y * size + x;
    for (int k = 0; k < 4; k++) {
      q[k] = samples + (y * 2 + (k >> 1)) * S + x * 2 + (k & 1);
      votes[q[k]->label] += (q[k]->label >= 2 ? 1.25f : 1.f) + .01f * q[k]->label;
    }
    for (int i = 1; i < 16; i++) if (votes[i] > votes[winner]) winner = i;
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
