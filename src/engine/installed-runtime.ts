import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageFolder } from '../apart/library'

/** Version and folder of the installed ONNX Runtime; null if there is none. */
export function installedRuntime(): { version: string; folder: string } | null {
  const folder = packageFolder('onnxruntime-node')
  const file = folder && join(folder, 'package.json')
  if (!file || !existsSync(file)) return null
  return { version: JSON.parse(readFileSync(file, 'utf8')).version, folder }
}
