import { basename, dirname, join } from 'node:path'
import type { Engine } from '../../engine'

/** Converts text to token ids and back outside Node-RED's thread. */
export interface TokenizerApart {
  /** @param whole adds the special tokens that belong around text */
  encode(text: string, whole?: boolean): Promise<Int32Array>
  decode(ids: Iterable<number>): Promise<string>
}

const PROGRAM = join(__dirname, 'tokenizer-thread.js')

/** Opens a tokenizer file. Reading and using it is subject to the engine's time limit. */
export function tokenizerApart(engine: Pick<Engine, 'apart'>, path: string): TokenizerApart {
  const name = `${basename(dirname(path))}/${basename(path)}`
  const call = <T>(call: string, ...args: unknown[]) =>
    engine.apart<T>({
      program: PROGRAM,
      key: path,
      call,
      args: [path, ...args],
      subject: `The tokenizer ${name}`,
      advice: "Shorten the text; if that doesn't help, download the file again from a source you trust.",
    })
  return {
    encode: (text, whole = false) => call('encode', text, whole),
    decode: (ids) => call('decode', Int32Array.from(ids)),
  }
}
