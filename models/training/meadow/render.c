/* A meadow for the ray tracer: rolling grass under a sky, with mountains, water and a road, and a table.
 *
 * Compiled by miniature/renderer.py with -ffp-contract=off and without -ffast-math, so that every x86-64 machine draws the same pixels.
 * The layout of `Globals` is mirrored in scene.py: all members are floats, in this order.
 */
#include "../miniature/shapes.h"

enum { PLAIN, FUR, WOOL, LEAVES, BARK, WOOD, PIZZA, CAKE, RIM, KITE, SKIN };
enum { FIRST_THING = 6, SKY = 0, CLOUDS, GRASS, MOUNTAIN, SEA, ROAD, TREE };
enum { OBJECT, AIR, RIDGE, FOREST, HILL, GROUND }; /* the surface that a sample is on */

typedef struct {
  CAMERA
  float key[3], key_colour[3], ambient[3], sky_top[3], sky_bottom[3], glow[3], cloud[3], grass[3], dry[3], rock[3], water[3], dirt[3];
  float clouds, drift, haze, hills, hill_phase, forest, mountains, mountain_phase, snow, sea /* metres to the shore */;
  float road, road_x, road_bend, glow_x, flowers;
} Globals;

static const float HORIZON = 42, RIDGE_AT = 70, SKY_AT = 100; /* metres */

static float chance(int x, int y, int z) {
  unsigned h = (unsigned)x * 0x8da6b343u ^ (unsigned)y * 0xd8163841u ^ (unsigned)z * 0xcb1ab31fu;
  h ^= h >> 15; h *= 0x2c1b3c6du; h ^= h >> 12; h *= 0x297a2d39u; h ^= h >> 15;
  return (h & 0xffffff) / 16777215.f;
}

/* Smooth noise in 0..1 with bumps about one unit wide. */
static float noise(float x, float y, float z) {
  float fx = floorf(x), fy = floorf(y), fz = floorf(z), v[8];
  int corners = z == fz ? 4 : 8, ix = (int)fx, iy = (int)fy, iz = (int)fz;
  x -= fx; y -= fy; z -= fz;
  x = x * x * (3 - 2 * x); y = y * y * (3 - 2 * y); z = z * z * (3 - 2 * z);
  for (int i = 0; i < corners; i++) v[i] = chance(ix + (i & 1), iy + (i >> 1 & 1), iz + (i >> 2));
  for (int i = 0; i < corners; i += 2) v[i] += (v[i + 1] - v[i]) * x;
  for (int i = 0; i < corners; i += 4) v[i] += (v[i + 2] - v[i]) * y;
  return corners == 4 ? v[0] : v[0] + (v[4] - v[0]) * z;
}

static float clumps(float x, float y, float z, int octaves) {
  float sum = 0, all = 0, weight = 1;
  for (int i = 0; i < octaves; i++) {
    sum += weight * noise(x, y, z);
    all += weight;
    weight *= .5f; x = x * 2.03f + 7.1f; y = y * 2.03f + 3.7f; if (z != floorf(z)) z = z * 2.03f + 1.3f; else z += 17;
  }
  return sum / all;
}

static float rise(const Vec d) { return d.y / sqrtf(d.x * d.x + d.z * d.z + 1e-9f); }
static float aside(const Vec d) { return d.x / (fabsf(d.z) + .3f); }

static float hill_top(const Globals *g, float a) {
  return .004f + g->hills * (.012f + .05f * noise(a * 2.6f + g->hill_phase * 9, 0, 3) + .012f * noise(a * 9 + g->hill_phase * 5, 1, 3));
}
static float forest_top(const Globals *g, float a, float hill) {
  if (g->forest < .01f) return -1;
  float where = smoothstep(.62f - .5f * g->forest, .8f - .5f * g->forest, noise(a * 4 + g->hill_phase * 13, 5, 0));
  return where > 0 ? hill + where * (.016f + .028f * clumps(a * 46, 0, 9, 2)) : -1;
}
static float ridge_top(const Globals *g, float a) {
  float x = a * 3.1f + g->mountain_phase * 11, sharp = 1 - fabsf(2 * noise(x, 0, 7) - 1), small = 1 - fabsf(2 * noise(x * 2.7f, 2, 7) - 1);
  return g->mountains * (.05f + .17f * sharp * sharp + .045f * small + .014f * noise(x * 14, 4, 7));
}

