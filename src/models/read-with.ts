import type { FetchSpec } from './manifest'

/** Further tensors that the value of an output is made of. */
export function readWith(spec: FetchSpec): string[] {
  switch (spec.kind) {
    case 'best':
      return [spec.scores]
    case 'peaks':
      return [spec.down, spec.offsets].flatMap((name) => name ?? [])
    case 'letters':
      return spec.beside ?? []
    default:
      return []
  }
}
