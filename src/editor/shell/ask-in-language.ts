import { language } from './words'

/**
 * Makes the server answer Daisychain's requests in the editor's language, which may differ from the
 * browser's. Returns a function that stops this.
 */
export function askInLanguage(): () => void {
  let active = true
  $.ajaxPrefilter(({ url }, _, request) => {
    if (active && url?.startsWith('daisychain')) request.setRequestHeader('Accept-Language', language())
  })
  // jQuery has no way to remove a filter.
  return () => {
    active = false
  }
}
