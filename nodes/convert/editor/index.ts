import './convert.css'
import { element } from '../../../src/editor/dom'
import type { Dialog } from '../../shared/editor/dialogs'
import type { Form } from '../../shared/editor/form'
import { wordsOf } from '../../shared/editor/say'
import { editableRows } from './rows'

interface Stored {
  choices?: string[]
  map?: { from: string; to: string }[]
  labels?: string[]
  colors?: string[]
}

/** The colour for labels without one. */
const GREY = '#808080'

/** A description of the chosen converter, and its lists: labels with colours, choices, and replacements. */
export function openConvert(node: EditorNode, form: Form): Dialog {
  const say = wordsOf(node, 'convert')
  const stored = node as Stored
  const about = element('div', { id: 'daisychain-convert-about', className: 'form-tips daisychain-tips' })
  form.row('converter').after(about)
  form.follow(['converter'], () => {
    about.textContent = say(`about.${form.value('converter')}`)
  })

  const choices = element('textarea', {
    ...{ id: 'daisychain-convert-choices', rows: 5, placeholder: say('oneALine') },
    value: (stored.choices ?? []).join('\n'),
  })
  const labels = element('ol', { id: 'daisychain-convert-labels' })
  const map = element('ol', { id: 'daisychain-convert-map' })
  const look = (icon: string, label: string, ...converters: string[]) => ({
    ...{ icon, label: say(label), when: { converter: converters } },
  })
  // Placed before the other settings, because the list is what these converters are mainly about.
  const rows = [
    form.addRow('converter', look('tags', 'labels', 'labels-from-colors', 'remap-labels'), labels),
    form.addRow('converter', look('list', 'choices', 'choose'), choices),
    form.addRow('converter', look('random', 'map', 'remap-labels', 'choose'), map),
  ]
  about.after(...rows)
  choices.setAttribute('aria-label', say('choices'))

  const colored = (stored.labels ?? []).map((label, i) => ({ label, color: hex(stored.colors?.[i]) }))
  const readLabels = editableRows(labels, colored, [
    { name: 'color', type: 'color', otherwise: GREY },
    { name: 'label', type: 'text', width: '70%' },
  ])
  const readMap = editableRows(map, stored.map ?? [], [
    { name: 'from', type: 'text', width: '42%', behind: ' → ' },
    { name: 'to', type: 'text', width: '42%' },
  ])

  return {
    save() {
      const read = readLabels()
      return {
        choices: choices.value
          .split('\n')
          .map((line) => line.trim())
          .filter(Boolean),
        map: readMap().filter(({ from, to }) => from && to),
        labels: read.map(({ label }) => label),
        colors: read.map(({ color }) => color),
      }
    },
  }
}

const hex = (color: string | undefined): string => (/^#[0-9a-f]{6}$/i.test(color ?? '') ? String(color) : GREY)
