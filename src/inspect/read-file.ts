import { basename } from 'node:path'
import { otherThanFile } from '../files'
import { type Bytes, withBytes } from '../onnx/bytes'
import type { OnnxFile } from '../onnx/contents'
import { readOnnx } from '../onnx/onnx-file'
import { ProtobufError } from '../onnx/protobuf'
import { InspectError } from './inspect-error'
import { statIn } from './stat-in'

/** Reads the graph and metadata of an ONNX file. @throws InspectError if the file isn't ONNX or is damaged */
export function readOnnxFile(path: string): OnnxFile {
  const name = basename(path)
  const stat = statIn(path)
  if (!stat) throw new InspectError(`There is no file ${path}. Check the path.`)
  if (stat.isDirectory()) throw new InspectError(`${path} is a folder. Choose the .onnx file in it.`)
  const other = otherThanFile(stat)
  if (other) throw new InspectError(`${path} ${other}. Choose an .onnx file.`)
  if (stat.size === 0) throw new InspectError(`${name} is empty. Download it again.`)
  return withBytes(path, (bytes) => {
    const other = otherKind(bytes.at(0, Math.min(bytes.size, 64)), bytes.size)
    if (other) throw new InspectError(`${name} is ${other}`)
    try {
      const file = readOnnx(bytes)
      if (file.nodes.length > 0 || file.outputs.length > 0) return file
    } catch (error) {
      if (!(error instanceof ProtobufError) && !(error instanceof RangeError)) throw error
      const cut = looksLikeOnnx(bytes) && (error as ProtobufError).needed
      if (cut) {
        const size = `${bytes.size.toLocaleString('en')} of at least ${cut.toLocaleString('en')} bytes are there`
        throw new InspectError(`${name} breaks off: ${size}. Download it again.`)
      }
    }
    throw new InspectError(`${name} is not an ONNX file, or it is damaged. Choose another file, or download it again.`)
  })
}

/** Whether a file begins like ONNX: every exporter writes the format version (field 1) first. */
function looksLikeOnnx(bytes: Bytes): boolean {
  const [key, version] = bytes.at(0, Math.min(2, bytes.size))
  return key === 8 && version !== undefined && version > 0 && version < 64
}

/**
 * Recognises files that people mistake for a model by their first bytes, and says what to do; null for
 * others.
 */
function otherKind(start: Buffer, size: number): string | null {
  const latin = start.toString('latin1')
  if (latin.startsWith('version https://git-lfs'))
    return 'only a pointer to the model, as Git keeps for large files. Fetch the file itself: "git lfs pull", or the download button of the web page.'
  if (/^\s*<(!doctype|html|\?xml)/i.test(latin))
    return 'a web page, not a model. Fetch the file itself: its "raw" or "download" address.'
  if (latin.startsWith('PK\u0003\u0004'))
    return 'a zip archive, as PyTorch saves models. Unpack it if there is an .onnx file in it, or export the model with torch.onnx.export.'
  if (latin.slice(4, 8) === 'TFL3') return 'a TensorFlow Lite model. Convert it to ONNX with tf2onnx.'
  if (latin.startsWith('\x89HDF')) return 'a Keras (HDF5) file. Convert it to ONNX with tf2onnx.'
  if (latin.startsWith('GGUF')) return 'a GGUF file for llama.cpp. Look for an ONNX version of the model.'
  if (latin.startsWith('\x1f\x8b')) return 'packed with gzip. Unpack it first.'
  if (latin.startsWith('\x80\x02') || latin.startsWith('\x80\x04'))
    return 'a Python pickle, as PyTorch saves weights. Export the model with torch.onnx.export.'
  if (latin.startsWith('ORTM', 4))
    return 'in the ORT format of ONNX Runtime Mobile. Choose the .onnx file it was made from.'
  if (/^(\xff\xd8\xff|\x89PNG|GIF8|RIFF)/.test(latin)) return 'a picture or a sound, not a model. Choose an .onnx file.'
  const header = start.length >= 9 ? start.readBigUInt64LE(0) : 0n
  if (latin[8] === '{' && header > 0n && header < BigInt(size))
    return 'a safetensors file: weights without the model. Look for an ONNX version, or export one.'
  if (/^\s*[[{"]/.test(latin)) return 'text (JSON), not a model. Choose an .onnx file.'
  return null
}
