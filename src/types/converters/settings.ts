/** Reads settings from flow files and edit dialogs, in which numbers may be text and lists may be missing. */
export function textOf(setting: unknown, otherwise: string): string {
  return typeof setting === 'string' ? setting : otherwise
}

export function numberOf(setting: unknown, otherwise: number): number {
  const number = typeof setting === 'string' && setting.trim() !== '' ? Number(setting) : setting
  return typeof number === 'number' && Number.isFinite(number) ? number : otherwise
}

/** The strings in a list. */
export function textsOf(setting: unknown): string[] {
  return Array.isArray(setting) ? setting.filter((item) => typeof item === 'string') : []
}

/** The rows of an edit dialog, such as `[{from: 'sofa', to: 'couch'}]`, as pairs of text. */
export function pairsOf(setting: unknown): { from: string; to: string }[] {
  if (!Array.isArray(setting)) return []
  return setting.filter((row) => typeof row?.from === 'string' && typeof row?.to === 'string')
}
