import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where ONNX Runtime's package lies; null where npm left it out because its own installation failed. Loads nothing. */
export function runtimeFolder(): string | null {
  // Not by require.resolve, which remembers what it has found.
  const folders = require.resolve.paths('onnxruntime-node') ?? []
  return folders.map((folder) => join(folder, 'onnxruntime-node')).find((folder) => existsSync(folder)) ?? null
}

/** Version and folder of the installed ONNX Runtime; null where there is none. */
export function installedRuntime(): { version: string; folder: string } | null {
  const folder = runtimeFolder()
  const file = folder && join(folder, 'package.json')
  if (!file || !existsSync(file)) return null
  return { version: JSON.parse(readFileSync(file, 'utf8')).version, folder }
}
