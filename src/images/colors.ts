import { type Image, onWhiteInPieces, toBytesInPieces } from '../types'
import { throughSharp } from './through-sharp'

export interface ColorChange {
  /** Degrees on the colour wheel. */
  hue: number
  /** 0 is grey; 1 changes nothing. */
  saturation: number
  /** 0 is black; 1 changes nothing. */
  brightness: number
  /** Inverts brightness and hues. */
  invert: boolean
}

/**
 * Adjusts the colours of a picture and keeps its alpha channel. A float image becomes the bytes that display
 * it.
 */
export async function recolor(image: Image, { hue, saturation, brightness, invert }: ColorChange): Promise<Image> {
  const isGrey = image.channels === 1
  const turns = !isGrey && (hue % 360 !== 0 || saturation !== 1)
  if (!turns && brightness === 1 && !invert) return image
  // Separate passes, because sharp would apply them in its own order.
  let changed = await toBytesInPieces(image)
  if (turns) changed = await throughSharp(changed, (pixels) => pixels.modulate({ hue: Math.round(hue), saturation }))
  if (brightness !== 1) changed = await throughSharp(changed, (pixels) => pixels.linear(...scale(brightness, changed)))
  return invert ? throughSharp(changed, (pixels) => pixels.negate({ alpha: false })) : changed
}

function scale(factor: number, { channels }: Image): [factors: number[], offsets: number[]] {
  const colors = new Array(Math.min(channels, 3)).fill(factor)
  const factors = channels === 4 ? [...colors, 1] : colors
  return [factors, factors.map(() => 0)]
}

/** Converts to grey with the same weights as `adapt`: one channel on white, or RGBA if alpha is kept. */
export async function greyscale(image: Image, keepAlpha = false): Promise<Image> {
  if (image.channels === 1) return image
  const weights: [number, number, number] = [0.299, 0.587, 0.114]
  const bytes = await toBytesInPieces(image)
  if (bytes.channels === 4 && keepAlpha)
    return throughSharp(bytes, (pixels) => pixels.recomb([weights, weights, weights]))
  return throughSharp(await onWhiteInPieces(bytes), (pixels) =>
    pixels.recomb([weights, weights, weights]).extractChannel(0),
  )
}

/** Gaussian blur. @param sigma in pixels, 0.3 to 1000; smaller values change nothing */
export async function blur(image: Image, sigma: number): Promise<Image> {
  return sigma < 0.3 ? image : throughSharp(image, (pixels) => pixels.blur(Math.min(sigma, 1000)))
}
