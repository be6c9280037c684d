import { type Form, openForm, prefixOf } from './form'

/** The parts of an edit dialog beyond its form. */
export interface Dialog {
  /** Called by *Done*. Returns the settings that have no fields in the form. */
  save?(): Record<string, unknown>
  /** Closes it without. */
  cancel?(): void
  resize?(): void
}

export type OpenDialog = (node: EditorNode, form: Form, about: string) => Dialog | undefined

/** Called by the generated HTML of our nodes. A dialog may be open above another: that of an engine above a model's. */
export function createDialogs(known: Record<string, OpenDialog>, buttons: Record<string, (node: EditorNode) => void>) {
  const open = new Map<string, Dialog>()
  const take = ({ id }: EditorNode) => {
    const dialog = open.get(id)
    open.delete(id)
    return dialog
  }
  return {
    open(node: EditorNode, name?: string, about = ''): void {
      const form = openForm(node)
      const dialog = name && known[name]?.(node, form, about)
      if (dialog) open.set(node.id, dialog)
    },
    save(node: EditorNode): void {
      unbind(node)
      Object.assign(node, take(node)?.save?.())
    },
    cancel(node: EditorNode): void {
      take(node)?.cancel?.()
    },
    resize({ id }: EditorNode): void {
      open.get(id)?.resize?.()
    },
    /** Runs the action of the button at a node's left. */
    press(node: EditorNode, name: string): void {
      buttons[name]?.(node)
    },
  }
}

/** A token that is typed again belongs to the address now in the form. */
function unbind(node: EditorNode): void {
  for (const bound of document.querySelectorAll<HTMLInputElement>(`[data-bound^="${prefixOf(node)}-"]`)) {
    const secret = document.getElementById(bound.dataset.bound ?? '') as HTMLInputElement | null
    if (secret?.value !== '__PWRD__') bound.value = ''
  }
}
