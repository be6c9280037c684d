import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { NodeAPI } from 'node-red'
import { readAdjustment } from '../../nodes/adjust/apply'
import { node as camera } from '../../nodes/camera/node'
import registerEngine from '../../nodes/engine/engine'
import { readExport } from '../../nodes/export/settings'
import { node as images } from '../../nodes/images/node'
import { readSending } from '../../nodes/latent/settings'
import { node as remote } from '../../nodes/remote/node'
import { modelOf, queryOptions } from '../../nodes/remote/settings'
import { readServeIn } from '../../nodes/serve/settings'
import { queueOptions } from '../../nodes/shared/queue-options'
import { readSettings } from '../../src/settings'

// biome-ignore lint/suspicious/noExplicitAny: flows as they were saved, with any contents
type Saved = Record<string, any>

const root = resolve(__dirname, '../../..')
const fixtures = JSON.parse(readFileSync(join(root, 'test/fixtures/saved-flows.json'), 'utf8')) as {
  config: Saved
  parsed: unknown
}[]

/** How each node type reads its settings from a flow file. */
const readers: Record<string, (config: Saved) => unknown> = {
  'daisychain-adjust': readAdjustment,
  'daisychain-export': (config) => {
    const { collect, ...rest } = readExport(config)
    return { ...rest, collects: collect !== null }
  },
  'daisychain-latent': (config) => readSending(config as never),
  'daisychain-serve-in': (config) => readServeIn(config as never),
  'daisychain-remote': (config) => {
    const settings = readSettings(remote.settings, config, () => {})
    return { ...queryOptions(settings), ...queueOptions(settings), model: attempt(() => modelOf(config as never)) }
  },
  'daisychain-engine': engineOptions,
  'daisychain-images': (config) => {
    const settings = readSettings(images.settings, config)
    return { ...settings, frameRate: settings.frameRate ?? 0 }
  },
  'daisychain-camera': (config) => readSettings(camera.settings, config),
}

function engineOptions(config: Saved): unknown {
  let create: ((this: Saved, config: Saved) => void) | undefined
  const anything = (): unknown => new Proxy(() => {}, { get: () => anything(), apply: () => anything() })
  const nodes = {
    createNode: () => {},
    registerType: (_type: string, made: typeof create) => {
      create = made
    },
  }
  const RED = new Proxy({ nodes }, { get: (target, name) => (name === 'nodes' ? target.nodes : anything()) })
  registerEngine(RED as unknown as NodeAPI)
  const node: Saved = { warn: () => {}, credentials: {} }
  create?.call(node, config)
  return node.options
}

/** Only the settings that the previous version also read. */
function pick(read: unknown, parsed: unknown): unknown {
  if (typeof parsed !== 'object' || parsed === null) return read
  return Object.fromEntries(Object.keys(parsed).map((name) => [name, (read as Saved)[name] ?? null]))
}

/** A refused setting becomes `"refused"`, whatever the message. */
function attempt(read: () => unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(read()))
  } catch {
    return 'refused'
  }
}

describe('saved flows keep their meaning', () => {
  for (const [type, read] of Object.entries(readers))
    it(`mean what they meant: ${type}`, () => {
      const own = fixtures.filter(({ config }) => config.type === type)
      assert.ok(own.length > 1)
      for (const { config, parsed } of own)
        assert.deepEqual(
          attempt(() => pick(read(config), parsed)),
          parsed,
          JSON.stringify(config),
        )
    })

  it('and so do all nodes in the examples', () => {
    const folder = join(root, 'examples')
    const flows = readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Saved[])
    const nodes = flows.flat().filter(({ type }) => readers[type])
    assert.ok(nodes.length > 20)
    for (const config of nodes)
      assert.notEqual(
        attempt(() => readers[config.type]?.(config)),
        'refused',
        config.type,
      )
  })
})
