/* Vectors, the four kinds of primitive, and ray intersections: the part of the ray tracer that is independent of the worlds.
 *
 * The layout of `Primitive` is mirrored in shapes.py: all members are floats, in this order.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct { float x, y, z; } Vec;

enum { BOX, SPHERE, CYLINDER, FRUSTUM };
typedef struct {
  float shape, centre[3], inverse[9] /* world -> unit shape, rows */, bound /* radius around centre */;
  float colour[3], second[3], emission, label, instance, texture, phase, taper, shadow /* 1 = casts one */, region;
} Primitive;

/* The beginning of every world's parameters. */
#define CAMERA float eye[3], right[3], up[3], forward[3], tangent /* of half the field of view */;

typedef struct { float t; Vec normal, local; } Hit;

#define MAX_PRIMITIVES 160
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

/* The nearest intersection in front of the ray. Returns 0 if there is none. Normal and point are in the primitive's own frame. */
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

/* Bounding spheres, stored separately from the primitives so that the compiler can vectorise their tests. */
typedef struct { int n; float x[MAX_PRIMITIVES], y[MAX_PRIMITIVES], z[MAX_PRIMITIVES], r[MAX_PRIMITIVES]; int id[MAX_PRIMITIVES]; } Spheres;

static void push(Spheres *s, const Primitive *p, int id) {
  int i = s->n++;
  s->x[i] = p->centre[0]; s->y[i] = p->centre[1]; s->z[i] = p->centre[2]; s->r[i] = p->bound; s->id[i] = id;
}

/* 1 if something that casts shadows is on the ray before `reach`. */
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

typedef struct { float depth; Vec normal; short surface; unsigned char label, instance, region; } Sample;
