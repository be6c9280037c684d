import type { Candidate } from './candidates'
import type { Found } from './decoder'
import type { DetectSettings } from './settings'

type Behind = Pick<Candidate, 'landmarks' | 'mixture'>

/** How many prototypes there are to mix masks of; 0 where there are none. */
export function prototypeCount({ tensors }: Found, { prototypes }: DetectSettings): number {
  return prototypes === undefined ? 0 : (tensors[prototypes]?.dims.at(-3) ?? 0)
}

/** What a thing's numbers from the field `from` up to `to` say: where its points are, and how its mask is mixed. */
export function behind(
  value: (field: number) => number,
  [from, to]: [from: number, to: number],
  { points }: DetectSettings,
  prototypes: number,
): Behind {
  const read = <T>(count: number, item: (i: number) => T) =>
    Array.from({ length: Math.max(0, count) }, (_, i) => item(i))
  return {
    ...(points && {
      landmarks: read(Math.floor((to - prototypes - from) / points), (i): [number, number] => {
        const field = from + i * points
        return [value(field), value(field + 1)]
      }),
    }),
    ...(prototypes > 0 && { mixture: read(prototypes, (i) => value(to - prototypes + i)) }),
  }
}
