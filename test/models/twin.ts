import type { Model, Variant } from '../../src/models'

/**
 * A bundled model whose variant runs a twin of its network, which has the same tensors and fewer numbers.
 *
 * @param folder of the twin's files, which are called as the variant's
 * @param sizes numbers of what the variant runs → what they are in the twin
 */
export function twinOf(model: Model, id: string, folder: string, sizes: Record<number, number> = {}): Model {
  const found = model.variants.find((variant) => variant.id === id)
  if (!found) throw new Error(`${model.label} has no variant “${id}”.`)
  const { files: _, ...variant } = found
  const smaller = JSON.parse(JSON.stringify(variant), (_, value) =>
    typeof value === 'number' ? (sizes[value] ?? value) : value,
  ) as Variant
  return { ...model, folder, variants: [smaller] }
}
