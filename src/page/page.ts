import { element } from '../editor/dom'
import { type Card, createCard, type Seen } from './card'
import { base, data, type ShownField, say } from './data'
import { freshId, hide } from './dom'
import type { offerEarlier } from './earlier'
import { buildInput } from './inputs/build'
import type { Built, Sent } from './inputs/input'
import { fitForSending } from './inputs/picture-files'
import { RunError, type RunEvents, type RunResult, type run, type runAgain } from './run'
import { createTeaching, isTeaching } from './teaching'

/** How many result cards stay on the page. */
const MOST_CARDS = 50

/** Runs the chain, either on the server or in this browser. */
interface Runner {
  run: typeof run
  runAgain?: typeof runAgain
  offerEarlier?: typeof offerEarlier
  /** Whether the page can show the outputs of the nodes in between. */
  hasSteps: boolean
}

/** Builds the page: the form with the inputs, and the results. */
export function showPage({ run, runAgain, offerEarlier, hasSteps }: Runner): void {
  if (data.color) setColor(data.color)
  const taught = data.inputs.find(isTeaching)
  const fields = data.inputs
    .filter((field) => field !== taught)
    .map((field) => ({ field, built: buildInput(field, () => {}) }))
  const pictureField = fields.find(({ field }) => field.type.type === 'image')
  const teaching = taught && createTeaching(taught, (meaning, picture) => teach(taught.name, meaning, picture))
  const links = element('input', { type: 'checkbox' })
  const go = element('button', { type: 'submit', className: 'main' }, say('run'))
  const missing = element('p', { className: 'error' })
  missing.setAttribute('role', 'alert')
  const form = element(
    'form',
    { className: 'inputs', noValidate: true },
    ...fields.map(({ field, built }) => rowOf(field, built)),
    ...(teaching ? [teaching.element] : []),
    ...(hasSteps ? [element('label', { className: 'flag steps' }, links, element('span', {}, say('showSteps')))] : []),
    element('div', { className: 'go' }, missing, go),
  )
  form.setAttribute('aria-label', say('inputs'))
  const empty = element('p', { className: 'note empty' }, say('noResult'))
  const results = element('section', { className: 'results' }, empty)
  results.setAttribute('aria-label', say('results'))
  const status = element('p', { className: 'aside' })
  status.setAttribute('role', 'status')
  const head = element(
    'header',
    {},
    ...(data.hasPicture ? [element('img', { src: `${base}/page/picture`, alt: '' })] : []),
    element('div', {}, element('h1', {}, data.title), ...(data.about ? [element('p', {}, data.about)] : [])),
  )
  document.body.append(head, element('main', {}, form, results), status)
  void offerEarlier?.(results, (seen) => createCard(seen, () => {}, again(seen)))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void start()
  })
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  })

  async function start(): Promise<void> {
    const frame = await teaching?.frame()
    if (frame) pictureField?.built.put?.([frame])
    if (hasFaults()) return
    // If several pictures were chosen for an input that takes only one, each gets its own run, one after the
    // other.
    const many = fields.find(({ built }) => (built.each?.().length ?? 0) > 1)
    const pictures = many?.built.each?.() ?? [undefined]
    const stop = new AbortController()
    go.disabled = true
    for (const picture of pictures) {
      if (stop.signal.aborted) break
      await runOnce(stop, many && picture ? { name: many.field.name, picture } : undefined)
    }
    go.disabled = false
  }

  /** Shows what is missing or wrong, and scrolls to the first such input. */
  function hasFaults(): boolean {
    const faults = fields.flatMap(({ field, built }) => {
      const fault = built.fault?.()
      return fault ? [{ field, built, fault }] : []
    })
    missing.textContent = faults.map(({ field, fault }) => `${field.label}: ${fault}`).join(' ')
    const built = faults[0]?.built
    const target = built?.field ?? built?.element.querySelector<HTMLElement>('button, input, [tabindex]')
    target?.focus()
    return faults.length > 0
  }

  /**
   * Sends the inputs as an example of a class; if several pictures were chosen, each is an example.
   * @returns how many examples the class now has; null if an input is missing or wrong
   */
  async function teach(name: string, meaning: string, frame: Blob | undefined): Promise<number | null> {
    if (frame) pictureField?.built.put?.([frame])
    if (hasFaults()) return null
    let count = 0
    for (const picture of pictureField?.built.each?.() ?? [undefined]) {
      const values = new Map<string, Sent>([[name, meaning]])
      for (const { field, built } of fields)
        values.set(
          field.name,
          picture && built === pictureField?.built ? await fitForSending(picture) : await built.read(),
        )
      const { outputs } = await run(values, false, new AbortController().signal, { place() {}, partial() {} })
      count = Number(outputs.examples)
    }
    return count
  }

  async function runOnce(stop: AbortController, only?: { name: string; picture: Blob }): Promise<void> {
    const values = new Map<string, Sent>()
    const seen: Seen[] = []
    const urls: string[] = []
    for (const { field, built } of fields) {
      const isOnly = only?.name === field.name
      values.set(field.name, isOnly ? await fitForSending(only.picture) : await built.read())
      if (isOnly) urls.push(URL.createObjectURL(only.picture))
      const src = isOnly ? urls.at(-1) : await built.seen?.()
      if (src && field.type.type === 'audio') seen.push([field.label, src, 'audio'])
      else if (src) seen.push([field.label, await asData(src), 'img'])
    }
    for (const url of urls) URL.revokeObjectURL(url)
    await follow(seen, stop, (signal, on) => run(values, links.checked, signal, on))
  }

  function again(seen: Seen[]): (id: string) => void {
    return (id) => {
      if (runAgain) void follow(seen, new AbortController(), (signal, on) => runAgain(id, links.checked, signal, on))
    }
  }

  /** Adds a card that shows the progress of a run and then its result. */
  async function follow(
    seen: Seen[],
    stop: AbortController,
    begin: (signal: AbortSignal, on: RunEvents) => Promise<RunResult>,
  ): Promise<void> {
    const card = createCard(seen, () => stop.abort(), again(seen))
    hide(empty, true)
    results.prepend(card.element)
    while (results.querySelectorAll('.card').length > MOST_CARDS) results.querySelector('.card:last-of-type')?.remove()
    if (matchMedia('(max-width: 800px)').matches)
      card.element.scrollIntoView({ behavior: calm() ? 'auto' : 'smooth', block: 'start' })
    status.textContent = say('working')
    try {
      card.done(await begin(stop.signal, { place: card.waits, partial: card.partial }))
      status.textContent = say('finished')
    } catch (error) {
      end(card, error)
    }
  }

  function end(card: Card, error: unknown): void {
    if (error instanceof RunError) {
      card.failed(error.message)
      status.textContent = ''
    } else if ((error as Error).name === 'AbortError') {
      card.element.remove()
      hide(empty, results.querySelector('.card') !== null)
      status.textContent = say('cancelled')
    } else card.failed((error as Error).message)
  }
}

