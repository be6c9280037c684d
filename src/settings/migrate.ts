/** A node's settings as in a flow file. */
export type Stored = Record<string, unknown>

/** Makes settings of one version into those of the next, without changing what it is given. */
export type Migration = (settings: Stored) => Stored

/** The version of a node saved before there were versions. */
export const FIRST = 1

/** The version of settings after these migrations: each migration adds one. */
export const versionAfter = (migrations: readonly Migration[] = []): number => FIRST + migrations.length

/**
 * Settings as this version has them. Those of a newer version stay unchanged: known settings still apply.
 *
 * @param migrations from the first version to the second, from the second to the third, and so on
 */
export function migrate<S extends object>(stored: S, migrations: readonly Migration[] = []): S {
  const version = versionOf(stored)
  if (version >= versionAfter(migrations)) return stored
  const migrated = migrations.slice(version - FIRST).reduce<Stored>((settings, next) => next(settings), {
    ...(stored as Stored),
  })
  return { ...migrated, version: versionAfter(migrations) } as unknown as S
}

/** Anything that isn't a version, as in a flow written by another program, counts as none. */
export function versionOf(stored: object): number {
  const { version } = stored as { version?: unknown }
  return Number.isInteger(version) && (version as number) >= FIRST ? (version as number) : FIRST
}
