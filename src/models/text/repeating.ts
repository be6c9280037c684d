/** The tokens that would repeat a sequence of `count` tokens that has been written before. */
export function repeating(tokens: readonly number[], count: number): number[] {
  const last = tokens.slice(tokens.length - count + 1)
  const found: number[] = []
  for (let i = 0; i + count <= tokens.length; i++)
    if (last.every((token, k) => tokens[i + k] === token)) found.push(tokens[i + count - 1] as number)
  return found
}
