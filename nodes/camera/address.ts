import { ValueError } from '../../src/types'

/** A network camera. */
export interface NetworkCamera {
  /** The URL for ffmpeg, including user and password. */
  readonly url: string
  /**
   * The camera's name in sentences: only the host, as any other part of an address may contain keys or
   * passwords.
   */
  readonly shown: string
}

const SCHEMES = ['rtsp:', 'rtsps:', 'http:', 'https:']

/**
 * @param password takes precedence over the one in the address
 * @throws ValueError whose message never contains the address
 */
export function readAddress(address: string, password = ''): NetworkCamera {
  const text = address.trim()
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !SCHEMES.includes(url.protocol) || !url.hostname) {
    throw new ValueError(
      'the address of a camera on the network must look like rtsp://192.168.1.20/stream1 or http://192.168.1.20/video.mjpg',
    )
  }
  if (password) url.password = encodeURIComponent(password)
  url.hash = ''
  return { url: url.href, shown: `the camera at ${url.host}` }
}
