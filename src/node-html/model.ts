import {
  allInputPorts,
  defaultOf,
  inputPorts,
  isOption,
  isSeed,
  isWordList,
  type Manifest,
  type Port,
  speaksText,
  USER_FILE,
  writesText,
} from '../models'
import { LARGEST_SEED } from '../random'
import {
  choice,
  flag,
  maybeNumber,
  type NodeSpec,
  number,
  pictureSettings,
  runSettings,
  type Setting,
  speechSettings,
  stored,
  text,
  textSettings,
} from '../settings'
import type { CategoryType, NumberType } from '../types'
import { readable } from './html'

/** The declaration of a model's node, derived from the manifest. */
export function modelSpec(manifest: Manifest): NodeSpec {
  const { id, node, label, color, icon, outputs, summary, variants } = manifest
  const isPicture = outputs.flat().some(({ type }) => type.type === 'image')
  const isSpeech = variants.some((variant) => speaksText(manifest, variant))
  const isText = variants.some((variant) => writesText(manifest, variant))
  const options = formOptions(manifest).map((port) => [port.name, optionOf(manifest, port)] as const)
  return {
    type: node,
    label,
    texts: '',
    color,
    icon,
    settings: {
      name: text('', { icon: 'tag', label: 'common.name' }),
      variant: choice([...variants.map((variant) => variant.id), USER_FILE], {
        icon: 'cube',
        label: 'common.variant',
        texts: (variant) => (variant === USER_FILE ? 'common.weights.own' : `${id}.variants.${variant}`),
      }),
      own: stored('', { required: 'file', when: { variant: USER_FILE } }),
      ...Object.fromEntries(options),
      ...(isPicture ? pictureSettings : isText ? textSettings : isSpeech ? speechSettings : runSettings),
    },
    inputs: 1,
    outputs: outputs.length,
    button: 'run',
    dialog: ['weights', id],
    help: { summary },
  }
}

/** The options with a field in the form. Other options (vectors, pictures) can only be set by messages. */
export function formOptions(manifest: Manifest): Port[] {
  return allInputPorts(manifest).filter(
    (port) =>
      isOption(port) && (isWordList(port) || ['number', 'category', 'text', 'boolean'].includes(port.type.type)),
  )
}

/** The English words of a model's form, structured like its locale file. */
export function modelTexts(manifest: Manifest): object {
  return {
    variants: Object.fromEntries(manifest.variants.map(({ id, label }) => [id, label])),
    about: Object.fromEntries(manifest.variants.map(({ id, about }) => [id, about])),
    options: Object.fromEntries(formOptions(manifest).map(({ name }) => [name, readable(name)])),
    help: Object.fromEntries(formOptions(manifest).map(({ name, help }) => [name, help])),
  }
}

/** The variants that read an option; undefined if all of them do. */
function readers(manifest: Manifest, name: string): string[] | undefined {
  const found = manifest.variants.filter((variant) => inputPorts(manifest, variant).some((port) => port.name === name))
  return found.length < manifest.variants.length ? found.map(({ id }) => id) : undefined
}

function optionOf(manifest: Manifest, port: Port): Setting {
  const { name, type, help } = port
  const { id, variants: all } = manifest
  const variants = readers(manifest, name)
  const look = {
    icon: 'sliders',
    label: `${id}.options.${name}`,
    tip: { key: `${id}.help.${name}`, text: help },
    ...(variants && { when: { variant: variants } }),
  }
  const value = defaultOf(type)
  switch (type.type) {
    case 'category': {
      const choices: readonly string[] = (type as CategoryType).oneOf ?? []
      return choice(choices, { ...look, texts: null, default: typeof value === 'string' ? value : '' })
    }
    case 'boolean':
      // A flag's label follows its box, without an icon.
      return flag(value === true, { ...look, icon: undefined })
    case 'number': {
      const { min, max, step } = type as NumberType
      // Seeds may also be words.
      if (all.some((variant) => isSeed(port, variant)))
        return text(value === undefined ? '' : String(value), {
          ...look,
          slider: [0, LARGEST_SEED],
          hint: 'common.unset',
        })
      const slider = min !== undefined && max !== undefined ? { slider: [min, max] as const } : {}
      const options = { ...look, min, max, step, ...slider, hint: 'common.unset' }
      return typeof value === 'number' ? number(value, options) : maybeNumber(options)
    }
    default:
      return text(typeof value === 'string' ? value : '', look)
  }
}
