/** "truncation = 0.5, style = bold" as an object, and back: how the values of a cue are typed. */
export function readAssignments(text: string): { values: Record<string, unknown>; wrong: string } {
  const values: Record<string, unknown> = {}
  for (const part of text.split(/[,\n]/)) {
    if (part.trim() === '') continue
    const [, name, value = ''] = /^\s*(?:msg\.)?([A-Za-z_$][\w$.]*)\s*[=:]\s*(.+?)\s*$/.exec(part) ?? []
    if (name === undefined) return { values, wrong: part.trim() }
    values[name] = meant(value)
  }
  return { values, wrong: '' }
}

export function writeAssignments(values: unknown): string {
  if (typeof values !== 'object' || values === null) return ''
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}

function meant(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return Number.isFinite(Number(text)) ? Number(text) : text
}
