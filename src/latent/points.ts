import { quoteValue, ValueError } from '../types'
import { between } from './between'
import type { Vector } from './space'

/** A point that a user has saved. */
export interface Point {
  name: string
  vector: Vector
}

/**
 * A saved point in a flow. The numbers are little-endian 32-bit floats in base64: 2.7 kB for 512 of them.
 * This keeps the exact point. Plain numbers would take four times as much, and a list of seeds and steps
 * would break as soon as one of the algorithms changed.
 */
export interface StoredPoint {
  name: string
  vector: string
}

export function encodeVector(vector: Vector): string {
  const bytes = new Uint8Array(Float32Array.from(vector).buffer)
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

/** @throws ValueError if the text isn't the output of `encodeVector` */
export function decodeVector(text: unknown): Float32Array {
  const bytes = typeof text === 'string' && /^[\w+/]+={0,2}$/.test(text) ? tryAtob(text) : ''
  if (bytes.length === 0 || bytes.length % 4 !== 0) throw new ValueError("these numbers don't describe a point")
  const numbers = new Float32Array(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)).buffer)
  if (!numbers.every(Number.isFinite)) throw new ValueError("some of the point's numbers are not finite")
  return numbers
}

export function storePoints(points: readonly Point[]): StoredPoint[] {
  return points.map(({ name, vector }) => ({ name, vector: encodeVector(vector) }))
}

/** @throws ValueError if a point can't be read */
export function readPoints(stored: unknown): Point[] {
  if (stored === undefined || stored === null || stored === '') return []
  if (!Array.isArray(stored))
    throw new ValueError('the kept points cannot be read: open the node and keep new ones', 'flow')
  return stored.map((point: Partial<StoredPoint> | null, i) => {
    try {
      return { name: String(point?.name ?? ''), vector: decodeVector(point?.vector) }
    } catch (error) {
      throw new ValueError(
        `kept point ${i + 1} cannot be read, because ${(error as Error).message}: open the node and delete it`,
        'flow',
      )
    }
  })
}

/**
 * Finds a saved point by name, or by number from 1. A number in between gives an interpolated point.
 *
 * @throws ValueError that lists the existing points
 */
export function findPoint(points: readonly Point[], asked: unknown, mean = 0): number[] {
  if (points.length === 0) throw none()
  const named = typeof asked === 'string' ? points.find(({ name }) => alike(name, asked)) : undefined
  if (named) return Array.from(named.vector)
  const number = typeof asked === 'string' && asked.trim() !== '' ? Number(asked) : asked
  if (typeof number === 'number' && number >= 1 && number <= points.length) {
    const from = points[Math.floor(number) - 1] as Point
    const to = points[Math.ceil(number) - 1] as Point
    return between(from.vector, to.vector, number % 1, mean)
  }
  const there = points.map(({ name }, i) => (name ? `${i + 1} "${name}"` : `${i + 1}`)).join(', ')
  throw new ValueError(`there is no kept point ${quoteValue(asked)}: there are only ${there}`)
}

export function none(): ValueError {
  return new ValueError('no points are kept yet: open the node and keep some', 'flow')
}

/** The requested name for a point or, if it is taken, the name with the next free number. */
export function freeName(points: readonly Point[], wanted: string): string {
  const taken = (name: string) => points.some((point) => alike(point.name, name))
  if (!taken(wanted)) return wanted
  const stem = wanted.replace(/ \d+$/, '')
  let number = 2
  while (taken(`${stem} ${number}`)) number++
  return `${stem} ${number}`
}

function alike(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase()
}

function tryAtob(text: string): string {
  try {
    return atob(text)
  } catch {
    return ''
  }
}
