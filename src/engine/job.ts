import type { EngineError } from './error'
import type { Packet, Request, RunReply, RunRequest } from './protocol'

/** A request that waits for the lane or is being processed. */
export interface Job {
  packet: Packet<Request>
  /** The path of its model. */
  path: string
  /** The model's owner, as named in sentences. */
  called?: string | undefined
  caller: unknown
  /** Milliseconds that loading and running may each take; 0 = no limit. */
  timeLimit: number
  /** For a run that may be batched, the key of its kind; see batches.ts. */
  kind: string | null
  queued: number
  started: number
  resolve(answer: Answer): void
  reject(error: Error): void
}

export interface Answer {
  ok: unknown
  blocks: Uint8Array[]
  /** Milliseconds between submission and start. */
  wait: number
}

/**
 * Combines runs of one kind into one job.
 * @param again called if the job fails, to try the runs one by one
 */
export function joinJobs(jobs: Job[], again: () => void): Job {
  const [first] = jobs as [Job]
  return {
    ...first,
    packet: joinRuns(jobs.map(({ packet }) => packet as Packet<RunRequest>)),
    timeLimit: first.timeLimit * jobs.length,
    resolve({ ok, blocks, wait }) {
      jobs.forEach((job, index) => {
        const { reply, others } = partOf(ok as RunReply, index)
        job.resolve({ ok: reply, blocks, wait: wait + first.queued - job.queued + others })
      })
    },
    reject(error) {
      if ((error as EngineError).code !== 'closed') again()
      else for (const job of jobs) job.reject(error)
    },
  }
}

/** Size of a run's inputs in bytes, wherever they are. */
export function inputBytes({ body, blocks }: Packet<RunRequest>): number {
  const feeds = body.runs.flatMap(({ feeds }) => Object.values(feeds))
  const stored = feeds.reduce((sum, { data }) => sum + ('offset' in data ? data.bytes : 0), 0)
  return blocks.reduce((sum, block) => sum + block.byteLength, stored)
}

function joinRuns(packets: Packet<RunRequest>[]): Packet<RunRequest> {
  const [{ body }] = packets as [Packet<RunRequest>]
  return {
    body: { ...body, runs: packets.flatMap(({ body }) => body.runs) },
    blocks: packets.flatMap(({ blocks }) => blocks),
  }
}

/**
 * The part of a reply to several runs that belongs to run number `index`: its outputs and its share of the
 * time. `others` is the time of the other runs in ms.
 */
function partOf(reply: RunReply, index: number): { reply: RunReply; others: number } {
  const { batch, outputs } = reply
  const { load, pre, run, post } = reply.ms
  const ms = { load, pre: pre / batch, run: run / batch, post: post / batch }
  return {
    reply: { ...reply, outputs: outputs.slice(index, index + 1), ms },
    others: (ms.pre + ms.run + ms.post) * (batch - 1),
  }
}
