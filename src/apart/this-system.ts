/**
 * The system that a library must support. `glibc` is its version; null for another C library, as on Alpine
 * Linux.
 */
export interface System {
  platform: string
  arch: string
  glibc: string | null
}

export function thisSystem(): System {
  const { platform, arch } = process
  if (platform !== 'linux') return { platform, arch, glibc: null }
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined
  return { platform, arch, glibc: report?.header?.glibcVersionRuntime ?? null }
}
