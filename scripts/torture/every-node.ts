import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { converters } from '../../src/types'
import { packageFolder } from '../../test/browser/support/versions'

/** A node as in a flow file, without its position and wires. */
export interface Piece {
  id: string
  type: string
  [setting: string]: unknown
}

/** The models with a manifest; those that need a download only report that. */
const bundled = readdirSync(join(packageFolder, 'models')).filter((name) =>
  existsSync(join(packageFolder, 'models', name, 'manifest.json')),
)

/** Seconds that a run may take. */
const TIME_LIMIT = 20

/**
 * Every node of the package; nodes with several modes occur once for each.
 * @param folder they may write into
 */
export function everyNode(folder: string): Piece[] {
  const daisychain = (id: string, settings: object = {}, type = id): Piece => ({
    id,
    type: `daisychain-${type}`,
    ...settings,
  })
  return [
    ...bundled.map((name) => daisychain(name, { engine: 'engine' })),
    daisychain('adjust', { width: 64, height: 64, fit: 'inside', hue: 20, blur: 1 }),
    daisychain('cutout', { composite: 'cutout' }, 'adjust'),
    daisychain('replace', { composite: 'replace' }, 'adjust'),
    daisychain('blend', { composite: 'blend', blend: 'multiply', amount: 50 }, 'adjust'),
    ...['auto', ...converters.map(({ id }) => id)].map((converter) =>
      daisychain(`convert ${converter}`, { converter, ...CONVERTS }, 'convert'),
    ),
    ...['png', 'jpeg', 'csv', 'json', 'jsonl', 'gif', 'animated-webp', 'mp4'].map((format) =>
      daisychain(`export ${format}`, { format, folder: join(folder, 'exported'), limit: 2 }, 'export'),
    ),
    daisychain('audio'),
    daisychain('speak'),
    daisychain('knobs', {
      source: 'osc',
      port: 9123,
      knobs: [{ control: '/f', option: 'truncation', from: 0, to: 1 }],
    }),
    daisychain('cue', { cues: [{ name: 'day', values: { truncation: 1 } }] }),
    daisychain('latent', { length: 8 }),
    daisychain('images', { source: 'folder', folder: join(folder, 'pictures') }),
    daisychain('paint'),
    daisychain('teach', { learns: 'classes', engine: 'engine' }),
    daisychain('onnx', { engine: 'engine', file: join(packageFolder, 'test/fixtures/inspect/invert.onnx') }),
    daisychain('remote', { url: 'http://127.0.0.1:9' }),
    daisychain('camera', { source: 'browser' }),
    daisychain('serve-out'),
  ]
}

/** Everything a converter needs. */
const CONVERTS = {
  ...{ labels: ['bed', 'lamp'], colors: ['#ff0000', '#00ff00'], length: 8, index: 0, otherwise: 'other' },
  ...{ choices: [{ from: 'bed', to: 'lamp' }], map: [{ from: 'bed', to: 'lamp' }], field: 'score', on: 'image' },
}

/** The id of the flow's Catch node. */
export const CATCH = 'caught'

/**
 * A flow with all of these nodes on one tab, with an engine, and with a Catch node so that nothing is
 * printed.
 */
export function flowOf(pieces: readonly Piece[], engine: object = {}): Record<string, unknown>[] {
  const at = { z: 'tab', x: 100, y: 100 }
  return [
    { id: 'tab', type: 'tab', label: 'torture' },
    { id: 'engine', type: 'daisychain-engine', device: 'cpu', timeLimit: TIME_LIMIT, ...engine },
    ...pieces.map((piece) => ({ ...at, wires: [['end'], ['end'], ['end']], ...piece })),
    { ...at, id: 'end', type: 'debug', active: false, tosidebar: false, wires: [] },
    { ...at, id: CATCH, type: 'catch', wires: [['end']] },
  ]
}
