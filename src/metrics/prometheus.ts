/** One family of the Prometheus text format, version 0.0.4. */
export interface Family {
  name: string
  help: string
  type: 'counter' | 'gauge' | 'summary'
  samples: Sample[]
}

export interface Sample {
  /** `_sum` or `_count` of a summary. */
  suffix?: string
  labels: Record<string, string>
  value: number
}

export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Families without samples are left out. */
export function prometheusText(families: Family[]): string {
  const lines = families
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${escapeText(help)}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(({ suffix = '', labels, value }) => `${name}${suffix}${labelText(labels)} ${value}`),
    ])
  return lines.map((line) => `${line}\n`).join('')
}

function labelText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeText(value).replace(/"/g, '\\"')}"`)
  return pairs.length > 0 ? `{${pairs.join(',')}}` : ''
}

const escapeText = (text: string) => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')
