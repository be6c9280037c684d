interface Size {
  width?: number
  height?: number
}

const SIZES = ['64x64', '128x128', '192x128', '128x192', '256x256', '512x512']

/** A list of sizes in pixels. @returns a function that shows another size */
export function offerSizes(
  field: HTMLSelectElement,
  wanted: Size | null,
  chosen: (width: number, height: number) => void,
): (size: Size) => void {
  const nameOf = ({ width, height }: Size) => `${width}x${height}`
  field.addEventListener('change', () => {
    const [width = 1, height = 1] = field.value.split('x').map(Number)
    chosen(width, height)
  })
  return (size) => {
    const own = wanted?.width && wanted.height ? [nameOf(wanted)] : []
    const names = [...new Set([...SIZES, ...own, nameOf(size)])].sort((a, b) => area(a) - area(b))
    field.replaceChildren(...names.map((name) => new Option(name.replace('x', ' × '), name)))
    field.value = nameOf(size)
  }
}

function area(name: string): number {
  return name.split('x').reduce((product, side) => product * Number(side), 1)
}
