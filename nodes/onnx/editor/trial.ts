import { button, element } from '../../../src/editor/dom'
import type { Say } from '../../shared/editor/say'
import { server, type Trial } from './server'

/** Longest side of a picture that is sent to be tried, in pixels: what Node-RED takes at once is limited. */
const LARGEST = 1280

/** What the model is tried on, as far as somebody has chosen it. */
export interface Sample {
  picture?: string | undefined
  text?: string | undefined
}

/** The part of the dialog that tries the model on a picture or a text. */
export function createTrial(
  say: Say,
  takesA: (kind: 'picture' | 'text') => boolean,
  run: (sample: Sample) => Promise<Trial>,
) {
  const sample = element('img', { className: 'daisychain-onnx-sample', alt: say('sample') })
  const text = element('input', { type: 'text', id: 'daisychain-onnx-text', placeholder: say('sampleText') })
  text.setAttribute('aria-label', say('sample'))
  const arrow = element('i', { className: 'fa fa-long-arrow-right' })
  const results = element('div', { className: 'daisychain-onnx-results' })
  const about = element('p', { className: 'daisychain-onnx-about' })
  const chosen = element('input', { type: 'file', accept: 'image/*', hidden: true })
  let own: string | undefined
  const choose = button(say('choosePicture'), () => chosen.click(), { icon: 'picture-o' })
  const start = button(say('try'), () => void attempt(), { icon: 'play' })
  start.id = 'daisychain-onnx-try'
  start.classList.add('primary')
  chosen.addEventListener('change', async () => {
    const [file] = chosen.files ?? []
    if (!file) return
    own = await readPicture(file)
    sample.src = own
    chosen.value = ''
    await attempt()
  })
  server.sample().then(
    ({ image }) => {
      if (!own) sample.src = image
    },
    () => {},
  )

  async function attempt(): Promise<void> {
    about.className = 'daisychain-onnx-about'
    about.textContent = say('trying')
    start.disabled = true
    try {
      const { outputs, ms, device } = await run({ picture: own, text: text.value })
      results.replaceChildren(
        ...outputs.map(({ name, image, text }) =>
          element(
            'figure',
            {},
            image
              ? element('img', { src: image, alt: name })
              : element('div', { className: 'daisychain-onnx-text' }, text ?? ''),
            element('figcaption', {}, name),
          ),
        ),
      )
      about.textContent = say('took', { ms: Math.round(ms), device })
    } catch (error) {
      results.replaceChildren()
      about.classList.add('bad')
      about.textContent = (error as Error).message
    }
    start.disabled = false
  }

  const root = element(
    'div',
    { className: 'daisychain-onnx-trial' },
    element('div', { className: 'daisychain-onnx-samples' }, sample, text, arrow, results),
    element('div', { className: 'daisychain-onnx-buttons' }, start, choose, chosen),
    about,
  )
  return {
    root,
    /** Forgets what came of another model. */
    clear() {
      results.replaceChildren()
      about.textContent = ''
      about.classList.remove('bad')
    },
    /** Shows the samples of what the model takes. */
    refresh() {
      for (const part of [sample, choose]) part.hidden = !takesA('picture')
      text.hidden = !takesA('text')
      arrow.hidden = sample.hidden && text.hidden
    },
  }
}

/** A picture as a data address, made smaller where it is large. */
async function readPicture(file: File): Promise<string> {
  const bitmap = await createImageBitmap(file)
  const scale = Math.min(1, LARGEST / Math.max(bitmap.width, bitmap.height))
  const canvas = element('canvas', {
    width: Math.max(1, Math.round(bitmap.width * scale)),
    height: Math.max(1, Math.round(bitmap.height * scale)),
  })
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/jpeg', 0.9)
}
