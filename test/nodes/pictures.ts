import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NodeAPI } from 'node-red'
import helper from 'node-red-node-test-helper'
import sharp from 'sharp'
import { live } from './support'

type Register = (RED: NodeAPI) => void
type FlowNode = { id: string; type: string; [setting: string]: unknown }

/**
 * Starts Node-RED with these node files on one tab, as the other tests' `start` does, and with its message
 * hooks.
 */
export async function startWith(
  registers: Register[],
  flow: FlowNode[],
  settings: object = {},
  credentials: Record<string, object> = {},
): Promise<void> {
  const { hooks } = require('@node-red/util') as { hooks: unknown }
  const register = (RED: NodeAPI) => {
    // The test helper's API lacks the hooks, and hides from nodes the settings it was started with.
    const withHooks = Object.create(RED, {
      hooks: { value: hooks },
      settings: { value: { ...RED.settings, ...settings } },
    }) as NodeAPI
    for (const one of registers) one(withHooks)
  }
  const rest = [
    { id: 'out', type: 'helper' },
    { id: 'catcher', type: 'catch', scope: null, wires: [['caught']] },
    { id: 'caught', type: 'helper' },
  ]
  // A config node has no position or wires.
  const placed = [...flow, ...rest].map((node) =>
    node.type === 'daisychain-engine' ? node : { z: 'tab', x: 1, y: 1, wires: [['out']], ...node },
  )
  const tab = { id: 'tab', type: 'tab', label: 'test' }
  await helper.load(register as never, [tab, ...placed] as never, credentials as never)
}

/** A new temporary folder, with a function that removes it. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A picture of one shade, encoded according to its extension. */
export function paint(path: string, { width = 8, height = 6, shade = 100 } = {}): Promise<unknown> {
  const background = { r: shade, g: shade, b: shade }
  return sharp({ create: { width, height, channels: 3, background } }).toFile(path)
}

/** Waits until `look` returns something truthy; fails with its last value after ten seconds. */
export async function until<T>(look: () => T, seconds = 10): Promise<NonNullable<T>> {
  const limit = Date.now() + seconds * 1000
  for (;;) {
    const seen = look()
    if (seen) return seen
    if (Date.now() > limit) throw new Error(`It did not come to be within ${seconds} s: ${look}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Collects all messages that arrive at a helper node. */
export function collect(id: string): Record<string, unknown>[] {
  const messages: Record<string, unknown>[] = []
  live(id).on('input', (msg) => messages.push(msg))
  return messages
}
