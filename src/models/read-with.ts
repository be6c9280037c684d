import type { FetchSpec } from './manifest'

/** The additional tensors that an output's value is computed from. */
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
