import { processors } from '../apart/this-machine'
import type { Answer } from './job'
import type { Packet, Request } from './protocol'
import type { SubmitOptions, Supervisor } from './supervisor'
import type { EngineOptions, LaneState } from './types'

/** One more lane pays off for every this many cores. */
const CORES_PER_LANE = 4
const MOST_LANES = 4

/** The number of lanes of an engine. */
export function laneCount(
  {
    lanes,
    device,
    memoryLimit,
    threads = CORES_PER_LANE,
  }: Pick<EngineOptions, 'lanes' | 'device' | 'memoryLimit' | 'threads'>,
  cores = processors(),
): number {
  if (lanes) return lanes
  // The limit applies to all models together, and a card runs one model at a time anyway.
  if (memoryLimit > 0 || (device !== 'auto' && device !== 'cpu')) return 1
  return Math.max(1, Math.min(MOST_LANES, Math.floor(cores / threads)))
}

/**
 * Distributes models over lanes, so that the nodes of a chain can work at the same time. Each model stays in
 * the lane it was first assigned to, so it is loaded only once.
 * @param asked whether this number of lanes was requested; otherwise further lanes start only if models run
 * on the CPU
 */
export function createPool(count: number, asked: boolean, make: () => Supervisor) {
  const lanes: Supervisor[] = [make()]
  const homes = new Map<string, Supervisor>()

  function laneFor(path: string): Supervisor {
    const home = homes.get(path) ?? choose()
    homes.set(path, home)
    return home
  }

  function choose(): Supervisor {
    const models = (lane: Supervisor) => [...homes.values()].filter((home) => home === lane).length
    const emptiest = lanes.reduce((best, lane) => (models(lane) < models(best) ? lane : best))
    const onCard = lanes.some(({ state }) => state.loaded.some(({ device }) => device !== 'cpu'))
    if (onCard && !asked) return lanes[0] as Supervisor
    if (models(emptiest) === 0 || lanes.length >= count) return emptiest
    const made = make()
    lanes.push(made)
    return made
  }

  return {
    prepare: () => lanes[0]?.prepare(),
    submit: (packet: Packet<Request>, path: string, options: SubmitOptions): Promise<Answer> =>
      laneFor(path).submit(packet, path, options),
    withdraw(caller?: unknown) {
      for (const lane of lanes) lane.withdraw(caller)
    },
    cancel(caller?: unknown) {
      for (const lane of lanes) lane.cancel(caller)
    },
    close: () => Promise.all(lanes.map((lane) => lane.close())),
    get states(): LaneState[] {
      return lanes.map(({ state }) => state)
    },
  }
}

/** The combined state of all lanes. */
export function addUp(lanes: LaneState[]): LaneState {
  const [{ lane, pid }] = lanes as [LaneState]
  const sum = (value: (state: LaneState) => number) => lanes.reduce((total, state) => total + value(state), 0)
  return {
    lane,
    pid,
    loaded: lanes.flatMap(({ loaded }) => loaded),
    running: lanes.some(({ running }) => running),
    waiting: sum(({ waiting }) => waiting),
    restarts: sum(({ restarts }) => restarts),
    hangs: sum(({ hangs }) => hangs),
    setAside: lanes.flatMap(({ setAside }) => setAside),
  }
}
