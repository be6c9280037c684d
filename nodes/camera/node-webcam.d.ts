declare module 'node-webcam' {
  interface Options {
    width?: number
    height?: number
    /** 1 to 100 for JPEG. */
    quality?: number
    /** Inserted into a shell command without quoting. */
    device?: string | false
    output?: 'jpeg' | 'png' | 'bmp'
    callbackReturn?: 'location' | 'buffer' | 'base64'
    saveShots?: boolean
    verbose?: boolean
  }
  interface Webcam {
    /** The shell command that takes a picture. */
    generateSh(location: string): string
  }
  const NodeWebcam: { create(options: Options): Webcam }
  export default NodeWebcam
}