/** A small copy as a data URL, which still works after the visitor removes the picture. */
async function asData(src: string): Promise<string> {
  const image = new Image()
  image.src = src
  try {
    await image.decode()
  } catch {
    return src
  }
  const scale = Math.min(1, 480 / Math.max(image.naturalWidth, image.naturalHeight))
  const canvas = element('canvas', {
    width: Math.max(1, Math.round(image.naturalWidth * scale)),
    height: Math.max(1, Math.round(image.naturalHeight * scale)),
  })
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/webp', 0.85)
}

function rowOf(field: ShownField, built: Built): HTMLElement {
  const help = field.help ? element('p', { className: 'hint', id: freshId() }, field.help) : null
  const mark = field.required ? null : element('small', {}, say('optional'))
  if (built.field) {
    built.field.id = freshId()
    if (help) built.field.setAttribute('aria-describedby', help.id)
    if (field.required) built.field.setAttribute('aria-required', 'true')
    const label = element('label', { htmlFor: built.field.id }, field.label, ' ', mark)
    return element('div', { className: 'field' }, label, built.element, help)
  }
  if (built.element instanceof HTMLLabelElement) return element('div', { className: 'field' }, built.element, help)
  return element('fieldset', { className: 'field' }, element('legend', {}, field.label, ' ', mark), built.element, help)
}

/** Sets the page's accent colour, with black or white text on it, whichever has more contrast. */
function setColor(color: string): void {
  const hex = color.length === 4 ? color.replace(/[0-9a-f]/gi, '$&$&') : color
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
  document.documentElement.style.setProperty('--accent', hex)
  document.documentElement.style.setProperty('--on-accent', light > 0.179 ? '#000' : '#fff')
}

const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches
