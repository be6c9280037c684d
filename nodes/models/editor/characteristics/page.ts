import { say } from '../../../../src/editor/shell/words'
import { sizeOf } from '../../../shared/editor/size'
import { sayDevice, sayFigure, sayTime, sayWhen } from './words'

/** What the runtime reports about a model. Only the type is shared. */
export type Facts = import('../../../../src/models/characteristics').Characteristics

type Variant = Facts['variants'][number]

/** The tab's content. @param chosen id of the variant chosen in the form */
export function page(facts: Facts, chosen: string): HTMLElement[] {
  const variant = facts.variants.find(({ id }) => id === chosen) ?? facts.variants[0]
  return [
    make('p', { text: facts.summary }),
    ...(variant ? [heading(variant.label), make('p', { text: variant.about }), weights(variant)] : []),
    ...(variant ? ports(say('takesHeading'), variant.inputs) : []),
    ...(variant ? ports(say('givesHeading'), variant.outputs) : []),
    heading(say('lastRun')),
    lastRun(facts),
    ...(variant && variant.figures.length > 0
      ? [heading(say('figures')), ...measuredOn(variant), figures(variant)]
      : []),
    ...(facts.variants.length > 1 ? [heading(say('variants')), variants(facts.variants, variant)] : []),
    ...(facts.references.length > 0 ? [heading(say('references')), references(facts)] : []),
  ]
}

function weights(variant: Variant): HTMLElement {
  const { bytes, licence, licenceUrl, nonCommercial } = variant
  const licenceText = nonCommercial ? say('licenceNonCommercial', { licence }) : licence
  return pairs([
    [say('size'), make('span', { text: sizeOf(bytes) })],
    [say('licence'), licenceUrl ? link(licenceText, licenceUrl) : make('span', { text: licenceText })],
    [say('source'), make('span', { text: sourceOf(variant) })],
  ])
}

function sourceOf({ source, isPresent, isDamaged, hosts }: Variant): string {
  if (source === 'bundled') return say('bundled')
  return say(isPresent ? 'downloaded' : isDamaged ? 'damaged' : 'notDownloaded', { hosts: hosts.join(', ') })
}

function ports(title: string, list: Variant['inputs']): HTMLElement[] {
  const rows = list.map(({ name, property, type, help, isOptional }) => {
    const row = make('tr', {})
    const where = make('td', { text: name })
    where.append(make('code', { text: `msg.${property}` }))
    const what = make('td', { text: isOptional ? say('optionalType', { type }) : type })
    what.append(make('small', { text: help }))
    row.append(where, what)
    return row
  })
  const table = make('table', {})
  table.append(...rows)
  return [heading(title), table]
}

function lastRun({ lastRun }: Facts): HTMLElement {
  if (!lastRun) return make('p', { text: say('neverRan') })
  const { device, attempts, at } = lastRun
  const list = pairs([
    [say('device'), make('span', { text: sayDevice(device) })],
    [say('time'), make('span', { text: sayTime(lastRun) })],
    [say('when'), make('span', { text: sayWhen(at) })],
  ])
  for (const attempt of attempts) {
    list.append(
      make('dt', { text: say('notOn', { device: sayDevice(attempt.device) }) }),
      withCode('dd', attempt.reason, attempt.error),
    )
  }
  return list
}

/** Says which scenes the figures were measured on: those of rendered rooms don't apply to photographs. */
function measuredOn({ scenes }: Variant): HTMLElement[] {
  return scenes ? [make('p', { text: say('measuredOn', { scenes }) })] : []
}

function figures({ figures }: Variant): HTMLElement {
  const table = make('table', { class: 'daisychain-characteristics-figures' })
  for (const { name, value, meaning, better } of figures) {
    const row = make('tr', {})
    const what = make('td', { text: name })
    if (meaning && meaning !== name) what.append(make('small', { text: meaning }))
    const how = better ? say(better === 'higher' ? 'betterHigher' : 'betterLower') : ''
    row.append(what, make('td', { text: sayFigure(value), title: how }), make('td', { text: how }))
    table.append(row)
  }
  return table
}

function variants(list: Variant[], chosen: Variant | undefined): HTMLElement {
  const table = make('table', {})
  for (const each of list) {
    const row = make('tr', {})
    const name = make('td', { text: each.label })
    if (each === chosen) name.className = 'daisychain-characteristics-chosen'
    row.append(name, make('td', { text: `${sizeOf(each.bytes)}, ${each.licence}, ${sourceOf(each)}` }))
    table.append(row)
  }
  return table
}

function references({ references }: Facts): HTMLElement {
  const list = make('ul', {})
  for (const { label, url } of references) {
    const item = make('li', {})
    item.append(link(label, url))
    list.append(item)
  }
  return list
}

function pairs(entries: [string, HTMLElement][]): HTMLElement {
  const list = make('dl', {})
  for (const [name, value] of entries) {
    const definition = make('dd', {})
    definition.append(value)
    list.append(make('dt', { text: name }), definition)
  }
  return list
}

/**
 * A sentence with commands between backticks.
 * @param original the English sentence, shown as a tooltip so that people can search for it
 */
function withCode(name: 'dd', sentence: string, original: string): HTMLElement {
  const made = make(name, original === sentence ? {} : { title: original })
  const parts = sentence.split('`').map((text, index) => (index % 2 === 0 ? text : make('code', { text })))
  made.append(...parts)
  return made
}

function heading(text: string): HTMLElement {
  return make('h4', { text })
}

/** Manifests may come from strangers, so only web addresses become links. */
function link(text: string, url: string): HTMLElement {
  if (!/^https?:\/\//i.test(url)) return make('span', { text })
  const anchor = make('a', { text })
  Object.assign(anchor, { href: url, target: '_blank', rel: 'noreferrer' })
  return anchor
}

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  { text, title, class: className }: { text?: string; title?: string; class?: string },
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  if (text !== undefined) made.textContent = text
  if (title) made.title = title
  if (className) made.className = className
  return made
}
