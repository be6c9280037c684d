import { nameOf } from '../checks/names'
import { button, choice, download, element } from '../dom'
import { sentenceOfRefusal } from '../shell/refusal'
import { say } from '../shell/words'
import type { Ends } from './ends'

const path = 'daisychain/compile'

/** The values of `npx daisychain compile --as`. */
const targets = ['onnx', 'web', 'triton'] as const
type Target = (typeof targets)[number]

/** A compiled file on the server. */
interface Compiled {
  id: string
  /** The file's name. */
  file: string
  /** Sentences about the file, including its differences from the flow. */
  said: string[]
}

/**
 * Asks for the last node and the format, compiles the nodes, and saves the file.
 * @returns a function that closes the dialog
 */
export function openDialog({ from, reached, to }: Ends): () => void {
  let last = to
  let target: Target = targets[0]
  const ends = choice(reached, to, named, (id) => {
    last = id
  })
  const formats = choice(
    targets,
    target,
    (one) => say(`compileAs.${one}`),
    (one) => {
      target = one
    },
  )
  const size = element('input', { type: 'text', placeholder: '640x480', size: 12 })
  const status = element('p', { className: 'daisychain-compile-status' })
  status.setAttribute('role', 'status')
  const refusal = element('p', { className: 'daisychain-compile-refusal' })
  refusal.setAttribute('role', 'alert')
  const said = element('ul')
  const go = button(say('compile'), () => void compile(), { look: 'primary' })
  const dialog = element(
    'dialog',
    { className: 'daisychain-compile' },
    element('h2', {}, say('compileFrom', { node: named(from) })),
    element('p', {}, say('compileAbout')),
    element('label', {}, element('span', {}, say('compileTo')), ends),
    element('label', {}, element('span', {}, say('compileFormat')), formats),
    element('label', {}, element('span', {}, say('compileSize')), size),
    element('p', { className: 'daisychain-compile-hint' }, say('compileSizeAbout')),
    status,
    refusal,
    said,
    element('footer', {}, button(say('close'), close), go),
  )
  dialog.setAttribute('aria-label', say('compileFrom', { node: named(from) }))
  dialog.addEventListener('close', close)
  // Otherwise the editor's shortcuts would act on the nodes behind the dialog.
  dialog.addEventListener('keydown', (event) => event.stopPropagation())
  const controls = [ends, formats, size, go]
  let running: { abort(): void } | null = null
  document.body.append(dialog)
  dialog.showModal()

  async function compile(): Promise<void> {
    tell(say('compiling'))
    for (const control of controls) control.disabled = true
    try {
      const flows = RED.nodes.createCompleteNodeSet({ credentials: false })
      const data = JSON.stringify({ flows, from, to: last, as: target, size: size.value })
      const {
        id,
        file,
        said: sentences,
      } = (await ask({
        url: path,
        method: 'POST',
        contentType: 'application/json',
        data,
      })) as Compiled
      const blob = (await ask({ url: `${path}/${id}`, xhrFields: { responseType: 'blob' } })) as Blob
      download(blob, file)
      tell(say('compiled', { file }), '', sentences)
    } catch (failed) {
      if (dialog.isConnected) tell('', sentenceOfRefusal(failed))
    }
    for (const control of controls) control.disabled = false
  }

  function ask(options: Record<string, unknown>): Promise<unknown> {
    const request = $.ajax(options)
    running = request as unknown as { abort(): void }
    return request
  }

  function tell(state: string, refused = '', sentences: string[] = []): void {
    status.textContent = state
    refusal.textContent = refused
    said.replaceChildren(...sentences.map((sentence) => element('li', {}, sentence)))
  }

  function close(): void {
    running?.abort()
    running = null
    if (dialog.open) dialog.close()
    dialog.remove()
  }

  return close
}

function named(id: string): string {
  const node = RED.nodes.node(id) ?? RED.nodes.junction(id)
  return node ? nameOf(node) : id
}
