/** The words of the help pages in one language, as HTML, without the models' and nodes' own words. */
export interface HelpWords {
  language: string
  /** English name of a type → its name in this language. Types that aren't listed have the same name. */
  types: Readonly<Record<string, string>>
  inputs: string
  outputs: string
  details: string
  references: string
  variants: string
  /** The sentence about a variant's licence, which follows the description of the variant. */
  licence(name: string): string
  control: string
  /** The last paragraphs of the page. */
  more: readonly string[]
}

const english: HelpWords = {
  language: 'en',
  types: {},
  inputs: 'Inputs',
  outputs: 'Outputs',
  details: 'Details',
  references: 'References',
  variants: 'Variants:',
  licence: (name) => ` Licence: ${name}.`,
  control: "Starts or stops the node, or shows its figures below it. The model isn't run for such a message.",
  more: [
    `A value in the message takes precedence over the node's setting. If a message cannot be used, a Catch node receives it
  with a sentence that says why.`,
    `Models run outside Node-RED, one message after the other. <b>When busy</b> decides what happens to messages that arrive in
  the meantime: queue all of them, up to a limit beyond which they cause errors (queued messages are batched when that
  measures faster); keep only the latest, which suits cameras; or discard new ones.`,
    `The button on the left of the node stops it, which unloads the model, and starts it again. So does a message with
  <code>msg.control</code> <i>stop</i> or <i>start</i>. A model that two nodes share stays in memory until both are stopped.
  Click the picture or text in the node to see it in full.`,
  ],
}

const german: HelpWords = {
  language: 'de',
  types: {
    image: 'Bild',
    audio: 'Audio',
    'label map': 'Labelkarte',
    'array of numbers': 'Array aus Zahlen',
    vector: 'Vektor',
    points: 'Punkte',
    instances: 'gefundene Dinge',
    any: 'beliebig',
    "the model's input": 'Eingang des Modells',
    "the model's output": 'Ausgang des Modells',
    'as chosen': 'wie gewählt',
  },
  inputs: 'Eingänge',
  outputs: 'Ausgänge',
  details: 'Einzelheiten',
  references: 'Quellen',
  variants: 'Varianten:',
  licence: (name) => ` Lizenz: ${name}.`,
  control:
    'Startet den Node, hält ihn an oder zeigt darunter seine Messwerte. Für eine solche Nachricht läuft das Modell nicht.',
  more: [
    `Ein Wert in der Nachricht hat Vorrang vor der Einstellung des Nodes. Eine unbrauchbare Nachricht geht an
  einen Catch-Node, mit einem Satz, der den Grund nennt.`,
    `Modelle laufen außerhalb von Node-RED, eine Nachricht nach der anderen. <b>Bei Andrang</b> legt fest, was mit Nachrichten
  geschieht, die währenddessen kommen: alle einreihen, bis zu einem Limit, jenseits dessen sie Fehler auslösen (eingereihte Nachrichten
  laufen gemeinsam, wenn das gemessen schneller ist); nur die neueste behalten, gut für Kameras; oder neue verwerfen.`,
    `Der Knopf links am Node hält ihn an, wobei das Modell entladen wird, und startet ihn wieder. Ebenso eine Nachricht mit
  <code>msg.control</code> <i>stop</i> oder <i>start</i>. Ein Modell, das zwei Nodes teilen, bleibt im Speicher, bis beide
  angehalten sind. Ein Klick auf das Bild oder den Text im Node zeigt alles.`,
  ],
}

const japanese: HelpWords = {
  language: 'ja',
  types: {
    string: '文字列',
    number: '数値',
    boolean: '真偽値',
    object: 'オブジェクト',
    array: '配列',
    image: '画像',
    audio: '音声',
    'label map': 'ラベルマップ',
    'array of numbers': '数値の配列',
    vector: 'ベクトル',
    points: '点',
    instances: '検出結果',
    any: '任意',
    "the model's input": 'モデルの入力',
    "the model's output": 'モデルの出力',
    'as chosen': '選択による',
  },
  inputs: '入力',
  outputs: '出力',
  details: '詳細',
  references: '参考資料',
  variants: 'バリアント:',
  licence: (name) => ` ライセンス: ${name}。`,
  control: 'ノードを開始・停止するか、その測定値を下に表示します。このメッセージではモデルは実行されません。',
  more: [
    'メッセージ内の値は、ノードの設定より優先されます。使えないメッセージは、理由を示す文とともにCatchノードに送られます。',
    `モデルはNode-REDの外で、メッセージを1つずつ処理します。その間に届いたメッセージの扱いは<b>処理中は</b>で決まります。
  上限まですべて待たせる (上限を超えるとエラー。まとめた方が速いと測定された場合は一括で処理)、最新のものだけ残す
  (カメラ向き)、新しいものを破棄する、のいずれかです。`,
    `ノードの左のボタンで停止 (モデルを解放) と再開ができます。<code>msg.control</code>が<i>stop</i>または<i>start</i>の
  メッセージでも同じです。2つのノードが共有するモデルは、両方が停止するまでメモリに残ります。ノード内の画像やテキストを
  クリックすると全体が表示されます。`,
  ],
}

export const helpWords: Record<string, HelpWords> = { 'en-US': english, de: german, ja: japanese }
