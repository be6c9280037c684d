// The part of Node-RED's editor API (4.1 and 5.0) that is used here. Anything missing from Node-RED's
// documentation is marked "undocumented" and used in only one place each.

interface EditorNode {
  id: string
  type: string
  z?: string
  name?: string
  /** Whether the node is disabled. */
  d?: boolean
  /** Whether the label shows; by default it does. */
  l?: boolean
  /** Centre, in canvas pixels. */
  x: number
  y: number
  w: number
  h: number
  inputs?: number
  outputs?: number
  dirty?: boolean
  resize?: boolean
  valid?: boolean
  _def?: NodeDefinition
  [property: string]: unknown
}

interface NodeDefinition {
  category?: string
  color?: string
  icon?: string
  defaults?: Record<string, unknown>
  inputs?: number
  outputs?: number
  align?: 'left' | 'right'
  label?: string | ((this: EditorNode) => string)
  paletteLabel?: string | ((this: NodeDefinition) => string)
  inputLabels?: PortLabels
  outputLabels?: PortLabels
  set?: { id?: string; module: string }
  [property: string]: unknown
}

type PortLabels = string | string[] | ((this: EditorNode, index: number) => string | undefined)

/** The end of a wire in a subflow's definition that is drawn as one of the subflow's own ports. */
interface SubflowPort extends EditorNode {
  type: 'subflow'
  direction: 'in' | 'out' | 'status'
  i: number
  z: string
}

interface SubflowDefinition extends EditorNode {
  in: SubflowPort[]
  out: SubflowPort[]
}

interface EditorLink {
  source: EditorNode | SubflowPort
  sourcePort: number
  target: EditorNode | SubflowPort
  /** Set on the virtual wires between link nodes. */
  link?: boolean
}

interface HistoryEvent {
  t: string
  nodes?: unknown[]
  links?: EditorLink[]
  removedLinks?: EditorLink[]
  events?: HistoryEvent[]
  dirty?: boolean
  [property: string]: unknown
}

interface EditorNotification {
  close(): void
  update(content: string | HTMLElement, options?: NotifyOptions): void
}

interface NotifyOptions {
  type?: 'warning' | 'error' | 'success' | 'compact'
  id?: string
  fixed?: boolean
  modal?: boolean
  timeout?: number
  buttons?: { text: string; class?: string; click: () => void }[]
}

interface ViewNodeEvent {
  node: EditorNode
  el: SVGGElement
}

interface ViewPortEvent extends ViewNodeEvent {
  port: SVGGElement
  portType: 'input' | 'output'
  portIndex: number
}

interface SuggestionContext {
  source?: EditorNode
  sourcePort?: number
  /** 0: the wire comes from an output; 1: from an input. */
  sourcePortType?: number
}

interface Suggestion {
  label: string
  nodes: { type: string; x: number; y: number; [setting: string]: unknown }[]
}

interface Popover {
  open(): void
  close(quick?: boolean): void
}

