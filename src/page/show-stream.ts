/** The server sends a heartbeat each second. After this long without one, the connection counts as lost. */
const SILENCE_MS = 3000
const AGAIN_MS = 700

export interface Frame {
  text?: string
  picture?: ImageBitmap
  sound?: Blob
}

export interface Following {
  /** Shows a frame. The next one is only read when the promise resolves. */
  frame(frame: Frame): Promise<void>
  /** The message shown while the server can't be reached. */
  lost: string
  tell(sentence: string): void
}

/** Follows a model's results for as long as the page is open, and reconnects whenever the connection ends. */
export function follow(source: string, output: string | null, on: Following): void {
  const url = `${source}/show/stream${output ? `?output=${encodeURIComponent(output)}` : ''}`
  let aliveAt = performance.now()
  void (async () => {
    for (;;) {
      const sentence = await read(url, on, () => {
        aliveAt = performance.now()
      }).catch(() => null)
      // A missing chain is reported at once. A lost connection is only reported if it lasts, so a quick
      // restart goes unnoticed.
      if (sentence || performance.now() - aliveAt > SILENCE_MS) on.tell(sentence ?? on.lost)
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  })()
}

/**
 * @returns the server's sentence if it refuses to show this chain, otherwise null
 * @throws Error when the stream ends or breaks
 */
async function read(url: string, { frame, tell }: Following, alive: () => void): Promise<string | null> {
  const stop = new AbortController()
  let watchdog = setTimeout(() => stop.abort(), SILENCE_MS)
  const came = () => {
    clearTimeout(watchdog)
    watchdog = setTimeout(() => stop.abort(), SILENCE_MS)
    alive()
  }
  try {
    const answer = await fetch(url, { signal: stop.signal, cache: 'no-store' })
    if (!answer.ok || !answer.body) {
      const { error = null } = (await answer.json().catch(() => ({}))) as { error?: string | null }
      return [401, 403, 404].includes(answer.status) ? error : null
    }
    tell('')
    came()
    const bytes = createBytes(answer.body, came)
    for (;;) {
      const head = await bytes.take(8)
      const view = new DataView(head.buffer, head.byteOffset)
      const type = new TextDecoder().decode(await bytes.take(view.getUint32(0)))
      const body = await bytes.take(view.getUint32(4))
      if (type === 'text/plain') await frame({ text: new TextDecoder().decode(body) })
      else if (type.startsWith('audio/')) await frame({ sound: new Blob([body as BlobPart], { type }) })
      else if (type) await frame({ picture: await createImageBitmap(new Blob([body as BlobPart], { type })) })
    }
  } finally {
    clearTimeout(watchdog)
    stop.abort()
  }
}

/** Reads a stream in pieces of exactly the requested length, however the bytes arrive. */
function createBytes(stream: ReadableStream<Uint8Array>, came: () => void) {
  const reader = stream.getReader()
  let parts: Uint8Array[] = []
  let length = 0
  return {
    async take(count: number): Promise<Uint8Array> {
      while (length < count) {
        const { done, value } = await reader.read()
        if (done) throw new Error('the stream has ended')
        came()
        parts.push(value)
        length += value.length
      }
      const taken = new Uint8Array(count)
      let at = 0
      while (at < count) {
        const part = parts[0] as Uint8Array
        const piece = part.subarray(0, count - at)
        taken.set(piece, at)
        at += piece.length
        if (piece.length === part.length) parts = parts.slice(1)
        else parts[0] = part.subarray(piece.length)
      }
      length -= count
      return taken
    },
  }
}
