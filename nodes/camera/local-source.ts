import { setTimeout as sleep } from 'node:timers/promises'
import { refuseStrangers } from '../../src/files'
import { asSentence } from '../shared/sentence'
import { checkDevice } from './device'
import { takeStill } from './local-camera'
import type { CameraSource } from './source'

/** The longest pause between two attempts after the camera failed, in ms. The first pause is 1 s. */
const LONGEST_PAUSE = 5000

/** A camera of this computer. @param own the camera set in the node, and the pictures' size in pixels */
export function createLocalSource(own: { device: string; width: number; height: number }): CameraSource {
  const still = async (device?: unknown) => {
    if (typeof device !== 'string' || device === '') return takeStill(own)
    refuseStrangers(device)
    return takeStill({ ...own, device })
  }
  return {
    check: () => own.device && checkDevice(own.device),
    still,
    /** A missing camera is reported once, and retried until it is back. */
    async stream({ signal, interval, ready, give, fail }) {
      let failures = 0
      while (!signal.aborted) {
        const began = performance.now()
        await ready()
        if (signal.aborted) return
        let pause = interval
        try {
          const image = await still()
          if (signal.aborted) return
          failures = 0
          give(image)
        } catch (error) {
          if (signal.aborted) return
          fail(asSentence(error), failures++ === 0)
          pause = Math.min(LONGEST_PAUSE, 1000 * failures)
        }
        await sleep(Math.max(0, pause - (performance.now() - began)), undefined, { signal, ref: false }).catch(() => {})
      }
    },
  }
}
