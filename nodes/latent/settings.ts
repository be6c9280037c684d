import type { NodeDef } from 'node-red'
import { readSettingsAsked, type Values } from '../../src/settings'
import { node } from './node'

/** The settings as stored in a flow file. */
export type LatentConfig = NodeDef & Record<string, unknown>

/** What a node sends, and how fast. */
export type Sending = Values<typeof node.settings>

/**
 * @param asked a message's `rate` and `seconds`, which take precedence
 * @throws ValueError that names the invalid setting
 */
export function readSending(config: LatentConfig, asked: { rate?: unknown; seconds?: unknown } = {}): Sending {
  const given = Object.entries({ rate: asked.rate, seconds: asked.seconds }).filter(([, value]) => value !== undefined)
  const sending = readSettingsAsked(node.settings, config, Object.fromEntries(given))
  return { ...sending, stops: Math.round(sending.stops) }
}
