/**
 * The reason why one of the editor's requests failed: the runtime's own sentence, or a sentence about the
 * answer that came instead.
 */
export type Refused = { said: string } | { key: 'logInAgain' | 'noAnswerBut' | 'unreachable'; status: number }

/** @param failed the failed request, as jQuery reports it */
export function whatRefused(failed: unknown): Refused {
  const { status = 0, responseJSON } = failed as {
    status?: number
    responseJSON?: { message?: string; error?: string }
  }
  // A proxy in front of Node-RED that requires a login answers with its own page and a success status.
  if (status === 401 || (status >= 200 && status < 400)) return { key: 'logInAgain', status }
  const said = responseJSON?.message || responseJSON?.error
  if (said) return { said }
  return { key: status > 0 ? 'noAnswerBut' : 'unreachable', status }
}
