import './form.css'
import { element } from '../../../src/editor/dom'
import { say } from '../../../src/editor/shell/words'
import { pairSliders } from './sliders'

/** The form of the open edit dialog, generated from the node's settings. */
export interface Form {
  readonly root: HTMLElement
  /** The field of a setting. */
  field(setting: string): HTMLInputElement
  value(setting: string): string
  set(setting: string, value: string | number): void
  /** Calls `act` now, and whenever one of these settings changes. */
  follow(settings: readonly string[], act: () => void): void
  /** The row of a setting. */
  row(setting: string): HTMLElement
  /** Adds a row after that of a setting. @param when its condition, as in a setting */
  addRow(
    after: string,
    look: { icon?: string; label?: string; when?: object },
    ...children: (Node | string)[]
  ): HTMLElement
}

/** The prefix of the fields' ids. */
export const prefixOf = (node: EditorNode): string =>
  node._def?.category === 'config' ? 'node-config-input' : 'node-input'

/** Whether any folded setting differs from its default. */
function holdsChanged(node: EditorNode, fold: HTMLElement, prefix: string): boolean {
  const defaults = (node._def?.defaults ?? {}) as Record<string, { value?: unknown }>
  return [...fold.querySelectorAll(`[id^="${prefix}-"]`)].some(({ id }) => {
    const setting = id.slice(prefix.length + 1)
    const value = node[setting]
    return setting in defaults && value !== undefined && value !== '' && value !== defaults[setting]?.value
  })
}

/** Fills in what a flow file left out, and shows and hides rows by their conditions. */
export function openForm(node: EditorNode): Form {
  const prefix = prefixOf(node)
  const find = (setting: string) => document.getElementById(`${prefix}-${setting}`) as HTMLInputElement | null
  const field = (setting: string) => find(setting) as HTMLInputElement
  const root = field('name').closest('form') as HTMLElement
  const added: Record<string, HTMLElement> = {}

  for (const [setting, { value }] of Object.entries((node._def?.defaults ?? {}) as Record<string, { value?: unknown }>))
    fill(find(setting), node[setting], value)
  for (const input of root.querySelectorAll('.daisychain-message'))
    $(input).typedInput({ default: 'msg', types: ['msg'] })
  for (const fold of root.querySelectorAll('details')) fold.open = holdsChanged(node, fold, prefix)
  // "_ADD_" is the editor's entry "none" or "Add new…". Without an engine of its own, a node runs on the best
  // device.
  const automatic = find('engine')?.querySelector('option[value="_ADD_"]')
  if (automatic) automatic.textContent = say('engineAutomatic')
  pairSliders([...root.querySelectorAll('[id^="node-slider-"]')].map(({ id }) => id.replace('node-slider-', '')))
  root.addEventListener('change', show)
  // Changes made by other code through jQuery don't fire native events.
  $(root).on('change', show)
  show()

  function show(): void {
    for (const element of root.querySelectorAll<HTMLElement>('[data-when]')) {
      const conditions = JSON.parse(element.dataset.when ?? '[]') as Record<string, string | string[]>[]
      const holds = conditions.some((condition) =>
        Object.entries(condition).every(([setting, values]) => [values].flat().includes(field(setting).value)),
      )
      element.style.display = holds ? '' : 'none'
    }
  }

  return {
    root,
    field,
    value: (setting) => field(setting).value,
    set(setting, value) {
      $(field(setting)).val(value).trigger('change')
    },
    follow(settings, act) {
      for (const setting of settings) $(field(setting)).on('input change', act)
      act()
    },
    row: (setting) => field(setting).closest('.form-row') as HTMLElement,
    addRow(after, { icon, label = '', when }, ...children) {
      const head = element('label', {}, ...(icon ? [element('i', { className: `fa fa-${icon}` }), ' '] : []), label)
      const row = element('div', { className: 'form-row' }, head, ' ', ...children)
      if (when) row.dataset.when = JSON.stringify([when].flat())
      const before = added[after] ?? (field(after).closest('.form-row') as HTMLElement)
      before.after(row)
      added[after] = row
      show()
      return row
    },
  }
}

/** In a flow file, a setting may be missing, or empty although one value is always selected. */
function fill(field: HTMLInputElement | null, stored: unknown, value: unknown): void {
  const isUnset = stored === undefined || (stored === '' && field?.tagName === 'SELECT')
  if (!field || !isUnset || value === undefined || typeof value === 'object') return
  // In a list of configuration nodes, the editor selects the entry for "none".
  if (field.tagName === 'SELECT' && !field.querySelector(`option[value="${CSS.escape(String(value))}"]`)) return
  if (field.type === 'checkbox') field.checked = value === true
  else field.value = String(value)
}
