import { sentenceOfRefusal } from '../../../src/editor/shell/refusal'
import type { UserManifest } from '../../../src/inspect/manifest-of'

/** The runtime's response to a request. @throws Error with the runtime's sentence */
async function ask<T>(name: string, options: Record<string, unknown>): Promise<T> {
  try {
    return (await $.ajax({ url: `daisychain-onnx/${name}`, ...options })) as T
  } catch (request) {
    throw new Error(sentenceOfRefusal(request))
  }
}

const post = <T>(name: string, body: object) =>
  ask<T>(name, { method: 'POST', data: JSON.stringify(body), contentType: 'application/json' })

/** The result of a run on a sample. */
export interface Trial {
  ms: number
  device: string
  outputs: { name: string; image?: string; text?: string; found?: number }[]
}

/** What is tried. */
export interface Attempt {
  file: string
  engine: string
  manifest: UserManifest
  given: Record<string, unknown>
}

export const server = {
  reasons: () => ask<Record<string, string>>('reasons', { method: 'GET' }),
  samples: () => ask<{ images: string[] }>('sample', { method: 'GET' }),
  inspect: (file: string, picture?: string) => post<{ manifest: UserManifest }>('inspect', { file, picture }),
  labels: (file: string, count: number) => post<{ labels: string[] }>('labels', { file, count }),
  try: (request: Attempt) => post<Trial>('try', request),
  forget: (files: string[]) => post<object>('forget', { files }),
}
