import { element } from '../../../src/editor/dom'
import { language } from '../../../src/editor/shell/words'
import { nameType } from '../../../src/types'
import { readModelFiles } from '../../shared/editor/model-files/requests'
import { uploadControl } from '../../shared/editor/model-files/upload'
import type { Say } from '../../shared/editor/say'
import { type KeptPort, type ModelState, readOwn, reasonOf } from './requests'

/** What a node stores about a user's own file: the answers given, and the node's resulting ports. */
export interface OwnSetting {
  file: string
  range?: string
  outputRange?: string
  labels?: string[]
  inputs?: KeptPort[]
  outputs?: KeptPort[][]
}

/** Milliseconds to wait after the last keystroke before a file is read. */
const PAUSE = 400
const RANGES = ['model', 'unit', 'signed', 'bytes', 'imagenet']

/** The fields for a user's own file. Each change is sent to the runtime, which says whether the file fits. */
export function ownView(
  model: string,
  asks: ModelState['own'],
  before: OwnSetting,
  say: Say,
): { element: HTMLElement; read(): OwnSetting } {
  let kept: OwnSetting = before
  let timer: number | undefined
  let asked = 0
  const answer = Object.assign(element('p', { className: 'daisychain-weights-answer' }), { role: 'status' })
  const file = textField('file', before.file, 'filePath')
  const known = Object.assign(element('datalist'), { id: 'daisychain-own-files' })
  file.input.setAttribute('list', known.id)
  const upload = uploadControl({
    id: 'daisychain-own-upload',
    beside: () => file.input.value.trim(),
    async done(model) {
      if (model) file.input.value = model
      offerFiles()
      kept = readFields()
      await ask()
    },
  })
  upload.button.className = 'daisychain-own-upload'
  file.row.append(known, upload.button)
  const range = asks.range ? choiceField('range', RANGES, before.range) : null
  const outputRange = asks.outputRange ? choiceField('outputRange', RANGES.slice(0, 4), before.outputRange) : null
  const labels = asks.labels ? textField('labels', (before.labels ?? []).join(', '), 'labelNames') : null
  const fields = [file, range, outputRange, labels].filter((field) => field !== null)
  for (const field of fields) field.input.addEventListener('input', changed)
  if (before.file) void ask()
  offerFiles()
  return {
    element: element(
      'div',
      { className: 'daisychain-weights' },
      file.row,
      upload.state,
      ...fields.slice(1).map((field) => field.row),
      answer,
    ),
    read: () => kept,
  }

  /** The models that are in the user directory. */
  function offerFiles(): void {
    readModelFiles().then(
      ({ files }) =>
        known.replaceChildren(...files.map(({ path }) => Object.assign(element('option'), { value: path }))),
      () => {},
    )
  }

  function changed(): void {
    kept = readFields()
    window.clearTimeout(timer)
    timer = window.setTimeout(ask, PAUSE)
  }

  function readFields(): OwnSetting {
    const names = (labels?.input.value ?? '').split(/[,\n]/).map((name) => name.trim())
    return {
      file: file.input.value.trim(),
      ...(range && range.input.value !== 'model' && { range: range.input.value }),
      ...(outputRange && outputRange.input.value !== 'model' && { outputRange: outputRange.input.value }),
      ...(names.some(Boolean) && { labels: names.filter(Boolean) }),
    }
  }

  async function ask(): Promise<void> {
    const setting = readFields()
    const number = ++asked
    show('', '')
    if (!setting.file) return
    show(say('reading'), '')
    try {
      const ports = await readOwn(model, setting)
      if (number !== asked) return
      kept = { ...setting, ...ports }
      const words = (list: KeptPort[]) => list.map(({ type }) => nameType(type, language())).join(', ')
      show(say('fits', { inputs: words(ports.inputs), outputs: words(ports.outputs.flat()) }), 'daisychain-is-right')
    } catch (error) {
      if (number === asked) show(reasonOf(error), 'daisychain-weights-error')
    }
  }

  function show(text: string, state: string): void {
    answer.textContent = text
    answer.className = `daisychain-weights-answer ${state}`
  }

  function textField(name: string, value: string, hint: string) {
    const input = Object.assign(element('input'), { type: 'text', value, placeholder: say(hint), title: say(hint) })
    return { input, row: row(name, input) }
  }

  function choiceField(name: string, choices: string[], value = 'model') {
    const options = choices.map((each) => Object.assign(element('option', {}, say(`ranges.${each}`)), { value: each }))
    const input = Object.assign(element('select', {}, ...options), { value })
    return { input, row: row(name, input) }
  }

  function row(name: string, input: HTMLElement): HTMLElement {
    input.id = `daisychain-own-${name}`
    const label = Object.assign(element('label', {}, say(name)), { htmlFor: input.id })
    return element('div', { className: 'form-row' }, label, input)
  }
}
