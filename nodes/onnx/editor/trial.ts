import { button, element } from '../../../src/editor/dom'
import type { Say } from '../../shared/editor/say'
import { server, type Trial } from './requests'
import { results, thumbnail } from './results'

/**
 * The longest side of a picture sent for a trial, in pixels, because Node-RED limits the size of requests.
 */
const MAX_SIDE_PIXELS = 1280

/** The user's choices of what to try the model on. */
export interface Sample {
  picture?: string | undefined
  text?: string | undefined
}

/** Another interpretation of the file, which the user can choose. */
export interface Way {
  label: string
  run(sample: Sample): Promise<Trial>
  choose(): void
}

/** What the trial needs from the dialog. */
export interface TrialOptions {
  say: Say
  takesA(kind: 'picture' | 'text'): boolean
  run(sample: Sample): Promise<Trial>
  /** Other interpretations, whose results are shown for comparison. */
  ways(): Way[]
  /** Called when the user has chosen a picture. The proposal may change before it is tried. */
  chosen(picture: string): Promise<void>
}

/** The part of the dialog that tries the model on a picture or text. */
export function createTrial({ say, takesA, run, ways, chosen }: TrialOptions) {
  const text = element('input', { type: 'text', id: 'daisychain-onnx-text', placeholder: say('sampleText') })
  text.setAttribute('aria-label', say('sample'))
  const rows = element('div', { className: 'daisychain-onnx-rows' })
  const others = element('div', { className: 'daisychain-onnx-ways' })
  const about = element('p', { className: 'daisychain-onnx-about' })
  const files = element('input', { type: 'file', accept: 'image/*', hidden: true })
  let own: string | undefined
  let samples: string[] = []
  let attempts = 0
  const choose = button(say('choosePicture'), () => files.click(), { icon: 'picture-o' })
  const start = button(say('try'), () => void attempt(), { icon: 'play' })
  start.id = 'daisychain-onnx-try'
  start.classList.add('primary')
  files.addEventListener('change', async () => {
    const [file] = files.files ?? []
    if (!file) return
    own = await readPicture(file)
    files.value = ''
    clear()
    await chosen(own)
    await attempt()
  })
  server.samples().then(
    ({ images }) => {
      samples = images
      if (about.textContent === '') refresh()
    },
    () => {},
  )

  /** The pictures to try: the user's, if any, and samples; two in all. */
  const pictures = () => [own, ...samples].filter((picture) => picture !== undefined).slice(0, 2)

  async function attempt(): Promise<void> {
    const asked = ++attempts
    about.className = 'daisychain-onnx-about'
    about.textContent = say('trying')
    start.disabled = true
    others.replaceChildren()
    try {
      const [first, second] = pictures()
      const sample = { picture: own, text: text.value }
      const trial = await run(sample)
      if (asked !== attempts) return
      const shows = [row(first, trial)]
      // If the result isn't a picture, one sample alone says little, so a second one is tried.
      if (takesA('picture') && second && !trial.outputs.some(({ image }) => image))
        shows.push(row(second, await run({ ...sample, picture: second })))
      if (asked !== attempts) return
      rows.replaceChildren(...shows)
      about.textContent = say('took', { ms: Math.round(trial.ms), device: trial.device })
    } catch (error) {
      if (asked !== attempts) return
      rows.replaceChildren()
      about.classList.add('bad')
      about.textContent = (error as Error).message
    }
    start.disabled = false
    await compare(asked)
  }

  /** The input and the results, side by side. */
  function row(picture: string | undefined, trial?: Trial): HTMLElement {
    const given =
      takesA('picture') && picture
        ? [element('img', { className: 'daisychain-onnx-sample', src: picture, alt: say('sample') })]
        : []
    const arrow = element('i', { className: 'fa fa-long-arrow-right', hidden: given.length === 0 })
    const shown = element('div', { className: 'daisychain-onnx-results' }, ...(trial ? results(say, trial) : []))
    return element('div', { className: 'daisychain-onnx-samples' }, ...given, arrow, shown)
  }

  /** The results of the other interpretations as small pictures to choose from. */
  async function compare(asked: number): Promise<void> {
    const list = ways()
    if (list.length === 0 || asked !== attempts) return
    others.replaceChildren(element('span', {}, say('otherwise')))
    for (const way of list) {
      const trial = await way.run({ picture: own, text: text.value }).catch(() => null)
      if (asked !== attempts) return
      if (trial) others.append(wayCard(say, way, trial))
    }
  }

  function refresh(): void {
    text.hidden = !takesA('text')
    choose.hidden = !takesA('picture')
    rows.replaceChildren(row(pictures()[0]))
  }

  /** Removes results of another model, picture or interpretation. */
  function clear(): void {
    attempts++
    start.disabled = false
    others.replaceChildren()
    about.textContent = ''
    about.classList.remove('bad')
    refresh()
  }

  const root = element(
    'div',
    { className: 'daisychain-onnx-trial' },
    rows,
    text,
    element('div', { className: 'daisychain-onnx-buttons' }, start, choose, files),
    about,
    others,
  )
  return {
    root,
    clear,
    /** The user's own picture. */
    picture: () => own,
  }
}

/** An interpretation with its result. A click chooses it. */
export function wayCard(say: Say, { label, choose }: Way, trial: Trial): HTMLButtonElement {
  const card = element(
    'button',
    { type: 'button', className: 'daisychain-onnx-way', title: say('take') },
    thumbnail(say, trial),
    element('span', {}, label),
  )
  card.addEventListener('click', choose)
  return card
}

/** A picture as a data URL, scaled down if it is large. */
async function readPicture(file: File): Promise<string> {
  const bitmap = await createImageBitmap(file)
  const scale = Math.min(1, MAX_SIDE_PIXELS / Math.max(bitmap.width, bitmap.height))
  const canvas = element('canvas', {
    width: Math.max(1, Math.round(bitmap.width * scale)),
    height: Math.max(1, Math.round(bitmap.height * scale)),
  })
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/jpeg', 0.9)
}
