import './latent.css'
import { element } from '../../../src/editor/dom'
import type { Dialog } from '../../shared/editor/dialogs'
import type { Form } from '../../shared/editor/form'
import { wordsOf } from '../../shared/editor/say'
import { openExplorer } from './explorer'

/** The dialog: the explorer on one tab, and what the node sends on another. */
export function openLatent(node: EditorNode, form: Form): Dialog {
  const say = wordsOf(node, 'latent')
  const explore = document.getElementById('daisychain-explorer') as HTMLElement
  const page = element('div', { id: 'daisychain-latent-sends' })
  const pages = { explore, sends: page }
  const bar = element('ul', { id: 'daisychain-latent-tabs' })
  page.append(...form.root.querySelectorAll(':scope > .form-row, :scope > .daisychain-heading'))
  form.root.prepend(bar, element('div', { id: 'daisychain-latent-pages' }, explore, page))

  const tabs = RED.tabs.create({
    id: bar.id,
    onchange({ id }) {
      for (const [name, shown] of Object.entries(pages)) shown.style.display = id === tabOf(name) ? '' : 'none'
    },
  })
  for (const name of Object.keys(pages)) tabs.addTab({ id: tabOf(name), label: say(`tabs.${name}`) })
  tabs.activateTab(tabOf('explore'))

  const explorer = openExplorer(node)
  return { save: () => ({ ...explorer.close() }), cancel: () => void explorer.close() }
}

const tabOf = (name: string): string => `daisychain-latent-${name}-tab`
