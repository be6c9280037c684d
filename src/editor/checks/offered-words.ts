import { element } from '../dom'
import { current } from './checks'

const LIST = 'daisychain-offered-words'
/** The fields for words that a message is compared with: a *switch*'s rules, and the table of a *convert* node. */
const RULE = '#node-input-rule-container .red-ui-typedInput-input'
const TABLE = '#daisychain-convert-map .daisychain-from'

/**
 * Offers the words that may arrive, such as taught classes, where a dialog asks for one of them. Returns a
 * function that stops this.
 */
export function offerWords(): () => void {
  const offer = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLInputElement) || !target.matches(`${RULE}, ${TABLE}`)) return
    document.getElementById(LIST)?.remove()
    const words = isForText(target) ? wordsThatCome() : []
    if (words.length === 0) return target.removeAttribute('list')
    document.body.append(element('datalist', { id: LIST }, ...words.map((value) => element('option', { value }))))
    target.setAttribute('list', LIST)
  }
  document.addEventListener('focusin', offer)
  return () => {
    document.removeEventListener('focusin', offer)
    document.getElementById(LIST)?.remove()
  }
}

/** Whether a field is for text: a rule may also compare with a number or a property. */
function isForText(field: HTMLInputElement): boolean {
  const typed = field.closest('.red-ui-typedInput-container')?.previousElementSibling
  return !typed || $(typed as HTMLElement).typedInput('type') === 'str'
}

/** The labels that may arrive at the edited node, in the property that its dialog names. */
function wordsThatCome(): string[] {
  const node = RED.editor.getEditStack().at(-1)
  const field = document.getElementById('node-input-property')
  if (!node || !field || $(field).typedInput('type') !== 'msg') return []
  const types = current()?.mayArrive(node.id, $(field).typedInput('value')) ?? []
  return [...new Set(types.flatMap((type) => (type.type === 'category' ? (type.oneOf ?? []) : [])))]
}
