import { isFit } from '../finding'
import { type Color, fromHex, toHex } from '../hex'
import type { Image } from '../image'
import { judgeTypes } from '../judge'
import { labelColor } from '../label-colors'
import { colorsOf, isBackground, labelKey, labelsOf, matchLabels } from '../labels'
import type { PortType } from '../port-type'
import { readColors } from '../read-colors'
import type { Segmentation } from '../segmentation'
import { colorize, replaceIds } from '../segmentation-changes'
import { ValueError } from '../value-error'
import type { ConverterEntry, Settings } from './entry'
import { pairsOf, textOf, textsOf } from './settings'

export const colorLabels: ConverterEntry = {
  id: 'color-labels',
  label: 'Colour the labels',
  wants: { type: 'segmentation' },
  help: 'The label map.',
  accepts: ({ type }) => type === 'segmentation',
  settingsFor: (from, to) => (from.type === 'segmentation' && to.type === 'image' ? {} : null),
  gives: () => ({ type: 'image', channels: 3 }),
  convert: (value) => colorize(value as Segmentation),
}

/**
 * Settings: `labels` by id, and their `colors` as `#rrggbb`; a label without a colour gets one from the
 * palette.
 */
export const labelsFromColors: ConverterEntry = {
  id: 'labels-from-colors',
  label: 'Read the colours as labels',
  wants: { type: 'image' },
  readsIds: true,
  help: 'A picture in the labels’ colours.',
  accepts: (from) => isFit(judgeTypes(from, { type: 'image' })),
  settingsFor: (from, to) => {
    const labels = to.type === 'segmentation' && labelsOf(to)
    if (!labels || !labelsFromColors.accepts(from)) return null
    return { labels, colors: colorsOf(to).map(toHex) }
  },
  gives: labelMap,
  convert: (value, settings) => {
    const { labels, colors } = labelsAndColors(settings)
    return readColors(value as Image, labels, colors)
  },
}

/**
 * Settings: `labels` and `colors` of the resulting map; `map`, rows of an incoming label and its replacement;
 * `otherwise`, the label for those that have neither a row nor a label of the same name.
 */
export const remapByName: ConverterEntry = {
  id: 'remap-labels',
  label: 'Map the labels by name',
  wants: { type: 'segmentation' },
  help: 'The label map.',
  accepts: ({ type }) => type === 'segmentation',
  settingsFor: (from, to) => {
    const given = from.type === 'segmentation' && labelsOf(from)
    const wanted = to.type === 'segmentation' && labelsOf(to)
    if (!given || !wanted) return null
    const { shared, missing } = matchLabels(given, wanted, to.defaultLabel)
    const reached = new Set(shared.map(labelKey)).size
    const isWorthwhile =
      reached > 0 && (shared.length >= missing.length || reached * 2 >= wanted.filter(Boolean).length)
    if (!isWorthwhile) return null
    const otherwise =
      to.defaultLabel ?? wanted.find((label) => label && isBackground(label)) ?? (wanted.find(Boolean) as string)
    return {
      labels: wanted,
      colors: colorsOf(to).map(toHex),
      map: missing.map((label) => ({ from: label, to: otherwise })),
      otherwise,
    }
  },
  gives: labelMap,
  convert: (value, settings) => {
    const segmentation = value as Segmentation
    const { labels, colors } = labelsAndColors(settings)
    const otherwise = textOf(settings.otherwise, '')
    const rows = new Map(pairsOf(settings.map).map(({ from, to }) => [labelKey(from), to]))
    const renamed = segmentation.labels.map((label) => rows.get(labelKey(label)) ?? label)
    const { ids } = matchLabels(renamed, labels, otherwise || undefined)
    const rest = otherwise === '' ? null : labels.indexOf(otherwise)
    if (rest !== null && rest < 0)
      throw new ValueError(`the label for everything else, "${otherwise}", isn't one of the labels`)
    return replaceIds(
      segmentation,
      ids.map((id) => id ?? rest),
      labels,
      colors,
    )
  },
}

function labelMap(_: PortType, settings: Settings): PortType {
  const labels = textsOf(settings.labels)
  return { type: 'segmentation', ...(labels.length > 0 && { labels }) }
}

function labelsAndColors(settings: Settings): { labels: string[]; colors: Color[] } {
  const labels = textsOf(settings.labels)
  if (labels.length === 0) throw new ValueError('the converter has no labels: open it and name them', 'flow')
  const colors = textsOf(settings.colors)
  return { labels, colors: labels.map((_, id) => fromHex(colors[id]) ?? labelColor(id)) }
}
