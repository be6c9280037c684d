import { sentenceOfRefusal } from '../../../src/editor/shell/refusal'

/** What went wrong with an editor request, for people. An undeployed node isn't found. */
export function reasonOf(error: unknown, deployFirst?: string): string {
  if ((error as { status?: number }).status === 404 && deployFirst) return deployFirst
  return sentenceOfRefusal(error)
}

/** Shows it above the editor. */
export const notifyOf = (error: unknown, deployFirst?: string): void => {
  RED.notify(RED.utils.sanitize(reasonOf(error, deployFirst)), { type: 'error' })
}

/** Sends JSON or a file; returns the response. */
export function post(url: string, data?: object): Promise<unknown> {
  const isFile = data instanceof Blob
  const contentType = isFile ? 'application/octet-stream' : 'application/json'
  const body = isFile ? { data, processData: false } : data ? { data: JSON.stringify(data) } : {}
  return $.ajax({ method: 'POST', url, contentType, ...body })
}
