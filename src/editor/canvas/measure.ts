let canvas: CanvasRenderingContext2D | null | undefined

/**
 * Returns a function that measures the width of a line in this font, in pixels, without a layout of the page.
 */
export function measureIn(font: string): (line: string) => number {
  canvas ??= document.createElement('canvas').getContext('2d')
  const context = canvas
  if (!context) return (line) => line.length * 6
  return (line) => {
    context.font = font
    return context.measureText(line).width
  }
}
