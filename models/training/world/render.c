/* Miniature rooms for the ray tracer: one closed room, a soft key light, ambient occlusion, one lamp.
 *
 * Compiled by miniature/renderer.py with -ffp-contract=off and without -ffast-math, so that every x86-64 machine draws the same pixels.
 * The layout of `Globals` is mirrored in scene.py: all members are floats, in this order.
 */
#include "../miniature/shapes.h"

enum { PLAIN, VIEW, RINGS, STRIPE, PAINTING, BLANKET, FUR };
enum { FIRST_THING = 2, WALL = 0, FLOOR = 1, WINDOW = 3, PLANT = 9 };

typedef struct {
  CAMERA
  float half_width, height, back; /* the room: |x| < half_width, 0 < y < height, z < back (metres) */
  float wall[3], floor_a[3], floor_b[3], key[3], key_colour[3], ambient[3], lamp[3], lamp_colour[3];
  float sky_top[3], sky_bottom[3], hills[3], sun[2], sun_colour[3], checks, stripes;
} Globals;

/* Colour of a point on a primitive; *region numbers the parts of its pattern, for the line drawing. */
static Vec texture(const Primitive *p, const Globals *g, const Hit *hit, int *region) {
  Vec c = from(p->colour), second = from(p->second), l = hit->local;
  *region = 0;
  switch ((int)p->texture) {
    case VIEW: { /* the view from the window: sky, sun or moon, two rows of hills */
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

/* The room itself: floor, ceiling, two side walls, back wall. */
static float backdrop(const Globals *g, Vec d, Sample *s) {
  float sx = fabsf(d.x) < 1e-7f ? FAR : ((d.x > 0 ? g->half_width : -g->half_width) - g->eye[0]) / d.x;
  float sy = fabsf(d.y) < 1e-7f ? FAR : ((d.y > 0 ? g->height : 0) - g->eye[1]) / d.y;
  float sz = d.z > 0 ? (g->back - g->eye[2]) / d.z : FAR;
  if (sy < sx && sy < sz) { s->normal = vec(0, d.y > 0 ? -1 : 1, 0); s->surface = d.y > 0 ? 1 : 2; return sy; }
  if (sx < sz) { s->normal = vec(d.x > 0 ? -1 : 1, 0, 0); s->surface = d.x > 0 ? 3 : 4; return sx; }
  s->normal = vec(0, 0, -1);
  s->surface = 5;
  return sz;
}

static int solid(const Primitive *p, const Hit *hit, Vec d) { return 1; }

static Vec shade(const Primitive *prims, const Spheres *casters, const Globals *g, const Primitive *front, const Hit *hit, Vec d,
                 float t, int sample, Sample *s) {
  Vec w = add(from(g->eye), scale(d, t)), c;
  int region = 0, label = 0;
  float emission = 0;
  if (front) {
    c = texture(front, g, hit, &region);
    emission = front->emission;
    s->region = region + (int)front->region;
  } else {
    c = room_colour(g, s->normal, w, &label);
    s->label = label;
  }
  if (emission >= .995f) return c;
  Vec l = light(prims, casters, g, w, s->normal, sample);
  return mix(vec(c.x * l.x, c.y * l.y, c.z * l.z), c, emission);
}

static float edge(const Sample *before, const Sample *a, const Sample *b) {
  if (a->label == WINDOW && b->label == WINDOW) return 0; /* no lines for the bars or the view */
  if (a->instance != b->instance || a->label != b->label || a->surface != b->surface) return 1;
  if (a->region != b->region) return .75f;
  float bend = fabsf(b->depth + before->depth - 2 * a->depth), fold = dot(a->normal, b->normal);
  if (a->label == PLANT) return bend > .08f * a->depth ? .5f : 0;
  if (bend > .035f * a->depth) return .9f;
  return fold < .7f ? .6f : 0;
}

#include "../miniature/draw.h"
