import type { ServerResponse } from 'node:http'
import { encodeImage } from '../../images/index'
import { colorize, isAudio, isImage, isSegmentation, writeWavInPieces } from '../../types/index'
import type { PublishedModel } from '../published'
import { RequestError } from '../request-error'
import type { LastFrame, Shown } from './last-frame'

/** A viewer. `show` is never called before the last frame has been accepted. */
export interface Onlooker {
  /** The name of an output; null: the first picture, or otherwise the first text. */
  output: string | null
  /** Whether it supports only JPEG. */
  onlyJpeg: boolean
  /** @returns whether it can accept the next frame at once; otherwise `ready` is called later */
  show(shown: Shown): boolean
  /** Called when the model is gone. */
  end(): void
}

/** Maximum number of viewers of one model. */
const MOST_ONLOOKERS = 100

/**
 * Sends a model's last result to all viewers. A picture is encoded once, however many viewers there are. A
 * slow viewer gets the newest one when ready, and misses those in between. Nothing is encoded while nobody is
 * watching.
 */
export class Show {
  private readonly onlookers = new Map<Onlooker, { isReady: boolean; seen: object | null }>()
  private silence: (() => void) | null = null
  private encoded: { of: object; shown: Map<string, Promise<Shown | null>> } | null = null

  constructor(
    private readonly model: PublishedModel,
    private readonly lastFrame: LastFrame,
  ) {}

  /**
   * @returns a function that removes the viewer, and one to call when it is ready for the next frame.
   * @throws RequestError
   */
  add(onlooker: Onlooker): { leave(): void; ready(): void } {
    if (!this.model.last) throw new RequestError(404, "This model doesn't share its last result")
    if (this.onlookers.size >= MOST_ONLOOKERS)
      throw new RequestError(503, `${MOST_ONLOOKERS} screens are already showing this`, 5)
    const state = { isReady: true, seen: null }
    this.onlookers.set(onlooker, state)
    this.silence ??= this.model.listen({ data: () => this.showAll(), error: () => {} })
    void (this.model.last.outputs ? this.showTo(onlooker) : this.showLastFrame(onlooker))
    return {
      leave: () => {
        this.onlookers.delete(onlooker)
        if (this.onlookers.size > 0) return
        this.silence?.()
        this.silence = null
        this.encoded = null
      },
      ready: () => {
        state.isReady = true
        void this.showTo(onlooker)
      },
    }
  }

  /** The last frame before a restart, shown until there is something new. */
  private async showLastFrame(onlooker: Onlooker): Promise<void> {
    const state = this.onlookers.get(onlooker)
    if (!state) return
    state.isReady = false
    const shown = await this.lastFrame.read(onlooker.output)
    if (!this.onlookers.has(onlooker)) return
    const isJpeg = shown?.type === 'image/jpeg'
    if (shown && !this.model.last?.outputs && (isJpeg || !onlooker.onlyJpeg) && !onlooker.show(shown)) return
    state.isReady = true
    void this.showTo(onlooker)
  }

  /** @returns resolves when the last frame has been saved */
  close(): Promise<unknown> {
    for (const onlooker of [...this.onlookers.keys()]) onlooker.end()
    return this.lastFrame.settled()
  }

  private showAll(): void {
    for (const onlooker of this.onlookers.keys()) void this.showTo(onlooker)
  }

  private async showTo(onlooker: Onlooker): Promise<void> {
    const state = this.onlookers.get(onlooker)
    const outputs = this.model.last?.outputs
    if (!state?.isReady || !outputs || state.seen === outputs) return
    state.isReady = false
    state.seen = outputs
    const shown = await this.encode(outputs, onlooker)
    if (!this.onlookers.has(onlooker)) return
    if (shown && !onlooker.onlyJpeg) this.lastFrame.note(onlooker.output, shown)
    if (!shown || onlooker.show(shown)) {
      state.isReady = true
      // Another result may have arrived while this one was being encoded.
      if (this.model.last?.outputs !== outputs) void this.showTo(onlooker)
    }
  }

