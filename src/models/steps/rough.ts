import { Image } from '../../types'

/**
 * A small preview of a diffusion model's current state that doesn't need its decoder: each latent channel
 * contributes a colour.
 *
 * @param colors the contribution of each channel to R, G and B, where −1 is black and 1 is white
 * @param dims [1, channels, H, W]
 */
export function roughPicture(colors: readonly number[][], dims: readonly number[], value: Float32Array): Image {
  const [height = 1, width = 1] = dims.slice(-2)
  const size = width * height
  const data = Uint8ClampedArray.from({ length: size * 3 }, (_, i) => {
    const at = Math.floor(i / 3)
    const light = colors.reduce((sum, color, c) => sum + (color[i % 3] as number) * (value[c * size + at] ?? 0), 0)
    return (light + 1) * 127.5
  })
  return new Image({ width, height, channels: 3, data: Uint8Array.from(data) })
}
