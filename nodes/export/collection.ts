/** The content of a file, collected message by message. */
export interface Collection {
  readonly count: number
  /** @param index the message's position in the group, if known */
  add(message: Content, index?: number): Promise<void>
  /** Writes the file to this path. @param xmp metadata, for formats that support it */
  write(path: string, xmp?: string): Promise<void>
  /** Removes temporary data, but not the file. */
  remove(): Promise<void>
}

export interface Content {
  /** The name of the picture that the value was made from, or null. */
  source: string | null
  value: unknown
}
