import { type Family, typeColors } from '../canvas/colors'
import { say } from '../shell/words'

/** Explains the colours and dashes. */
export function legend(): HTMLElement {
  const element = document.createElement('details')
  element.className = 'daisychain-legend'
  const title = document.createElement('summary')
  title.textContent = say('legend')
  const rows = (Object.keys(typeColors) as Family[]).map((family) =>
    row(`daisychain-${family}`, say(`families.${family}`)),
  )
  element.append(
    title,
    ...rows,
    row('daisychain-unknown', say('legendUnknown')),
    row('daisychain-convertible', say('legendConvertible')),
    row('daisychain-mismatch', say('legendMismatch')),
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