/* The thickness of the clouds in a direction, 0..1. */
static float cloudiness(const Globals *g, Vec d) {
  float e = rise(d), q = 1 / (fmaxf(e, 0) + .22f);
  float n = clumps(aside(d) * q * 1.5f + g->drift * 6, q * 1.1f + g->drift * 2, 1, 4);
  return smoothstep(.76f - .42f * g->clouds, .92f - .42f * g->clouds, n) * smoothstep(.01f, .08f, e);
}

static float backdrop(const Globals *g, Vec d, Sample *s) {
  float e = rise(d), a = aside(d), level = 1 / sqrtf(1 + e * e);
  float t = d.y < -1e-6f ? -g->eye[1] / d.y : FAR;
  s->normal = vec(0, 1, 0);
  if (t * level < HORIZON) { s->surface = GROUND; return t; }
  s->normal = unit(vec(-d.x * .5f, .8f, -d.z));
  int sea = g->sea < HORIZON && e < .002f;
  if (sea) { s->surface = GROUND; s->normal = vec(0, 1, 0); return HORIZON / level; }
  float hill = e < .08f ? hill_top(g, a) : 0;
  if (e < hill) { s->surface = HILL; return HORIZON / level; }
  if (e < .13f && e < forest_top(g, a, hill)) { s->surface = FOREST; return HORIZON * 1.05f / level; }
  if (g->mountains > 0 && e < .29f && e < ridge_top(g, a)) { s->surface = RIDGE; return RIDGE_AT / level; }
  s->surface = AIR;
  return SKY_AT;
}

static Vec sky_colour(const Globals *g, Vec d, float thick) {
  float e = fmaxf(rise(d), 0), x = aside(d) - g->glow_x;
  Vec c = mix(from(g->sky_bottom), from(g->sky_top), smoothstep(-.05f, .62f, e));
  c = mix(c, from(g->glow), .75f * (1 - smoothstep(0, .55f, sqrtf(x * x * .35f + e * e * 2.5f))) * g->glow[0]);
  if (thick <= 0) return c;
  float body = clumps(aside(d) * 6 + g->drift * 9, e * 14, 2, 3);
  return mix(c, scale(from(g->cloud), .62f + .42f * body), thick * .93f);
}

/* The ground at w: GRASS, SEA or ROAD. */
static int ground_label(const Globals *g, Vec w) {
  if (w.z > g->sea - 2 && g->sea < HORIZON) {
    float wavy = 1.6f * (noise(w.x * .35f, 2, 0) - .5f) + .5f * (noise(w.x * 1.6f, 7, 0) - .5f);
    if (w.z > g->sea + wavy + .02f * w.x * w.x * (1 - smoothstep(19, 30, g->sea))) return SEA;
  }
  float middle = g->road_x + g->road_bend * (w.z - 3) * (w.z - 3) * .02f + .25f * (w.z - 3) * g->road_bend;
  if (g->road <= .02f || fabsf(w.x - middle) > g->road * .62f + .3f) return GRASS;
  float ragged = .16f * (noise(w.x * 3, w.z * 3, 3) - .5f) + .1f * (noise(w.x * 11, w.z * 11, 3) - .5f);
  return fabsf(w.x - middle) < g->road * (.62f + ragged) ? ROAD : GRASS;
}

static Vec grass_colour(const Globals *g, Vec w, float far) {
  float near = 1 / (1 + far * far * .012f);
  float patch = clumps(w.x * .7f, w.z * .45f, 0, 3), fine = noise(w.x * 34, w.z * 11, 0), tuft = noise(w.x * 9, w.z * 4, 4);
  Vec c = mix(from(g->grass), from(g->dry), smoothstep(.3f, .8f, patch));
  c = scale(c, 1 + near * (.75f * (fine - .5f) + .5f * (tuft - .5f)));
  int ix = (int)floorf(w.x * 8), iz = (int)floorf(w.z * 5);
  if (chance(ix, 3, iz) > 1 - .05f * g->flowers * smoothstep(.4f, .6f, patch) && far < 14) {
    float ox = w.x * 8 - ix - .5f, oz = w.z * 5 - iz - .5f;
    if (ox * ox + oz * oz < .13f) c = mix(c, chance(ix, 5, iz) > .5f ? vec(.9f, .88f, .8f) : vec(.9f, .62f, .06f), .85f);
  }
  return c;
}

