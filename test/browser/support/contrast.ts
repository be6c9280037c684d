/** Runs in the page: the contrast between an element's text and its background. */
export function contrastOf(element: unknown): number {
  const parse = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = ([r = 0, g = 0, b = 0]: number[]) => {
    const linear = (value: number) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
  }
  type Styled = { parentElement: Styled | null }
  const { getComputedStyle } = globalThis as unknown as {
    getComputedStyle(of: Styled): { color: string; backgroundColor: string }
  }
  let behind = element as Styled
  while (behind.parentElement && parse(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement
  const colors = [getComputedStyle(element as Styled).color, getComputedStyle(behind).backgroundColor]
  const [low = 0, high = 0] = colors.map((color) => luminance(parse(color))).sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}
