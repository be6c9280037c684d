import type { ModelBehind } from './behind'
import type { Answer, Ask } from './pictures'

interface Request extends Promise<unknown> {
  abort(): void
}

/** Requests pictures from the runtime, made by a model with its current settings in the editor. */
export function askRuntime({ type, settings }: ModelBehind, lost: string): Ask {
  return (vectors, side) => {
    const request = $.ajax({
      method: 'POST',
      url: 'daisychain-latent/pictures',
      contentType: 'application/json',
      data: JSON.stringify({ type, settings, vectors, side }),
    }) as Request
    const answer = Promise.resolve(request).catch((fault: { responseJSON?: { message?: string } }) => {
      throw new Error(fault.responseJSON?.message ?? lost)
    }) as Promise<Answer>
    return { answer, abort: () => request.abort() }
  }
}
