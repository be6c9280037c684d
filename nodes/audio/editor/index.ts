import { addPageButtons } from '../../shared/editor/device-page'
import type { Form } from '../../shared/editor/form'

/** Adds the buttons that open the microphone page in a browser. */
export function openAudio(node: EditorNode, form: Form): undefined {
  addPageButtons(node, form, 'audio', 'device', { when: { source: 'browser' } })
}
