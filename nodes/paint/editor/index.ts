import './paint.css'
import { element } from '../../../src/editor/dom'
import type { Dialog } from '../../shared/editor/dialogs'
import type { Form } from '../../shared/editor/form'
import { notifyOf, post } from '../../shared/editor/requests'
import { wordsOf } from '../../shared/editor/say'
import { openPainter } from './painter'

/** The painter. */
export function openPaint(node: EditorNode, form: Form): Dialog {
  form.row('follow').append(element('span', { id: 'daisychain-painter-follow-state' }))
  const painter = openPainter(node)
  return { save: () => ({ ...painter.close() }), cancel: () => void painter.close(), resize: painter.resize }
}

/** The action of the node's button: sends the deployed drawing. */
export function sendDrawing(node: EditorNode): void {
  const say = wordsOf(node, 'paint')
  post(`daisychain-paint/${encodeURIComponent(node.id)}`).then(
    () => RED.notify(say('sent'), { type: 'success', id: 'daisychain-paint', timeout: 2000 }),
    (error) => notifyOf(error, say('deployFirst')),
  )
}
