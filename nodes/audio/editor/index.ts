import { addPageButtons } from '../../shared/editor/device-page'
import type { Form } from '../../shared/editor/form'

/** The page that sends a browser's microphone. */
export function openAudio(node: EditorNode, form: Form): undefined {
  addPageButtons(node, form, 'audio', 'device', { when: { source: 'browser' } })
}
