import './compile.css'

import { liveGraph } from '../checks/graph'
import { say } from '../shell/words'
import { openDialog } from './dialog'
import { endsOf } from './ends'

const ACTION = 'daisychain:compile-from-here'
const MENU_ITEM = 'daisychain-menu-compile'

/** Adds *Compile from here…* to the action list and the menu. @returns a function that removes it */
export function offerCompiling(): () => void {
  let close = () => {}
  RED.actions.add(
    ACTION,
    () => {
      close()
      const selected = RED.view.selection().nodes ?? []
      const ends =
        selected.length > 0
          ? endsOf(
              liveGraph,
              selected.map(({ id }) => id),
            )
          : null
      if (ends) close = openDialog(ends)
      else RED.notify(say('compileSelect'), { type: 'warning', timeout: 6000 })
    },
    { label: say('compileFromHere') },
  )
  RED.menu.addItem('menu-item-edit-menu', { id: MENU_ITEM, label: say('compileFromHere'), onselect: ACTION })
  return () => {
    close()
    RED.menu.removeItem(MENU_ITEM)
    RED.actions.remove(ACTION)
  }
}
