/**
 * What a second equal inference server gains: messages in a time, on servers that sleep for each, so that the
 * machine's cores do not count.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createEngine, type Engine } from '../src/engine'
import { type Bench, enough, median } from './figure'

const MODEL = join(__dirname, '../../test/fixtures/onnx/add.onnx')
/** Milliseconds that a server sleeps for a run: about what a picture takes on a graphics card. */
const SLEEP = 60
const MESSAGES = 40
/** As many as a node has under way. */
const AT_ONCE = 8
const ROUNDS = 5

export const bench: Bench = async () => {
  const servers = [await startServer(), await startServer()]
  const engineOn = (count: number) => {
    const addresses = servers.slice(0, count).map(({ address }) => address)
    return createEngine({ server: { addresses, model: '{file}' }, lanes: count, log() {} })
  }
  const engines = [engineOn(1), engineOn(2)] as const
  const rates: [number[], number[]] = [[], []]
  for (const engine of engines) await run(engine, AT_ONCE)
  for (let round = 0; round < enough(ROUNDS); round++)
    for (const [i, engine] of engines.entries()) rates[i]?.push(await run(engine, enough(MESSAGES)))
  await Promise.all(engines.map((engine) => engine.close()))
  for (const { close } of servers) close()
  const [one, two] = rates.map(median) as [number, number]
  return {
    'one server: messages a second': { value: Number(one.toFixed(1)), unit: '/s', better: 'higher' },
    'two servers over one, both sleeping': {
      value: Number((two / one).toFixed(2)),
      unit: '×',
      aim: 1.8,
      better: 'higher',
    },
  }
}

/** @returns messages a second */
async function run(engine: Engine, messages: number): Promise<number> {
  const row = { kind: 'tensor', dtype: 'float32', dims: [1, 3], data: Float32Array.of(1, 2, 3) } as const
  const started = performance.now()
  let left = messages
  const sender = async () => {
    while (left-- > 0) await engine.run(MODEL, { a: row, b: row } as never, { sum: { kind: 'tensor' } })
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sender))
  return (1000 * messages) / (performance.now() - started)
}

/** An inference server that sleeps, one run at a time, and answers with threes. */
async function startServer() {
  const tensor = (name: string) => ({ name, datatype: 'FP32', shape: [1, -1] })
  const metadata = { name: 'add', inputs: [tensor('a'), tensor('b')], outputs: [tensor('sum')] }
  const answer = { outputs: [{ name: 'sum', datatype: 'FP32', shape: [1, 3], data: [3, 3, 3] }] }
  let last: Promise<unknown> = Promise.resolve()
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    const isRun = request.url?.endsWith('/infer')
    if (isRun) {
      last = last.then(() => new Promise((resolve) => setTimeout(resolve, SLEEP)))
      await last
    }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(isRun ? answer : metadata))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
