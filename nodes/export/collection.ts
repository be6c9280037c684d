/** What a file is made of, message by message. */
export interface Collection {
  readonly count: number
  /** @param index the message's place among the others, if it is known */
  add(message: Content, index?: number): Promise<void>
  /** Makes the file, of the name it is given. @param xmp metadata, for the formats that carry it */
  write(path: string, xmp?: string): Promise<void>
  /** Takes away everything but the file. */
  remove(): Promise<void>
}

export interface Content {
  /** The name of the picture that the value was made from. */
  source: string | null
  value: unknown
}
