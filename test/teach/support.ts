import { uniforms } from '../../src/random'

/** Approximately normal: mean 0, standard deviation 1. */
export function bell(random: () => number): number {
  let sum = -6
  for (let i = 0; i < 12; i++) sum += random()
  return sum
}

/**
 * Examples scattered around a separate point for each class.
 * @param apart distance between these points, in standard deviations
 */
export function cloud(classes: number, each: number, numbers: number, apart: number, seed = 7) {
  const random = uniforms(seed)
  const points = Array.from({ length: classes }, () =>
    Array.from({ length: numbers }, () => (apart * bell(random)) / Math.sqrt(numbers / 4)),
  )
  const draw = (own: number) => Float32Array.from(points[own] as number[], (center) => center + bell(random))
  const classOf = Array.from({ length: classes * each }, (_, i) => i % classes)
  const features = new Float32Array(classOf.length * numbers)
  classOf.forEach((own, i) => {
    features.set(draw(own), i * numbers)
  })
  const more = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ own: i % classes, features: draw(i % classes) }))
  return { random, lesson: { classOf, features, count: classOf.length }, more }
}
