import { post } from '../../shared/editor/requests'

/** What the dialog shows of a running node. */
export interface Shown {
  classes: string[]
  /** `picture` is a tag that differs between pictures; null if there is none. */
  examples: { id: number; meaning: string | number[]; picture: string | null }[]
  report: {
    right: number | null
    confusion: number[][]
    tried: Record<string, { said: string; likely: number }>
    ask: { more: string; confused?: string } | null
    error: number[] | null
  }
  canUndo: boolean
  /** What is wrong with the node's file; empty if nothing is. */
  fault: string
}

export type Edit =
  | { do: 'add'; name: string }
  | { do: 'rename'; name: string; to: string }
  | { do: 'remove'; name: string }
  | { do: 'move'; ids: number[]; to: string }
  | { do: 'delete'; ids: number[] }
  | { do: 'undo' }

export function requestsOf(id: string) {
  const url = `daisychain-teach/${encodeURIComponent(id)}`
  return {
    book: () => $.getJSON(`${url}/book`) as Promise<Shown>,
    edit: (edit: Edit) => post(`${url}/edit`, edit) as Promise<Shown>,
    record: (meaning: Shown['examples'][number]['meaning'] | null) =>
      post(`${url}/record`, { meaning }) as Promise<Shown>,
    anew: () => post(`${url}/anew`, {}) as Promise<Shown>,
    send: (file: Blob) => post(`${url}/file`, file) as Promise<Shown>,
    /** Downloads a file from the node. @throws an object like the one jQuery's failed requests reject with */
    async blob(address: string): Promise<Blob> {
      const answer = await fetch(address, { headers: authorization() })
      if (!answer.ok) throw { status: answer.status, responseJSON: await answer.json().catch(() => undefined) }
      return answer.blob()
    },
    fileUrl: `${url}/file`,
    onnxUrl: `${url}/onnx`,
    picture: (example: number, tag: string) => `${url}/picture/${example}?${tag}`,
  }
}

export type Requests = ReturnType<typeof requestsOf>

/** If Node-RED has users, requests need the editor's token. jQuery's requests contain it already. */
function authorization(): Record<string, string> {
  const token = (RED.settings.get('auth-tokens', {}) as { access_token?: string } | null)?.access_token
  return token ? { authorization: `Bearer ${token}` } : {}
}