static Vec ground_colour(const Globals *g, Vec w, Vec d, float far, int label) {
  if (label == SEA) {
    float e = fabsf(rise(d)), wave = clumps(aside(d) * 15, e * 170, 0, 3);
    Vec mirror = mix(from(g->sky_bottom), from(g->sky_top), .35f);
    Vec c = mix(from(g->water), mirror, clamp01(.2f + .75f * (wave - .32f) + .25f * (1 - smoothstep(0, .2f, e))));
    float foam = smoothstep(.5f, 0, w.z - g->sea + .5f);
    return mix(c, vec(.8f, .82f, .8f), foam * .4f * wave);
  }
  if (label == ROAD) return scale(from(g->dirt), .72f + .35f * clumps(w.x * 5, w.z * 2.5f, 1, 3) + .22f * noise(w.x * 30, w.z * 15, 2));
  return grass_colour(g, w, far);
}

static Vec outward(const Primitive *p, const Hit *hit) { return unit(columns(p->inverse, hit->normal)); }

/* Fur, wool and leaves have ragged outlines: near the edge, rays may pass between the hairs. */
static int solid(const Primitive *p, const Hit *hit, Vec d) {
  int texture = (int)p->texture;
  if (texture != FUR && texture != WOOL && texture != LEAVES) return 1;
  float facing = -dot(outward(p, hit), d), fine = texture == LEAVES ? 5.f : texture == WOOL ? 6.f : 13.f;
  Vec l = hit->local;
  float n = noise(l.x * fine + p->phase * 17, l.y * fine, l.z * fine);
  return facing > (texture == LEAVES ? .95f * n - .12f : texture == WOOL ? .62f * n : .42f * n);
}

/* Blends normals and colours of neighbouring parts of an animal, so that they become one body. */
static void melt(const Primitive *prims, const Spheres *all, const Primitive *front, Vec w, Vec *normal, Vec *colour) {
  Vec n = vec(0, 0, 0), c = vec(0, 0, 0);
  float sum = 0;
  for (int i = 0; i < all->n; i++) {
    const Primitive *p = prims + all->id[i];
    if (p->instance != front->instance || p->texture != front->texture || p->shape != SPHERE) continue;
    Vec away = sub(w, from(p->centre));
    if (dot(away, away) > 2.2f * p->bound * p->bound) continue;
    Vec l = rows(p->inverse, away), slope = columns(p->inverse, l);
    float r = sqrtf(dot(l, l)), steep = sqrtf(dot(slope, slope)) / (r + 1e-6f), off = (r - 1) / (steep + 1e-6f);
    float x = 1 - off / (p->phase > .5f ? .03f : .1f), weight = off < 0 ? 1 : x > 0 ? x * x : 0;
    n = add(n, scale(unit(slope), weight));
    c = add(c, scale(from(p->colour), weight));
    sum += weight;
  }
  if (sum < 1e-3f) return;
  *normal = unit(n);
  *colour = scale(c, 1 / sum);
}

static const float PEPPERONI[8][2] = {{.05f, .1f}, {.5f, .28f}, {-.42f, .42f}, {.1f, .62f}, {-.52f, -.2f}, {.42f, -.4f}, {-.08f, -.56f}, {.02f, -.2f}};

