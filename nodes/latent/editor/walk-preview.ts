import { type Easing, type End, frameCount, type Point, type Vector, walkThrough } from '../../../src/latent'

/** Milliseconds between two pictures of a walk played in the dialog. */
const INTERVAL = 80

/**
 * Plays the walk through the kept points in real time, with the dialog's current settings.
 * @returns a function that stops it
 */
export function playWalk(points: readonly Point[], mean: number, show: (vector: Vector) => void): () => void {
  const field = (name: string) => document.getElementById(`node-input-${name}`) as HTMLInputElement | null
  const seconds = Number(field('seconds')?.value) || 2
  const frames = Math.max(1, Math.round((seconds * 1000) / INTERVAL))
  const end = (field('end')?.value || 'loop') as End
  const easing = (field('easing')?.value || 'even') as Easing
  const walk = { stops: points.length, frames, end, easing }
  const at = walkThrough((number) => (points[number] as Point).vector, walk, mean)
  const started = performance.now()
  const timer = setInterval(() => {
    const index = Math.floor((performance.now() - started) / INTERVAL)
    show(at(end === 'once' ? Math.min(index, frameCount(walk) - 1) : index))
  }, INTERVAL)
  return () => clearInterval(timer)
}
