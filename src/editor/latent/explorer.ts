import {
  freeName,
  neighbour,
  type Plane,
  type Point,
  planeThrough,
  pointOf,
  randomPoint,
  readPoints,
  type StoredPoint,
  spaceOf,
  storePoints,
  type Vector,
} from '../../latent'
import { freshSeed } from '../../random'
import { createHistory } from '../history'
import { askRuntime } from './ask'
import { modelBehind } from './behind'
import { createGrid } from './grid'
import { createPad, MAP, middleOf } from './pad'
import { createPictures } from './pictures'
import { createStrip, type Kept } from './strip'
import { playWalk } from './walk-preview'

const GRID = { columns: 4, rows: 3 }
/** Pixels of pictures: twice as many as are shown, for sharp screens. */
const SMALL = 128
const LARGE = 448
/** What is made first: what follows the pointer, then what is kept, the grid, and the map behind the pad. */
const RANK = { large: 0, kept: 1, grid: 2, map: 3 }
/** A model that takes longer for a picture, in ms, is spared the map. */
const MAP_PACE = 1000
const STEPS = 100

export interface ExplorerSettings {
  points?: StoredPoint[]
  similarity?: number
}

export interface Explorer {
  /** Ends it. What the node is to keep: only what has changed. */
  close(): ExplorerSettings
}

