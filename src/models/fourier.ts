/** Complex numbers: the real and imaginary parts as separate arrays. */
interface Complex {
  re: Float64Array
  im: Float64Array
}

/**
 * The power spectrum, from 0 to half the sampling rate, of two frames at once: they go through one transform
 * as its real and imaginary parts.
 *
 * @param length samples per frame; lengths with many small factors are faster
 */
export function powerSpectra(
  length: number,
): (first: Float64Array, second: Float64Array) => [Float64Array, Float64Array] {
  const transform = fourier(length)
  const count = Math.floor(length / 2) + 1
  const [one, other] = [new Float64Array(count), new Float64Array(count)]
  return (first, second) => {
    const { re, im } = transform(first, second)
    for (let k = 0; k < count; k++) {
      const b = k === 0 ? 0 : length - k
      const x = re[k] as number
      const y = im[k] as number
      const u = re[b] as number
      const v = im[b] as number
      one[k] = ((x + u) ** 2 + (y - v) ** 2) / 4
      other[k] = ((y + v) ** 2 + (u - x) ** 2) / 4
    }
    return [one, other]
  }
}

/** The discrete Fourier transform, one factor at a time, alternating between two buffers. */
function fourier(length: number): (re: Float64Array, im: Float64Array) => Complex {
  const factors = factorsOf(length)
  const memory = [create(length), create(length)] as [Complex, Complex]
  const turns = unit(length)
  return (re, im) => {
    memory[0].re.set(re)
    memory[0].im.set(im)
    let [from, to] = memory
    let [left, stride] = [length, 1]
    for (const factor of factors) {
      left /= factor
      if (factor === 4) fourths(from, to, left, stride, turns)
      else if (factor === 5) fifths(from, to, left, stride, turns)
      else parts(from, to, factor, left, stride, turns)
      ;[from, to] = [to, from]
      stride *= factor
    }
    return from
  }
}

function create(length: number): Complex {
  return { re: new Float64Array(length), im: new Float64Array(length) }
}

/** The roots of unity, clockwise. */
function unit(length: number): Complex {
  const angle = (i: number) => (-2 * Math.PI * i) / length
  return {
    re: Float64Array.from({ length }, (_, i) => Math.cos(angle(i))),
    im: Float64Array.from({ length }, (_, i) => Math.sin(angle(i))),
  }
}

/** Factors of 4 first, then primes. */
function factorsOf(length: number): number[] {
  const factors: number[] = []
  let left = length
  for (; left % 4 === 0; left /= 4) factors.push(4)
  for (let factor = 2; left > 1; factor++) for (; left % factor === 0; left /= factor) factors.push(factor)
  return factors
}

/** A step for a factor of any size. */
function parts(from: Complex, to: Complex, factor: number, left: number, stride: number, turns: Complex): void {
  const length = turns.re.length
  const whole = length / factor
  for (let p = 0; p < left; p++)
    for (let i = 0; i < factor; i++) {
      const turn = p * i * stride
      const [c, s] = [turns.re[turn], turns.im[turn]] as [number, number]
      for (let q = 0; q < stride; q++) {
        let [re, im] = [0, 0]
        for (let j = 0; j < factor; j++) {
          const at = q + stride * (p + left * j)
          const by = ((i * j) % factor) * whole
          const [x, y] = [from.re[at], from.im[at]] as [number, number]
          const [a, b] = [turns.re[by], turns.im[by]] as [number, number]
          re += x * a - y * b
          im += x * b + y * a
        }
        const at = q + stride * (factor * p + i)
        to.re[at] = re * c - im * s
        to.im[at] = re * s + im * c
      }
    }
}

/**
 * A step for the factor 4, in which most multiplications become additions. Like in the other steps, numbers
 * are separate variables: arrays would be allocated by the million.
 */
function fourths(from: Complex, to: Complex, left: number, stride: number, turns: Complex): void {
  const far = stride * left
  const put = (at: number, re: number, im: number, turn: number) => {
    const c = turns.re[turn] as number
    const s = turns.im[turn] as number
    to.re[at] = re * c - im * s
    to.im[at] = re * s + im * c
  }
  const re = (at: number) => from.re[at] as number
  const im = (at: number) => from.im[at] as number
  for (let p = 0; p < left; p++)
    for (let q = 0; q < stride; q++) {
      const at = q + stride * p
      const even = re(at) + re(at + 2 * far)
      const evenIm = im(at) + im(at + 2 * far)
      const evenBy = re(at) - re(at + 2 * far)
      const evenImBy = im(at) - im(at + 2 * far)
      const odd = re(at + far) + re(at + 3 * far)
      const oddIm = im(at + far) + im(at + 3 * far)
      const oddBy = re(at + far) - re(at + 3 * far)
      const oddImBy = im(at + far) - im(at + 3 * far)
      const first = q + stride * 4 * p
      const turn = p * stride
      put(first, even + odd, evenIm + oddIm, 0)
      put(first + stride, evenBy + oddImBy, evenImBy - oddBy, turn)
      put(first + 2 * stride, even - odd, evenIm - oddIm, 2 * turn)
      put(first + 3 * stride, evenBy - oddImBy, evenImBy + oddBy, 3 * turn)
    }
}

const C1 = Math.cos((2 * Math.PI) / 5)
const C2 = Math.cos((4 * Math.PI) / 5)
const S1 = Math.sin((2 * Math.PI) / 5)
const S2 = Math.sin((4 * Math.PI) / 5)

/** A step for the factor 5: opposite points on the unit circle share their products. */
function fifths(from: Complex, to: Complex, left: number, stride: number, turns: Complex): void {
  const far = stride * left
  const put = (at: number, re: number, im: number, turn: number) => {
    const c = turns.re[turn] as number
    const s = turns.im[turn] as number
    to.re[at] = re * c - im * s
    to.im[at] = re * s + im * c
  }
  const re = (at: number) => from.re[at] as number
  const im = (at: number) => from.im[at] as number
  for (let p = 0; p < left; p++)
    for (let q = 0; q < stride; q++) {
      const at = q + stride * p
      const [one, two, three, four] = [at + far, at + 2 * far, at + 3 * far, at + 4 * far]
      const a = re(at)
      const b = im(at)
      const outer = re(one) + re(four)
      const inner = re(two) + re(three)
      const outerIm = im(one) + im(four)
      const innerIm = im(two) + im(three)
      const outerBy = re(one) - re(four)
      const innerBy = re(two) - re(three)
      const outerImBy = im(one) - im(four)
      const innerImBy = im(two) - im(three)
      const re1 = a + C1 * outer + C2 * inner
      const im1 = b + C1 * outerIm + C2 * innerIm
      const re2 = a + C2 * outer + C1 * inner
      const im2 = b + C2 * outerIm + C1 * innerIm
      const x1 = S1 * outerImBy + S2 * innerImBy
      const y1 = S1 * outerBy + S2 * innerBy
      const x2 = S2 * outerImBy - S1 * innerImBy
      const y2 = S2 * outerBy - S1 * innerBy
      const first = q + stride * 5 * p
      const turn = p * stride
      put(first, a + outer + inner, b + outerIm + innerIm, 0)
      put(first + stride, re1 + x1, im1 - y1, turn)
      put(first + 2 * stride, re2 + x2, im2 - y2, 2 * turn)
      put(first + 3 * stride, re2 - x2, im2 + y2, 3 * turn)
      put(first + 4 * stride, re1 - x1, im1 + y1, 4 * turn)
    }
}