/* Colour of a point on a primitive; *region numbers the parts of its pattern, for the line drawing. */
static Vec texture(const Primitive *p, const Hit *hit, Vec w, int *region) {
  Vec c = from(p->colour), second = from(p->second), l = hit->local;
  *region = 0;
  switch ((int)p->texture) {
    case BARK: return scale(c, .65f + .6f * clumps(w.x * 14, w.y * 3, w.z * 14, 2));
    case LEAVES: return mix(scale(c, .5f), second, clumps(w.x * 5, w.y * 5, w.z * 5, 2) * 1.3f - .15f + .25f * l.y);
    case WOOD: {
      float plank = floorf(l.z * 3.5f), grain = clumps(w.x * 3 + plank * 9, plank * 5, w.z * 34, 3);
      *region = ((int)plank & 1);
      float seam = fabsf(l.z * 3.5f - plank - .5f) > .47f ? .5f : 1;
      return scale(mix(c, second, grain * .9f + .25f * chance((int)plank, 0, 0)), seam);
    }
    case PIZZA: {
      float r = sqrtf(l.x * l.x + l.z * l.z), lumpy = .05f * (noise(l.x * 7, l.z * 7, 0) - .5f);
      Vec crust = scale(vec(.62f, .34f, .12f), .7f + .6f * clumps(l.x * 6, l.z * 6, 5, 2));
      if (r > .87f + lumpy || fabsf(hit->normal.y) < .5f) return crust;
      *region = 1;
      Vec cheese = mix(vec(.93f, .6f, .15f), vec(.72f, .16f, .04f), smoothstep(.52f, .75f, clumps(l.x * 4.5f + 3, l.z * 4.5f, 1, 3)));
      if (r > .8f + lumpy) return mix(cheese, vec(.55f, .08f, .02f), .75f);
      for (int i = 0; i < 8; i++) {
        float dx = l.x - PEPPERONI[i][0], dz = l.z - PEPPERONI[i][1], q = sqrtf(dx * dx + dz * dz) + lumpy;
        if (q < .155f) { *region = 2; return scale(vec(.55f, .06f, .04f), q > .125f ? .7f : .85f + .5f * noise(l.x * 20, l.z * 20, 0)); }
      }
      if (noise(l.x * 6 + 20, l.z * 6, 8) > .8f) return vec(.08f, .25f, .04f);
      return cheese;
    }
    case CAKE: {
      float turn = noise(l.x * 4.5f, l.z * 4.5f, 9);
      if (hit->normal.y > .5f || l.y > .15f + .75f * turn - .35f) return second;
      *region = 1 + (fabsf(l.y + .35f) < .12f);
      if (*region == 2) return vec(.9f, .8f, .68f);
      return scale(c, .8f + .4f * noise(l.x * 14, l.y * 8, l.z * 14));
    }
    case RIM: {
      float r = sqrtf(l.x * l.x + l.z * l.z);
      *region = r > .86f && r < .95f;
      return *region ? second : c;
    }
    case KITE: *region = 1 + (l.x > l.y) + 2 * (l.x > -l.y); return *region == 2 || *region == 3 ? second : c;
    case SKIN: return mix(c, second, smoothstep(.35f, .7f, clumps(l.x * 2.5f, l.y * 6, l.z * 2.5f, 2)));
  }
  return c;
}

static const float SOFT_X[4] = {-.33f, .33f, -.33f, .33f}, SOFT_Z[4] = {.1f, .4f, -.4f, -.33f};
static const float OPEN_X[4] = {.8f, -.4f, .6f, -.6f}, OPEN_Y[4] = {.1f, .05f, .3f, 0}, OPEN_Z[4] = {0, -.7f, -.6f, .6f};

/* Light arriving at point w with normal n; `sample` picks one of four directions to the soft lights. With `soft`, some light
 * reaches the parts that face away. */
static Vec light(const Primitive *prims, const Spheres *casters, const Globals *g, Vec w, Vec n, int sample, float soft) {
  Vec o = add(w, scale(n, 6e-3f)), key = unit(add(from(g->key), vec(SOFT_X[sample] * .16f, 0, SOFT_Z[sample] * .16f)));
  float facing = (dot(n, key) + soft) / (1 + soft), lit = facing > 0 && !occluded(prims, casters, add(o, scale(key, soft * .12f)), key, 9.f) ? facing : 0;
  Vec open = unit(add(scale(n, 1.05f), vec(OPEN_X[sample], OPEN_Y[sample], OPEN_Z[sample])));
  float ao = occluded(prims, casters, o, open, .5f) ? .5f : 1;
  Vec bounce = scale(from(g->grass), .5f);
  Vec sum = scale(mix(vec(from(g->ambient).x * bounce.x * 2, from(g->ambient).y * bounce.y * 2, from(g->ambient).z * bounce.z * 2), from(g->ambient), .5f + .5f * n.y), ao);
  return add(sum, scale(from(g->key_colour), lit));
}

