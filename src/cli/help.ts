const text = `Daisychain: machine-learning models as Node-RED nodes, with wires that are checked.

  daisychain check [--json] FLOWS.json...
      Check every wire of flow files: does a node's output fit the next node's input?
      Accepts files, folders (all flow files in them) and patterns such as "flows/*.json";
      "-" reads standard input. Exit code 0: no problems; 1: a wire doesn't fit; 2: a file
      cannot be read. Nodes of other packages are checked too if they declare their types and a
      package.json lists them, next to the file or in the current folder.

  daisychain compile FLOWS.json --from ID --to ID --out FOLDER [--as onnx,web,triton] [--size 640x480] [--userdir FOLDER]
      Write the chain of models between two nodes (both included) as one ONNX file, as a web
      page that runs it (in FOLDER/web), or as a model repository for Triton (in
      FOLDER/triton), and prove that its results equal the flow's. Exit code 0: written and
      equal; 1: a node can't be compiled, or the results differ; 2: the flow file cannot be
      read. --size sets the size of the pictures it takes. --userdir FOLDER is Node-RED's
      user directory.

  daisychain doctor [--install-cuda] [FILE.onnx]
      Report what works on this machine: ONNX Runtime, the devices that a test model (or
      FILE.onnx) ran on, memory, camera; and how to fix what doesn't.
      --install-cuda first downloads ONNX Runtime's libraries for NVIDIA cards (Linux).

  daisychain doctor --installation [--userdir FOLDER] [--url URL]
      Check a computer that is left alone for months: free disk, the flows' models, login, the
      secret of its credentials, whether Node-RED answers, what starts it. Exit code 1: something
      is left to do.

  daisychain models [--json]
      List the models' variants: size, licence, whether they are downloaded.
  daisychain models fetch ID [--yes]
      Download a variant, such as densedepth/midas-small. Shows its licence and asks first.
  daisychain models verify [ID] [--json]
      Verify the checksums of downloaded or copied files.
  daisychain models remove ID
      Delete the downloaded files of a variant.
  daisychain models clean
      Delete unfinished downloads, and files that no model uses any more.
      Options of all five: --userdir FOLDER sets Node-RED's user directory (default ~/.node-red),
      --manifests FOLDER adds a folder of models. Environment variables: DAISYCHAIN_MODELS sets the
      download folder, DAISYCHAIN_MIRROR a mirror, HTTPS_PROXY, HTTP_PROXY and NO_PROXY the proxy.

  daisychain inspect [--json] [--labels NAMES.txt] FILE.onnx
      Read a model's inputs and outputs and propose typed ports, each with the reason.
      Class names come from NAMES.txt (one per line), or from a file next to the model.

  daisychain help
      Show this help.
`

export function help(): number {
  process.stdout.write(text)
  return 0
}
