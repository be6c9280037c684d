/** The longest error that still counts as a sentence, in characters. */
const LONGEST = 700

/** Signs that an error wasn't written for people. */
const RAW =
  /undefined|\[object|Cannot read|is not a function|is not iterable|not defined|Maximum call stack|Invalid array length|TypeError|RangeError|\bat \S+ \(|ERR_[A-Z]|unsupported image format|VipsJpeg|Vips\w+:|^\w*Error: |^Input (buffer|file)/

/** What is wrong with an error's sentence; empty if nothing is. */
export function faultOfSentence(sentence: string): string {
  if (sentence.trim() === '') return 'the error says nothing'
  if (sentence.length > LONGEST) return `the error has ${sentence.length} characters`
  if (sentence.includes('\n')) return 'the error has several lines'
  const [raw] = RAW.exec(sentence) ?? []
  if (raw) return `the error wasn't written for people: it has "${raw}" in it`
  return /[.!?…)"”]$/.test(sentence) ? '' : "the error doesn't end as a sentence does"
}