static Vec shade(const Primitive *prims, const Spheres *casters, const Globals *g, const Primitive *front, const Hit *hit, Vec d,
                 float t, int sample, Sample *s) {
  Vec w = add(from(g->eye), scale(d, t)), c;
  float soft = 0, far = t;
  if (front && w.y < .14f && front->emission < .5f && ground_label(g, w) == GRASS && w.y < .13f * (.25f + noise(w.x * 26, w.z * 3, 1))) {
    front = 0; /* blades of grass cover the feet */
    s->label = GRASS; s->instance = 0; s->surface = GROUND; s->normal = vec(0, 1, 0);
    w.z -= .04f;
  }
  if (front) {
    int kind = (int)front->texture, region;
    c = texture(front, hit, w, &region);
    s->region = region + (int)front->region;
    Vec n = s->normal;
    if (kind == FUR || kind == WOOL) {
      melt(prims, casters, front, w, &n, &c);
      s->normal = n;
      float fine = kind == WOOL ? 17.f : 30.f, rough = kind == WOOL ? .9f : .5f;
      n = unit(add(n, scale(vec(noise(w.x * fine, w.y * fine * .6f, w.z * fine) - .5f, noise(w.x * fine + 40, w.y * fine * .6f, w.z * fine) - .5f, 0), rough)));
      c = scale(c, .86f + .28f * noise(w.x * fine, w.y * fine * .5f, w.z * fine + 11));
      soft = .35f;
    } else if (kind == LEAVES) {
      n = unit(add(n, scale(vec(noise(w.x * 7, w.y * 7, w.z * 7) - .5f, noise(w.x * 7 + 30, w.y * 7, w.z * 7) - .4f, noise(w.x * 7 + 60, w.y * 7, w.z * 7) - .5f), 1.5f)));
      soft = .4f;
    }
    Vec l = light(prims, casters, g, w, n, sample, soft);
    c = vec(c.x * l.x, c.y * l.y, c.z * l.z);
    if (front->emission > 0 && front->emission < .5f) { /* glaze, which reflects the sky and the sun */
      Vec r = sub(d, scale(n, 2 * dot(d, n)));
      float shine = clamp01(dot(unit(r), from(g->key)));
      shine *= shine; shine *= shine; shine *= shine; shine *= shine;
      c = add(c, scale(from(g->key_colour), shine * front->emission));
    }
  } else if (s->surface == AIR) {
    float thick = cloudiness(g, d);
    s->label = thick > .45f ? CLOUDS : SKY;
    return sky_colour(g, d, thick);
  } else {
    if (s->surface == GROUND) {
      s->label = s->label == GRASS ? GRASS : ground_label(g, w);
      c = ground_colour(g, w, d, far, s->label);
      if (s->label == ROAD) s->surface = GROUND;
    } else if (s->surface == HILL) {
      s->label = GRASS;
      float e = rise(d), a = aside(d);
      c = mix(from(g->grass), from(g->dry), clumps(a * 9, e * 60, 1, 3));
      c = scale(c, .7f + 6.f * e + .25f * noise(a * 40, e * 300, 0));
    } else if (s->surface == FOREST) {
      s->label = TREE;
      c = scale(mix(from(g->grass), vec(.02f, .07f, .03f), .72f), .7f + .9f * clumps(aside(d) * 60, rise(d) * 70, 3, 2));
    } else {
      s->label = MOUNTAIN;
      float a = aside(d), e = rise(d), x = a * 3.1f + g->mountain_phase * 11, top = ridge_top(g, a);
      float slope = ridge_top(g, a + .012f) - ridge_top(g, a - .012f), rough = clumps(x * 5 + e * 9, e * 26, 3, 4);
      float lit = clamp01(.55f + (g->key[0] > 0 ? -1 : 1) * slope * 9 + 1.1f * (rough - .5f));
      Vec rock = mix(scale(from(g->rock), .45f), from(g->rock), lit);
      float cap = smoothstep(.12f, .17f, e + .07f * (rough - .5f) + (top - e) * -.12f) * g->snow;
      c = mix(rock, scale(vec(.86f, .9f, .96f), .55f + .45f * lit), cap);
      c = mix(c, scale(from(g->grass), .45f), smoothstep(.07f, 0, e) * .6f);
    }
    Vec l = s->surface == GROUND && far < 25 ? light(prims, casters, g, w, vec(0, 1, 0), sample, 0)
                                             : add(from(g->ambient), scale(from(g->key_colour), .75f));
    if (s->label == SEA) l = mix(l, vec(1, 1, 1), .55f);
    c = vec(c.x * l.x, c.y * l.y, c.z * l.z);
  }
  float veil = 1 - 1 / (1 + g->haze * far + g->haze * g->haze * far * far * .5f);
  return mix(c, mix(from(g->sky_bottom), from(g->cloud), .25f), veil);
}

static float edge(const Sample *before, const Sample *a, const Sample *b) {
  if (a->label != b->label) {
    int low = a->label < b->label ? a->label : b->label, high = a->label + b->label - low;
    return low == SKY && high == CLOUDS ? .45f : high == ROAD ? .8f : 1;
  }
  if (a->instance != b->instance) return 1;
  if (a->surface != OBJECT || b->surface != OBJECT) return a->surface != b->surface && a->label == GRASS ? .5f : 0;
  if (a->region != b->region) return .75f;
  float bend = fabsf(b->depth + before->depth - 2 * a->depth), fold = dot(a->normal, b->normal);
  if (a->label == TREE) return bend > .05f * a->depth ? .4f : 0;
  if (bend > .03f * a->depth) return .8f;
  return fold < .4f ? .5f : 0;
}

#include "../miniature/draw.h"
