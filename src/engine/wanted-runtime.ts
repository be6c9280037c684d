import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The version of onnxruntime-node that our package.json asks for. */
export function wantedRuntime(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    if (!existsSync(file)) continue
    const wanted = JSON.parse(readFileSync(file, 'utf8')).optionalDependencies?.['onnxruntime-node']
    if (wanted) return wanted
  }
  return 'latest'
}
