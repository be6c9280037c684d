/** A minimal ONNX model, y = x + x with one float. A device counts as working if it can run it. */
export const probeModel = Buffer.from(
  'CAcSADo5Cg4KAXgKAXgSAXkiA0FkZBIFcHJvYmVaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAN',
  'base64',
)
