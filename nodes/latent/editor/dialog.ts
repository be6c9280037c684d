type Translate = (key: string, words?: Record<string, unknown>) => string

/** The explorer's part of a latent node's edit dialog. */
export interface Dialog {
  /** The element with this `data-part`. */
  part<E extends HTMLElement>(name: string): E
  say: Translate
  /** Sets the actions of the buttons, by their `data-do`. Undo and redo also have keyboard shortcuts. */
  act(actions: Record<string, () => void>): void
  enable(action: string, isEnabled: boolean): void
  /** Shows a sentence below the grid. */
  tell(text: string, isFault?: boolean): void
}

/** @param isBlind whether there is no model to make pictures with */
export function findDialog(node: EditorNode, isBlind: boolean): Dialog {
  const root = document.getElementById('daisychain-explorer') as HTMLElement
  const part = <E extends HTMLElement>(name: string) => root.querySelector(`[data-part="${name}"]`) as E
  root.classList.toggle('daisychain-explorer-blind', isBlind)
  return {
    part,
    say: (key, words) => (node._ as Translate)(`latent.${key}`, words),
    act(actions) {
      for (const button of root.querySelectorAll<HTMLButtonElement>('button[data-do]')) {
        button.addEventListener('click', () => actions[button.dataset.do ?? '']?.())
      }
      root.addEventListener('keydown', (event) => {
        const action = actionOfKey(event)
        if (!action) return
        event.preventDefault()
        event.stopPropagation()
        actions[action]?.()
      })
    },
    enable(action, isEnabled) {
      for (const button of root.querySelectorAll<HTMLButtonElement>(`button[data-do="${action}"]`)) {
        button.disabled = !isEnabled
      }
    },
    tell(text, isFault = false) {
      const status = part('status')
      status.textContent = text
      status.classList.toggle('daisychain-explorer-fault', isFault)
    },
  }
}

/** Keys typed into a text field aren't shortcuts. */
function actionOfKey({ ctrlKey, metaKey, shiftKey, key, target }: KeyboardEvent): 'undo' | 'redo' | null {
  if (!(ctrlKey || metaKey) || (target as HTMLInputElement).type === 'text') return null
  if (key.toLowerCase() === 'y') return 'redo'
  return key.toLowerCase() === 'z' ? (shiftKey ? 'redo' : 'undo') : null
}