declare const RED: {
  version: string
  events: {
    // biome-ignore lint/suspicious/noExplicitAny: each event has its own argument
    on(event: string, listener: (event: any) => void): void
    // biome-ignore lint/suspicious/noExplicitAny: each event has its own argument
    off(event: string, listener: (event: any) => void): void
    emit(event: string, argument: unknown): void
  }
  hooks: {
    // biome-ignore lint/suspicious/noExplicitAny: each hook has its own argument
    add(name: string, hook: (event: any) => void): void
    remove(name: string): void
  }
  comms: {
    subscribe(topic: string, listener: (topic: string, data: unknown) => void): void
    unsubscribe(topic: string, listener: (topic: string, data: unknown) => void): void
    /** Not received while there is no connection. */
    send(topic: string, data: unknown): void
    on(event: 'connect', listener: () => void): void
    off(event: 'connect', listener: () => void): void
  }
  plugins: { registerPlugin(id: string, plugin: Record<string, unknown>): void }
  actions: {
    add(name: string, action: () => void, options?: { label: string }): void
    remove(name: string): void
    invoke(name: string): void
  }
  /** Undocumented. */
  menu: {
    addItem(menu: string, item: { id: string; label: string; onselect: string }): void
    removeItem(id: string): void
  }
  settings: { get(key: string, fallback?: unknown): unknown; set(key: string, value: unknown): void }
  userSettings: {
    add(pane: { id: string; title: string; get(): JQueryElement; close?(): void }): void
    show(pane: string): void
  }
  tabs: {
    create(options: { id: string; onchange(tab: { id: string }): void }): {
      addTab(tab: { id: string; label: string }): void
      activateTab(id: string): void
    }
  }
  sidebar: {
    addTab(options: Record<string, unknown>): void
    removeTab(id: string): void
    show(id: string): void
  }
  /** A catalogue entry: `namespace:key`. */
  _(key: string, words?: Record<string, string | number>): string
  i18n: { lang(): string }
  notify(content: string | HTMLElement, options: NotifyOptions): EditorNotification
  popover: { tooltip(target: JQueryElement, content: string | (() => string), action?: string): Popover }
  utils: {
    getNodeLabel(node: EditorNode, fallback?: string): string
    sanitize(text: string): string
  }
  state: Record<'DEFAULT' | 'JOINING' | 'QUICK_JOINING', number>
  nodes: {
    /** Undocumented: all nodes as a deploy would send them. */
    createCompleteNodeSet(options: { credentials: boolean }): object[]
    node(id: string): EditorNode | null
    workspace(id: string): EditorNode | undefined
    subflow(id: string): SubflowDefinition | undefined
    junction(id: string): EditorNode | undefined
    group(id: string): EditorNode | null | undefined
    getType(type: string): NodeDefinition | undefined
    registry: { getNodeTypes(): string[]; getModule(name: string): unknown }
    eachNode(visit: (node: EditorNode) => boolean | undefined): void
    eachJunction(visit: (node: EditorNode) => void): void
    eachWorkspace(visit: (tab: EditorNode) => boolean | undefined): void
    eachSubflow(visit: (subflow: SubflowDefinition) => boolean | undefined): void
    eachLink(visit: (link: EditorLink) => boolean | undefined): void
    filterLinks(filter: { source?: { id: string }; target?: { id: string }; sourcePort?: number }): EditorLink[]
    /** Wires at a node: 0 those that leave it, 1 those that reach it. */
    getNodeLinks(id: string, direction: 0 | 1): EditorLink[]
    add(node: EditorNode, options?: { source: string }): EditorNode
    addLink(link: EditorLink): void
    removeLink(link: EditorLink): void
    dirty(state?: boolean): boolean
  }
  history: {
    push(event: HistoryEvent): void
    pop(): void
    peek(): HistoryEvent | undefined
  }
  workspaces: { active(): string; show(id: string): void; isLocked(id?: string): boolean }
  keyboard: { add(scope: string, key: string, action: string): void; remove(key: string): void }
  editor: {
    /** The nodes whose dialogs are open, the uppermost last. */
    getEditStack(): EditorNode[]
    validateNode(node: EditorNode): boolean
    /**
     * Undocumented: another tab in the dialogs of the nodes that `filter` selects; the editor makes its own tabs this
     * way.
     */
    registerEditPane(
      id: string,
      pane: (node: EditorNode) => Record<string, unknown>,
      filter: (node: EditorNode) => boolean,
    ): void
  }
  view: {
    /** Undocumented in part: attaches nodes to the mouse, to be placed by the next click. */
    importNodes(nodes: object[], options: { generateIds: boolean }): void
    redraw(synchronous?: boolean): void
    reveal(id: string): void
    selection(): { nodes?: EditorNode[] }
    select(selection: { nodes?: EditorNode[]; links?: EditorLink[] }): void
    focus(): void
    scale(): number
    /** Undocumented: what the mouse is doing, one of `RED.state`. */
    state(): number
    createNode(type: string, x: number, y: number, z: string): { node: EditorNode; historyEvent: HistoryEvent }
  }
  daisychain?: import('../../plugins/editor/api').EditorApi
}

/** A jQuery element, as far as Node-RED's API needs one. */
interface JQueryElement {
  readonly jquery: string
  readonly [index: number]: HTMLElement
  append(html: string): JQueryElement
  on(events: string, act: () => void): JQueryElement
  trigger(event: string): JQueryElement
  val(value: string | number): JQueryElement
  data(key: string): unknown
  /** Node-RED's widgets. */
  typedInput(options: object): JQueryElement
  typedInput(asked: 'type' | 'value'): string
  editableList(options: object): JQueryElement
  editableList(method: 'addItems', items: readonly unknown[]): JQueryElement
  editableList(method: 'items'): { toArray(): JQueryElement[] }
}
declare function $(element: Element | string): JQueryElement
declare namespace $ {
  function getJSON(url: string): Promise<unknown>
  /** Rejects with an object that has the response's `status`. */
  function ajax(options: Record<string, unknown>): Promise<unknown>
  /** Sees each request before it is sent. */
  function ajaxPrefilter(
    see: (
      options: { url?: string },
      original: object,
      request: { setRequestHeader(name: string, value: string): void },
    ) => void,
  ): void
}

declare module '*.css'

declare module 'daisychain-declarations' {
  const declarations: Record<string, import('../flow').NodeDeclaration>
  export default declarations
}
