/**
 * The program of a tokenizer's thread. It is separate because patterns in a tokenizer file, or long text, can
 * take any amount of time.
 */
import { serveThread } from '../../apart/program'
import { loadTokenizer } from '../tokenizer'

serveThread(() => ({
  encode: (path: string, text: string, whole: boolean) => Int32Array.from(loadTokenizer(path).encode(text, whole)),
  decode: (path: string, ids: Int32Array) => loadTokenizer(path).decode(ids),
}))
