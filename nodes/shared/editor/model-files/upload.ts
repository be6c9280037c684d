import './upload.css'
import { say } from '../../../../src/editor/shell/words'
import { sizeOf } from '../size'
import { readModelFiles, sendModelFile } from './requests'

export interface UploadOptions {
  /** The button's id. With `-chosen` appended, that of the file field. */
  id: string
  /** The path of the model chosen now. Files that aren't models are saved next to it. */
  beside(): string
  /** Called for each uploaded file that didn't exist before. */
  arrived?(path: string): void
  /** Called with the paths of the uploaded files: the first model, and the others. */
  done(model: string | undefined, others: string[]): void | Promise<void>
}

/** A button that uploads a model and its files to Node-RED, and an element for the progress or error. */
export function uploadControl(options: UploadOptions): { button: HTMLElement; state: HTMLElement } {
  const { id } = options
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'red-ui-button', id })
  const icon = Object.assign(document.createElement('i'), { className: 'fa fa-upload' })
  const accept = '.onnx,.data,.bin,.weights,.txt,.json,.names,.labels,.csv'
  const chosen = Object.assign(document.createElement('input'), {
    type: 'file',
    id: `${id}-chosen`,
    multiple: true,
    accept,
  })
  // Node-RED's styles display form fields even if they are hidden.
  chosen.style.display = 'none'
  button.append(icon, ` ${say('upload')}`)
  const state = Object.assign(document.createElement('div'), { className: 'daisychain-upload', role: 'status' })
  button.addEventListener('click', () => chosen.click())
  chosen.addEventListener('change', () => {
    const files = [...(chosen.files ?? [])]
    chosen.value = ''
    if (files.length > 0) void send(files)
  })
  const span = document.createElement('span')
  span.append(button, chosen)
  return { button: span, state }

  async function send(files: File[]): Promise<void> {
    // A model is sent first, because the other files are saved next to it.
    files.sort((a, b) => Number(isModel(b.name)) - Number(isModel(a.name)))
    const end = new AbortController()
    const paths: string[] = []
    let current = files[0] as File
    button.disabled = true
    try {
      const { largest } = await readModelFiles()
      const tooLarge = files.find(({ size }) => size > largest)
      if (tooLarge) return fail(say('uploadTooLarge', words(tooLarge, largest)))
      let beside = files.some(({ name }) => isModel(name)) ? '' : options.beside()
      for (current of files) {
        const file = current
        const show = showProgress(file, () => end.abort())
        const { path, isNew } = await sendModelFile(file, beside, end.signal, show)
        if (isNew) options.arrived?.(path)
        beside ||= path
        paths.push(path)
      }
      state.replaceChildren()
    } catch (request) {
      return end.signal.aborted ? state.replaceChildren() : fail(reasonOf(request, current))
    } finally {
      button.disabled = false
    }
    const model = paths.find(isModel)
    await options.done(
      model,
      paths.filter((path) => path !== model),
    )
  }

  function fail(sentence: string): void {
    const text = Object.assign(document.createElement('p'), {
      className: 'daisychain-upload-error',
      textContent: sentence,
    })
    text.setAttribute('role', 'alert')
    state.replaceChildren(text)
  }

  function showProgress(file: File, cancel: () => void): (sent: number) => void {
    const bar = Object.assign(document.createElement('progress'), { max: file.size || 1, value: 0 })
    const text = document.createElement('span')
    const stop = Object.assign(document.createElement('button'), {
      type: 'button',
      className: 'red-ui-button red-ui-button-small',
      textContent: say('uploadCancel'),
    })
    stop.addEventListener('click', cancel)
    state.replaceChildren(bar, text, stop)
    const show = (sent: number) => {
      bar.value = sent
      text.textContent = say('uploading', words(file, sent))
      bar.setAttribute('aria-label', text.textContent)
    }
    show(0)
    return show
  }
}

/** The words for a message about a file: its name and size, and a second size. */
function words({ name, size }: File, bytes: number) {
  return { name, size: sizeOf(size), bytes: sizeOf(bytes) }
}

/** The runtime's sentence, or what its absence means. */
function reasonOf(request: unknown, { name }: File): string {
  const { responseJSON, status = 0 } = request as { responseJSON?: { message?: string }; status?: number }
  if (responseJSON?.message) return responseJSON.message
  if (status === 401 || status === 403) return say('uploadForbidden')
  if (status === 413) return say('uploadRefused', { name })
  return say('uploadCut', { name })
}

const isModel = (name: string) => /\.onnx$/i.test(name)
