import './cue.css'
import { button, element } from '../../../src/editor/dom'
import { addPageButtons } from '../../shared/editor/device-page'
import type { Dialog } from '../../shared/editor/dialogs'
import type { Form } from '../../shared/editor/form'
import { wordsOf } from '../../shared/editor/say'
import { readAssignments, writeAssignments } from './assignments'

interface Cue {
  name: string
  at: string
  /** A string if what was typed couldn't be parsed. */
  values: Record<string, unknown> | string
}

/** The cues, one row each. */
export function openCue(node: EditorNode, form: Form): Dialog {
  const say = wordsOf(node, 'cue')
  const rows: { name: HTMLInputElement; at: HTMLInputElement; values: HTMLInputElement }[] = []
  const list = element('div', { id: 'daisychain-cues' })
  const stored = Array.isArray(node.cues) ? (node.cues as Partial<Cue>[]) : []
  for (const cue of stored.length > 0 ? stored : [{}, {}]) add(cue)
  const more = button(say('add'), () => add({}), { icon: 'plus' })
  more.id = 'daisychain-cue-add'
  form.row('name').after(list, element('div', { className: 'form-row' }, more))
  addPageButtons(node, form, 'cue', 'again')

  return {
    save() {
      const cues = rows
        .filter(({ name, at, values }) => name.value.trim() || at.value || values.value.trim())
        .map(({ name, at, values: field }, i) => {
          const { values, wrong } = readAssignments(field.value)
          // The node reports the error when it starts.
          return { name: name.value.trim() || `${i + 1}`, at: at.value, values: wrong ? field.value : values }
        })
      return { cues, ports: portsOf(cues) }
    },
  }

  function add(cue: Partial<Cue>): void {
    const field = (type: string, value: string, label: string, placeholder = '') => {
      const input = element('input', { type, value, placeholder })
      input.setAttribute('aria-label', label)
      return input
    }
    const row = {
      name: field('text', cue.name ?? '', say('cueName'), say('cueName')),
      at: field('time', cue.at ?? '', say('at')),
      values: field('text', writeAssignments(cue.values), say('values'), 'truncation = 0.5'),
    }
    row.at.title = say('at')
    row.values.addEventListener('input', () => {
      const { wrong } = readAssignments(row.values.value)
      row.values.setCustomValidity(wrong)
      row.values.classList.toggle('input-error', wrong !== '')
      row.values.title = wrong && say('wrong', { part: wrong })
    })
    const line = element('div', { className: 'daisychain-cue-row' }, row.name, row.values, row.at)
    line.append(button('', () => remove(), { icon: 'times', title: say('remove') }))
    rows.push(row)
    list.append(line)

    function remove(): void {
      rows.splice(rows.indexOf(row), 1)
      line.remove()
    }
  }
}

/** Declares the outputs for the checker: each option with its range. */
function portsOf(cues: readonly Cue[]): object {
  const known = cues.flatMap(({ values }) => (typeof values === 'string' ? [] : [values]))
  const names = [...new Set(known.flatMap((values) => Object.keys(values)))]
  const outputs = names.map((property) => {
    const values = known.flatMap((values) => (property in values ? [values[property]] : []))
    return { property, name: property, type: typeOf(values) }
  })
  const fields = Object.fromEntries(outputs.map(({ property, type }) => [property, type]))
  return {
    inputs: [],
    outputs: [outputs, [{ property: 'payload', name: 'payload', type: { type: 'record', fields } }]],
  }
}

function typeOf(values: unknown[]): object {
  if (values.every((value) => typeof value === 'number'))
    return { type: 'number', min: Math.min(...values), max: Math.max(...values) }
  if (values.every((value) => typeof value === 'boolean')) return { type: 'boolean' }
  if (values.every((value) => typeof value === 'string')) return { type: 'category', oneOf: [...new Set(values)] }
  return { type: 'any' }
}
