const text = `Daisychain: machine-learning models as Node-RED nodes, joined by wires that know what they carry.

  daisychain check [--json] FLOWS.json...
      Judges every wire of flow files: does what one node gives fit what the next one wants?
      Takes several files, folders (all flow files in them) and patterns such as "flows/*.json".
      Ends with 0 if nothing is wrong, 1 if a wire does not fit, 2 if a file cannot be read.
      Nodes of other packages count too if they declare their types, and a package.json beside the
      file or where the command runs names them. "-" in the place of a file reads standard input.

  daisychain doctor [--install-cuda] [FILE.onnx]
      Says what runs here: the library that runs models, the devices that it can use and what a
      test model (or FILE.onnx) really ran on, the memory, the camera; and what to do about what
      does not.
      --install-cuda first downloads ONNX Runtime's libraries for NVIDIA cards (Linux).

  daisychain models [--json]
      Lists the models' variants: size, licence, whether they are there.
  daisychain models fetch ID [--yes]
      Downloads a variant, such as densedepth/midas-small. Shows its licence first, and asks.
  daisychain models verify [ID] [--json]
      Looks at every byte of what was downloaded, or copied into its folder by hand.
  daisychain models remove ID
      Deletes what was downloaded of it.
  daisychain models clean
      Deletes downloads that were not finished, and what no model uses any more.
      All of them take --userdir FOLDER, Node-RED's user directory if it is not ~/.node-red, and
      --manifests FOLDER, a folder of more models. In the environment, DAISYCHAIN_MODELS names
      another folder for the downloads, DAISYCHAIN_MIRROR another place to download from, and
      HTTPS_PROXY, HTTP_PROXY and NO_PROXY the way there.

  daisychain inspect [--json] [--labels NAMES.txt] FILE.onnx
      Reads what a model takes and gives, and proposes typed ports for it, each with the reason.
      Names of classes are taken from a file, one name a line; else from one beside the model.

  daisychain help
      Shows this.
`

export function help(): number {
  process.stdout.write(text)
  return 0
}
