import './knobs.css'
import { button, element } from '../../../src/editor/dom'
import { redrawing } from '../../../src/editor/redraw'
import type { Dialog } from '../../shared/editor/dialogs'
import type { Form } from '../../shared/editor/form'
import { post, reasonOf } from '../../shared/editor/requests'
import { wordsOf } from '../../shared/editor/say'
import { wantedOptions } from './wanted-options'

interface Knob {
  control: string
  option: string
  from: string | number
  to: string | number
  step?: number
}

interface Answer {
  heard: { control: string; value: unknown }[]
  devices: string[]
  problem?: string
  isMissing?: true
}

/** Milliseconds between two requests. */
const ASK_INTERVAL = 250

/**
 * The list of knobs and their options, one row each. The dialog listens for movement: the first knob that is
 * turned creates the first row.
 */
export function openKnobs(node: EditorNode, form: Form): Dialog {
  const say = wordsOf(node, 'knobs')
  const options = wantedOptions(node.id)
  const rows: { knob: Pick<Knob, 'step'>; fields: Record<'control' | 'option' | 'from' | 'to', HTMLInputElement> }[] =
    []
  const known = element('datalist', { id: 'daisychain-knobs-options' })
  known.append(...options.map(({ option }) => element('option', { value: option }, option)))
  const devices = element('datalist', { id: 'daisychain-knobs-devices' })
  form.field('device').setAttribute('list', devices.id)
  const heard = element('div', { id: 'daisychain-knobs-heard' })
  heard.setAttribute('role', 'status')
  const redraw = redrawing(heard)
  const problem = element('div', { id: 'daisychain-knobs-problem', className: 'daisychain-note' })
  const install = button(say('install'), () => void installMidi(), { icon: 'download' })
  install.id = 'daisychain-knobs-install'
  install.style.display = 'none'
  const list = element('div', { id: 'daisychain-knobs' })
  const more = button(say('add'), () => add({}), { icon: 'plus' })
  more.id = 'daisychain-knobs-add'
  form.addRow('port', { icon: 'assistive-listening-systems', label: say('heard') }, heard, problem, install)
  form.addRow('port', {}, list, more, known, devices)
  for (const knob of Array.isArray(node.knobs) ? (node.knobs as Partial<Knob>[]) : []) add(knob)
  /** Controls heard before the dialog opened. They create no row. */
  let before: Set<string> | null = null
  let isOpen = true
  void ask()

  return {
    save() {
      isOpen = false
      const knobs = rows.map(read).filter(({ control, option }) => control || option)
      return { knobs, ports: portsOf(knobs) }
    },
    cancel() {
      isOpen = false
    },
  }

  async function ask(): Promise<void> {
    let last = ''
    while (isOpen && form.root.isConnected) {
      const source = Object.fromEntries(['source', 'device', 'port', 'reach'].map((name) => [name, form.value(name)]))
      const asked = JSON.stringify(source)
      // If the port or controller changes, start over.
      if (asked !== last) before = null
      last = asked
      try {
        hear((await post('daisychain-knobs/heard', source)) as Answer)
      } catch (error) {
        problem.textContent = reasonOf(error)
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_INTERVAL))
    }
  }

  function hear(answer: Answer): void {
    problem.textContent = answer.isMissing ? say('missing') : (answer.problem ?? '')
    install.style.display = answer.isMissing ? '' : 'none'
    devices.replaceChildren(...answer.devices.map((name) => element('option', { value: name }, name)))
    const newest = answer.heard.map(({ control }) => control)
    if (before === null) before = new Set(newest)
    const moved = newest.find((control) => !before?.has(control))
    if (moved !== undefined && rows.length === 0) add({ control: moved })
    const isQuiet = moved === undefined && newest.length === 0
    const chips = isQuiet ? [element('span', {}, say('turn'))] : answer.heard.reverse().slice(0, 8).map(chip)
    redraw(() => heard.replaceChildren(...chips))
  }

  function chip({ control, value }: Answer['heard'][number]): HTMLElement {
    const shown = typeof value === 'number' ? Number(value.toPrecision(3)) : value
    return button(`${control}: ${shown ?? '…'}`, () => add({ control }), { title: say('use', { control }) })
  }

  async function installMidi(): Promise<void> {
    install.disabled = true
    install.textContent = say('installing')
    try {
      await post('daisychain-knobs/install')
    } catch (error) {
      RED.notify(RED.utils.sanitize(reasonOf(error)), { type: 'error' })
    }
    install.disabled = false
    install.textContent = say('install')
  }

  function add(knob: Partial<Knob>): void {
    const taken = new Set(rows.map(({ fields }) => fields.option.value))
    // A new row gets the next free option.
    const free = knob.option === undefined ? options.find(({ option }) => !taken.has(option)) : undefined
    const whole = { control: '', option: '', from: '', to: '', ...free, ...knob }
    const field = (type: string, value: string | number, label: string) => {
      const input = element('input', { type, value: String(value), placeholder: label })
      input.setAttribute('aria-label', label)
      return input
    }
    const fields = {
      control: field('text', whole.control, say('control')),
      option: field('text', whole.option, say('option')),
      from: field('number', whole.from, say('from')),
      to: field('number', whole.to, say('to')),
    }
    fields.option.setAttribute('list', known.id)
    for (const end of [fields.from, fields.to]) end.step = 'any'
    const row = { knob: whole.step ? { step: whole.step } : {}, fields }
    fields.option.addEventListener('change', () => {
      const chosen = options.find(({ option }) => option === fields.option.value)
      row.knob = chosen?.step ? { step: chosen.step } : {}
      if (!chosen) return
      fields.from.value = String(chosen.from)
      fields.to.value = String(chosen.to)
    })
    const line = element(
      'div',
      { className: 'daisychain-knob-row' },
      fields.control,
      '→',
      fields.option,
      fields.from,
      '–',
      fields.to,
    )
    line.append(
      button(
        '',
        () => {
          rows.splice(rows.indexOf(row), 1)
          line.remove()
        },
        { icon: 'times', title: say('remove') },
      ),
    )
    rows.push(row)
    list.append(line)
  }

  function read({ knob, fields }: (typeof rows)[number]): Knob {
    const end = ({ value }: HTMLInputElement) => (value.trim() === '' ? '' : Number(value))
    return {
      control: fields.control.value.trim(),
      option: fields.option.value.trim().replace(/^msg\./, ''),
      from: end(fields.from),
      to: end(fields.to),
      ...knob,
    }
  }
}

/** Declares the outputs for the checker: each option with its range. */
function portsOf(knobs: readonly Knob[]): object {
  const outputs = knobs.map(({ option, from, to }) => {
    const isBounded = typeof from === 'number' && typeof to === 'number'
    const type = isBounded ? { type: 'number', min: Math.min(from, to), max: Math.max(from, to) } : { type: 'any' }
    return { property: option, name: option, type }
  })
  const controls = [
    { property: 'topic', name: 'topic', type: { type: 'text' } },
    { property: 'payload', name: 'payload', type: { type: 'any' } },
  ]
  return { inputs: [], outputs: [outputs, controls] }
}
