import { readFileSync } from 'node:fs'
import { uniforms } from '../../src/random'
import { EXTRACTORS, writeBook } from '../../src/teach'
import { enough, type Figure, milliseconds } from '../figure'
import { startWatched } from '../watched-node-red'

const NUMBERS = 160
const CLASSES = ['a', 'b', 'c', 'd', 'e']

/**
 * 10 000 examples in a real Node-RED: its event loop while they are imported, taught on and recognised, and
 * its memory.
 */
export async function many(): Promise<Record<string, Figure>> {
  const count = enough(10_000)
  const server = await startWatched([
    { id: 'tab', type: 'tab' },
    { id: 'shown', z: 'tab', type: 'http in', url: '/shown', method: 'post', wires: [['vector']] },
    {
      ...{ id: 'vector', z: 'tab', type: 'change', wires: [['taught']] },
      rules: [
        { t: 'set', p: 'teach', pt: 'msg', to: 'payload.teach', tot: 'msg' },
        { t: 'set', p: 'payload', pt: 'msg', to: 'payload.numbers', tot: 'msg' },
      ],
    },
    { id: 'taught', z: 'tab', type: 'daisychain-teach', wires: [['answer'], ['answer']] },
    { id: 'answer', z: 'tab', type: 'http response', statusCode: '200', wires: [] },
  ])
  try {
    const at = (path: string) => `${server.url}/daisychain-teach/taught/${path}`
    const report = async () => (await (await fetch(at('book'))).json()) as { report: { right: number | null } }
    const learned = async () => {
      while ((await report()).report.right === null) await new Promise((resolve) => setTimeout(resolve, 500))
    }
    await fetch(at('book'))
    await server.turns()
    const before = memory(server.pid)
    await fetch(at('file'), { method: 'POST', body: bookOf(count), headers: { 'content-type': 'text/plain' } })
    await learned()
    const importing = await server.turns()
    const random = uniforms(9)
    const send = (teach?: string) =>
      fetch(`${server.url}/shown`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ numbers: [...numbersOf(random() * CLASSES.length, random)], teach }),
      })
    for (let i = 0; i < enough(100); i++) await send()
    const telling = await server.turns()
    // Nothing answers what is taught.
    for (let i = 0; i < enough(30); i++) void send('b').catch(() => {})
    await learned()
    const teaching = await server.turns()
    return {
      [`${count} examples, imported and learned: event loop's longest turn`]: milliseconds(importing.longest),
      [`${count} examples, recognising: event loop p99, time on a core`]: milliseconds(telling.worked),
      [`${count} examples, teaching more: event loop's longest turn`]: milliseconds(teaching.longest),
      [`${count} examples: memory`]: { value: (memory(server.pid) - before) / 1e6, unit: 'MB', better: 'lower' },
    }
  } finally {
    await server.stop()
  }
}

/** A file of examples with pictures as large as those of a camera. */
function bookOf(count: number): string {
  const random = uniforms(8)
  const picture = `data:image/jpeg;base64,${'A'.repeat(3000)}`
  const examples = Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    meaning: CLASSES[i % CLASSES.length] as string,
    features: numbersOf(i % CLASSES.length, random),
    picture,
  }))
  return writeBook({ kind: `vector ${NUMBERS}`, classes: CLASSES, examples }, EXTRACTORS)
}

function numbersOf(own: number, random: () => number): Float32Array {
  return Float32Array.from({ length: NUMBERS }, (_, i) => random() + (i % CLASSES.length === Math.floor(own) ? 0.3 : 0))
}

/** Bytes of a process that are in memory. */
const memory = (pid = 0) => 4096 * Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
