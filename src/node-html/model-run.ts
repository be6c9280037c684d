/** What all models' nodes have for starting, stopping and showing: settings, rows of the form, and the button. */

export const RUN_DEFAULTS = [
  "whileStopped: { value: 'keep' }",
  "restart: { value: 'running' }",
  "idle: { value: '', validate: function (value) { return value === '' || value === undefined || Number(value) >= 0 } }",
  'preview: { value: true }',
]

/** The button left of the node, which the editor's code draws and presses. */
export const RUN_BUTTON = `button: {
      enabled: function () { return !this.changed },
      onclick: function () { RED.daisychain.pressRunButton(this) }
    }`

export const RUN_ROWS = `  <div class="form-row">
    <label for="node-input-whileStopped"><i class="fa fa-stop"></i> <span data-i18n="common.whileStopped"></span></label>
    <select id="node-input-whileStopped" style="width: 70%"><option value="keep" data-i18n="common.stopped.keep"></option><option value="refuse" data-i18n="common.stopped.refuse"></option></select>
  </div>
  <div class="form-row">
    <label for="node-input-restart"><i class="fa fa-power-off"></i> <span data-i18n="common.restart"></span></label>
    <select id="node-input-restart" style="width: 70%"><option value="running" data-i18n="common.restarts.running"></option><option value="asLeft" data-i18n="common.restarts.asLeft"></option><option value="stopped" data-i18n="common.restarts.stopped"></option></select>
  </div>
  <div class="form-row">
    <label for="node-input-idle"><i class="fa fa-moon-o"></i> <span data-i18n="common.idle"></span></label>
    <input type="number" id="node-input-idle" min="0" step="any" style="width: 80px" data-i18n="[placeholder]common.idleHint"> <span data-i18n="common.idleUnit"></span>
  </div>
  <div class="form-row">
    <label></label>
    <input type="checkbox" id="node-input-preview" style="width: auto; vertical-align: baseline">
    <label for="node-input-preview" style="width: auto" data-i18n="common.preview"></label>
  </div>`
