/** The languages that speech models support, by English name, with their ISO 639 codes. */
const CODES = new Map(
  `English en, Chinese zh, German de, Spanish es, Russian ru, Korean ko, French fr, Japanese ja, Portuguese pt, Turkish tr,
  Polish pl, Catalan ca, Dutch nl, Arabic ar, Swedish sv, Italian it, Indonesian id, Hindi hi, Finnish fi, Vietnamese vi,
  Hebrew he, Ukrainian uk, Greek el, Malay ms, Czech cs, Romanian ro, Danish da, Hungarian hu, Tamil ta, Norwegian no,
  Thai th, Urdu ur, Croatian hr, Bulgarian bg, Lithuanian lt, Latin la, Maori mi, Malayalam ml, Welsh cy, Slovak sk,
  Telugu te, Persian fa, Latvian lv, Bengali bn, Serbian sr, Azerbaijani az, Slovenian sl, Kannada kn, Estonian et,
  Macedonian mk, Breton br, Basque eu, Icelandic is, Armenian hy, Nepali ne, Mongolian mn, Bosnian bs, Kazakh kk,
  Albanian sq, Swahili sw, Galician gl, Marathi mr, Punjabi pa, Sinhala si, Khmer km, Shona sn, Yoruba yo, Somali so,
  Afrikaans af, Occitan oc, Georgian ka, Belarusian be, Tajik tg, Sindhi sd, Gujarati gu, Amharic am, Yiddish yi, Lao lo,
  Uzbek uz, Faroese fo, Haitian Creole ht, Pashto ps, Turkmen tk, Nynorsk nn, Maltese mt, Sanskrit sa, Luxembourgish lb,
  Myanmar my, Tibetan bo, Tagalog tl, Malagasy mg, Assamese as, Tatar tt, Hawaiian haw, Lingala ln, Hausa ha, Bashkir ba,
  Javanese jv, Sundanese su`
    .split(/,\s+/)
    .map((entry) => entry.match(/^(.+) (\w+)$/)?.slice(1) as [string, string]),
)

/** The platform names these by country, as in “Englisch (Vereinigte Staaten)”. */
const DIALECTS = new Map([
  ['de US English', 'amerikanisches Englisch'],
  ['de British English', 'britisches Englisch'],
  ['de Brazilian Portuguese', 'brasilianisches Portugiesisch'],
  ['ja US English', 'アメリカ英語'],
  ['ja British English', 'イギリス英語'],
  ['ja Brazilian Portuguese', 'ブラジルポルトガル語'],
])

/**
 * The name of a language in another language, as the platform spells it: "German" in `ja` is "ドイツ語". In a
 * voice such as "Dora (Spanish)", only the language is translated. Undefined for any other text.
 */
export function languageNameIn(language: string, english: string): string | undefined {
  const [, voice, spoken = english] = /^(.+) \((.+)\)$/.exec(english) ?? []
  const code = CODES.get(spoken)
  const name =
    DIALECTS.get(`${language} ${spoken}`) ??
    (code && new Intl.DisplayNames([language], { type: 'language', fallback: 'none' }).of(code))
  return voice && name ? `${voice} (${name})` : name
}
