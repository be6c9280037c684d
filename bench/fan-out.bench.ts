/**
 * One message to four nodes in a headless Node-RED: a 512×512 picture as an Image, and as the plain record it
 * replaces.
 */
import { Image } from '../src/types'
import { live, start, stop } from '../test/nodes/support'
import { type Bench, interleaved, milliseconds } from './figure'

const SIDE = 512
const ENDS = ['a', 'b', 'c', 'd']

export const bench: Bench = async () => {
  await start([
    { id: 'source', type: 'helper', wires: [ENDS] },
    ...ENDS.map((id) => ({ id, type: 'helper', wires: [] })),
  ])
  let arrived = 0
  let all = () => {}
  for (const id of ENDS)
    live(id).on('input', () => {
      if (++arrived === ENDS.length) all()
    })
  const send = (payload: unknown) =>
    new Promise<void>((resolve) => {
      arrived = 0
      all = resolve
      source.send({ payload })
    })
  const source = live('source') as unknown as { send(msg: object): void }
  const picture = { width: SIDE, height: SIDE, channels: 3 as const, data: new Uint8Array(SIDE * SIDE * 3) }
  const image = new Image(picture)
  const times = await interleaved({ image: () => send(image), record: () => send(picture) }, { rounds: 8, warmUp: 2 })
  await stop()
  return {
    'fan-out of an Image to 4 nodes': milliseconds(times.image, 1),
    'fan-out of a plain record to 4 nodes': milliseconds(times.record),
  }
}
