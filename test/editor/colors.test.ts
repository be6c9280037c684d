import assert from 'node:assert/strict'
import { familyOf, problemColors, typeColors } from '../../src/editor/canvas/colors'
import type { PortType } from '../../src/types'

type Triple = [number, number, number]
type Matrix = [Triple, Triple, Triple]

// Matrices for complete colour blindness of each kind, applied to linear RGB: Machado, Oliveira and Fernandes
// (2009).
const eyes: Record<string, Matrix> = {
  'normal eyes': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

const linear = (hex: string): Triple => {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

const times = (matrix: Matrix, [r, g, b]: Triple): Triple =>
  matrix.map(([x, y, z]) => x * r + y * g + z * b) as unknown as Triple

/** Converts a colour to CIELAB under daylight. */
function lab(color: Triple): Triple {
  const [x, y, z] = times(
    [
      [0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505],
      [0.2126, 0.7152, 0.0722],
      [0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089],
    ],
    color.map((value) => Math.min(1, Math.max(0, value))) as Triple,
  ).map((value) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116)) as Triple
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

const distance = (a: Triple, b: Triple) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])

function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [r, g, b] = linear(hex)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

describe('the colours of types', () => {
  for (const [eye, matrix] of Object.entries(eyes)) {
    it(`are told apart with ${eye}`, () => {
      const seen = Object.entries(typeColors).map(([family, hex]) => [family, lab(times(matrix, linear(hex)))] as const)
      for (const [index, [family, color]] of seen.entries()) {
        for (const [other, otherColor] of seen.slice(index + 1)) {
          const apart = distance(color, otherColor)
          assert.ok(apart > 15, `${family} and ${other} are only ${apart.toFixed(1)} apart (15 is needed)`)
        }
      }
    })
  }

  for (const [name, hex] of Object.entries({ ...typeColors, ...problemColors })) {
    it(`stand out on a light and on a dark canvas: ${name}`, () => {
      // The Web Content Accessibility Guidelines require 3 : 1 for lines and symbols. Ports also have an
      // outline, so slightly less is enough on white.
      assert.ok(contrast(hex, '#ffffff') > 2.4, `${contrast(hex, '#ffffff').toFixed(2)} on white`)
      assert.ok(contrast(hex, '#1c1c24') > 3, `${contrast(hex, '#1c1c24').toFixed(2)} on dark`)
    })
  }
})

describe('familyOf', () => {
  const text: PortType = { type: 'text' }
  const image: PortType = { type: 'image' }
  it('is the types’ common family', () => assert.equal(familyOf([image, { type: 'image', channels: 1 }]), 'image'))
  it('is undefined for types of several families', () => assert.equal(familyOf([image, text]), null))
  it('is undefined for no types', () => assert.equal(familyOf([]), null))
  it('is undefined for any', () => assert.equal(familyOf([{ type: 'any' }]), null))
})
