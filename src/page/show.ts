import './show.css'
import { element } from '../editor/dom'
import { base, data, say } from './data'
import { type Frame, follow } from './show-stream'

/** The address sets the look of a show, for example `?fit=fill&idle=black&after=60`. */
const options = new URLSearchParams(location.search)
const number = (name: string, usual: number, most: number) => {
  const given = Number(options.get(name) ?? usual)
  return Number.isFinite(given) ? Math.max(0, Math.min(most, given)) : usual
}
const FADE_MS = number('fade', 0.6, 30) * 1000
const IDLE_MS = number('after', 60, 86_400) * 1000
const TURN = [0, 90, 180, 270].includes(number('turn', 0, 270)) ? number('turn', 0, 270) : 0
/** Pictures that arrive faster than this are shown as a film, without fades. */
const FILM_MS = 400

if (data.isPrivate) {
  document.body.append(element('p', { className: 'words' }, `${say('private')}. ${say('needsLink')}`))
} else {
  document.body.classList.toggle('fill', options.get('fit') === 'fill')
  document.body.classList.add(`turn-${TURN}`)
  if (/^#?[0-9a-f]{3,6}$/i.test(options.get('ground') ?? ''))
    document.body.style.background = `#${options.get('ground')?.replace('#', '')}`
  const others = (options.get('with') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => /^[\w.~-]+$/.test(name))
  const sources = [base, ...others.map((name) => base.replace(/[^/]*$/, name))]
  const wall = element('main', { className: 'wall' }, ...sources.map(tile))
  document.body.append(wall)
  arrange(wall, sources.length)
  addEventListener('resize', () => arrange(wall, sources.length))
  stayAwake()
  document.addEventListener('visibilitychange', stayAwake)
  addEventListener('click', () => void toggleFullScreen())
}

/** Chooses the number of columns that makes the tiles most nearly square. */
function arrange(wall: HTMLElement, count: number): void {
  const isTurned = TURN % 180 === 90
  const ratio = isTurned ? innerHeight / innerWidth : innerWidth / innerHeight
  const columns = Math.max(1, Math.min(count, Math.round(Math.sqrt(count * ratio))))
  wall.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`
}

function tile(source: string): HTMLElement {
  const layers = [element('canvas', {}), element('canvas', {})] as const
  const words = element('p', { className: 'words' })
  const said = element('p', { className: 'said' })
  const rest = element('img', { className: 'rest', alt: '', hidden: true })
  const made = element('section', { className: 'tile' }, rest, ...layers, words, said)
  const player = element('audio', { autoplay: true })
  player.addEventListener('playing', () => (said.textContent = ''))
  addEventListener('click', () => void (player.src && player.paused && player.play().catch(() => {})))
  let front = 0
  let lastAt = 0
  let idle = 0
  let fading: Animation | null = null
  follow(source, options.get('output'), {
    frame: (frame) => show(frame),
    lost: say('waitsForServer'),
    tell: (sentence) => (said.textContent = sentence),
  })
  rest.addEventListener('load', () => (rest.dataset.there = 'yes'))
  if (data.hasPicture && options.get('idle') === 'picture') rest.src = `${base}/page/picture`
  beIdle()

  async function show(frame: Frame): Promise<void> {
    clearTimeout(idle)
    made.classList.remove('idle')
    rest.hidden = true
    if (frame.text !== undefined) showWords(frame.text)
    else if (frame.sound) play(frame.sound)
    else if (frame.picture) await showPicture(frame.picture)
    lastAt = performance.now()
    idle = window.setTimeout(beIdle, IDLE_MS)
    made.dataset.count = String(Number(made.dataset.count ?? 0) + 1)
  }

  /**
   * Plays the newest sound in place of the previous one. Unless configured otherwise, browsers play nothing
   * until the page is clicked.
   */
  function play(sound: Blob): void {
    URL.revokeObjectURL(player.src)
    player.src = URL.createObjectURL(sound)
    player.play().catch(() => {
      said.textContent = say('clickForSound')
    })
  }

  function showWords(text: string): void {
    words.textContent = text
    // Long text gets a smaller font, so that all of it fits.
    const size = Math.min(9, 60 / Math.sqrt(Math.max(1, text.length)))
    words.style.fontSize = `calc(${size} * var(--unit))`
    for (const layer of layers) layer.hidden = true
  }

  async function showPicture(picture: ImageBitmap): Promise<void> {
    words.textContent = ''
    const isFilm = performance.now() - lastAt < FILM_MS
    const next = isFilm && lastAt > 0 ? front : 1 - front
    const layer = layers[next] as HTMLCanvasElement
    const other = layers[1 - next] as HTMLCanvasElement
    if (layer.width !== picture.width || layer.height !== picture.height)
      Object.assign(layer, { width: picture.width, height: picture.height })
    layer.getContext('bitmaprenderer')?.transferFromImageBitmap(picture)
    layer.hidden = false
    if (next === front) return
    front = next
    made.append(layer)
    fading?.finish()
    const hasOther = !other.hidden && other.width > 1 && lastAt > 0
    fading = layer.animate([{ opacity: 0 }, { opacity: 1 }], {
      duration: hasOther || lastAt === 0 ? FADE_MS : 0,
      easing: 'ease-in-out',
    })
    const mine = fading
    mine.onfinish = () => {
      if (mine === fading) other.hidden = true
    }
  }

  /** Called when nothing has arrived for a while: the `idle` option decides what is shown. */
  function beIdle(): void {
    const way = options.get('idle') ?? 'last'
    if (way === 'last') return
    made.classList.add('idle')
    rest.hidden = way !== 'picture'
  }
  return made
}

/** Projectors often have no keyboard, so a click toggles the full screen. */
async function toggleFullScreen(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen()
  else await document.documentElement.requestFullscreen?.()
}

function stayAwake(): void {
  if (document.visibilityState === 'visible') navigator.wakeLock?.request('screen').catch(() => {})
}
