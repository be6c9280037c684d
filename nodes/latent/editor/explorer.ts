import {
  type Point,
  randomPoint,
  readPoints,
  type Space,
  type StoredPoint,
  spaceOf,
  type Vector,
} from '../../../src/latent'
import { freshSeed } from '../../../src/random'
import { askRuntime } from './ask'
import { modelBehind } from './behind'
import { type Dialog, findDialog } from './dialog'
import { createKept } from './kept'
import { createPictures } from './pictures'
import { createPlace } from './place'
import { createSamples } from './samples'
import { createStrip, type StripWords } from './strip'
import { playWalk } from './walk-preview'
import { RANK, SMALL, type Want } from './wishes'

/** If a model takes longer than this for one picture, in ms, the pad shows no map. */
const MAP_PACE = 1000

export interface ExplorerSettings {
  points?: StoredPoint[]
  similarity?: number
}

export interface Explorer {
  /** Closes the explorer and returns the settings that have changed. */
  close(): ExplorerSettings
}

/** Starts the explorer in a latent node's edit dialog. */
export function openExplorer(node: EditorNode): Explorer {
  const model = modelBehind(node.id)
  const dialog = findDialog(node, !model)
  const { part, say, tell } = dialog
  const space: Space = { ...(model?.space ?? spaceOf({})), ...ownSettings(node) }
  const isFit = ({ vector }: Point) => vector.length === space.length

  const { points: stored, fault } = readStored(node.points)
  const note = fault === undefined ? say('hint') : say('badPoints', { error: fault })
  tell(fault !== undefined ? note : model ? say('making', { model: model.label }) : say('noModel'))

  const pictures = createPictures(
    model ? askRuntime(model, say('lost')) : () => ({ answer: Promise.reject(new Error('')), abort() {} }),
    (fault) => {
      tell(fault ?? note, fault !== null)
      if (fault === null) place.drawMap()
    },
  )
  const want: Want = (where, wish) => {
    if (model) pictures.want(where, wish)
  }
  let walking: (() => void) | null = null

  const first = stored.findIndex(isFit)
  const place = createPlace(dialog, stored[first]?.vector ?? randomPoint(freshSeed(), space), space, want, {
    isQuick: () => pictures.pace !== undefined && pictures.pace <= MAP_PACE,
    moved() {
      stopWalk()
      mark({})
    },
  })
  const samples = createSamples(dialog, Number(node.similarity ?? 0.8), space, want, {
    pick: (vector, cell) => look(vector, { cell }),
    keep,
  })
  const kept = createKept(stored, { fresh: (number) => say('newName', { number }), none: say('unnamed') }, showPoints)
  const strip = createStrip(part('strip'), stripWords(dialog), {
    ...kept,
    pick(id) {
      const point = kept.find(id)
      if (!point) return
      if (isFit(point)) return look(point.vector, { id })
      tell(say('unfit', { given: point.vector.length, wanted: space.length }))
    },
  })
  dialog.act({
    resample: () => samples.draw(place.here),
    plane() {
      stopWalk()
      mark({})
      place.turn()
    },
    keep: () => keep(place.here),
    play: () => (walking ? stopWalk() : startWalk()),
    undo: kept.undo,
    redo: kept.redo,
  })

  showPoints()
  look(place.here, { id: kept.points[first]?.id })
  samples.draw(place.here)

  return {
    close() {
      stopWalk()
      pictures.forget('')
      const [points, similarity] = [kept.changed(), samples.changed()]
      return { ...(points && { points }), ...(similarity !== undefined && { similarity }) }
    },
  }

  /**
   * Makes a point the current one: the large picture shows it, the pad is centred on it, and the next samples
   * resemble it.
   */
  function look(vector: Vector, marks: { cell?: number; id?: number }): void {
    stopWalk()
    mark(marks)
    place.go(vector)
  }

  function mark({ cell, id }: { cell?: number; id?: number }): void {
    samples.mark(cell ?? null)
    strip.mark(id ?? null)
  }

  function keep(vector: Vector): void {
    strip.mark(kept.add(vector))
    part('strip').lastElementChild?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }

  function showPoints(focus?: number): void {
    stopWalk()
    const { points } = kept
    strip.show(points, focus)
    part('empty').hidden = points.length > 0
    dialog.enable('play', model !== null && points.length > 1 && points.every(isFit))
    dialog.enable('undo', kept.canUndo)
    dialog.enable('redo', kept.canRedo)
    for (const { id, vector } of points.filter(isFit)) {
      const show = (picture: string) => strip.picture(id, picture)
      want(`kept ${id}`, { vector, side: SMALL, rank: RANK.kept, show })
    }
  }

  function startWalk(): void {
    const stop = playWalk(kept.points, space.mean, place.show)
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
    place.show()
  }
}

/** The node's own settings take precedence over the model's. */
function ownSettings({ length, mean, deviation }: EditorNode): object {
  const given = Object.entries({ length, mean, deviation }).filter(([, value]) => value !== '' && value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, Number(value)]))
}

function readStored(points: unknown): { points: Point[]; fault?: string } {
  try {
    return { points: readPoints(points) }
  } catch (error) {
    return { points: [], fault: (error as Error).message }
  }
}

function stripWords({ say }: Dialog): StripWords {
  return {
    pick: say('pickKept'),
    name: say('pointName'),
    left: say('left'),
    right: say('right'),
    duplicate: say('duplicate'),
    remove: say('remove'),
  }
}
