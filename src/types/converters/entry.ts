import type { Image } from '../image'
import type { ImageCodec } from '../image-codec'
import type { PortType } from '../port-type'

/** A converter node's settings, as in a flow file: any may be missing or of the wrong kind. */
export type Settings = { readonly [setting: string]: unknown }

/** What a conversion may need from outside. */
export interface ConverterTools extends ImageCodec {
  /** @param quality 1 to 100, for the formats that lose something */
  encode(image: Image, format: 'png' | 'jpeg' | 'webp', quality: number): Promise<Uint8Array>
  /** The picture to draw on, if there is one. */
  canvas?: Image
}

/** One thing a converter node can do. */
export interface ConverterEntry {
  /** The node's setting `converter`. */
  id: string
  /** What it does, as a command: "Colour the labels". */
  label: string
  /** What it reads. */
  wants: PortType
  /** What else it reads. */
  also?: readonly PortType[]
  /** One line about that, for the person wiring it. */
  help: string
  /** Whether it draws on the picture in the property that the setting `on` names. */
  draws?: boolean
  /** Whether it can work on values of this type. */
  accepts(from: PortType): boolean
  /** The settings that make `to` of `from`; null if only a person can choose it, or none would do. */
  settingsFor(from: PortType, to: PortType): Settings | null
  /** What it makes from values of type `from`. */
  gives(from: PortType, settings: Settings): PortType
  /**
   * @param value read as `wants` says, or as one of `also` that it fits
   * @throws ValueError
   */
  convert(value: unknown, settings: Settings, tools: ConverterTools): unknown
}
