import { join } from 'node:path'
import { installedRuntime } from './installed-runtime'

/** Major versions of NVIDIA's software for which ONNX Runtime's CUDA library was built. */
export interface CudaNeeds {
  cuda: number
  cudnn: number
}

/**
 * From ONNX Runtime's table of requirements. It is the same for CUDA 12 and 13, and the installer names only
 * CUDA's version.
 */
const CUDNN = 9

/**
 * The versions that the installed ONNX Runtime's own installer downloads, such as `cuda12`; null if it names
 * none.
 */
export function cudaNeeds(folder = installedRuntime()?.folder): CudaNeeds | null {
  if (!folder) return null
  try {
    const { requirements } = require(join(folder, 'script', 'install-metadata.js')) as InstallMetadata
    const versions = requirements['linux/x64']?.map((name) => /^cuda(\d+)$/.exec(name)?.[1])
    const cuda = Number(versions?.find((version) => version !== undefined))
    return cuda > 0 ? { cuda, cudnn: CUDNN } : null
  } catch {
    return null
  }
}

interface InstallMetadata {
  requirements: Record<string, string[] | undefined>
}

/** Such as `CUDA 12 and cuDNN 9`. */
export function sayCudaNeeds(needs = cudaNeeds()): string {
  return needs ? `CUDA ${needs.cuda} and cuDNN ${needs.cudnn}` : 'CUDA and cuDNN'
}

/**
 * The missing software, derived from the name of the library that could not be loaded; null if the name
 * doesn't tell.
 */
export function softwareOf(reason: string): string | null {
  const names = { cudart: 'CUDA', cublas: 'CUDA', cublasLt: 'CUDA', cudnn: 'cuDNN', nvinfer: 'TensorRT' }
  const [, library, version] = /lib(cudart|cublas|cublasLt|cudnn|nvinfer)\w*\.so\.(\d+)/.exec(reason) ?? []
  return library ? `${names[library as keyof typeof names]} ${version}` : null
}
