import { setTimeout as sleep } from 'node:timers/promises'
import { refuseStrangers } from '../../src/files'
import { type Image, ValueError } from '../../src/types'
import { asSentence } from '../shared/sentence'
import { readAddress } from './address'
import { networkFrames } from './network-camera'
import { createNewest } from './newest'
import type { CameraSource } from './source'

/** The longest pause between two attempts after the camera failed, in ms. The first pause is 1 s. */
const LONGEST_PAUSE = 5000
/** Minimum time between two reports about a camera that keeps disconnecting, in ms. */
const COMPLAINT_INTERVAL = 60_000

/** A network camera. Its pictures may arrive faster than the flow can process them. */
export function createNetworkSource(
  address: string,
  password: string,
  size: { width: number; height: number },
): CameraSource {
  const own = () => readAddress(address, password)
  const newest = createNewest(async (image: Image) => image)
  const closing = new AbortController()

  return {
    check: own,
    async still(device) {
      const isOther = typeof device === 'string' && device !== ''
      if (isOther) refuseStrangers(device)
      const camera = isOther ? readAddress(device) : own()
      for await (const image of networkFrames(camera, { ...size, rate: 0 }, closing.signal)) return image
      throw new ValueError(`${camera.shown} ended without a picture: check the address`)
    },
    /** A missing camera is reported once, and retried until it is back. */
    async stream(to) {
      const { signal, interval, fail } = to
      newest.follow(to)
      let failures = 0
      let complainedAt = Number.NEGATIVE_INFINITY
      while (!signal.aborted) {
        const began = performance.now()
        let count = 0
        let pause = interval
        try {
          for await (const image of networkFrames(own(), { ...size, rate: 1000 / interval }, signal)) {
            count++
            failures = 0
            newest.put(image)
          }
          // The stream of a still image's address ends after each picture, and is opened again for the next.
          if (count === 0) throw new ValueError(`${own().shown} ended without a picture: check the address`)
        } catch (error) {
          if (signal.aborted) return
          const isNews = failures++ === 0 && performance.now() - complainedAt > COMPLAINT_INTERVAL
          if (isNews) complainedAt = performance.now()
          fail(asSentence(error), isNews)
          pause = Math.min(LONGEST_PAUSE, 1000 * failures)
        }
        await sleep(Math.max(0, pause - (performance.now() - began)), undefined, { signal, ref: false }).catch(() => {})
      }
    },
    flowIsReady: newest.flowIsReady,
    close: () => closing.abort(),
  }
}
