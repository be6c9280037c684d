import { readdirSync, readFileSync } from 'node:fs'

/** NVIDIA's PCI vendor id. */
const NVIDIA = '0x10de'

/**
 * Whether this computer may have an NVIDIA card, with or without a driver. Only Linux can tell without a
 * driver.
 */
export function mayHaveNvidiaCard(): boolean {
  if (process.platform !== 'linux') return process.platform === 'win32'
  if (entries('/dev').some((name) => /^(nvidia|nvhost|dxg$)/.test(name))) return true
  const pci = '/sys/bus/pci/devices'
  return entries(pci).some((device) => firstLine(`${pci}/${device}/vendor`) === NVIDIA)
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function firstLine(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
