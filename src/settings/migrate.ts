/** A node's settings as in a flow file. */
export type Stored = Record<string, unknown>

/** Converts settings from one version to the next, without modifying its argument. */
export type Migration = (settings: Stored) => Stored

/** The version of a node that was saved before settings had versions. */
export const FIRST = 1

/** The version of settings after these migrations, each of which increases it by one. */
export const versionAfter = (migrations: readonly Migration[] = []): number => FIRST + migrations.length

/**
 * The settings in the current version. Those of a newer version aren't changed, because known settings still
 * apply.
 *
 * @param migrations from version 1 to 2, from 2 to 3, and so on
 */
export function migrate<S extends object>(stored: S, migrations: readonly Migration[] = []): S {
  const version = versionOf(stored)
  if (version >= versionAfter(migrations)) return stored
  const migrated = migrations.slice(version - FIRST).reduce<Stored>((settings, next) => next(settings), {
    ...(stored as Stored),
  })
  return { ...migrated, version: versionAfter(migrations) } as unknown as S
}

/** Anything that isn't a version, as in a flow written by another program, counts as no version. */
export function versionOf(stored: object): number {
  const { version } = stored as { version?: unknown }
  return Number.isInteger(version) && (version as number) >= FIRST ? (version as number) : FIRST
}
