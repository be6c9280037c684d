declare module 'node-webcam' {
  interface Options {
    width?: number
    height?: number
    /** 1 to 100 for JPEG. */
    quality?: number
    /** Goes into a shell command as it is. */
    device?: string | false
    output?: 'jpeg' | 'png' | 'bmp'
    callbackReturn?: 'location' | 'buffer' | 'base64'
    saveShots?: boolean
    verbose?: boolean
  }
  interface Webcam {
    /** What the program printed comes with the event, before the callback. */
    on(event: 'capture', listener: (event: { shot: { data?: unknown } }) => void): void
    capture(location: string, callback: (error: Error | null, result: unknown) => void): void
  }
  const NodeWebcam: { create(options: Options): Webcam }
  export default NodeWebcam
}
