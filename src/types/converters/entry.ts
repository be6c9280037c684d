import type { Image } from '../image'
import type { ImageCodec } from '../image-codec'
import type { PortType } from '../port-type'

/** A converter node's settings, as in a flow file: each may be missing or have the wrong type. */
export type Settings = { readonly [setting: string]: unknown }

/** Functions and data that conversions get from their caller. */
export interface ConverterTools extends ImageCodec {
  /** @param quality 1 to 100, for lossy formats */
  encode(image: Image, format: 'png' | 'jpeg' | 'webp', quality: number): Promise<Uint8Array>
  /** The picture to draw on, if there is one. */
  canvas?: Image
}

/** One conversion that the converter node offers. */
export interface ConverterEntry {
  /** The value of the node's setting `converter`. */
  id: string
  /** A command that describes the conversion, such as "Colour the labels". */
  label: string
  /** What it reads. */
  wants: PortType
  /** Other types that it reads. */
  also?: readonly PortType[]
  /** Whether encoded pictures are decoded as label maps. */
  readsIds?: boolean
  /** One line about its input, for the person wiring it. */
  help: string
  /** Whether it draws on the picture in the property that the setting `on` names. */
  draws?: boolean
  /** Whether it can convert values of this type. */
  accepts(from: PortType): boolean
  /**
   * The settings that convert `from` to `to`; null if there are none, or if only a person can choose them.
   */
  settingsFor(from: PortType, to: PortType): Settings | null
  /** The type of its output for values of type `from`. */
  gives(from: PortType, settings: Settings): PortType
  /**
   * @param value read as the type `wants`, or as the first type in `also` that it fits
   * @throws ValueError
   */
  convert(value: unknown, settings: Settings, tools: ConverterTools): unknown
}
