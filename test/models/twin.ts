import type { Model, Variant } from '../../src/models'

/**
 * A bundled model whose variant runs a twin of its network with the same tensors in smaller sizes.
 * @param folder the twin's files, with the same names as the variant's
 * @param sizes maps the variant's numbers to the twin's
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
