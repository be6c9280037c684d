/** The lane's memory when two nodes use the same model, compared with one node. */
import { readFileSync } from 'node:fs'
import { type Engine, sharedEngine } from '../src/engine'
import { findVariant, loadManifests, modelPath } from '../src/models'
import type { Bench } from './figure'

export const bench: Bench = async () => {
  const model = loadManifests().find(({ id }) => id === 'stylegan')
  if (!model) throw new Error('StyleGAN is not there.')
  const file = modelPath(model, findVariant(model, 'mini'))
  const nodes: Engine[] = []
  const node = async () => {
    const engine = sharedEngine({ device: 'cpu' })
    nodes.push(engine)
    await run(engine, file)
    await run(engine, file)
    return residentMegabytes(engine.state.pid)
  }
  const one = await node()
  const two = await node()
  await Promise.all(nodes.map((engine) => engine.close()))
  return {
    'sharing: memory of the lane, one node': { value: one, unit: 'MB', better: 'lower' },
    'sharing: two equal nodes over one': { value: two / one, unit: '×', aim: 1.1, better: 'lower' },
  }
}

function run(engine: Engine, file: string) {
  const tensor = (length: number) => ({
    kind: 'tensor' as const,
    dtype: 'float32' as const,
    dims: length === 1 ? [1] : [1, length],
    data: new Float32Array(length).fill(0.5),
  })
  return engine.run(file, { z: tensor(512), truncation: tensor(1) }, { image: { kind: 'tensor' } })
}

/** Of a process on this machine. Linux only: it reads /proc. */
function residentMegabytes(pid: number | undefined): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1]) / 1024
}
