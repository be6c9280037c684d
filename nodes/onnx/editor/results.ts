import { element } from '../../../src/editor/dom'
import type { Say } from '../../shared/editor/say'
import type { Trial } from './requests'

/** A run's results, each with its name. */
export function results(say: Say, { outputs }: Trial): HTMLElement[] {
  return outputs.map((output) => {
    const className = output.image ? '' : 'daisychain-onnx-worded'
    return element('figure', { className }, shown(say, output), element('figcaption', {}, output.name))
  })
}

/** The first picture of a run, or its text, in a small version to choose from. */
export function thumbnail(say: Say, { outputs }: Trial): HTMLElement {
  const [first] = outputs
  const pictured = outputs.find(({ image }) => image) ?? first
  return pictured ? shown(say, pictured) : element('div', {})
}

function shown(say: Say, { name, image, text = '', found }: Trial['outputs'][number]): HTMLElement {
  if (image) return element('img', { src: image, alt: name })
  const words = found === undefined ? text : [say('found', { count: found }), text].filter(Boolean).join(': ')
  return element('div', { className: 'daisychain-onnx-text' }, words)
}
