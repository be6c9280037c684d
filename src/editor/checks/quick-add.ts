import { button } from '../dom'
import { say } from '../shell/words'

const narrow = 'daisychain-fitting'
const hidden = 'daisychain-rest'
const usual = ['inject', 'debug', 'function', 'change', 'switch', 'junction']

/**
 * Reduces the editor's list of nodes to the suggested ones and the common ones that may fit, until the user
 * presses *Show all* or types a name.
 */
export function showFitting(mayFit: (type: string) => boolean): void {
  const dialog = document.getElementById('red-ui-type-search')
  const input = dialog?.querySelector('input')
  if (!dialog || !input) return
  const seen = new Set<string>()
  for (const item of dialog.querySelectorAll<HTMLElement>('ol > li')) {
    const { type, suggestionPlaceholder } = itemOf(item)
    // The common nodes are listed twice: at the top, and again in the full list.
    const isUsual = type !== undefined && usual.includes(type) && !seen.has(type) && mayFit(type)
    if (type) seen.add(type)
    item.classList.toggle(hidden, !isUsual && !suggestionPlaceholder)
  }
  const follow = () => dialog.classList.toggle(narrow, input.value === '')
  const more = button(
    say('showAll'),
    () => {
      // The entry stays in the list until that closes, because the editor checks whether a pressed entry is
      // still there.
      more.hidden = true
      input.removeEventListener('input', follow)
      dialog.classList.remove(narrow)
      input.focus()
    },
    { look: 'daisychain-show-all' },
  )
  showAll()
  dialog.querySelector('.red-ui-search-container')?.after(more)
  follow()
  input.addEventListener('input', follow)
  const close = () => showAll()
  RED.events.on('type-search:close', close)
  showAll = () => {
    more.remove()
    input.removeEventListener('input', follow)
    dialog.classList.remove(narrow)
    RED.events.off('type-search:close', close)
    showAll = nothing
  }
}

const nothing = () => {}

/** Restores the editor's full list. */
export let showAll = nothing

/** Undocumented: the node type of an item in the list. */
function itemOf(item: HTMLElement): { type?: string; suggestionPlaceholder?: boolean } {
  const content = item.querySelector('.red-ui-editableList-item-content')
  return (content && ($(content).data('data') as ReturnType<typeof itemOf> | undefined)) ?? {}
}