/** Brings the explorer in a latent node's edit dialog to life. */
export function openExplorer(node: EditorNode): Explorer {
  const root = document.getElementById('daisychain-explorer') as HTMLElement
  const part = <E extends HTMLElement>(name: string) => root.querySelector(`[data-part="${name}"]`) as E
  const say = (key: string, words?: Record<string, unknown>) => (node._ as Translate)(`latent.${key}`, words)

  const model = modelBehind(node.id)
  const space = {
    ...(model?.space ?? spaceOf({})),
    ...ownSettings(node),
  }
  root.classList.toggle('daisychain-explorer-blind', !model)
  const status = part('status')
  status.textContent = model ? say('making', { model: model.label }) : say('noModel')
  let note = say('hint')
  const stored = readStored(node.points)
  const pictures = createPictures(
    model ? askRuntime(model, say('lost')) : () => ({ answer: Promise.reject(new Error('')), abort() {} }),
    (fault) => {
      status.textContent = fault ?? note
      status.classList.toggle('daisychain-explorer-fault', fault !== null)
      if (fault === null) drawMap()
    },
  )

  let ids = 0
  let points: Kept[] = stored.map((point) => ({ ...point, id: ids++ }))
  const history = createHistory<Kept[]>(STEPS)
  const similarity = part<HTMLInputElement>('similarity')
  similarity.value = String(node.similarity ?? 0.8)
  const asOpened = { points: JSON.stringify(storePoints(points)), similarity: similarity.value }

  let plane: Plane
  let planeSeed = freshSeed()
  const first = points.find(isFit)
  let here: Vector = first?.vector ?? randomPoint(freshSeed(), space)
  let around = here
  let seeds: number[] = []
  let mapped: Plane | null = null
  let walking: (() => void) | null = null

  const large = part<HTMLImageElement>('large')
  const grid = createGrid(
    part('grid'),
    GRID,
    { pick: say('pick'), keep: say('keepThis') },
    {
      pick: (cell) => look(cellPoint(cell), { cell }),
      keep: (cell) => keep(cellPoint(cell)),
    },
  )
  const pad = createPad(part('pad'), (x, y) => {
    stopWalk()
    here = pointOf(plane, x, y, space)
    mark({})
    showLarge()
  })
  const strip = createStrip(
    part('strip'),
    {
      pick: say('pickKept'),
      name: say('pointName'),
      left: say('left'),
      right: say('right'),
      duplicate: say('duplicate'),
      remove: say('remove'),
    },
    {
      pick(id) {
        const point = points.find((each) => each.id === id)
        if (!point) return
        if (isFit(point)) return look(point.vector, { id })
        status.textContent = say('unfit', { given: point.vector.length, wanted: space.length })
      },
      rename(id, name) {
        points = points.map((point) => (point.id === id ? { ...point, name } : point))
      },
      move(id, to) {
        const moved = points.filter((point) => point.id === id)
        const others = points.filter((point) => point.id !== id)
        change([...others.slice(0, to), ...moved, ...others.slice(to)], id)
      },
      duplicate(id) {
        const at = points.findIndex((point) => point.id === id)
        const point = points[at]
        if (!point) return
        const copy = { ...point, id: ids++, name: freeName(points, point.name || say('unnamed')) }
        change([...points.slice(0, at + 1), copy, ...points.slice(at + 1)], copy.id)
      },
      remove(id) {
        const at = points.findIndex((point) => point.id === id)
        const rest = points.filter((point) => point.id !== id)
        change(rest, (rest[at] ?? rest[at - 1])?.id)
      },
    },
  )

  const actions: Record<string, () => void> = {
    resample: () => {
      around = here
      sample()
    },
    plane: () => {
      planeSeed = freshSeed()
      look(here, {})
    },
    keep: () => keep(here),
    play: () => (walking ? stopWalk() : startWalk()),
    undo: () => restore(history.undo(points)),
    redo: () => restore(history.redo(points)),
  }
  for (const button of root.querySelectorAll<HTMLButtonElement>('button[data-do]')) {
    button.addEventListener('click', () => actions[button.dataset.do ?? '']?.())
  }
  root.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || (event.target as HTMLInputElement).type === 'text') return
    const key = event.key.toLowerCase()
    const action = key === 'z' ? (event.shiftKey ? 'redo' : 'undo') : key === 'y' ? 'redo' : null
    if (!action) return
    event.preventDefault()
    event.stopPropagation()
    actions[action]?.()
  })
  similarity.addEventListener('input', showGrid)

  plane = planeThrough(here, planeSeed, space)
  showPoints()
  look(here, { id: first?.id })
  sample()

  return {
    close() {
      stopWalk()
      pictures.forget('')
      const settings: ExplorerSettings = {}
      const next = storePoints(points)
      if (JSON.stringify(next) !== asOpened.points) settings.points = next
      if (similarity.value !== asOpened.similarity) settings.similarity = Number(similarity.value)
      return settings
    },
  }

  /** Makes a point the current one: the large picture, the middle of the pad, and of the next samples. */
  function look(vector: Vector, { cell, id }: { cell?: number; id?: number }): void {
    stopWalk()
    here = vector
    plane = planeThrough(here, planeSeed, space)
    pad.place(0, 0)
    mark({ cell, id })
    showLarge()
    drawMap()
  }

  function mark({ cell, id }: { cell?: number; id?: number }): void {
    grid.mark(cell ?? null)
    strip.mark(id ?? null)
  }

  function showLarge(vector = here): void {
    large.setAttribute('aria-busy', 'true')
    const show = (picture: string, isLatest: boolean) => {
      large.src = picture
      large.setAttribute('aria-busy', String(!isLatest))
    }
    want('large', { vector, side: LARGE, rank: RANK.large, evenLate: true, show })
  }

  /** The map behind the pad, where the model is quick enough for it. */
  function drawMap(): void {
    if (mapped === plane || pictures.pace === undefined || pictures.pace > MAP_PACE) return
    mapped = plane
    pad.wait()
    for (let tile = 0; tile < MAP.columns * MAP.rows; tile++) {
      const { x, y } = middleOf(tile)
      const show = (picture: string) => pad.tile(tile, picture)
      want(`map ${tile}`, { vector: pointOf(plane, x, y, space), side: SMALL, rank: RANK.map, show })
    }
  }

  function sample(): void {
    seeds = Array.from({ length: GRID.columns * GRID.rows }, freshSeed)
    grid.mark(null)
    showGrid()
  }

  function cellPoint(cell: number): number[] {
    return neighbour(around, Number(similarity.value), seeds[cell] ?? 0, space)
  }

  function showGrid(): void {
    part('similarity-shown').textContent = Number(similarity.value).toFixed(2)
    grid.wait()
    for (const cell of seeds.keys()) {
      const show = (picture: string) => grid.show(cell, picture)
      want(`grid ${cell}`, { vector: cellPoint(cell), side: SMALL, rank: RANK.grid, show })
    }
  }

  function keep(vector: Vector): void {
    const name = freeName(points, say('newName', { number: points.length + 1 }))
    const point = { id: ids++, name, vector: Float32Array.from(vector) }
    change([...points, point])
    strip.mark(point.id)
    part('strip').lastElementChild?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }

  function change(next: Kept[], focus?: number): void {
    history.remember(points)
    points = next
    showPoints(focus)
  }

  function restore(state: Kept[] | null): void {
    if (!state) return
    points = state
    showPoints()
  }

  function showPoints(focus?: number): void {
    stopWalk()
    strip.show(points, focus)
    part('empty').hidden = points.length > 0
    setEnabled('play', model !== null && points.length > 1 && points.every(isFit))
    setEnabled('undo', history.canUndo)
    setEnabled('redo', history.canRedo)
    for (const point of points) {
      if (!isFit(point)) continue
      const show = (picture: string) => strip.picture(point.id, picture)
      want(`kept ${point.id}`, { vector: point.vector, side: SMALL, rank: RANK.kept, show })
    }
  }

  function setEnabled(action: string, isEnabled: boolean): void {
    for (const button of root.querySelectorAll<HTMLButtonElement>(`button[data-do="${action}"]`)) {
      button.disabled = !isEnabled
    }
  }

  function startWalk(): void {
    const stop = playWalk(points, space.mean, (vector) => showLarge(vector))
    part('play').className = 'fa fa-stop'
    walking = () => {
      stop()
      part('play').className = 'fa fa-play'
    }
  }

  function stopWalk(): void {
    const stop = walking
    walking = null
    if (!stop) return
    stop()
    showLarge()
  }

  function isFit({ vector }: Point): boolean {
    return vector.length === space.length
  }

  function want(...wish: Parameters<typeof pictures.want>): void {
    if (model) pictures.want(...wish)
  }

  function readStored(points: unknown): Point[] {
    try {
      return readPoints(points)
    } catch (error) {
      note = say('badPoints', { error: (error as Error).message })
      status.textContent = note
      return []
    }
  }
}

type Translate = (key: string, words?: Record<string, unknown>) => string

/** What the node itself says of its vectors goes before what the model says. */
function ownSettings({ length, mean, deviation }: EditorNode): object {
  const given = Object.entries({ length, mean, deviation }).filter(([, value]) => value !== '' && value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, Number(value)]))
}
