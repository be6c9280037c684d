import { sentenceOfRefusal } from '../../../src/editor/shell/refusal'

/**
 * A sentence for people about a failed editor request. A node that isn't deployed is reported as not found.
 */
export function reasonOf(error: unknown, deployFirst?: string): string {
  if ((error as { status?: number }).status === 404 && deployFirst) return deployFirst
  return sentenceOfRefusal(error)
}

/** Shows that sentence as a notification. */
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
