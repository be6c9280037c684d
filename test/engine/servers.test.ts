import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { createEngine, type Engine, type EngineError } from '../../src/engine'
import { watch } from '../../src/engine/lane/open-inference'
import { type ServerOptions, startInferenceServer } from './inference-server'
import { model, row, tensor, until } from './support'

const add = model('add')
type Server = Awaited<ReturnType<typeof startInferenceServer>>

describe('several equivalent inference servers', function () {
  this.timeout(60_000)
  const behind = createEngine({ device: 'cpu', threads: 1, log() {} })
  const servers: Server[] = []
  const engines: Engine[] = []
  const warnings: string[] = []
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.close()))
    for (const server of servers.splice(0)) server.stop()
    warnings.length = 0
  })
  after(() => behind.close())

  async function serve(options: ServerOptions = {}): Promise<Server> {
    const server = await startInferenceServer(behind, add, { name: 'add', ...options })
    servers.push(server)
    return server
  }
  function engineOn(...among: Server[]): Engine {
    const addresses = among.map(({ address }) => address)
    const engine = createEngine({
      isolation: 'thread',
      server: { addresses, model: '{file}' },
      log() {},
      warn: (sentence) => void warnings.push(sentence),
    })
    engines.push(engine)
    return engine
  }
  /** Runs that each add different numbers. @returns how many gave the right sum */
  async function runs(engine: Engine, count: number, from = 0): Promise<number> {
    const sums = Array.from({ length: count }, async (_, i) => {
      const { outputs } = await engine.run(add, { a: row(from + i, 1, 1), b: row(1, 1, 1) }, { sum: tensor })
      return outputs.sum.data[0] === from + i + 1
    })
    return (await Promise.all(sums)).filter(Boolean).length
  }
  const away = (engine: Engine) => engine.state.servers?.map(({ away }) => away !== undefined)

  it('share the runs: each goes to the one with the fewest in progress', async () => {
    const [quick, slow] = [await serve({ sleep: 20 }), await serve({ sleep: 400 })]
    const engine = engineOn(quick, slow)
    await engine.load(add)
    assert.equal(await runs(engine, 12), 12)
    assert.deepEqual([quick.most, slow.most], [1, 1])
    assert.ok(slow.runs >= 1 && quick.runs > slow.runs, `${quick.runs} and ${slow.runs}`)
    assert.deepEqual(
      engine.state.servers?.map(({ underWay }) => underWay),
      [0, 0],
    )
    assert.deepEqual(warnings, [])
  })

  it('lose no message if one disappears during a run, and use it again when it is back', async () => {
    const [stays, goes] = [await serve({ sleep: 30 }), await serve({ sleep: 300 })]
    const engine = engineOn(stays, goes)
    const all = runs(engine, 10)
    await until(() => goes.runs > 0)
    goes.stop()
    assert.equal(await all, 10)
    assert.deepEqual(away(engine), [false, true])
    assert.match(warnings.join(), new RegExp(`^${goes.address} does not answer \\(.*\\)\\. Messages go to the other`))
    assert.equal(await runs(engine, 3), 3)
    const back = await serve({ port: Number(new URL(goes.address).port), sleep: 10 })
    await until(() => away(engine)?.[1] === false)
    assert.equal(await runs(engine, 6), 6)
    assert.ok(back.runs > 0)
    assert.equal(warnings.length, 1)
  })

  it('repeat a run if one breaks off in the middle of its response', async () => {
    let broken = 0
    const breaks = (response: ServerResponse) => {
      broken++
      response.writeHead(200, { 'content-length': '1000' }).write('{"outputs":[')
      setTimeout(() => response.destroy(), 20)
      return true
    }
    const engine = engineOn(await serve({ breaks }), await serve())
    assert.equal(await runs(engine, 4), 4)
    assert.equal(broken, 1)
    assert.match(warnings.join(), /broke off its answer/)
  })

  it('repeat a run if one responds with invalid data', async () => {
    const lies: [what: RegExp, answer: object][] = [
      [/its answer has no outputs/, {}],
      [/fewer or more numbers/, { outputs: [{ name: 'sum', datatype: 'FP32', shape: [1, 3], data: [1] }] }],
      [
        /is float32 \[3, 1\], not float32 \[1/,
        { outputs: [{ name: 'sum', datatype: 'FP32', shape: [3, 1], data: [1, 2, 3] }] },
      ],
      [/is int64/, { outputs: [{ name: 'sum', datatype: 'INT64', shape: [1, 3], data: [1, 2, 3] }] }],
      [/"sum" is missing/, { outputs: [{ name: 'other', datatype: 'FP32', shape: [1, 3], data: [1, 2, 3] }] }],
    ]
    for (const [what, answer] of lies) {
      const refuse = (path: string) => (path.endsWith('infer') ? { status: 200, body: JSON.stringify(answer) } : null)
      assert.equal(await runs(engineOn(await serve({ refuse }), await serve()), 2), 2)
      assert.match(warnings.splice(0).join(), what)
    }
  })

  it('must describe the model like the file here, and like each other: one that doesn’t is reported, and not used', async () => {
    const shape = (sizes: number[]) => (said: { inputs: { shape: number[] }[] }) => ({
      ...said,
      inputs: said.inputs.map((input) => ({ ...input, shape: sizes })),
    })
    const liar = await serve({ lies: shape([1, 4, 4]) })
    const engine = engineOn(liar, await serve())
    assert.equal(await runs(engine, 3), 3)
    assert.equal(liar.runs, 0)
    assert.match(
      warnings.join(),
      /has a different model of this name: its input "a" is float32 \[1, 4, 4\], but here it is/,
    )

    // The file leaves these sizes free, but the servers disagree about them.
    const [first, other] = [await serve(), await serve({ lies: shape([1, 3]) })]
    const two = engineOn(first, other)
    assert.equal(await runs(two, 1), 1)
    assert.equal(await runs(two, 4), 4)
    assert.equal(other.runs, 0)
    assert.match(
      warnings.join(),
      /has a different add than .*: its input "a" is float32 \[1, 3\], there it is float32 \[1, \?\]/,
    )
  })

  it('are all tried before a message fails, and one sentence has each one’s words', async () => {
    const [gone, busy] = [await serve(), await serve({ refuse: () => ({ status: 503, body: 'starting' }) })]
    gone.stop()
    const engine = engineOn(gone, busy)
    const { code, message } = (await engine.load(add).catch((error) => error)) as EngineError
    assert.equal(code, 'server')
    assert.match(message, /^The model add could not run on the inference server: .*nothing listens there.*; .*says 503/)
  })

  it('aren’t tried again for what each would refuse', async () => {
    const refuse = (path: string) => (path.endsWith('infer') ? { status: 400, body: '{"error":"too large"}' } : null)
    const [one, other] = [await serve({ refuse }), await serve()]
    await assert.rejects(runs(engineOn(one, other), 1), /says 400: too large/)
    assert.equal(other.runs, 0)
  })

  it('have waiting runs that can be withdrawn, and are cancelled with the engine', async () => {
    const engine = engineOn(await serve({ sleep: 200 }), await serve({ sleep: 200 }))
    await engine.load(add)
    const given = Array.from({ length: 6 }, (_, i) => runs(engine, 1, i).catch(({ code }: EngineError) => code))
    await until(() => engine.state.waiting === 4)
    engine.withdraw()
    assert.deepEqual(await Promise.all(given), [1, 1, ...Array(4).fill('withdrawn')])
    const last = runs(engine, 3)
    await engine.close()
    assert.equal(await last, 3, 'what was accepted ends')
    await assert.rejects(engine.load(add), { code: 'closed' })
  })

  it('are given up during a run only if they fail to respond several times in a row', async () => {
    const answers = [true, false, false, true, false, false, false]
    const gone = new AbortController()
    let asked = 0
    const stop = watch({ isAlive: async () => answers[asked++] ?? assert.fail('asked again') }, gone, 1)
    await until(() => gone.signal.aborted)
    stop()
    assert.equal(asked, 7)
  })
})
