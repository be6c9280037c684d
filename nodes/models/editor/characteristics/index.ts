import './characteristics.css'
import { declarations } from '../../../../src/editor/checks/declarations'
import { say } from '../../../../src/editor/shell/words'
import { type Facts, page } from './page'

/**
 * Adds a tab with facts about the model and its last run to the dialog of each model node.
 * @returns a function that removes it from dialogs opened later
 */
export function addCharacteristics(): () => void {
  let active = true
  RED.editor.registerEditPane(
    'daisychain-characteristics',
    (node) => {
      let container: HTMLElement | undefined
      const draw = async () => {
        if (container) container.replaceChildren(...(await content(node)))
      }
      return {
        label: say('characteristics'),
        name: say('characteristics'),
        iconClass: 'fa fa-info-circle',
        create(into: JQueryElement) {
          // The editor sets the pane's height without counting its padding, so the padding is on an inner
          // element.
          container = document.createElement('div')
          container.className = 'daisychain-characteristics'
          into[0]?.append(container)
        },
        // The variant currently chosen in the form, and the newest run.
        show: draw,
        resize() {},
        close() {},
        apply() {},
      }
    },
    (node) => active && isModel(node),
  )
  // The editor has no way to remove a pane.
  return () => {
    active = false
  }
}

function isModel({ type, _def }: EditorNode): boolean {
  return type.startsWith('daisychain-') && declarations.has(type) && Boolean(_def?.defaults?.variant)
}

async function content(node: EditorNode): Promise<HTMLElement[]> {
  const url = `daisychain/characteristics/${encodeURIComponent(node.type)}/${encodeURIComponent(node.id)}`
  try {
    const facts = (await $.getJSON(url)) as Facts
    const field = document.querySelector<HTMLSelectElement>('#node-input-variant')
    return page(facts, field?.value || String(node.variant ?? ''))
  } catch {
    const sentence = document.createElement('p')
    sentence.textContent = say('characteristicsUnread')
    return [sentence]
  }
}
