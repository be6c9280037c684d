import { type Family, typeColors } from './colors'

const words: Record<Family, string> = {
  image: 'image',
  segmentation: 'label map',
  vector: 'vector',
  text: 'text',
  value: 'number, choice, yes or no',
  list: 'list, record',
  place: 'point, box, landmarks',
  file: 'file, folder',
}

/** What the colours and dashes mean. */
export function legend(): HTMLElement {
  const element = document.createElement('details')
  element.className = 'daisychain-legend'
  const title = document.createElement('summary')
  title.textContent = 'Colours of ports and wires'
  const rows = (Object.keys(typeColors) as Family[]).map((family) => row(`daisychain-${family}`, words[family]))
  element.append(
    title,
    ...rows,
    row('daisychain-unknown', 'not known: checked when it arrives'),
    row('daisychain-convertible', 'does not fit; a converter can help'),
    row('daisychain-mismatch', 'does not fit'),
  )
  return element
}

function row(look: string, text: string): HTMLElement {
  const element = document.createElement('div')
  const line = document.createElement('span')
  line.className = `daisychain-line ${look}`
  element.append(line, text)
  return element
}
