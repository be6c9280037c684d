import type { Provenance } from '../../provenance'
import { element } from '../dom'
import { say } from './words'

/** The record that a file contains of how it was made, and what it doesn't include. */
export interface Travelling {
  record: Provenance
  left: { name: string; settings: string[] }[]
}

/** Elements for a line about licences and a folded list of everything that the file records. */
export function createTravels(): {
  licences: HTMLElement
  details: HTMLDetailsElement
  tell(answer: Travelling): void
  complain(sentence: string): void
} {
  const licences = element('div', { className: 'daisychain-licences' })
  const body = element('div')
  const details = element('details', {}, element('summary', {}, say('showTravels')), body)
  return {
    licences,
    details,
    tell(answer) {
      licences.textContent = sayLicences(answer.record)
      body.replaceChildren(
        ...sentences(answer).map((sentence) => element('p', {}, sentence)),
        element('pre', {}, JSON.stringify(answer.record, null, 1)),
      )
    },
    complain(sentence) {
      body.replaceChildren(element('p', {}, sentence))
    },
  }
}

/** Names the licences of all steps before the file, because they apply to anyone who uses it. */
function sayLicences({ models }: Provenance): string {
  const names = models.filter(({ nonCommercial }) => nonCommercial).map(({ label, licence }) => `${label} (${licence})`)
  return names.length > 0 ? say('travelsNonCommercial', { models: [...new Set(names)].join(', ') }) : ''
}

function sentences({ record, left }: Travelling): string[] {
  const { daisychain, flow, models } = record
  const named = (node: { type: string; name?: unknown }) => `“${node.name || node.type.replace(/^daisychain-/, '')}”`
  const behind = left.map(({ name, settings }) => (settings.length > 0 ? `${name} (${settings.join(', ')})` : name))
  return [
    flow.length > 0
      ? say('travels', { version: daisychain, nodes: flow.map(named).join(', ') })
      : say('travelsTooLarge'),
    ...(models.length > 0
      ? [say('travelsModels', { models: models.map(({ label, licence }) => `${label} (${licence})`).join(', ') })]
      : []),
    ...(behind.length > 0 ? [say('travelsStays', { left: behind.join(', ') })] : []),
    say('travelsNever'),
  ]
}