  private encode(outputs: Record<string, unknown>, { output, onlyJpeg }: Onlooker): Promise<Shown | null> {
    if (this.encoded?.of !== outputs) this.encoded = { of: outputs, shown: new Map() }
    const { shown } = this.encoded
    const key = `${onlyJpeg} ${output ?? ''}`
    const found = shown.get(key) ?? encode(outputs, output, onlyJpeg).catch(() => null)
    shown.set(key, found)
    return found
  }
}

async function encode(
  outputs: Record<string, unknown>,
  output: string | null,
  onlyJpeg: boolean,
): Promise<Shown | null> {
  const values = Object.entries(outputs).filter(([name]) => output === null || name === output)
  for (const [, value] of values) {
    if (isAudio(value) && !onlyJpeg) {
      const { buffer, byteOffset, length } = await writeWavInPieces(value)
      return { type: 'audio/wav', bytes: Buffer.from(buffer, byteOffset, length) } // not a copy
    }
    if (!isImage(value) && !isSegmentation(value)) continue
    const image = isImage(value) ? value : await colorize(value)
    // Frames aren't saved by viewers, so they contain no record of how they were made. PNG keeps the edges of
    // labels, and transparency.
    const format = onlyJpeg || (isImage(value) && value.channels !== 4) ? 'jpeg' : 'png'
    return { type: `image/${format}`, bytes: await encodeImage(image, format, undefined, '') }
  }
  const text = values.find(([, value]) => typeof value === 'string')?.[1]
  return typeof text === 'string' ? { type: 'text/plain', bytes: Buffer.from(text.slice(0, 20_000)) } : null
}

const BEAT = 1000

/**
 * The stream for the show's page. Each result is sent as four bytes with the length of its type, four with
 * the length of its bytes, then both. Otherwise, two zeros are sent each second as a heartbeat.
 */
export function streamShow(
  show: Show,
  response: ServerResponse,
  headers: Record<string, string>,
  output: string | null,
): void {
  const frame = ({ type, bytes }: Shown) => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(type.length, 0)
    head.writeUInt32BE(bytes.length, 4)
    response.write(head)
    response.write(type)
    return response.write(bytes)
  }
  const type = { ...headers, 'Content-Type': 'application/octet-stream' }
  stream(show, response, type, { output, onlyJpeg: false, show: frame }, () => response.write(Buffer.alloc(8)))
}

const BOUNDARY = 'daisychain'

/**
 * Motion JPEG for projection programs. Each frame is repeated every second, because some programs display
 * nothing before the second one.
 */
export function streamMjpeg(
  show: Show,
  response: ServerResponse,
  headers: Record<string, string>,
  output: string | null,
): void {
  let last: Buffer | null = null
  const part = (bytes: Buffer) => {
    response.write(`Content-Type: image/jpeg\r\nContent-Length: ${bytes.length}\r\n\r\n`)
    response.write(bytes)
    return response.write(`\r\n--${BOUNDARY}\r\n`)
  }
  const frame = ({ type, bytes }: Shown) => {
    if (type !== 'image/jpeg') return true // a film can't contain text
    last = bytes
    return part(bytes)
  }
  const type = `multipart/x-mixed-replace; boundary=${BOUNDARY}`
  const to = { output, onlyJpeg: true, show: frame }
  stream(show, response, { ...headers, 'Content-Type': type }, to, () => last && part(last))
  response.write(`--${BOUNDARY}\r\n`)
}

function stream(
  show: Show,
  response: ServerResponse,
  headers: Record<string, string>,
  onlooker: Omit<Onlooker, 'end'>,
  beat: () => unknown,
): void {
  const { leave, ready } = show.add({ ...onlooker, end: () => response.destroy() })
  response.writeHead(200, {
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  })
  response.flushHeaders()
  response.socket?.setNoDelay(true)
  response.on('drain', ready)
  const timer = setInterval(() => {
    if (!response.writableNeedDrain) beat()
  }, BEAT)
  response.once('close', () => {
    clearInterval(timer)
    leave()
  })
}
