/** Why a request of the editor's did not succeed: the runtime's own sentence, or what came instead. */
export type Refused = { said: string } | { key: 'logInAgain' | 'noAnswerBut' | 'unreachable'; status: number }

/** @param failed jQuery's request */
export function whatRefused(failed: unknown): Refused {
  const { status = 0, responseJSON } = failed as {
    status?: number
    responseJSON?: { message?: string; error?: string }
  }
  // A proxy in front of Node-RED that asks for a login answers with its own page, which counts as success.
  if (status === 401 || (status >= 200 && status < 400)) return { key: 'logInAgain', status }
  const said = responseJSON?.message || responseJSON?.error
  if (said) return { said }
  return { key: status > 0 ? 'noAnswerBut' : 'unreachable', status }
}
