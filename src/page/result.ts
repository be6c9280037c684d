import { element } from '../editor/dom'
import type { PortType } from '../types'
import { nameIn, type ShownField, say } from './data'
import { wordButton } from './dom'

const SOUND = /^data:audio\//
const PICTURE = /^data:image\/(png|jpeg|webp);base64,/
/** How many rows of a table are shown. */
const MOST_ROWS = 500
/** How many numbers of a list are shown. */
const MOST_NUMBERS = 12

/** Shows one output, in a form that suits its type. */
export function showValue(
  value: unknown,
  field?: Pick<ShownField, 'label' | 'type' | 'labels' | 'colors' | 'names'>,
): HTMLElement {
  const label = field?.label ?? ''
  if (value === null || value === undefined) return element('p', { className: 'note' }, say('nothing'))
  if (typeof value === 'string') return showText(value, label, field)
  if (typeof value !== 'object') return words(String(value), label)
  if (Array.isArray(value)) return listOf(value, label, field?.type)
  return table([value as Record<string, unknown>])
}

function showText(value: string, label: string, field?: Pick<ShownField, 'labels' | 'colors' | 'names'>): HTMLElement {
  if (PICTURE.test(value)) return picture(value, label, field)
  return SOUND.test(value) ? sound(value, label) : words(value, label)
}

function sound(src: string, label: string): HTMLElement {
  const player = element('audio', { src, controls: true })
  player.setAttribute('aria-label', label || say('result'))
  return element('figure', {}, player, downloads(src, `${fileName(label)}.wav`))
}

function picture(src: string, label: string, field?: Pick<ShownField, 'labels' | 'colors' | 'names'>): HTMLElement {
  const image = element('img', { src, alt: label || say('result') })
  const ending = /^data:image\/(\w+)/.exec(src)?.[1]?.replace('jpeg', 'jpg') ?? 'png'
  const legend = field?.labels && field.colors ? legendOf(field.labels, field.colors, nameIn(field)) : null
  return element('figure', {}, image, legend, downloads(src, `${fileName(label)}.${ending}`))
}

function legendOf(
  labels: readonly string[],
  colors: readonly (readonly number[])[],
  nameOf: (label: string) => string,
): HTMLElement {
  const list = element('ul', { className: 'legend' })
  labels.forEach((label, id) => {
    if (!label) return
    const swatch = element('i', {})
    swatch.style.background = `rgb(${(colors[id] ?? [128, 128, 128]).join(' ')})`
    list.append(element('li', {}, swatch, nameOf(label)))
  })
  return element('details', {}, element('summary', {}, say('labels')), list)
}

function words(text: string, label: string): HTMLElement {
  const copy = wordButton('copy', () => {
    void navigator.clipboard?.writeText(text).then(() => {
      copy.textContent = say('copied')
    })
  })
  const address = `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`
  return element(
    'div',
    {},
    element('p', { className: 'words' }, text),
    element(
      'div',
      { className: 'row' },
      ...(navigator.clipboard ? [copy] : []),
      download(address, `${fileName(label)}.txt`),
    ),
  )
}

function listOf(list: unknown[], label: string, type?: PortType): HTMLElement {
  if (list.length === 0) return element('p', { className: 'note' }, say('emptyList'))
  const json = `data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify(list))}`
  const file = download(json, `${fileName(label)}.json`)
  if (list.every((one) => typeof one === 'number')) {
    const numbers = list.slice(0, MOST_NUMBERS).map((number) => Math.round((number as number) * 1000) / 1000)
    const more = list.length > MOST_NUMBERS ? ` … (${list.length})` : ''
    return element('div', {}, element('p', { className: 'numbers' }, `${numbers.join(', ')}${more}`), file)
  }
  if (list.every((one) => typeof one === 'string' && PICTURE.test(one)))
    return element('div', { className: 'grid' }, ...list.map((one, i) => picture(one as string, `${label} ${i + 1}`)))
  if (list.every((one) => typeof one === 'string' && SOUND.test(one)))
    return element('div', {}, ...list.map((one, i) => sound(one as string, `${label} ${i + 1}`)))
  if (list.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one)))
    return element('div', {}, table(list as Record<string, unknown>[], type), file)
  return element('div', {}, table(list.map((value) => ({ '': value }))), file)
}

function table(rows: Record<string, unknown>[], type?: PortType): HTMLElement {
  const known = type?.type === 'array' && type.itemType.type === 'record' ? Object.keys(type.itemType.fields) : []
  const columns = [...new Set([...known, ...rows.slice(0, MOST_ROWS).flatMap((row) => Object.keys(row))])]
  const head = element('tr', {}, ...columns.map((name) => Object.assign(element('th', {}, name), { scope: 'col' })))
  const body = rows
    .slice(0, MOST_ROWS)
    .map((row) => element('tr', {}, ...columns.map((name) => element('td', {}, cell(row[name])))))
  const scroll = element(
    'div',
    { className: 'scroll', tabIndex: 0 },
    element('table', {}, element('thead', {}, head), element('tbody', {}, ...body)),
  )
  scroll.setAttribute('role', 'group')
  scroll.setAttribute('aria-label', say('table'))
  return scroll
}

function cell(value: unknown): HTMLElement | string {
  if (typeof value === 'string' && PICTURE.test(value)) return element('img', { src: value, alt: '' })
  if (typeof value === 'number') return String(Math.round(value * 10_000) / 10_000)
  if (value === null || value === undefined) return ''
  if (typeof value !== 'object') return String(value)
  const round = (_: string, one: unknown) => (typeof one === 'number' ? Math.round(one * 10_000) / 10_000 : one)
  return JSON.stringify(value, round).slice(0, 400)
}

function downloads(href: string, name: string): HTMLElement {
  return element('div', { className: 'row' }, download(href, name))
}

function download(href: string, name: string): HTMLElement {
  return element('a', { href, download: name, className: 'download' }, say('download'))
}

const fileName = (label: string): string => label.replace(/[^\p{L}\p{N}_-]+/gu, '-').replace(/^-+|-+$/g, '') || 'result'
