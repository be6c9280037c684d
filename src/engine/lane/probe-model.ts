/** The smallest useful ONNX model, y = x + x with one float: a device must be able to run it to count as working. */
export const probeModel = Buffer.from(
  'CAcSADo5Cg4KAXgKAXgSAXkiA0FkZBIFcHJvYmVaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAN',
  'base64',
)
