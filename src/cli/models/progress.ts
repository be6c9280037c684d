import type { WriteStream } from 'node:tty'
import { readableSize } from '../../files'
import type { Progress } from '../../models/store'

/** Milliseconds between two updates of a terminal's line. */
const INTERVAL = 200

/**
 * Shows a download's progress: in a terminal a line that is updated, otherwise a new line after each tenth.
 */
export function showProgress(stream: Pick<WriteStream, 'isTTY' | 'write'>): {
  update(progress: Progress): void
  end(): void
} {
  let shown = ''
  let time = Number.NEGATIVE_INFINITY
  return {
    update(progress) {
      if (stream.isTTY) {
        if (performance.now() - time < INTERVAL && progress.step === 'downloading') return
        time = performance.now()
        stream.write(`\r\x1b[K${sentence(progress, progress.received)}`)
        return
      }
      const tenth = Math.floor((progress.received / progress.total) * 10) / 10
      const line = sentence(progress, tenth * progress.total)
      if (line !== shown) stream.write(`${line}\n`)
      shown = line
    },
    end() {
      if (stream.isTTY && time >= 0) stream.write('\n')
    },
  }
}

function sentence({ step, total, reason, seconds }: Progress, received: number): string {
  const share = `${Math.floor((received / total) * 100)} % of ${readableSize(total)}`
  switch (step) {
    case 'downloading':
      return share
    case 'checking':
      return `${share}, checking`
    case 'elsewhere':
      return `${share}, downloaded by another process`
    case 'pausing':
      return `${share}, ${reason}, trying again in ${seconds} s`
  }
}
