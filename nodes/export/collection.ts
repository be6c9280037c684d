/** What a file is made from, message by message. */
export interface Collection {
  readonly count: number
  /** @param index the message's place among the others, if it is known */
  add(message: Content, index?: number): Promise<void>
  /** Makes the file with the given name. @param xmp metadata, for the formats that carry it */
  write(path: string, xmp?: string): Promise<void>
  /** Removes everything except the file. */
  remove(): Promise<void>
}

export interface Content {
  /** The name of the picture that the value was made from. */
  source: string | null
  value: unknown
}
