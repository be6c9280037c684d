import assert from 'node:assert/strict'
import { createEngine } from '../../src/engine'
import { discover, queryRemote, type RemoteModel } from '../../src/serving/index'
import { freePort } from '../browser/support/server'
import { model, row, tensor } from '../engine/support'
import { answering, describeJudge } from './support'

const JUDGES: [name: string, packages: string[], program: string][] = [
  ['MLServer', ['mlserver==1.7.1'], 'mlserver_add.py'],
  ['KServe', ['kserve==0.21.0'], 'kserve_add.py'],
  ['PyTriton', ['nvidia-pytriton==0.7.0'], 'pytriton_add.py'],
]

for (const [name, packages, program] of JUDGES)
  describeJudge(name, packages, (judge) => {
    let ports: number[]
    let server: ReturnType<ReturnType<typeof judge>['start']>
    before(async function () {
      ports = [await freePort(), await freePort(), await freePort()]
      server = judge().start(program, ...ports.map(String))
      // PyTriton contains its own Python, which is incompatible with some of the system's modules.
      const broken = () => /\w+Error: '_thread\.RLock' object has no attribute.*/.exec(server.output())?.[0]
      const end = Date.now() + 120_000
      while (!(await isReady(ports[0] as number)) && !broken() && Date.now() < end)
        await new Promise((resolve) => setTimeout(resolve, 200))
      const why = broken()
      if (why) {
        console.log(`      SKIPPED ${name}: its Python does not suit the one here (${why})`)
        this.skip()
      }
    })
    after(() => server?.stop())

    for (const how of ['http', 'grpc'] as const)
      it(`runs the models of an engine, over ${how}`, async () => {
        const address = `${how}://127.0.0.1:${ports[how === 'http' ? 0 : 1]}`
        const engine = createEngine({
          isolation: 'thread',
          server: { addresses: [address], model: '{file}' },
          log() {},
        })
        const feeds = { a: row(1.5, 2, -3), b: row(10, 20, 30) }
        try {
          const run = () => engine.run(model('add'), feeds, { sum: tensor })
          const { outputs, device } = await answering(run, server.output)
          assert.equal(device, 'server')
          assert.deepEqual([...outputs.sum.data], [11.5, 22, 27])
          assert.deepEqual(outputs.sum.dims, [1, 3])
        } finally {
          await engine.close()
        }
      })

    it('is discovered and queried by the remote node’s client', async () => {
      const address = `http://127.0.0.1:${ports[0]}/v2/models/add`
      const { kind, url, models } = await answering(() => discover(address, null), server.output)
      const [found] = models as [RemoteModel]
      assert.deepEqual([kind, found.name], ['open-inference', 'add'])
      assert.deepEqual(
        found.inputs.map(({ name }) => name),
        ['a', 'b'],
      )
      const { sum } = await queryRemote(url, found, { a: [1, 2], b: [3, 4] }, { pictures: 'PNG', timeout: 20_000 })
      assert.deepEqual(Array.from(sum as ArrayLike<number>), [4, 6])
    })
  })

/** Whether the model is ready. */
async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/v2/models/add/ready`).then(
    ({ ok }) => ok,
    () => false,
  )
}
