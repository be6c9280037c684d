const HEADER = 128
const ENTRY = 12

/** Whether a colour profile is one of RGB, and its parts are within it. Of any other, sharp would make Display P3. */
export function isRgbProfile(profile: Buffer): boolean {
  if (profile.length < HEADER + 4) return false
  const [space, mark] = [profile.toString('latin1', 16, 20), profile.toString('latin1', 36, 40)]
  const end = HEADER + 4 + ENTRY * profile.readUInt32BE(HEADER)
  if (space !== 'RGB ' || mark !== 'acsp' || end === HEADER + 4 || end > profile.length) return false
  for (let at = HEADER + 4; at < end; at += ENTRY)
    if (profile.readUInt32BE(at + 4) + profile.readUInt32BE(at + 8) > profile.length) return false
  return true
}
