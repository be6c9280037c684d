import { language } from './words'

/**
 * Has the server answer Daisychain's requests in the editor's language, which need not be the browser's.
 * Returns how to stop.
 */
export function askInLanguage(): () => void {
  let active = true
  $.ajaxPrefilter(({ url }, _, request) => {
    if (active && url?.startsWith('daisychain')) request.setRequestHeader('Accept-Language', language())
  })
  // jQuery has no way to take a filter back.
  return () => {
    active = false
  }
}
