/** What a node's settings hold, as a flow file has them. */
export type Stored = Record<string, unknown>

/** Makes settings of one version into those of the next, without changing what it is given. */
export type Migration = (settings: Stored) => Stored

/** The version of a node saved before there were versions. */
export const FIRST = 1

/** The version of settings that are migrated by these: a migration more makes it one more. */
export const versionAfter = (migrations: readonly Migration[] = []): number => FIRST + migrations.length

/**
 * Settings as this version has them. Those of a newer one stay as they are: what is known about them still counts.
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
