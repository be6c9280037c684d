/**
 * How much data the live picture of one node sends to an open editor at 30 results a second: detailed 512×512
 * pictures.
 */
import { EventEmitter } from 'node:events'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { NodeAPI } from 'node-red'
import sharp from 'sharp'
import { createPreview } from '../nodes/shared/preview'
import { Image } from '../src/types'
import { type Bench, enough } from './figure'

const RATE = 30
const SECONDS = enough(10)
const SIDE = 512

export const bench: Bench = async () => {
  let bytes = 0
  let pictures = 0
  const publish = (topic: string, data: { image?: string }) => {
    if (!data.image) return
    pictures++
    // As sent over the editor's WebSocket.
    bytes += JSON.stringify([{ topic, data }]).length
  }
  const events = new EventEmitter()
  const RED = { comms: { publish }, events, log: { debug: console.error } } as unknown as NodeAPI
  const preview = createPreview(RED, '0123456789abcdef')
  events.emit('comms:message:daisychain/watching', { session: 'an editor', data: true })
  const images = await readPictures()
  const began = performance.now()
  for (let i = 0; i < RATE * SECONDS; i++) {
    preview.show(images[i % images.length], { ms: 12.3, device: 'cpu' })
    await sleep(Math.max(0, ((i + 1) * 1000) / RATE - (performance.now() - began)))
  }
  const seconds = (performance.now() - began) / 1000
  preview.close()
  if (pictures === 0) throw new Error('The editor got no picture.')
  return {
    'previews: pictures a second to the editor': { value: pictures / seconds, unit: '/s', aim: 4.1, better: 'lower' },
    'previews: kilobytes a second to the editor': {
      value: bytes / seconds / 1000,
      unit: 'kB/s',
      aim: 50,
      better: 'lower',
    },
  }
}

/** The pictures from this package's own pages. */
async function readPictures(): Promise<Image[]> {
  const folder = resolve(__dirname, '../../docs/images')
  const names = readdirSync(folder).filter((name) => /\.(png|jpe?g)$/.test(name))
  return Promise.all(
    names.slice(0, 8).map(async (name) => {
      const data = await sharp(join(folder, name)).removeAlpha().resize(SIDE, SIDE).raw().toBuffer()
      return new Image({ width: SIDE, height: SIDE, channels: 3, data: new Uint8Array(data) })
    }),
  )
}
